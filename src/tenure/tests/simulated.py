"""Clients who live exactly as the models say."""

import numpy as np


def histories(clients, *, r, alpha, a, b, observed, seed):
    """Return frequency, recency, T of clients simulated purchase by purchase."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(r, 1 / alpha, clients)
    leave = rng.beta(a, b, clients)
    T = rng.uniform(observed / 2, observed, clients)
    x, t_x, now = np.zeros(clients), np.zeros(clients), np.zeros(clients)
    active = np.ones(clients, dtype=bool)
    while active.any():
        now = now + rng.exponential(1, clients) / np.maximum(rate, 1e-12)
        active &= now < T
        x, t_x = x + active, np.where(active, now, t_x)
        active &= rng.random(clients) > leave
    return x, t_x, T


def spends(x, *, p, q, gamma, seed):
    """Return the mean spend of clients with x > 0 purchases each."""
    rng = np.random.default_rng(seed)
    nu = rng.gamma(q, 1 / gamma, len(x))
    return rng.gamma(p * x, 1 / (nu * x))
