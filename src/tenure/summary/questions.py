"""The questions that are put to a log, in a form that can be compared and kept."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tenure.summary.columns import DUST, Clock, Columns
from tenure.summary.expression import (
    held,
    orders,
    purchased,
    purchases,
    summed,
    totals,
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Of which columns, up to which day, and in what time."""

    columns: Columns
    until: date
    clock: Clock

    @property
    def names(self) -> list[str]:
        """The columns that are read."""
        return self.columns.names


class Summary(Asked):
    """What each client did by the day `until`."""

    def expression(self, table: Any) -> Any:
        """Return the answer as an Ibis expression of the log."""
        return summed(table, self.columns, until=self.until, clock=self.clock)


@dataclass(frozen=True, kw_only=True)
class Holdout(Asked):
    """What each client did by the day `middle`, and after it."""

    middle: date

    def expression(self, table: Any) -> Any:
        """Return the answer as an Ibis expression of the log."""
        days = {"middle": self.middle, "until": self.until}
        return held(table, self.columns, **days, clock=self.clock)


class First(Asked):
    """The day of the first purchase."""

    def expression(self, table: Any) -> Any:
        """Return the answer as an Ibis expression of the log."""
        bought = purchases(table, self.columns, until=self.until)
        return bought.aggregate(first=bought.day.min())


class Monthly(Asked):
    """How many purchases there were in each month."""

    def expression(self, table: Any) -> Any:
        """Return the answer as an Ibis expression of the log."""
        bought = purchases(table, self.columns, until=self.until)
        days = bought.select("client", "day").distinct()
        month = days.day.truncate("M").cast("date")
        return days.group_by(month=month).aggregate(bought=days.count())


class Daily(Asked):
    """The net of each client's days, and how much was moved; purchases or not."""

    def expression(self, table: Any) -> Any:
        """Return the answer as an Ibis expression of the log."""
        rows = orders(table, self.columns, until=self.until)
        return rows.group_by("client", "day").aggregate(**_sums(rows))


@dataclass(frozen=True, kw_only=True)
class State(Asked):
    """Each client's days but the last one seen, added up, and that day still open.

    `only` names the clients who are wanted.
    """

    only: tuple[Any, ...] | None = None

    def expression(self, table: Any) -> Any:
        """Return the answer as an Ibis expression of the log."""
        rows = orders(table, self.columns, until=self.until)
        if self.only is not None:
            rows = rows.filter(rows.client.isin(self.only))
        latest = rows.group_by("client").aggregate(seen=rows.day.max())
        rows = rows.join(latest, "client")
        open_ = rows.filter(rows.day == rows.seen)
        last = open_.group_by("client", "seen").aggregate(**_sums(open_))
        earlier = rows.filter(rows.day < rows.seen).drop("seen")
        before = totals(purchased(earlier, self.columns), self.columns)
        kept = before.select(
            earlier_client=before.client,
            days=before.days,
            first=before["first"],
            last=before["last"],
            gap_logs=before.gap_logs,
            repeat_net=before.repeat_net if self.columns.amount else _none(before.days),
        )
        both = last.left_join(kept, last.client == kept.earlier_client)
        zero = {
            n: both[n].fill_null(0).cast(both[n].type())
            for n in ("days", "gap_logs", "repeat_net")
        }
        return both.drop("earlier_client").mutate(**zero)


def _sums(rows: Any) -> dict[str, Any]:
    """Return the net of some orders, and up to what it counts as nothing."""
    if "amount" not in rows.columns:
        return {"net": rows.count().cast("float64"), "least": _none(rows.count())}
    moved = rows.amount.cast("float64").abs().sum()
    least = _none(moved) if rows.amount.type().is_integer() else moved * DUST
    return {"net": rows.amount.sum().cast("float64"), "least": least}


def _none(number: Any) -> Any:
    """Return 0 as a float: DuckDB reads 0.0 as a decimal."""
    return number.cast("float64") * 0
