"""The odds that a client left during their silence: one integral per history.

Given everything up to the last purchase at t_x, a client who is silent until T either lives
still or left at some u in between. Schmittlein, Morrison and Colombo (1987), in the form
of Fader and Hardie (2005), A note on deriving the Pareto/NBD model, equation (18):

    odds gone = ∫ s (α+u)^-(r+x) (β+u)^-(s+1) du / [(α+T)^-(r+x) (β+T)^-s], t_x < u < T.

Printed as a difference of two ₂F₁ it cancels, and overflows from a few hundred purchases.
Here it is integrated in v = ln((m+u)/(m+t_x)), m the lesser of α and β: then the
integrand is analytic for |Im v| < π whatever the parameters, and where it has fallen by
e^-38 it is cut off. Gauss-Legendre with up to 32 nodes gives ln of the integral to 1e-13
(checked over 18 decades of the parameters and x up to 20,000).
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tenure.arrays import Floats
from tenure.pareto.parameters import Parameters

# What has fallen by e^-38 is nothing beside 64-bit floats.
NOTHING = 38.0
# Nodes that suffice up to a length of the integral in v and a fall in the logarithm.
ENOUGH = ((12, 2.0, 5.0), (16, 2.0, 20.0), (24, 3.0, 39.0), (32, np.inf, np.inf))
# Histories evaluated at once: their nodes stay in the processor's cache.
BLOCK = 4_096


# A silence so short that its length underflows counts as this: nobody left in it.
LEAST = 1e-300


class Span(NamedTuple):
    """The integral of each history: ∫ exp(-along v - across L(v)) dv, 0 < v < cut.

    L = ln((o+u)/(o+t_x)) = ln(1 + g (e^v - 1)), o the greater of α and β.
    """

    along: Floats
    across: Floats
    g: Floats
    cut: Floats
    log_scale: Floats


class Moments(NamedTuple):
    """Averages over the time of leaving, for the derivatives of the odds.

    Of four numbers per node: ln((α+u)/(α+t_x)), (u-t_x)/(α+u), and the same with β.
    """

    log_integral: Floats
    mean: Floats  # (4, clients)
    square: Floats  # (4, 4, clients), E[w_i w_j]


def log_odds_gone(at: Parameters, x: Floats, t_x: Floats, T: Floats) -> Floats:
    """Return the log-odds of having left by T, shape (clients,); -inf where T = t_x."""
    whole = np.full(len(x), -np.inf)
    silent = np.flatnonzero(t_x < T)
    x, t_x, T = x[silent], t_x[silent], T[silent]
    span, log_integral = _span(at, x, t_x, T), np.empty(len(x))
    for who, nodes, shares in _blocks(span):
        logs = _logs(span, who, nodes)[-1]
        log_integral[who] = span.cut[who] * (np.exp(logs) @ shares)
    with np.errstate(divide="ignore"):
        log_integral = np.log(np.maximum(log_integral, LEAST)) + span.log_scale
    whole[silent] = np.log(at.s) + _rise(at, x, t_x, T) + log_integral
    return whole


def moments(at: Parameters, x: Floats, t_x: Floats, T: Floats) -> Moments:
    """Return the integral and what its derivatives need, for histories with T > t_x."""
    span, size = _span(at, x, t_x, T), len(x)
    found = Moments(np.empty(size), np.empty((4, size)), np.empty((4, 4, size)))
    is_beta = at.beta <= at.alpha
    for who, nodes, shares in _blocks(span):
        z, y, v, rise, logs = _logs(span, who, nodes)
        weight = np.exp(logs) * shares
        total = weight.sum(axis=1)
        weight /= total[:, None]
        # e^v - 1 = z, so that (u-t_x)/(m+u) = z/(1+z); the same with y for the other.
        lesser, other = (v, z / (1 + z)), (rise, y / (1 + y))
        tall = (*other, *lesser) if is_beta else (*lesser, *other)
        short = np.maximum(total * span.cut[who], LEAST)
        found.log_integral[who] = np.log(short) + span.log_scale[who]
        for i, one in enumerate(tall):
            heavy = weight * one
            found.mean[i, who] = heavy.sum(axis=1)
            for j in range(i + 1):
                square = np.einsum("ij,ij->i", heavy, tall[j])
                found.square[i, j, who] = found.square[j, i, who] = square
    return found


def _rise(at: Parameters, x: Floats, t_x: Floats, T: Floats) -> Floats:
    """Return ln of what the survivors' likelihood lost between t_x and T."""
    silence = T - t_x
    purchases = (at.r + x) * np.log1p(silence / (at.alpha + t_x))
    return np.asarray(purchases + at.s * np.log1p(silence / (at.beta + t_x)))


def _span(at: Parameters, x: Floats, t_x: Floats, T: Floats) -> Span:
    """Lay out the integrals, du/(β+u) being dv where β is the lesser."""
    power, ones = at.r + x, np.ones_like(x)
    alpha, beta = at.alpha + t_x, at.beta + t_x
    if at.beta <= at.alpha:
        low, high, along, across = beta, alpha, at.s * ones, power
        log_scale = np.zeros_like(x)
    else:
        low, high, along, across = alpha, beta, power - 1, (at.s + 1) * ones
        log_scale = np.log(alpha / beta)
    g = low / high
    length = np.log1p((T - t_x) / low)
    # It falls at least as e^-(along + across g) v, and at least as e^-across L.
    rate = along + across * g
    with np.errstate(over="ignore", divide="ignore"):
        first = np.where(rate > 0, NOTHING / np.maximum(rate, 1e-300), np.inf)
        fall = (NOTHING + np.maximum(-along, 0.0) * length) / across
        second = np.log1p(np.expm1(fall) / g)
    cut = np.minimum(length, np.minimum(first, second))
    return Span(along, across, g, cut, log_scale)


def _logs(
    span: Span, who: NDArray[np.intp], nodes: Floats
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return e^v - 1, (o+u)/(o+t_x) - 1, v, L and the log of the integrand at nodes."""
    v = span.cut[who, None] * nodes
    z = np.expm1(v)
    y = span.g[who, None] * z
    rise = np.log1p(y)
    return z, y, v, rise, -(span.along[who, None] * v + span.across[who, None] * rise)


def _blocks(span: Span) -> Iterator[tuple[NDArray[np.intp], Floats, Floats]]:
    """Yield rows that need equally many nodes, with the nodes on (0, 1) and weights."""
    fall = span.along * span.cut + span.across * np.log1p(span.g * np.expm1(span.cut))
    left = np.ones(len(fall), dtype=bool)
    for count, length, depth in ENOUGH:
        fits = left & (span.cut <= length) & (fall <= depth)
        left &= ~fits
        nodes, shares = np.polynomial.legendre.leggauss(count)
        rows = np.flatnonzero(fits)
        for start in range(0, len(rows), BLOCK):
            yield rows[start : start + BLOCK], (nodes + 1) / 2, shares / 2
