"""Look back: forecast from earlier days by what was known then, and count what came."""

from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

import numpy as np

from fondly.base.errors import gettext_noop as _
from fondly.base.tasks import fenced
from fondly.clients.models import Client
from fondly.insight.actions.asking import request
from fondly.insight.backtest.drift import Drift, drift
from fondly.insight.backtest.judged import judge
from fondly.insight.backtest.looks import Look, look
from fondly.insight.backtest.measures import Flags, Floats
from fondly.insight.backtest.teaching import best_family, loss, teach
from fondly.insight.engine.child import asked
from fondly.insight.models import Backtest, MonthEnd, MonthlySignal, Signal
from fondly.insight.scoring.columns import Columns, Texts
from fondly.insight.scoring.history import WEEK, History
from fondly.insight.scoring.model import learn
from fondly.insight.scoring.taught import FAMILIES

HALF_YEAR, QUARTER = 182, 91  # days
ORIGINS = 3
KEPT = 60
FRESH = timedelta(days=45)  # older than this a month's tiers are not those of a day


def look_back(*, as_of: date, now: datetime) -> Backtest:
    """Judge forecasts from up to three earlier days against what came; keep and return it.

    Each reads the orders as of its own day by the same expressions, and fits both kinds of
    model to it. What has been entered or changed since is known to it too: files come late.
    """
    histories: dict[date, History] = {as_of: _history(as_of)}
    days = _horizon(histories[as_of])
    both: list[dict[str, Look]] = []
    for back in range(ORIGINS if days else 0):
        end = as_of - timedelta(days=days * back // 2)
        begin = end - timedelta(days=days)
        for day in (begin, end):
            histories.setdefault(day, _history(day))
        found = _looks(histories[begin], histories[end], as_of=begin, days=days)
        if not found:
            break
        both.append(found)
    return _kept(both, histories, as_of=as_of, now=now, is_long=bool(days))


def _history(day: date) -> History:
    question = replace(request(day), is_of_orders_only=True)
    with asked(question) as engine:
        return History.of(Columns(engine.bought.rows))


def _horizon(history: History) -> int:
    """Return how many days to look ahead from earlier days: a third of all, at most."""
    whole = _days(history)
    fitting = (days for days in (HALF_YEAR, QUARTER) if whole >= 3 * days)
    return next(fitting, 0)


def _days(history: History) -> int:
    return int(max(history.age, default=0) * WEEK)


def _looks(then: History, later: History, *, as_of: date, days: int) -> dict[str, Look]:
    """Return what each kind of model said that day; nothing where “bg” had no fit."""
    models = {name: learn(then, taught={"family": name}) for name in FAMILIES}
    if models["bg"].kind != "bgnbd":
        return {}
    everybody, then = then, then.kept(_was_open(then, as_of))
    tiers, are_of_then = _tiers(then, as_of)
    return {
        name: look(
            model,
            then,
            bought=_since(then, later),
            tiers=tiers,
            are_of_then=are_of_then,
            everybody=everybody,
            as_of=as_of,
            days=days,
        )
        for name, model in models.items()
        if model.kind == "bgnbd"
    }


def _tiers(then: History, day: date) -> tuple[Texts, bool]:
    """Return everybody's tier of about that day, where its month is kept; else of today."""
    ends = MonthEnd.objects.shown().filter(as_of__lte=day, as_of__gt=day - FRESH)
    end = ends.order_by("-as_of").first()
    rows = MonthlySignal.objects.of_month(end) if end else Signal.objects.current()
    tier_of = dict(rows.values_list("client_id", "tier"))
    found = np.empty(len(then.x), dtype=object)
    found[:] = [tier_of.get(key, "") for key in then.client_ids.tolist()]
    return found, end is not None


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


def _kept(
    both: list[dict[str, Look]],
    histories: dict[date, History],
    *,
    as_of: date,
    now: datetime,
    is_long: bool,
) -> Backtest:
    limits = ""
    if not both and is_long:
        limits = _("Half a year ago too few clients had come back to fit a model.")
    elif not both:
        limits = _("Your orders do not reach back nine months yet.")
    losses = [{name: loss(one) for name, one in kinds.items()} for kinds in both]
    family = best_family(losses)
    looks = [kinds[family] for kinds in both]
    taught = teach(looks, family=family)
    moved = _drift(looks, histories[as_of])
    judged = [judge(one, losses=tried) for one, tried in zip(looks, losses, strict=True)]
    with fenced():
        made = Backtest.objects.create(
            as_of=as_of,
            made_at=now,
            origins=[one.to_json() for one in judged],
            limits=limits,
            level=taught.level,
            taught=asdict(taught) | {"days_known": _days(histories[as_of])},
            drift=moved.to_json() if moved else {},
        )
        kept = Backtest.objects.order_by("-made_at", "-pk").values_list("pk", flat=True)
        Backtest.objects.exclude(pk__in=list(kept[:KEPT])).delete()
    return made


def _drift(looks: list[Look], now: History) -> Drift | None:
    """Return what changed since the newest look; those who left on record count as then."""
    if not looks:
        return None
    newest = looks[0]
    return drift(newest.model, newest.everybody, now, since=newest.as_of)
