"""All purchases still to come, discounted."""

import numpy as np

from tenure.arrays import Floats
from tenure.pareto.parameters import Parameters

# What has fallen by e^-38 is nothing beside 64-bit floats.
NOTHING = 38.0
NODES, SHARES = np.polynomial.legendre.leggauss(32)
PIECES = 4


def if_alive(at: Parameters, x: Floats, T: Floats, *, force: float) -> Floats:
    """Return DERT given that the client is alive at T; `force` is ln(1 + discount).

    Fader, Hardie and Lee (2005b), RFM and CLV: Using iso-value curves for customer base
    analysis, equation (4): (r+x)/(α+T) times (β+T) Ψ(1, 2-s; δ(β+T)), Tricomi's function,
    which is ∫ exp(-δ(β+T)(e^v - 1) - (s-1)v) dv over v > 0. Infinite where δ = 0, s <= 1.
    """
    rate = (at.r + x) / (at.alpha + T)
    if force == 0:
        mean = np.inf if at.s <= 1 else 1 / (at.s - 1)
        return np.asarray(rate * (at.beta + T) * mean)
    z = force * (at.beta + T)
    longest = np.log1p(NOTHING / z)
    if at.s > 1:
        longest = np.minimum(longest, NOTHING / (at.s - 1))
    else:  # it first rises as e^(1-s)v
        longest = np.log1p((NOTHING + (1 - at.s) * (longest + 6.0)) / z)
    total = np.zeros_like(z)
    for piece in range(PIECES):
        v = longest[:, None] * (piece + (NODES + 1) / 2) / PIECES
        logs = -z[:, None] * np.expm1(v) - (at.s - 1) * v
        total += np.exp(logs) @ (SHARES / 2 / PIECES)
    return np.asarray(rate * (at.beta + T) * total * longest)
