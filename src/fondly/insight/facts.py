"""Facts: what is known of each client on a day, as Ibis tables.

A row that belongs to an unpublished arrival is not there, and neither is anything later
than the day asked for.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis

from fondly.insight.source.live import Live
from fondly.insight.source.request import Request

RATES = {"currency": "string", "day": "date", "factor": "float64"}


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """Which arrivals count: those there when reading began, except the unpublished.

    Read once, before anything else: of an import that begins or is published meanwhile,
    a reader sees all or nothing.
    """

    newest: int
    hidden: list[int]

    @classmethod
    def of(cls, live: Live) -> "Arrived":
        """Read the arrivals."""
        arrivals = live.table("clients_arrival")
        found = arrivals.aggregate(
            newest=arrivals.id.max().fill_null(0),
            hidden=arrivals.id.collect(where=~arrivals.is_published),
        ).to_pyarrow()
        row = found.to_pylist()[0]
        return cls(newest=row["newest"], hidden=list(row["hidden"] or []))

    def of_table(self, rows: Any) -> Any:
        """Keep the rows that a reader may see."""
        known = rows.arrival_id <= self.newest
        if self.hidden:
            known &= ~rows.arrival_id.isin(self.hidden)
        return rows.filter(rows.arrival_id.isnull() | known)


@dataclass(frozen=True)
class Facts:
    """The tables that signals are made of."""

    live: Live
    asked: Request
    arrived: Arrived

    @classmethod
    def read(cls, live: Live, asked: Request) -> "Facts":
        """Return the facts of `asked` in the database that `live` holds."""
        return cls(live, asked, Arrived.of(live))

    def seen(self, name: str) -> Any:
        """Return a table without what has not fully arrived."""
        return self.arrived.of_table(self.live.table(name))

    def clients(self) -> Any:
        """One row per client."""
        return self.seen("clients_client").rename(client_id="id").drop("arrival_id")

    def orders(self) -> Any:
        """One row per order until the day asked for, with the day it counts on.

        A refund whose original is known counts on the day of the original.
        """
        until = ibis.literal(self.asked.as_of)
        rows = self.seen("clients_order")
        rows = rows.filter(rows.placed_on <= until)
        found = self.arrived.of_table(self.live.originals())
        found = found.filter(found.placed_on <= until)
        original = found.select(refund_of_id="id", client_id="client_id", back="placed_on")
        # The live table is read once: its columns are what reading costs.
        rows = rows.left_join(original, ["refund_of_id", "client_id"])
        # First a table, then its columns: what is selected of a join is a join still.
        rows = rows.mutate(day=ibis.coalesce(rows.back, rows.placed_on))
        return rows.select("client_id", "amount", "currency", "day")

    def touches(self) -> Any:
        """One row per touch until the day asked for."""
        rows = self.seen("touches_touch")
        return rows.filter(rows.at < ibis.literal(self.asked.until))

    def consents(self) -> Any:
        """One row per consent entry until the day asked for."""
        rows = self.seen("clients_consententry")
        return rows.filter(rows.at < ibis.literal(self.asked.until))

    def rates(self) -> Any:
        """Return the factor of each currency on each day on which one is known."""
        return ibis.memtable(
            _every_day(self.asked.rates, until=self.asked.as_of), schema=ibis.schema(RATES)
        )


def _every_day(
    rates: list[tuple[str, date, float]], *, until: date
) -> list[tuple[str, date, float]]:
    """Write out for each day the newest rate on or before it.

    An equality join on (currency, day) is the same in every engine, an as-of join is not.
    """
    rows = []
    ordered = sorted(rates)
    for place, (currency, start, factor) in enumerate(ordered):
        following = ordered[place + 1] if place + 1 < len(ordered) else None
        last = until
        if following and following[0] == currency:
            last = min(until, following[1] - timedelta(days=1))
        span = (last - start).days + 1
        rows += [(currency, start + timedelta(days=n), factor) for n in range(span)]
    return rows
