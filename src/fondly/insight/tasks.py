"""Scoring in the background: everybody at night, and within seconds whoever changed."""

from datetime import date
from urllib.parse import parse_qsl

from django.conf import settings

from fondly.base import clock
from fondly.base.news import News
from fondly.base.tasks import URGENT, enqueue_once, in_steps, task
from fondly.insight import actions
from fondly.insight.actions import bulk, saved_views
from fondly.insight.models import (
    EVERYBODY,
    Backtest,
    BulkChange,
    ScoreRun,
    StaleClient,
    TierScheme,
)
from fondly.insight.rules import within_kept
from fondly.team.models import Business

# What a business sees of its past on the first day; `fondly score --history` goes further.
PAST_MONTHS = 12
# After these a client's signals no longer tell the whole truth.
CHANGES = frozenset({"client", "order", "contract", "touch", "consent"})


@task
@in_steps
def score_everyone() -> int:
    """Score all clients as of today; return how many there were."""
    today = _today()
    run = actions.prove(actions.score_all(as_of=today, now=clock.now()))
    if actions.wants_past(today):
        enqueue_once(reckon_past, key="insight.reckon_past")
    return run.clients


@task
@in_steps
def reckon_past() -> int:
    """Compute one past month that is not known or out of date, and have the next one done.

    One at a time, so that whatever else waits gets its turn; return 0 when all are known.
    """
    today = _today()
    wanted = actions.past_months(today, least=PAST_MONTHS)
    months = within_kept(wanted, kept=settings.HISTORY_MONTHS)
    if not months:
        return 0
    done = actions.reckon(months=months, today=today, now=clock.now(), most=1)
    if done:
        enqueue_once(reckon_past, key="insight.reckon_past")
    return len(done)


@task(priority=URGENT)
@in_steps
def score_changed() -> int:
    """Score the clients that changed; return how many there were.

    So many that everybody is scored are no longer urgent.
    """
    if actions.is_for_everybody():
        enqueue_once(score_everyone, key="insight.score_everyone")
        return 0
    return actions.score_stale(as_of=_today(), now=clock.now())


@task
@in_steps
def look_back() -> int:
    """Judge earlier forecasts by what came; return how many looks there were."""
    return len(actions.look_back(as_of=_today(), now=clock.now()).origins)


@task
@in_steps
def give_tiers() -> int:
    """Give everybody the tier of the scheme in force; return how many moved."""
    return actions.give_tiers(now=clock.now())


@task
@in_steps
def change_many(bulk_id: int) -> int:
    """Make a change to many clients that somebody asked for; return how many changed."""
    return bulk.carry_out(BulkChange.objects.get(pk=bulk_id), now=clock.now())


def note(news: News) -> None:
    """Mark the clients of a change with the change itself; nobody named: everybody.

    Saved views follow a label to its new name.
    """
    if news.kind in CHANGES:
        actions.mark_stale(news.client_ids or [EVERYBODY], now=news.at)
    elif news.kind == "label":
        saved_views.rename_label(**dict(parse_qsl(news.detail)))


def hear(news: News) -> None:
    """Have the marked scored, or everybody given the tiers of a new scheme.

    What changed while everybody was scored, the run did not know: those clients are marked
    still, and a scheme adopted meanwhile is given once more.
    """
    is_new_run = news.kind == "signals" and not news.client_ids
    if news.kind == "tiers" or (is_new_run and _lacks_the_scheme()):
        enqueue_once(give_tiers, key="insight.give_tiers")
    if is_new_run and Backtest.is_due(news.at):
        enqueue_once(look_back, key="insight.look_back")
    if news.kind in CHANGES and not news.client_ids:
        enqueue_once(score_everyone, key="insight.score_everyone")
    elif news.kind in CHANGES or (is_new_run and StaleClient.objects.exists()):
        enqueue_once(score_changed, key="insight.score_changed")


def _lacks_the_scheme() -> bool:
    """Tell whether the scheme in force came too late for the run that is shown."""
    run, scheme = ScoreRun.current(), TierScheme.current()
    return bool(run and scheme and scheme.is_newer_than(run))


def _today() -> date:
    business = Business.current()
    return clock.today_in(business.time_zone if business else "UTC")
