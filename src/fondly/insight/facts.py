"""Facts: what is known of each client on a day, as Ibis tables.

Nothing is later than the day asked for, and nothing belongs to an unpublished arrival
(`source.live` leaves those out).
"""

from dataclasses import dataclass, field
from typing import Any

import ibis

from fondly.insight.source.given import Given
from fondly.insight.source.live import COLUMNS, ORIGINALS, RATES, REPORTED


@dataclass(frozen=True)
class Facts:
    """The tables that signals are made of, and what is kept on the way, in order."""

    given: Given
    kept: list[tuple[str, Any]] = field(default_factory=list)

    def table(self, name: str) -> Any:
        """Return a table of the live database."""
        return ibis.table((COLUMNS | REPORTED)[name], name=name)

    def keep(self, name: str, rows: Any) -> Any:
        """Have `rows` computed once, as they are read more than once."""
        self.kept.append((name, rows))
        return ibis.table(rows.schema(), name=name)

    def clients(self) -> Any:
        """One row per client."""
        return self.table("clients_client").rename(client_id="id")

    def orders(self) -> Any:
        """One row per order until the day asked for, with the day it counts on.

        A refund whose original is known counts on the day of the original.
        """
        until = self.given.as_of
        rows = self.table("clients_order")
        rows = rows.filter(rows.placed_on <= until)
        found = ibis.table(ORIGINALS, name="originals")
        found = found.filter(found.placed_on <= until)
        original = found.select(refund_of_id="id", client_id="client_id", back="placed_on")
        # The live table is read once: its columns are what reading costs.
        rows = rows.left_join(original, ["refund_of_id", "client_id"])
        # First a table, then its columns: what is selected of a join is a join still.
        rows = rows.mutate(day=ibis.coalesce(rows.back, rows.placed_on))
        return rows.select("client_id", "amount", "currency", "day")

    def touches(self) -> Any:
        """One row per touch until the day asked for."""
        rows = self.table("touches_touch")
        return rows.filter(rows.at < self.given.until)

    def consents(self) -> Any:
        """One row per consent entry until the day asked for."""
        rows = self.table("clients_consententry")
        return rows.filter(rows.at < self.given.until)

    def rates(self) -> Any:
        """Return the factor of each currency on each day on which one is known."""
        return ibis.table(RATES, name="rates")
