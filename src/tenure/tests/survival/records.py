"""Records of leaving: two that were printed, and clients drawn from known hazards."""

from pathlib import Path

import numpy as np
import pandas as pd

# Weeks in remission of 42 children: Freireich et al. (1963), Blood 21, 699-716; analysed
# by Cox (1972). The first 21 had a placebo; of the others the last 12 were still in
# remission when last seen.
PLACEBO = (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)
RELAPSED = (6, 6, 6, 7, 10, 13, 16, 22, 23)
IN_REMISSION = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
WEEKS = np.array(PLACEBO + RELAPSED + IN_REMISSION, dtype=float)
RELAPSE = np.repeat([1.0, 0.0], [30, 12])
DRUG = np.repeat(["placebo", "6-MP"], 21)

TRUTH = {"plan=yearly": np.log(0.5), "price": 0.3}
RATE = 0.08


def rossi():
    """Return week, arrest and covariates of 432 released prisoners.

    Rossi, Berk and Lenihan (1980), "Money, work and crime"; as in R's carData, without the
    columns on schooling and work by week.
    """
    path = Path(__file__).parent / "rossi.csv"
    names = path.read_text().splitlines()[0].split(",")
    columns = np.loadtxt(path, delimiter=",", skiprows=1).T
    table = dict(zip(names, columns, strict=True))
    return table.pop("week"), table.pop("arrest"), table


def clients(size, seed, *, oldest=24):
    """Return duration, left and covariates of clients with a constant hazard each.

    In quarters of a period, at whose ends they leave; the first is followed to the end.
    """
    rng = np.random.default_rng(seed)
    plan = rng.choice(["monthly", "yearly"], size)
    price = rng.normal(20, 1, size)
    logs = TRUTH["plan=yearly"] * (plan == "yearly") + TRUTH["price"] * (price - 20)
    stay = np.ceil(rng.exponential(1 / (RATE * np.exp(logs))) * 4) / 4
    seen = rng.integers(oldest // 4, oldest + 1, size).astype(float)
    stay[0], seen[0] = np.inf, oldest
    return np.minimum(stay, seen), stay <= seen, {"plan": plan, "price": price}


def truly_kept(start, end, covariates):
    """Return the chance that such clients, there at `start`, are there at `end`."""
    logs = TRUTH["plan=yearly"] * (np.asarray(covariates["plan"]) == "yearly")
    logs = logs + TRUTH["price"] * (np.asarray(covariates["price"]) - 20)
    return np.exp(-RATE * np.exp(logs) * (np.asarray(end) - start))


def subscribers():
    """Return the contracts of the page: a third were old when first seen."""
    months, left, known = clients(3_000, seed=30)
    first_seen = np.where(np.arange(3_000) % 3 == 0, np.arange(3_000) % 10, 0)
    log = pd.DataFrame({"months": months, "left": left, "first_seen": first_seen, **known})
    return log[log["months"] > log["first_seen"]]
