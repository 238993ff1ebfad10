"""A summary that is kept: a night's orders are added without reading the log again."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa

from tenure.errors import BadInput
from tenure.summary import arrow
from tenure.summary.columns import Columns, Unit, day_of, days_of
from tenure.summary.expression import DAILY
from tenure.summary.inmemory import daily
from tenure.summary.nights import (
    WIDTHS,
    Arrays,
    merged,
    opened_state,
    put_again,
    summary_of,
)
from tenure.summary.questions import Daily, State
from tenure.summary.sources import run

NAME = b"tenure.summary.Kept"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What must be known of each client so that new orders can be added to a summary.

    One row per client in `clients` and in each column; `columns` and `until` say of what
    log and up to which day. Nothing is changed in place: `updated` returns another.
    """

    columns: Columns
    until: date
    clients: pa.Array
    state: Arrays

    @classmethod
    def of(
        cls,
        transactions: Any,
        *,
        client: str,
        at: str,
        amount: str | None = None,
        observed_until: Any,
    ) -> "Kept":
        """Return the state of a log up to the day `observed_until`; see `summarise`."""
        columns = Columns(client=client, at=at, amount=amount)
        until = day_of(observed_until, name="observed_until")
        found = run(transactions, State(columns=columns, until=until, clock=DAILY))
        clients, state = opened_state(found)
        return cls(columns=columns, until=until, clients=clients, state=state)

    def updated(self, new: Any, *, observed_until: Any, log: Any = None) -> "Kept":
        """Return the state once the orders of `new` have been added.

        `new` holds the orders that were not given before, in the columns of the log. What
        lies after the day `observed_until` is left out: give it again another day. Orders
        before a client's last known day are late: such a client is summed again from `log`,
        the whole log with the new orders in it. Raises `BadInput` for late orders without
        a log, and for a day before that of the state.
        """
        until = day_of(observed_until, name="observed_until")
        if until < self.until:
            raise BadInput(f"This was already seen until {self.until}.")
        asked: dict[str, Any] = {"columns": self.columns, "clock": DAILY}
        days = daily(new, self.columns, until=until)
        if days is None:
            days = run(new, Daily(until=until, **asked))
        if not len(days):
            return replace(self, until=until)
        more = merged(self.clients, self.state, days)
        if len(more.late):
            if log is None:
                words = "have orders before their last known day: give the log"
                raise BadInput(f"{len(more.late):,} clients {words}.")
            only = tuple(more.late.to_pylist())
            again = run(log, State(until=until, only=only, **asked))
            put_again(more, *opened_state(again))
        return replace(self, until=until, clients=more.clients, state=more.state)

    def summary(self, *, unit: Unit) -> pa.Table:
        """Return the table that `summarise` returns for all orders added up to now."""
        return summary_of(
            self.clients,
            self.state,
            until=self.until,
            length=days_of(unit),
            is_spent=self.columns.amount is not None,
        )

    @property
    def table(self) -> pa.Table:
        """The state as an Arrow table, to be written where you like; see `of_table`.

        Arrow's own files without compression are mapped into memory instead of read.
        """
        said = {"until": self.until.isoformat(), **asdict(self.columns)}
        columns = {name: arrow.array(values) for name, values in self.state.items()}
        table = pa.table({"client": self.clients, **columns})
        return table.replace_schema_metadata({NAME: json.dumps(said)})

    @classmethod
    def of_table(cls, table: pa.Table) -> "Kept":
        """Return the state that `table` wrote; raise `BadInput` if it is none."""
        metadata = table.schema.metadata or {}
        if NAME not in metadata or not {"client", *WIDTHS} <= set(table.column_names):
            raise BadInput("This is not the table of a kept state.")
        said = json.loads(metadata[NAME])
        until = date.fromisoformat(said.pop("until"))
        clients, state = opened_state(table)
        return cls(columns=Columns(**said), until=until, clients=clients, state=state)
