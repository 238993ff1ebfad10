"""What the engine is asked, from settings and the business's own rates."""

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from fondly.base.money import exponent
from fondly.clients.models import Rate
from fondly.insight.source.request import Database, Request
from fondly.team.models import Business


def request(as_of: date, **narrower: Any) -> Request:
    """Return the request for everybody as of the end of `as_of`, or a narrower one."""
    business = Business.current() or Business()
    return Request(
        database=_database(),
        as_of=as_of,
        currency=business.currency,
        time_zone=business.time_zone,
        rates=_rates(business.currency),
        notes=str(settings.FONDLY_HOME / "cache"),
        **narrower,
    )


def _rates(currency: str) -> list[tuple[str, date, float]]:
    """Return the rates as factors between minor units, which have their own decimals."""
    rows = Rate.objects.exclude(currency=currency)
    return [
        (
            code,
            day,
            float(rate.scaleb(exponent(currency) - exponent(code))),
        )
        for code, day, rate in rows.values_list("currency", "from_day", "rate")
    ]


def _database() -> Database:
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return Database(kind="sqlite", address=str(Path(given["NAME"]).resolve()))
    parts = {
        "host": given["HOST"],
        "port": given["PORT"],
        "dbname": given["NAME"],
        "user": given["USER"],
        "password": given["PASSWORD"],
    } | {k: v for k, v in given["OPTIONS"].items() if isinstance(v, str)}
    return Database(
        kind="postgres",
        address=" ".join(f"{name}={_quoted(v)}" for name, v in parts.items() if v),
    )


def _quoted(value: object) -> str:
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"
