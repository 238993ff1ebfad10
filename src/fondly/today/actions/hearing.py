"""What cards do when something happens elsewhere in the house."""

from datetime import date
from zoneinfo import ZoneInfo

from fondly.base.news import News
from fondly.insight.models import ScoreRun
from fondly.team.models import Business
from fondly.today.actions.answers import answer, reopen
from fondly.today.actions.assignment import assign
from fondly.today.actions.refreshing import refresh


def hear(news: News) -> None:
    """Refresh after new signals, close what is answered, follow a change of hands."""
    today = _day_of(news)
    if news.kind == "touch" and news.detail == "withdrawn":
        reopen(news.client_ids)
    elif news.kind in ("order", "touch"):
        answer(news, today=today)
    elif news.kind == "client" and news.detail == "owner":
        assign(today, client_ids=news.client_ids)
    elif news.kind == "signals" or news.kind == "consent" or _parted(news):
        run = ScoreRun.current()
        if run:
            refresh(
                run_id=run.pk,
                # A full run tells its day; what changed since is of the day of the news.
                today=today if news.client_ids else run.as_of,
                now=news.at,
                client_ids=list(news.client_ids) or None,
            )


def _parted(news: News) -> bool:
    return news.kind == "client" and news.detail in ("closed", "reopened")


def _day_of(news: News) -> date:
    business = Business.current()
    return news.at.astimezone(ZoneInfo(business.time_zone if business else "UTC")).date()
