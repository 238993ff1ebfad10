"""The history of the main signals: a month's rows are those of its last run.

Rows are written beside those that are shown; one row then shows them, with the run itself.
Past months can be computed afterwards, by the same expressions as of their last days.
"""

from datetime import date, datetime
from functools import partial
from typing import Any

import pyarrow.compute as pc
from django.conf import settings
from django.db.models import Count, Q, Sum

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.base.tasks import fenced
from fondly.clients.models import Contract, Order
from fondly.insight import rules
from fondly.insight.actions import writing
from fondly.insight.actions.asking import request
from fondly.insight.actions.compute import Computed, compute
from fondly.insight.models import (
    Backtest,
    MonthEnd,
    MonthlySignal,
    MonthState,
    ScoreRun,
)
from fondly.insight.source.request import Engine

KEPT = [
    "client_id",
    "p_active",
    "worth_24m",
    "tier",
    "stage",
    "orders_12m",
    "revenue_12m",
    "gap_days",
    "days_since_order",
    "orders",
    "first_order_on",
    "relation",
]


def quietly(_done: int, _of: int) -> None:
    """Tell nobody how far it has come."""


def of_run(run: ScoreRun, found: Computed, *, now: datetime) -> MonthEnd:
    """Write the month of a full run beside what is shown; `show` shows it."""
    return _write(found, as_of=run.as_of, now=now, held=partial(writing.hold, run))


def show(end: MonthEnd) -> None:
    """Show a month's rows in place of earlier ones; inside the caller's transaction."""
    _hold(end)
    MonthEnd.objects.shown().filter(month=end.month).update(state=MonthState.LEFT)
    end.state = MonthState.SHOWN
    end.save(update_fields=["state"])


def reckon(
    *,
    months: int,
    today: date,
    now: datetime,
    again: bool = False,
    most: int | None = None,
    engine: Engine | None = None,
    told: writing.Told = quietly,
) -> list[date]:
    """Compute past months that are not known, the newest first; return which.

    A month that was recorded at its time stays as it was; one that was reckoned is done
    anew if orders or contracts of its time came or went since, or `again`. Killed at any
    moment it goes on with the month at which it was. It ends where nobody had bought
    anything yet, and after `most` months.
    """
    rules.must_be_months(months, kept=settings.HISTORY_MONTHS)
    done: list[date] = []
    shown = {end.as_of: end for end in MonthEnd.objects.before(rules.month_of(today))}
    known = {rules.month_of(day): end for day, end in shown.items()}
    facts = facts_by([day for day, end in shown.items() if end.is_reckoned])
    for day in rules.month_ends(today, months):
        if most is not None and len(done) >= most:
            break
        if not _is_wanted(known.get(rules.month_of(day)), facts.get(day), again=again):
            continue
        if not _reckon_one(day, now=now, engine=engine):
            break
        done.append(rules.month_of(day))
        told(len(done), months)
    tidy(today=today, now=now)
    return done


def tidy(*, today: date, now: datetime) -> None:
    """Clear away what was superseded or left behind, and months that are too old."""
    oldest = rules.oldest_kept(today, settings.HISTORY_MONTHS)
    with fenced():
        MonthEnd.objects.filter(month__lt=oldest).update(state=MonthState.LEFT)
    for end in MonthEnd.objects.outlived(now):
        writing.clear(MonthlySignal.objects.of_month(end), month_end_id=end.pk)
        with fenced():
            end.delete()
    for end in MonthEnd.objects.shown().filter(written_at=now):
        # Whom an undone import took away while the month was written.
        with fenced():
            MonthlySignal.objects.of_month(end).of_nobody().delete()


def wants_past(today: date) -> bool:
    """Tell whether there are clients now and nothing is kept of any earlier month, or
    months were computed of which other orders or contracts are known by now."""
    month = rules.month_of(today)
    now = MonthEnd.objects.shown().filter(month=month, clients__gt=0)
    if not now.exists():
        return False
    before = list(MonthEnd.objects.before(month))
    facts = facts_by([end.as_of for end in before if end.is_reckoned])
    return not before or any(end.is_outdated(facts.get(end.as_of)) for end in before)


def past_months(today: date, *, least: int) -> int:
    """Return how many months back what was computed afterwards reaches, or `least`."""
    oldest = MonthEnd.objects.shown().filter(is_reckoned=True).order_by("month").first()
    if oldest is None:
        return least
    first = rules.month_of(today)
    apart = (first.year - oldest.month.year) * 12 + first.month - oldest.month.month
    return max(least, apart)


def facts_by(days: list[date]) -> dict[date, list[int]]:
    """Return by day how many orders and contracts are known to have been by it, and their
    sums; each table is read once."""
    orders = _by_day(Order.objects.all(), "placed_on", "amount", days)
    contracts = _by_day(Contract.objects.all(), "started_on", "price", days)
    return {day: [*orders[day], *contracts[day]] for day in days}


def _by_day(rows: Any, on: str, money: str, days: list[date]) -> dict[date, list[int]]:
    asked: dict[str, Any] = {}
    for place, day in enumerate(days):
        until = Q(**{f"{on}__lte": day})
        asked |= {f"n{place}": Count("pk", filter=until)}
        asked |= {f"sum{place}": Sum(money, filter=until)}
    found = rows.aggregate(**asked) if days else {}
    return {day: [found[f"n{n}"], found[f"sum{n}"] or 0] for n, day in enumerate(days)}


def _is_wanted(known: MonthEnd | None, facts: list[int] | None, *, again: bool) -> bool:
    if known is None:
        return True
    return known.is_reckoned and (again or known.is_outdated(facts))


def _reckon_one(day: date, *, now: datetime, engine: Engine | None) -> bool:
    """Compute one month and show it; False where there was nothing to keep yet."""
    facts = facts_by([day])[day]  # before: what comes meanwhile makes it out of date
    found = compute(request(day, engine=engine), taught=Backtest.taught_for(day))
    if not _rows(found).num_rows:
        return False
    end = _write(found, as_of=day, now=now, is_reckoned=True, facts=facts)
    with fenced():
        show(end)
    return True


def _write(found: Computed, *, as_of: date, now: datetime, **how: Any) -> MonthEnd:
    held = how.pop("held", lambda: None)
    rows = _rows(found)
    with fenced():
        end = MonthEnd.objects.create(
            month=rules.month_of(as_of),
            as_of=as_of,
            written_at=now,
            clients=rows.num_rows,
            model=found.model.to_json(),
            **how,
        )
        MonthEnd.objects.rivals(end).update(state=MonthState.LEFT)

    def still() -> None:
        held()
        _hold(end)

    rows = writing.named(rows, month_end_id=end.pk)
    writing.beside(MonthlySignal, rows, held=still, told=quietly)
    return end


def _rows(found: Computed) -> Any:
    """Keep whoever had ordered, agreed on something or come back: others are none yet."""
    table = found.table
    is_client = pc.or_(
        pc.is_valid(table["service_days"]), pc.equal(table["basis"], "touches")
    )
    return table.select(KEPT).filter(is_client)  # the rest is not copied


def _hold(end: MonthEnd) -> None:
    """Make sure that nobody has taken the month over; hold it until the commit."""
    rows = MonthEnd.objects.select_for_update().filter(pk=end.pk, state=MonthState.WRITING)
    if rows.values_list("pk").first() is None:
        raise Refusal(_("A later scoring run has taken over."))
