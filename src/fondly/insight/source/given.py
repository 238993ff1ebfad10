"""What is given with a request, as Ibis values that are the same for every request.

DuckDB holds them as variables (`Live` sets them), so that the text of a question does not
depend on the day or on who is asked about, and need be written only once.
"""

from typing import Any

import ibis


def _variable(variable: Any) -> Any:
    """Return what DuckDB holds under a name."""


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

    def __init__(self, *, with_rates: bool) -> None:
        self.with_rates = with_rates

    def border(self, score: str, fifth: int) -> tuple[Any, Any]:
        """Return the least value of a fifth, and the client who breaks its ties."""
        return _number(f"{score}_{fifth}_least"), _number(f"{score}_{fifth}_client")
