"""Background work of today: a look at another day, and everybody's cards anew."""

from datetime import date

from fondly.base import clock
from fondly.base.tasks import in_steps, task
from fondly.insight.actions import score_all
from fondly.insight.models import ScoreRun
from fondly.team.models import Business
from fondly.today import actions


@task
@in_steps
def compute_look(day: str) -> None:
    """Compute signals as of a day, beside the current ones, for a look at it."""
    as_of = date.fromisoformat(day)
    if ScoreRun.looking_at(as_of) is None:
        score_all(as_of=as_of, now=clock.now(), look=True)


@task
@in_steps
def refresh_all() -> int:
    """Bring everybody's cards up to date, as after a reason was switched off."""
    run = ScoreRun.current()
    if run is None:
        return 0
    business = Business.current()
    today = clock.today_in(business.time_zone if business else "UTC")
    return actions.refresh(run_id=run.pk, today=max(today, run.as_of), now=clock.now())
