"""Scoring in the background: everybody at night, and within seconds whoever changed."""

from datetime import date

from fondly.base import clock
from fondly.base.news import News
from fondly.base.tasks import URGENT, enqueue_once, in_steps, task
from fondly.insight import actions
from fondly.insight.actions import bulk
from fondly.insight.models import EVERYBODY, BulkChange, StaleClient
from fondly.team.models import Business

# After these a client's signals no longer tell the whole truth.
CHANGES = frozenset({"client", "order", "contract", "touch", "consent"})


@task
@in_steps
def score_everyone() -> int:
    """Score all clients as of today; return how many there were."""
    run = actions.score_all(as_of=_today(), now=clock.now())
    return run.clients


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
def give_tiers() -> int:
    """Give everybody the tier of the scheme in force; return how many moved."""
    return actions.give_tiers(now=clock.now())


@task
@in_steps
def change_many(bulk_id: int) -> int:
    """Make a change to many clients that somebody asked for; return how many changed."""
    return bulk.carry_out(BulkChange.objects.get(pk=bulk_id), now=clock.now())


def note(news: News) -> None:
    """Mark the clients of a change with the change itself; nobody named: everybody."""
    if news.kind in CHANGES:
        actions.mark_stale(news.client_ids or [EVERYBODY], now=news.at)


def hear(news: News) -> None:
    """Have the marked scored, or everybody given the tiers of a new scheme.

    Those who changed while everybody was scored are marked still: the run did not know.
    """
    if news.kind == "tiers":
        enqueue_once(give_tiers, key="insight.give_tiers")
    if (news.kind in CHANGES and news.client_ids) or _is_new_run(news):
        enqueue_once(score_changed, key="insight.score_changed")
    elif news.kind in CHANGES:
        enqueue_once(score_everyone, key="insight.score_everyone")


def _is_new_run(news: News) -> bool:
    is_new = news.kind == "signals" and not news.client_ids
    return is_new and StaleClient.objects.exists()


def _today() -> date:
    business = Business.current()
    return clock.today_in(business.time_zone if business else "UTC")
