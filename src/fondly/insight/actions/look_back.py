"""Look back: forecast from earlier days by what was known then, and count what came."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np

from fondly.base.errors import gettext_noop as _
from fondly.base.tasks import fenced
from fondly.clients.models import Client
from fondly.insight.actions.asking import request
from fondly.insight.backtest.judged import Judged, judge
from fondly.insight.backtest.measures import Flags, Floats, level
from fondly.insight.engine.child import asked
from fondly.insight.models import Backtest, Signal
from fondly.insight.scoring.columns import Columns
from fondly.insight.scoring.history import History
from fondly.insight.scoring.model import learn

HALF_YEAR, QUARTER = 182, 91  # days
ORIGINS = 3
KEPT = 60


def look_back(*, as_of: date, now: datetime) -> Backtest:
    """Judge forecasts from up to three earlier days against what came; keep and return it.

    Each reads the orders as of its own day by the same expressions, and fits its own model.
    What has been entered or changed since is known to it too: files come late.
    """
    histories: dict[date, History] = {as_of: _history(as_of)}
    days = _horizon(histories[as_of])
    judged: list[Judged] = []
    for back in range(ORIGINS if days else 0):
        end = as_of - timedelta(days=days * back // 2)
        begin = end - timedelta(days=days)
        for day in (begin, end):
            histories.setdefault(day, _history(day))
        found = _judged(histories[begin], histories[end], as_of=begin, days=days)
        if found is None:
            break
        judged.append(found)
    return _kept(judged, as_of=as_of, now=now, is_long=bool(days))


def _history(day: date) -> History:
    question = replace(request(day), is_of_orders_only=True)
    with asked(question) as engine:
        return History.of(Columns(engine.bought.rows))


def _horizon(history: History) -> int:
    """Return how many days to look ahead from earlier days: a third of all, at most."""
    whole = int(max(history.age, default=0) * 7)
    fitting = (days for days in (HALF_YEAR, QUARTER) if whole >= 3 * days)
    return next(fitting, 0)


def _judged(then: History, later: History, *, as_of: date, days: int) -> Judged | None:
    """Judge one look; None where the model of that day could not be fitted."""
    model = learn(then)
    if model.kind != "bgnbd":
        return None
    then = then.kept(_was_open(then, as_of))
    tier_of = dict(Signal.objects.current().values_list("client_id", "tier"))
    return judge(
        model,
        then,
        bought=_since(then, later),
        tiers=[tier_of.get(key, "") for key in then.client_ids.tolist()],
        as_of=as_of,
        days=days,
    )


def _was_open(history: History, day: date) -> Flags:
    closed = Client.objects.filter(closed_on__lte=day).values_list("pk", flat=True)
    return ~np.isin(history.client_ids, np.fromiter(closed, np.int64))


def _since(then: History, later: History) -> Floats:
    """Return how often each has bought between two days; the first order counts too."""
    if not len(later.x):  # an import was undone between the two readings
        return np.zeros(len(then.x))
    place = np.searchsorted(later.client_ids, then.client_ids)
    place = np.minimum(place, len(later.client_ids) - 1)
    known = later.client_ids[place] == then.client_ids
    # A refund since may have taken a purchase back.
    return np.where(known, np.maximum(later.x[place] - then.x, 0.0), 0.0)


def _kept(judged: list[Judged], *, as_of: date, now: datetime, is_long: bool) -> Backtest:
    limits = ""
    if not judged and is_long:
        limits = _("Half a year ago too few clients had come back to fit a model.")
    elif not judged:
        limits = _("Your orders do not reach back nine months yet.")
    with fenced():
        made = Backtest.objects.create(
            as_of=as_of,
            made_at=now,
            origins=[one.to_json() for one in judged],
            limits=limits,
            level=level([one.ratio for one in judged]),
        )
        kept = Backtest.objects.order_by("-made_at", "-pk").values_list("pk", flat=True)
        Backtest.objects.exclude(pk__in=list(kept[:KEPT])).delete()
    return made
