"""The history of the main signals: a month's rows are those of its last run.

Rows are written beside those that are shown; one row then shows them, with the run itself.
Past months can be computed afterwards, by the same expressions as of their last days.
"""

from datetime import date, datetime
from functools import partial
from typing import Any

import pyarrow.compute as pc
from django.conf import settings

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.base.tasks import fenced
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
    told: writing.Told = quietly,
) -> list[date]:
    """Compute past months that are not known, the newest first; return which.

    A month that was recorded at its time stays as it was; one that was reckoned is done
    anew if `again`. Killed at any moment it goes on with the month at which it was. It
    ends where nobody had bought anything yet, and after `most` months.
    """
    rules.must_be_months(months, kept=settings.HISTORY_MONTHS)
    done: list[date] = []
    for day in rules.month_ends(today, months):
        if most is not None and len(done) >= most:
            break
        if not _is_wanted(day, again=again):
            continue
        if not _reckon_one(day, now=now):
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


def lacks_past(today: date) -> bool:
    """Tell whether there are clients now, and nothing is kept of any earlier month."""
    month = rules.month_of(today)
    now = MonthEnd.objects.shown().filter(month=month, clients__gt=0)
    return now.exists() and not MonthEnd.objects.before(month).exists()


def _is_wanted(day: date, *, again: bool) -> bool:
    known = MonthEnd.objects.shown().filter(month=rules.month_of(day)).first()
    return known is None or (again and known.is_reckoned)


def _reckon_one(day: date, *, now: datetime) -> bool:
    """Compute one month and show it; False where there was nothing to keep yet."""
    found = compute(request(day), level=Backtest.level_for(day))
    if not _rows(found).num_rows:
        return False
    end = _write(found, as_of=day, now=now, is_reckoned=True)
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
    """Keep whoever had ordered or agreed on something: who did not is no client yet."""
    table = found.table
    return table.filter(pc.is_valid(table["service_days"])).select(KEPT)


def _hold(end: MonthEnd) -> None:
    """Make sure that nobody has taken the month over; hold it until the commit."""
    rows = MonthEnd.objects.select_for_update().filter(pk=end.pk, state=MonthState.WRITING)
    if rows.values_list("pk").first() is None:
        raise Refusal(_("A later scoring run has taken over."))
