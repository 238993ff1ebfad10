"""Cox's partial likelihood, by statsmodels, as `newton.maximise` wants it.

Cox (1972), "Regression models and life-tables", equation (12); of clients who leave at one
time, Efron (1977) or Breslow (1974). statsmodels (`PHReg`) has value, gradient and Hessian,
and clients who came late. It knows no weights: those who stayed are told once, with ln
weight as an offset, which is the same sum over those at risk; leavers one by one.
"""

import warnings
from typing import Literal

import numpy as np

from tenure.arrays import Floats, distinct
from tenure.newton import Pass
from tenure.survival.columns import Followed

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from statsmodels.duration.hazard_regression import PHReg

Ties = Literal["efron", "breslow"]


class PartialLikelihood:
    """The objective of `newton.maximise`; a point holds the logarithms of hazard ratios."""

    def __init__(self, rows: Followed, matrix: Floats, *, ties: Ties) -> None:
        gone = rows.left > 0
        there = distinct(rows.duration[~gone], rows.entered[~gone], *matrix[~gone].T)
        weight = there.weigh(rows.weight[~gone])
        times = rows.weight[gone].astype(np.intp)
        leavers = (rows.duration[gone], rows.entered[gone], *matrix[gone].T)
        duration, entered, *columns = (
            np.concatenate([np.repeat(one, times), other])
            for one, other in zip(leavers, there.columns, strict=True)
        )
        many = int(times.sum())
        self._model = PHReg(
            duration,
            np.array(columns).T.reshape(len(duration), matrix.shape[1]),
            status=np.append(np.ones(many), np.zeros(len(weight))),
            # At risk after the age of entry: the library counts that very age as well.
            entry=np.where(entered > 0, np.nextafter(entered, np.inf), 0.0),
            offset=np.append(np.zeros(many), np.log(weight)),
            ties=ties,
        )

    def __call__(self, point: Floats) -> Pass:
        """Return value, gradient and Hessian; not finite where a ratio overflows."""
        with np.errstate(all="ignore"):
            return Pass(
                float(self._model.loglike(point)),
                np.asarray(self._model.score(point)),
                np.asarray(self._model.hessian(point)),
            )
