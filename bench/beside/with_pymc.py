"""Run by a Python that has `pymc-marketing`: the same fits by MAP, flat priors, timed."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pymc_marketing
from pymc_extras.prior import Prior
from pymc_marketing.clv import BetaGeoModel, GammaGammaModel

YEAR = 52.0
NAMES = ("r", "alpha", "a", "b")


def timed(work, times):
    """Return the median of the seconds, and what was found."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        found = work()
        took.append(time.perf_counter() - began)
    return sorted(took)[len(took) // 2], found


def fitted(rows):
    """Return the model at its highest posterior, which flat priors make the likelihood."""
    flat = {name: Prior("HalfFlat") for name in NAMES}
    model = BetaGeoModel(data=rows, model_config=flat)
    model.build_model()
    model.fit(method="map", progressbar=False)
    return model


def spent(rows):
    """Return the model of spend of those who came back, fitted likewise."""
    flat = {name: Prior("HalfFlat") for name in ("p", "q", "v")}
    again = rows[rows.frequency > 0]
    model = GammaGammaModel(data=again, model_config=flat)
    model.build_model()
    model.fit(method="map", progressbar=False)
    return model


def score(orders, spend, rows):
    """Return probability active, a year's purchases, spend, and lifetime value."""
    return (
        orders.expected_probability_alive(data=rows),
        orders.expected_purchases(data=rows, future_t=YEAR),
        spend.expected_customer_spend(data=rows),
        spend.expected_customer_lifetime_value(
            orders, data=rows, future_t=12, discount_rate=0.01, time_unit="W"
        ),
    )


def main():
    """Print what was found as JSON."""
    folder, sizes = Path(sys.argv[1]), [int(size) for size in sys.argv[2:]]
    seconds, model, rows = {}, None, None
    for size in sizes:
        x, t_x, age, mean = np.load(folder / f"{size}.npy")
        rows = pd.DataFrame(
            {"customer_id": np.arange(size), "frequency": x, "recency": t_x, "T": age}
        ).assign(monetary_value=np.where(x > 0, mean, 0.0))
        # The first is compiled for, the second is timed.
        fitted(rows) if size < 1e5 else None
        seconds[f"fit {size}"], model = timed(lambda r=rows: fitted(r), 1)
    seconds[f"spend {sizes[-1]}"], spend = timed(lambda: spent(rows), 1)
    seconds[f"score {sizes[-1]}"], _ = timed(lambda: score(model, spend, rows), 1)
    learned = [float(model.fit_result[name].mean()) for name in NAMES]
    learned += [float(spend.fit_result[name].mean()) for name in ("p", "q", "v")]
    version = f"pymc-marketing {pymc_marketing.__version__}"
    print(json.dumps({"seconds": seconds, "learned": learned, "version": version}))


if __name__ == "__main__":
    main()
