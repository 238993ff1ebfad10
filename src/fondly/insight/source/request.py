"""What the engine is asked, as it crosses to the child process."""

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Borders = dict[str, list[list[float]]]
KINDS = ("duckdb", "spark")  # of engines
YEAR = 365  # days; “12 months” is the last 365 days, the day asked for included


@dataclass(frozen=True, kw_only=True)
class Database:
    """Where the live rows are: an SQLite file, or a PostgreSQL connection string."""

    kind: str  # sqlite | postgres
    address: str


@dataclass(frozen=True, kw_only=True)
class Engine:
    """Who computes, and where the orders are: in the live database unless `orders` says.

    `orders` is a folder of Parquet files, or whatever else Spark can read by its name: a
    URI or a table. `scratch` is a folder that every worker of the cluster sees. With
    `without_unknown` orders of clients that are not known here are left out, otherwise
    they are refused.
    """

    kind: str = "duckdb"  # duckdb | spark
    orders: str = ""
    master: str = ""
    scratch: str = ""
    without_unknown: bool = False

    @property
    def dialect(self) -> str:
        """Return what Ibis calls the SQL of the engine."""
        return {"duckdb": "duckdb", "spark": "pyspark"}[self.kind]


@dataclass(frozen=True, kw_only=True)
class Request:
    """One question: everybody's facts, or some clients', as of the end of a day.

    `rates` are (currency, from day, factor): one minor unit of `currency` is `factor`
    minor units of the reporting currency from that day on. `borders` are those of an
    earlier run's fifths; None means that they are drawn anew. With
    `is_of_orders_only` the engine tells what was bought and ends. In the folder `notes` it
    may keep what it need not find out twice.
    `reports_of` asks for the reports on a run, whose signals it names, instead of signals.
    """

    database: Database
    as_of: date
    currency: str
    time_zone: str
    rates: list[tuple[str, date, float]] = field(default_factory=list)
    client_ids: list[int] | None = None
    borders: Borders | None = None
    is_of_orders_only: bool = False
    notes: str = ""
    reports_of: int = 0
    engine: Engine = Engine()

    @property
    def until(self) -> datetime:
        """The first instant after the day asked for, as naive UTC."""
        return self._midnight_of(self.as_of + timedelta(days=1))

    @property
    def year_from(self) -> datetime:
        """The first instant of the last 12 months, as naive UTC."""
        return self._midnight_of(self.as_of - timedelta(days=YEAR - 1))

    @property
    def year_ago(self) -> date:
        """The last day before the last 12 months."""
        return self.as_of - timedelta(days=YEAR)

    @property
    def values(self) -> dict[str, Any]:
        """Return by name what a question may refer to."""
        names = ("as_of", "year_ago", "until", "year_from", "currency", "time_zone")
        return {name: getattr(self, name) for name in (*names, "reports_of")}

    def _midnight_of(self, day: date) -> datetime:
        local = datetime.combine(day, time(), ZoneInfo(self.time_zone))
        return local.astimezone(UTC).replace(tzinfo=None)

    def to_json(self) -> str:
        """Return the request as one line of JSON."""
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> "Request":
        """Return the request that `to_json` wrote."""
        row: dict[str, Any] = json.loads(text)
        row["database"] = Database(**row["database"])
        row["engine"] = Engine(**row["engine"])
        row["as_of"] = date.fromisoformat(row["as_of"])
        row["rates"] = [(c, date.fromisoformat(d), f) for c, d, f in row["rates"]]
        return cls(**row)


def as_values(borders: Borders) -> dict[str, float | None]:
    """Return the borders of the fifths by the names that questions know them by; of few
    clients some fifths are not there."""
    found: dict[str, float | None] = {}
    for score, cuts in borders.items():
        for fifth in range(2, 6):
            least, client = cuts[fifth - 2] if fifth - 2 < len(cuts) else (None, None)
            found |= {f"{score}_{fifth}_least": least, f"{score}_{fifth}_client": client}
    return found
