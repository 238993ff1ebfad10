"""What the engine is asked, from settings and the business's own rates."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.base.money import exponent
from fondly.clients.models import Rate
from fondly.insight.models import ScoreRun
from fondly.insight.source.request import KINDS, Database, Engine, Request
from fondly.team.models import Business


def request(as_of: date, *, engine: Engine | None = None, **narrower: Any) -> Request:
    """Return the request for everybody as of the end of `as_of`, or a narrower one.

    Unless told otherwise it goes where the run that is shown was computed.
    """
    business = Business.current() or Business()
    return Request(
        database=_database(),
        as_of=as_of,
        currency=business.currency,
        time_zone=business.time_zone,
        rates=_rates(business.currency),
        notes=str(settings.FONDLY_HOME / "cache"),
        engine=engine or usual_engine(),
        **narrower,
    )


def usual_engine() -> Engine:
    """Return where signals are computed when nobody says: as set, else as what is shown."""
    if settings.SCORE_ENGINE or settings.SCORE_ORDERS:
        return engine()
    run = ScoreRun.current()
    return engine_of(run) if run else Engine()


def engine_of(run: ScoreRun) -> Engine:
    """Return by whom a run was computed, and from which orders."""
    return Engine(**run.fit.get("engine", {}))


def engine(
    kind: str | None = None,
    *,
    orders: str | None = None,
    master: str | None = None,
    without_unknown: bool = False,
) -> Engine:
    """Return an engine as it was asked for; what was not said is as set."""
    kind = kind or settings.SCORE_ENGINE or "duckdb"
    if kind not in KINDS:
        raise Refusal(_("There is no engine “%(kind)s”."), kind=kind)
    return Engine(
        kind=kind,
        orders=_absolute(settings.SCORE_ORDERS if orders is None else orders),
        master=(master or settings.SPARK_MASTER) if kind == "spark" else "",
        scratch=settings.SPARK_SCRATCH if kind == "spark" else "",
        without_unknown=without_unknown or settings.SCORE_WITHOUT_UNKNOWN,
    )


def engine_for_few(run: ScoreRun) -> Engine | None:
    """Return where some clients of a run are computed within seconds; None where that
    cannot be.

    Starting Spark takes longer than that, and DuckDB gives the same signals; but only of
    orders that are here.
    """
    usual = engine_of(run)
    if usual.orders and not Path(usual.orders).is_dir():
        return None
    return replace(usual, kind="duckdb")


def _absolute(place: str) -> str:
    """Return a folder by its whole path: it is read again from elsewhere."""
    folder = Path(place).expanduser()
    return str(folder.resolve()) if place and folder.is_dir() else place


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
