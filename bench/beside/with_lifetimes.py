"""Run by a Python that has `lifetimes`: the same fits and scores, timed."""

import json
import sys
import time
from pathlib import Path

import lifetimes
import numpy as np
import pandas as pd

YEAR = 52.0


def timed(work, times):
    """Return the median of the seconds, and what was found."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        found = work()
        took.append(time.perf_counter() - began)
    return sorted(took)[len(took) // 2], found


def score(orders, spend, columns):
    """Return probability active, a year's purchases, spend, and lifetime value."""
    x, t_x, age, mean = (pd.Series(column) for column in columns)
    alive = orders.conditional_probability_alive(x, t_x, age)
    expected = orders.predict(YEAR, x, t_x, age)
    each = spend.conditional_expected_average_profit(x, mean)
    worth = spend.customer_lifetime_value(
        orders, x, t_x, age, mean, time=12, discount_rate=0.01, freq="W"
    )
    return alive, expected, each, worth


def main():
    """Print what was found as JSON."""
    folder, sizes = Path(sys.argv[1]), [int(size) for size in sys.argv[2:]]
    seconds, orders, columns = {}, None, None
    for size in sizes:
        columns = np.load(folder / f"{size}.npy")
        seconds[f"fit {size}"], orders = timed(
            lambda c=columns: lifetimes.BetaGeoFitter().fit(*c[:3]), 5 if size < 1e5 else 1
        )
    again = columns[0] > 0
    seconds[f"spend {sizes[-1]}"], spend = timed(
        lambda: lifetimes.GammaGammaFitter().fit(columns[0][again], columns[3][again]), 1
    )
    seconds[f"score {sizes[-1]}"], _ = timed(lambda: score(orders, spend, columns), 1)
    learned = [float(orders.params_[n]) for n in ("r", "alpha", "a", "b")]
    learned += [float(spend.params_[n]) for n in ("p", "q", "v")]
    version = f"lifetimes {lifetimes.__version__}"
    print(json.dumps({"seconds": seconds, "learned": learned, "version": version}))


if __name__ == "__main__":
    main()
