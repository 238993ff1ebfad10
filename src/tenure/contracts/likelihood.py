"""Log-likelihood of renewals with gradient and Hessian, on the life table.

Fader and Hardie (2007), appendix B, and Fader et al. (2018), equation (10):

    ln L = Σ left ln(S(t-1) - S(t)) + Σ still there ln S(t).
"""

import numpy as np

from tenure.arrays import Floats
from tenure.contracts.history import LifeTable
from tenure.contracts.survival import Parameters, curve, log_survival
from tenure.newton import Pass


def log_likelihood(at: Parameters, periods: Floats, left: Floats) -> Floats:
    """Return each client's log-likelihood, shape (clients,)."""
    gone = left > 0
    now = log_survival(at, periods)
    before = log_survival(at, np.where(gone, periods - 1, 0.0))
    with np.errstate(divide="ignore"):
        # S(t-1) - S(t) = S(t-1) (1 - S(t)/S(t-1)); 0 only where S does not fall at all.
        ended = before + np.log(-np.expm1(np.minimum(now - before, 0.0)))
    return np.where(gone, ended, now)


class Likelihood:
    """The objective of `newton.maximise`; a point holds ln α, ln β, ln c."""

    def __init__(self, rows: LifeTable) -> None:
        gone = rows.left > 0
        self._ended, self._lost = rows.periods[gone], rows.weight[gone]
        self._there, self._kept = rows.periods[~gone], rows.weight[~gone]

    def __call__(self, point: Floats) -> Pass:
        """Return value, gradient and Hessian with respect to the logarithms."""
        at = Parameters.from_logs(point)
        parts = (self._leavers(at), self._stayers(at))
        return Pass(
            sum(part.value for part in parts),
            sum((part.gradient for part in parts), np.zeros(3)),
            sum((part.hessian for part in parts), np.zeros((3, 3))),
        )

    def _stayers(self, at: Parameters) -> Pass:
        w, end = self._kept, curve(at, self._there)
        return Pass(float(w @ end.value), end.slope @ w, end.bend @ w)

    def _leavers(self, at: Parameters) -> Pass:
        """Sum ln S(t-1) + ln(1 - e^Δ), where Δ = ln S(t) - ln S(t-1)."""
        w = self._lost
        start, end = curve(at, self._ended - 1), curve(at, self._ended)
        drop = np.minimum(end.value - start.value, -1e-100)
        slope, bend = end.slope - start.slope, end.bend - start.bend
        with np.errstate(over="ignore"):
            odds = 1 / np.expm1(-drop)  # of staying for another period
        value = w @ (start.value + np.log(-np.expm1(drop)))
        gradient = start.slope @ w - slope @ (w * odds)
        hessian = start.bend @ w - bend @ (w * odds)
        hessian -= (slope * (w * odds * (1 + odds))) @ slope.T
        return Pass(float(value), gradient, hessian)
