"""What is given with a request, as Ibis values that are the same for every request.

DuckDB holds them as variables (`Live` sets them), so that the text of a question does not
depend on the day or on who is asked about, and need be written only once. For Spark, which
has no such function, they are put in their places when a question is asked (`OnSpark`).
"""

from typing import Any

import ibis


def _variable(variable: Any) -> Any:
    """Return what DuckDB holds under a name."""


def timezone(zone: Any, instant: Any) -> Any:
    """Return the wall clock of `instant` in `zone`."""


def from_utc_timestamp(instant: Any, zone: Any) -> Any:
    """Return the wall clock in `zone` of `instant`, in a session whose clock is UTC."""


_in_zone: Any = ibis.udf.scalar.builtin(
    timezone, signature=(("string", "timestamp('UTC')"), "timestamp")
)
_from_utc: Any = ibis.udf.scalar.builtin(
    from_utc_timestamp, signature=(("timestamp('UTC')", "string"), "timestamp('UTC')")
)


def _of_kind(kind: str) -> Any:
    return ibis.udf.scalar.builtin(
        _variable, name="getvariable", signature=(("string",), kind)
    )


_day, _instant, _text, _number = map(_of_kind, ("date", "timestamp", "string", "float64"))


class Given:
    """The values of a request: the names are those of `Request.values`."""

    as_of: Any = _day("as_of")
    year_ago: Any = _day("year_ago")
    until: Any = _instant("until")
    year_from: Any = _instant("year_from")
    currency: Any = _text("currency")
    time_zone: Any = _text("time_zone")
    reports_of: Any = _number("reports_of")

    def __init__(self, *, with_rates: bool, dialect: str = "duckdb") -> None:
        self.with_rates = with_rates
        self.dialect = dialect

    def local_day(self, instant: Any) -> Any:
        """Return the business's own day of an instant, naive UTC or with a zone."""
        # Two steps: the naive UTC instant becomes one with a zone, then the local clock.
        instant = instant.cast("timestamp('UTC')")
        if self.dialect == "pyspark":
            return _from_utc(instant, self.time_zone).date()
        return _in_zone(self.time_zone, instant).date()

    def border(self, score: str, fifth: int) -> tuple[Any, Any]:
        """Return the least value of a fifth, and the client who breaks its ties."""
        return _number(f"{score}_{fifth}_least"), _number(f"{score}_{fifth}_client")
