"""Logs for the tests of the summary: public ones, and the rules in plain Python."""

import math
import os
from collections import defaultdict
from datetime import date
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import pandas as pd
import pytest

from tenure.season import Season
from tenure.tests.published import shared_folder

CHRISTMAS = Season((0.6, 0.8, 1, 0.9, 0.9, 1, 0.9, 0.8, 1.1, 1.3, 1.7, 1))


class Row(NamedTuple):
    """What a summary says of one client, from rules written out in plain Python."""

    frequency: int
    recency: float
    T: float
    monetary: float
    log_gaps: float
    first: date
    last: date


def by_hand(log, *, until, unit):
    """Summarise (client, day, amount) in plain Python."""
    nets = defaultdict(lambda: defaultdict(int))
    for client, day, amount in log:
        if day <= until:
            nets[client][day] += amount
    found = {}
    for client, days in nets.items():
        bought = sorted(day for day, net in days.items() if net > 0)
        if not bought:
            continue
        gaps = [(b - a).days / unit for a, b in pairwise(bought)]
        later = [days[day] for day in bought[1:]]
        found[client] = Row(
            len(later),
            (bought[-1] - bought[0]).days / unit,
            (until - bought[0]).days / unit,
            sum(later) / len(later) if later else 0.0,
            math.fsum(map(math.log, gaps)),
            bought[0],
            bought[-1],
        )
    return found


def _path(*parts):
    path = shared_folder().joinpath("data", *parts)
    if not path.exists():
        words = f"{parts[-1]} is not at {path}; set FONDLY_SHARED."
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    return path


def cdnow_sample():
    """Return the log of the 1/10 sample: client, at, amount."""
    return _cdnow(_path("cdnow", "CDNOW_sample.txt"))


@cache
def _cdnow(path):
    names = ["master", "client", "at", "cds", "amount"]
    log = pd.read_csv(path, sep=r"\s+", names=names, dtype={"at": str})
    log["at"] = pd.to_datetime(log["at"], format="%Y%m%d")
    return log[["client", "at", "amount"]]


def cdnow_summary():
    """Return the published summary of the sample."""
    return pd.read_csv(_path("cdnow", "cdnow_sample_summary.csv"))


def online_retail():
    """Return Online Retail, one row per line: client, at, amount in pounds."""
    return _retail(_path("online_retail", "online_retail.csv.gz"))


@cache
def _retail(path):
    wanted = ["CustomerID", "InvoiceDate", "Quantity", "UnitPrice"]
    log = pd.read_csv(path, usecols=wanted, parse_dates=["InvoiceDate"])
    amount = log["Quantity"] * log["UnitPrice"]
    log = pd.DataFrame(
        {"client": log["CustomerID"], "at": log["InvoiceDate"], "amount": amount}
    )
    return log.dropna(subset=["client"]).astype({"client": "int64"})
