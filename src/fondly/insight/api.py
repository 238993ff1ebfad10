"""Signals by API, as of the current scoring run."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import StringConstraints

from fondly.base.rest import PROBLEMS, Cursor, Id, Limit, Line, Page, page_of
from fondly.base.sources import signal_sources
from fondly.clients.models import Client
from fondly.insight.backtest.drift import Drift
from fondly.insight.listing.extras import told_by
from fondly.insight.models import Backtest, MonthEnd, MonthlySignal, ScoreRun, Signal
from fondly.insight.rules import OLDEST
from fondly.insight.scoring.taught import Taught
from fondly.insight.telling.why import Why, why
from fondly.team.tokens import bearer

router = Router(tags=["signals"])
Month = Annotated[str, StringConstraints(pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])$")]


class SignalOut(Schema):
    """What follows from a client's facts. null: the number cannot be supported.

    Money in minor units of the reporting currency; intervals at 80 %.
    """

    client_id: Id
    first_order_on: date | None
    last_order_on: date | None
    orders: int
    revenue: int
    orders_12m: int
    revenue_12m: int
    mean_order: int | None
    service_days: int | None
    gap_days: float | None
    gap_spread_days: float | None
    days_since_order: int | None
    cycles_silent: float | None
    next_from: date | None
    next_until: date | None
    p_active: float | None
    p_active_low: float | None
    p_active_high: float | None
    basis: Literal["", "orders", "contract", "touches"]
    act_by: date | None
    heard_days: int
    last_heard_on: date | None
    answered: float | None
    their_answer_hours: float | None
    our_answer_hours: float | None
    called_off_12m: int
    expected_orders_12m: float | None
    expected_orders_24m: float | None
    worth_12m: int | None
    worth_24m: int | None
    worth_24m_low: int | None
    worth_24m_high: int | None
    contracts: int
    recurring_12m: int | None
    renews_on: date | None
    notice_by: date | None
    price_step_on: date | None
    price_step: float | None
    p_renew: float | None
    p_renew_low: float | None
    p_renew_high: float | None
    recency_score: int | None
    frequency_score: int | None
    monetary_score: int | None
    gives_12m: int
    asks_12m: int
    services_12m: int
    balance: int
    last_touch_on: date | None
    days_since_touch: int | None
    ideal_days: int | None
    maximum_days: int | None
    days_over_cadence: int | None
    reach_email: bool
    reach_phone: bool
    reach_post: bool
    tier: str
    tier_points: float | None
    tier_parts: dict[str, float]
    stage: str
    # What other apps know, by their slug: nothing where no app does.
    told: dict[str, Any]

    @staticmethod
    def resolve_told(row: Signal) -> dict[str, Any]:
        """Return what `_with_told` put there."""
        return dict(getattr(row, "told", {}))


class PartOut(Schema):
    """One part of the log-odds, in hundredths, and the chance with the parts so far."""

    name: str
    words: str
    weight: float
    after: float


class WhyOut(Schema):
    """Why a chance is what it is: the weights sum to `total`, the log-odds of it.

    A contract that is known to end has no odds: `is_certain`.
    """

    basis: Literal["orders", "contract", "touches"]
    probability: float
    total: float
    parts: list[PartOut]
    act_by: date | None
    is_certain: bool


class ScoreRunOut(Schema):
    """The run whose signals are shown, and in words what they can support.

    `proof`: of the clients `shown` before so many had `missed` a change; of some that were
    scored `again`, as if they had changed, so many came out `different`.
    """

    id: Id
    as_of: date
    clients: int
    model: str
    verdict: str
    proof: dict[str, int]


class MonthOut(Schema):
    """The main signals at the end of a month; `as_of` is its last run, or its last day.

    Only of clients who had ordered or agreed on something by then. `is_reckoned`: computed
    afterwards, from what is known of that day now.
    """

    client_id: Id
    month: str
    as_of: date
    is_reckoned: bool
    p_active: float | None
    worth_24m: int | None
    tier: str
    stage: str
    orders: int
    orders_12m: int
    revenue_12m: int
    gap_days: float | None
    days_since_order: int | None
    first_order_on: date | None

    @staticmethod
    def resolve_month(row: MonthlySignal) -> str:
        """Write the month as 2026-03."""
        return f"{row.month_end.month:%Y-%m}"

    @staticmethod
    def resolve_as_of(row: MonthlySignal) -> date:
        """Return the day the month's signals are as of."""
        return row.month_end.as_of

    @staticmethod
    def resolve_is_reckoned(row: MonthlySignal) -> bool:
        """Tell whether the month was computed afterwards."""
        return bool(row.month_end.is_reckoned)


@router.get("/signals/run", response={200: ScoreRunOut, **PROBLEMS}, auth=bearer("read"))
def get_run(request: Any) -> ScoreRun:
    """Return the current scoring run; 404 before the first."""
    run = ScoreRun.current()
    if run is None:
        raise Http404
    return run


class LookedAtOut(Schema):
    """What was expected of some clients, and what came.

    `tenths` are (mean chance, share that bought again, clients) by chance; `inside` is the
    share of clients within their 80 % interval.
    """

    clients: int
    again: float
    log_loss: float
    log_loss_of_all_alike: float
    auc: float | None
    auc_of_recency: float | None
    expected: float
    actual: int
    inside: float
    calibration_error: float
    tenths: list[tuple[float, float, int]]


class JudgedOut(LookedAtOut):
    """What was expected at the end of `as_of` for the next `days`, and what came.

    `tiers` name for each tier (expected purchases, actual ones, clients), `by_tier` all
    measures of those large enough: by the tiers of then where `are_of_then`, else of today.
    `losses` are the log losses of the kinds of model that were tried.
    """

    as_of: date
    days: int
    tiers: dict[str, tuple[float, int, int]]
    by_tier: dict[str, LookedAtOut] = {}
    are_of_then: bool = False
    losses: dict[str, float] = {}


class TaughtOut(Schema):
    """By what answers are corrected: `shift` is added to the log-odds of being active, and
    totals are multiplied by `level`; `by_tier` has (shift, level) of tiers that differ."""

    family: str
    shift: float
    level: float
    by_tier: dict[str, tuple[float, float]]


class DriftOut(Schema):
    """What changed since a day: `p_value` is the chance of so much if nothing did,
    `parameter` moved most, by `factor`; `pace` of buying and `leaving` are factors too."""

    since: date
    p_value: float
    parameter: str
    factor: float
    pace: float
    leaving: float


class QualityOut(Schema):
    """How good forecasts were, and by what they are corrected since (`level` for all)."""

    as_of: date
    level: float
    taught: TaughtOut
    drift: DriftOut | None
    origins: list[JudgedOut]

    @staticmethod
    def resolve_taught(made: Backtest) -> Taught:
        """Return all corrections."""
        return made.lessons

    @staticmethod
    def resolve_drift(made: Backtest) -> Drift | None:
        """Return what changed since the newest look."""
        return made.moved


@router.get("/signals/quality", response={200: QualityOut, **PROBLEMS}, auth=bearer("read"))
def get_quality(request: Any) -> Backtest:
    """Return the last look back at earlier forecasts; 404 before the first."""
    made = Backtest.newest()
    if made is None:
        raise Http404
    return made


@router.get("/signals", response={200: Page[SignalOut], **PROBLEMS}, auth=bearer("read"))
def list_signals(
    request: Any,
    after: Cursor | None = None,
    limit: Limit = 50,
    tier: Line | None = None,
    stage: Line | None = None,
) -> dict[str, Any]:
    """List the current signals of the clients that may be seen, by client.

    A page goes on after the last client also when everybody was scored meanwhile.
    """
    asked = {"tier": tier, "stage": stage}
    known = {key: value for key, value in asked.items() if value is not None}
    seen = Client.objects.seen_by(request.user)
    rows = Signal.objects.current().filter(client__in=seen, **known)
    page = page_of(rows, after=after, limit=limit, key="client_id")
    return page | {"items": _with_told(page["items"])}


@router.get(
    "/signals/history", response={200: Page[MonthOut], **PROBLEMS}, auth=bearer("read")
)
def list_months(
    request: Any, month: Month, after: Cursor | None = None, limit: Limit = 50
) -> dict[str, Any]:
    """List the signals of one month, of the clients that may be seen; 404 if none is kept.

    A page goes on after the last client also when the month was computed anew meanwhile.
    """
    shown = MonthEnd.objects.shown()
    end = get_object_or_404(shown, month=date.fromisoformat(f"{month}-01"))
    seen = Client.objects.seen_by(request.user)
    rows = MonthlySignal.objects.of_month(end).filter(client__in=seen)
    rows = rows.select_related("month_end")
    return page_of(rows, after=after, limit=limit, key="client_id")


@router.get(
    "/clients/{client_id}/signals/history",
    response={200: list[MonthOut], **PROBLEMS},
    auth=bearer("read"),
)
def get_months(request: Any, client_id: Id) -> Any:
    """Return one client's months that are kept, the oldest first."""
    client = get_object_or_404(Client.objects.seen_by(request.user), pk=client_id)
    return MonthlySignal.objects.course(client.pk, since=OLDEST, until=date.max)


@router.get(
    "/clients/{client_id}/signals",
    response={200: SignalOut, **PROBLEMS},
    auth=bearer("read"),
)
def get_signals(request: Any, client_id: Id) -> Signal:
    """Return one client's signals."""
    client = get_object_or_404(Client.objects.seen_by(request.user), pk=client_id)
    [found] = _with_told([get_object_or_404(Signal.objects.current(), client=client)])
    return found


@router.get(
    "/clients/{client_id}/signals/why",
    response={200: list[WhyOut], **PROBLEMS},
    auth=bearer("read"),
)
def get_why(request: Any, client_id: Id) -> list[Why]:
    """Return why each chance of a client is what it is; nothing where none is given."""
    client = get_object_or_404(Client.objects.seen_by(request.user), pk=client_id)
    signal = get_object_or_404(Signal.objects.current(), client=client)
    return why(signal.run, signal)


def _with_told(rows: list[Signal]) -> list[Signal]:
    """Add what other apps know of these clients, one query for each of them."""
    found: dict[int, dict[str, Any]] = {row.client_id: {} for row in rows}
    for source in signal_sources:
        for client_id, value in told_by(source, list(found)).items():
            found[client_id][source.slug] = value
    for row in rows:
        vars(row)["told"] = found[row.client_id]
    return rows
