"""Clients who never bought, as tests tell of them."""

from datetime import date, timedelta

import numpy as np

from fondly.clients.models import Client
from fondly.insight import actions
from fondly.insight.models import Signal
from fondly.testing import NOON, TODAY, a_client
from fondly.touches.models import Touch

SINCE = date(2024, 1, 1)


def a_relation(**about):
    """Return a client by their own word, not by an order."""
    return a_client(**{"client_since": SINCE} | about)


def said(client, *days_ago, direction="in", hours=0.0, **about):
    """Record one touch for each of so many days ago at noon, and some hours."""
    row = {"medium": "email", "purpose": "service", "direction": direction} | about
    Touch.objects.bulk_create(
        Touch(
            client=client,
            at=NOON - timedelta(days=float(n)) + timedelta(hours=hours),
            **row,
        )
        for n in days_ago
    )


def a_choir(count=30, *, gap=12, spoken=8):
    """Make others who write about every so many days, so that the law can be told."""
    dice = np.random.default_rng(7)
    for n in range(count):
        client = a_relation(name=f"Choir {n}")
        gaps = 1 + dice.poisson(gap - 1, spoken)
        said(client, *np.cumsum(gaps).tolist())


def score(today=TODAY):
    """Score everybody."""
    return actions.score_all(as_of=today, now=NOON)


def shown(client):
    """Return the signals that are shown of a client."""
    return Signal.objects.current().get(client=client)


def many(count):
    """Return so many saved clients."""
    return Client.objects.bulk_create(
        Client(name=f"M{n}", sort_name=f"m{n:06}", client_since=SINCE) for n in range(count)
    )
