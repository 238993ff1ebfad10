"""Log-likelihood of the BG/BB model with gradient and Hessian, in one pass.

Fader, Hardie and Shang (2010), equation (7): either the client is still active after all n
chances, or was active for exactly j of them, t_x <= j < n,

    L = B(α+x, β+n-x)/B(α,β) · B(γ, δ+n)/B(γ,δ)
        + Σ_j B(α+x, β+j-x)/B(α,β) · B(γ+1, δ+j)/B(γ,δ).

All arguments differ from the parameters by whole numbers, so every ratio is a product:
five tables of sums of ln(z+k) serve all terms, and no gamma function is called.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tenure.arrays import Floats, distinct
from tenure.bgbb.history import Chances, Rows
from tenure.newton import Pass

# Terms evaluated at once: bounds the memory of long records.
BLOCK = 400_000


class Parameters(NamedTuple):
    """Taking a chance is Beta(alpha, beta); leaving before one is Beta(gamma, delta)."""

    alpha: float
    beta: float
    gamma: float
    delta: float

    @classmethod
    def from_logs(cls, point: Floats) -> "Parameters":
        """Undo the logarithms in which the search moves."""
        return cls(*(float(v) for v in np.exp(point)))

    @property
    def mean_dropout(self) -> float:
        """Share that leaves before a first chance: gamma / (gamma + delta)."""
        return self.gamma / (self.gamma + self.delta)


class _Rising(NamedTuple):
    """ln z(z+1)…(z+k-1) for k = 0, 1, 2, …, and its two derivatives in z."""

    value: Floats
    first: Floats
    second: Floats

    @classmethod
    def of(cls, z: float, *, most: int) -> "_Rising":
        terms = z + np.arange(most)
        return cls(
            *(
                np.concatenate([[0.0], np.cumsum(part)])
                for part in (np.log(terms), 1 / terms, -1 / terms**2)
            )
        )


class _Terms(NamedTuple):
    """The terms of some rows, one after the other; indices into the tables."""

    start: NDArray[np.intp]  # of each row's terms
    row: NDArray[np.intp]  # that each term belongs to
    x: NDArray[np.intp]
    missed: NDArray[np.intp]  # j - x
    j: NDArray[np.intp]
    faced: NDArray[np.intp]  # chances at which they could have left: j + 1, or n
    gone: Floats  # 1, or 0 for the last term of each row: still active

    @classmethod
    def of(cls, x: Floats, t_x: Floats, n: Floats) -> "_Terms":
        size = (n - t_x + 1).astype(np.intp)
        start = np.cumsum(size) - size
        row = np.repeat(np.arange(len(x)), size)
        j = t_x.astype(np.intp)[row] + np.arange(len(row)) - start[row]
        whole, last = x.astype(np.intp)[row], n.astype(np.intp)[row]
        gone = j < last
        faced = np.where(gone, j + 1, last)
        return cls(start, row, whole, j - whole, j, faced, gone.astype(np.float64))


class _Tables(NamedTuple):
    alpha: _Rising
    beta: _Rising
    both: _Rising
    delta: _Rising
    leave: _Rising  # of gamma + delta

    @classmethod
    def of(cls, at: Parameters, *, most: int) -> "_Tables":
        starts = (at.alpha, at.beta, at.alpha + at.beta, at.delta, at.gamma + at.delta)
        return cls(*(_Rising.of(z, most=most) for z in starts))

    def logs(self, at: Parameters, terms: _Terms) -> Floats:
        """Return the logarithm of each term."""
        return np.asarray(
            self.alpha.value[terms.x]
            + self.beta.value[terms.missed]
            - self.both.value[terms.j]
            + terms.gone * np.log(at.gamma)
            + self.delta.value[terms.j]
            - self.leave.value[terms.faced]
        )


class Parts(NamedTuple):
    """ln of the two ways to the record: still active after n chances, or gone before."""

    active: Floats
    gone: Floats


def parts(at: Parameters, history: Chances) -> Parts:
    """Return both ways for each client; their `logaddexp` is the log-likelihood."""
    rows = distinct(*history)
    x, t_x, n = rows.columns
    tables = _Tables.of(at, most=int(n.max(initial=0)) + 1)
    active, gone = np.empty_like(x), np.empty_like(x)
    for block in _blocks(t_x, n):
        terms = _Terms.of(x[block], t_x[block], n[block])
        logs = tables.logs(at, terms)
        last = np.append(terms.start[1:], len(logs)) - 1
        active[block] = logs[last]
        logs[last] = -np.inf
        top = np.maximum.reduceat(logs, terms.start)
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.exp(logs - np.where(np.isfinite(top), top, 0.0)[terms.row])
            gone[block] = top + np.log(np.add.reduceat(shares, terms.start))
    return Parts(active[rows.place], np.where(t_x == n, -np.inf, gone)[rows.place])


class Likelihood:
    """The objective of `newton.maximise`; a point holds ln α, ln β, ln γ, ln δ."""

    def __init__(self, rows: Rows) -> None:
        self._most = int(rows.n.max()) + 1
        self._blocks = [
            (_Terms.of(rows.x[b], rows.t_x[b], rows.n[b]), rows.weight[b])
            for b in _blocks(rows.t_x, rows.n)
        ]

    def __call__(self, point: Floats) -> Pass:
        """Return value, gradient and Hessian with respect to the logarithms."""
        at = Parameters.from_logs(point)
        tables = _Tables.of(at, most=self._most)
        passes = [_pass(at, tables, terms, w) for terms, w in self._blocks]
        scale = np.array(at)
        gradient = scale * sum((one.gradient for one in passes), np.zeros(4))
        hessian = sum((one.hessian for one in passes), np.zeros((4, 4)))
        hessian = np.outer(scale, scale) * hessian + np.diag(gradient)
        return Pass(sum(one.value for one in passes), gradient, hessian)


def _pass(at: Parameters, tables: _Tables, terms: _Terms, weight: Floats) -> Pass:
    """Mix the terms of each row: the Hessian is the mean bend plus the spread of slopes."""
    logs = tables.logs(at, terms)
    top = np.maximum.reduceat(logs, terms.start)
    shares = np.exp(logs - top[terms.row])
    total = np.add.reduceat(shares, terms.start)
    shares /= total[terms.row]
    slopes = _slopes(at, tables, terms)
    mean = np.add.reduceat(slopes * shares, terms.start, axis=1)
    heavy = shares * weight[terms.row]
    off = slopes - mean[:, terms.row]
    hessian = (off * heavy) @ off.T + _bends(at, tables, terms, heavy)
    return Pass(float(weight @ (top + np.log(total))), mean @ weight, hessian)


def _slopes(at: Parameters, tables: _Tables, terms: _Terms) -> Floats:
    both, leave = tables.both.first[terms.j], tables.leave.first[terms.faced]
    return np.stack(
        [
            tables.alpha.first[terms.x] - both,
            tables.beta.first[terms.missed] - both,
            terms.gone / at.gamma - leave,
            tables.delta.first[terms.j] - leave,
        ]
    )


def _bends(at: Parameters, tables: _Tables, terms: _Terms, heavy: Floats) -> Floats:
    both = heavy @ tables.both.second[terms.j]
    leave = heavy @ tables.leave.second[terms.faced]
    bends = np.zeros((4, 4))
    bends[:2, :2] -= both
    bends[2:, 2:] -= leave
    bends[0, 0] += heavy @ tables.alpha.second[terms.x]
    bends[1, 1] += heavy @ tables.beta.second[terms.missed]
    bends[2, 2] -= (heavy @ terms.gone) / at.gamma**2
    bends[3, 3] += heavy @ tables.delta.second[terms.j]
    return bends


def _blocks(t_x: Floats, n: Floats) -> Iterator[slice]:
    """Cut rows into runs of about `BLOCK` terms, at least one row each."""
    upto = np.cumsum(n - t_x + 1)
    start = 0
    while start < len(n):
        done = upto[start - 1] if start else 0.0
        end = int(np.searchsorted(upto, done + BLOCK, side="right"))
        end = max(end, start + 1)
        yield slice(start, end)
        start = end
