"""Run by a Python that has `pymc-marketing`: the same fits by MAP, flat priors, timed."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pymc_marketing
from pymc_extras.prior import Prior
from pymc_marketing.clv import BetaGeoModel

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


def main():
    """Print what was found as JSON."""
    folder, sizes = Path(sys.argv[1]), [int(size) for size in sys.argv[2:]]
    seconds, model, rows = {}, None, None
    for size in sizes:
        x, t_x, age, _ = np.load(folder / f"{size}.npy")
        rows = pd.DataFrame(
            {"customer_id": np.arange(size), "frequency": x, "recency": t_x, "T": age}
        )
        # The first is compiled for, the second is timed.
        fitted(rows) if size < 1e5 else None
        seconds[f"fit {size}"], model = timed(lambda r=rows: fitted(r), 1)
    seconds[f"chances {sizes[-1]}"], _ = timed(
        lambda: (
            model.expected_probability_alive(data=rows),
            model.expected_purchases(data=rows, future_t=YEAR),
        ),
        1,
    )
    learned = [float(model.fit_result[name].mean()) for name in NAMES]
    version = f"pymc-marketing {pymc_marketing.__version__}"
    print(json.dumps({"seconds": seconds, "learned": learned, "version": version}))


if __name__ == "__main__":
    main()
