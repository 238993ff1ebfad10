"""Reports by API, as of the newest run that has them."""

from datetime import date
from typing import Any, Literal

from django.http import Http404
from ninja import Router, Schema

from fondly.base.rest import PROBLEMS, Id
from fondly.insight.models import Report, ScoreRun
from fondly.insight.models.report import ALL
from fondly.insight.reports.totals import Rows
from fondly.insight.telling.reports import bridge, cohorts, equity, periods
from fondly.team.models import Business
from fondly.team.tokens import bearer

router = Router(tags=["insight"])
Cut = Literal["tier", "owner", "stage", "tag", "view"]


class SumOut(Schema):
    """Worth to come over 24 months in minor units, with its 80 % interval.

    null: less than 80 % of the worth has an interval. `priced` have a worth, `ranged` an
    interval too.
    """

    clients: int
    priced: int
    ranged: int
    worth: int
    low: int | None
    high: int | None


class PartOut(SumOut):
    """The sum of one part; `key` is a tier, a stage, a tag, a shared view's id, or a user's
    id (0: nobody)."""

    key: str


class EquityOut(Schema):
    """Customer equity, and its parts by what was asked for."""

    as_of: date
    currency: str
    all: SumOut
    parts: list[PartOut]


class MonthOut(Schema):
    """One month: `start` and the parts add up to `end` exactly. Minor units.

    Revenue of the 12 calendar months up to the month's end, against the month before.
    """

    month: str
    start: int
    new: int
    grown: int
    won_back: int
    shrunk: int
    lost: int
    end: int
    clients: dict[str, int]


class BridgeOut(Schema):
    """The bridge of the last 12 complete months, the oldest first."""

    as_of: date
    currency: str
    months: list[MonthOut]


class CohortOut(Schema):
    """Clients who first bought in the period that begins on `first_day`.

    `again[k]` of them bought k periods later; only periods that are over.
    """

    first_day: date
    clients: int
    again: list[int]


class CohortsOut(Schema):
    """The last 12 cohorts, the oldest first."""

    as_of: date
    by: str
    cohorts: list[CohortOut]


class GroupOut(Schema):
    """Clients of a tier in one group: `doubtful` (at most 50 % still active), `silent`,
    `unknown` (silent, no probability), `staying` or `unsaid`. Minor units.

    `gone` is what they bought in 12 months times the chance that they have left.
    """

    group: str
    tier: str
    clients: int
    revenue: int
    gone: int
    worth: int


class LeavingOut(Schema):
    """Everybody with whom we have not parted, in exactly one group each."""

    as_of: date
    currency: str
    groups: list[GroupOut]


class DayOut(Schema):
    """Contracts with a day of one kind in a month: renewal, notice, rise or fall.

    `yearly` is what they bill a year, in minor units.
    """

    month: str
    kind: str
    contracts: int
    clients: int
    yearly: int


class CalendarOut(Schema):
    """Each contract's next day of each kind, counted by month."""

    as_of: date
    currency: str
    months: list[DayOut]


@router.get("/insight/equity", response={200: EquityOut, **PROBLEMS}, auth=bearer("read"))
def get_equity(request: Any, by: Cut = "tier", owner: Id | None = None) -> dict[str, Any]:
    """Return what the clients that may be seen are expected to be worth.

    `owner` narrows it to one person's clients for those who see all.
    """
    run, rows, currency = _rows(request, "worth", owner)
    mine = [row for row in rows if row["cut"] == by]
    mine.sort(key=lambda row: (-row["worth"], row["key"]))
    return {
        "as_of": run.as_of,
        "currency": currency,
        "all": vars(equity.of_all(rows)),
        "parts": [vars(equity.summed(row)) | {"key": row["key"]} for row in mine],
    }


@router.get("/insight/bridge", response={200: BridgeOut, **PROBLEMS}, auth=bearer("read"))
def get_bridge(
    request: Any,
    tier: str | None = None,
    view: Id | None = None,
    owner: Id | None = None,
) -> dict[str, Any]:
    """Return how yearly revenue changed, month by month, of all, a tier or a view."""
    run, rows, currency = _rows(request, "bridge" if view is None else "views", owner)
    if view is not None:
        rows = [row for row in rows if row["view"] == view]
    if tier is not None:
        rows = [row for row in rows if row["tier"] == tier]
    return {
        "as_of": run.as_of,
        "currency": currency,
        "months": [
            month.changes
            | {
                "month": periods.key(month.number),
                "start": month.start,
                "end": month.end,
                "clients": month.clients,
            }
            for month in bridge.months(rows)
        ],
    }


@router.get("/insight/cohorts", response={200: CohortsOut, **PROBLEMS}, auth=bearer("read"))
def get_cohorts(
    request: Any, by: Literal["quarter", "month"] = "quarter", owner: Id | None = None
) -> dict[str, Any]:
    """Return how many of those who first bought in a period bought again in later ones."""
    run, rows, _currency = _rows(request, "cohorts", owner)
    a_year = cohorts.A_YEAR[by]
    return {
        "as_of": run.as_of,
        "by": by,
        "cohorts": [
            {
                "first_day": periods.first_day(one.number, a_year),
                "clients": one.clients,
                "again": list(one.again),
            }
            for one in cohorts.read(rows, by, run.as_of)
        ],
    }


@router.get("/insight/leaving", response={200: LeavingOut, **PROBLEMS}, auth=bearer("read"))
def get_leaving(request: Any, owner: Id | None = None) -> dict[str, Any]:
    """Return who may be leaving and what it costs, by group and tier."""
    run, rows, currency = _rows(request, "leaving", owner)
    groups = [row | {"gone": round(row["gone"])} for row in rows]
    groups.sort(key=lambda row: (row["group"], row["tier"]))
    return {"as_of": run.as_of, "currency": currency, "groups": groups}


@router.get(
    "/insight/calendar", response={200: CalendarOut, **PROBLEMS}, auth=bearer("read")
)
def get_calendar(request: Any, owner: Id | None = None) -> dict[str, Any]:
    """Return what contracts bring within a year, by month and kind of day."""
    run, rows, currency = _rows(request, "ahead", owner)
    days = [
        row
        | {"month": periods.key(row["month"])}
        | {"contracts": row.get("contracts", row["clients"])}
        for row in sorted(rows, key=lambda row: (row["month"], row["kind"]))
    ]
    return {"as_of": run.as_of, "currency": currency, "months": days}


def _rows(request: Any, name: str, owner: int | None) -> tuple[ScoreRun, Rows, str]:
    """Return the run, the rows of a report that this person sees, and the currency."""
    business = Business.current() or Business()
    run = Report.objects.run_shown()
    if run is None:
        raise Http404
    whose = ALL if owner is None else owner
    if not request.user.sees_all(business):
        whose = request.user.pk
    rows = Report.objects.filter(run=run).rows_of(name, whose=whose)[name]
    return run, rows, business.currency
