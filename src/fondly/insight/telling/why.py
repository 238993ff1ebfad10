"""Why a chance is what it is, whatever it is read from: parts that add up, and a day."""

from dataclasses import dataclass
from datetime import date
from math import log

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from scipy.special import expit, logit

from fondly.insight.models import Basis, MonthlySignal, ScoreRun, Signal
from fondly.insight.scoring.columns import Floats
from fondly.insight.scoring.history import WEEK
from fondly.insight.scoring.model import Model
from fondly.insight.scoring.ties.chance import Parts, Ties, parts
from fondly.insight.telling.because import because
from fondly.insight.telling.ties import words_of

# Parts that are left out where they say nothing either way.
QUIET = frozenset({"called_off"})


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the log-odds in hundredths, and the chance with the parts so far."""

    name: str
    words: str
    weight: float
    after: float


@dataclass(frozen=True, kw_only=True)
class Why:
    """The parts sum to `total` exactly; `act_by` is the day by which to act."""

    basis: Basis
    parts: list[Part]
    total: float
    probability: float
    act_by: date | None
    is_certain: bool = False  # a contract that is known to end has no odds


@dataclass(frozen=True, kw_only=True)
class Change:
    """What moved the log-odds since a month, part by part; they sum to `total` exactly."""

    since: date
    before: float
    after: float
    parts: list[tuple[str, float]]
    total: float


def why(run: ScoreRun, signal: Signal) -> list[Why]:
    """Return why each chance that is shown is what it is: of staying, and of renewing."""
    staying = _of_touches if signal.basis == Basis.TOUCHES else _of_orders
    return [found for of in (staying, _of_contract) if (found := of(run, signal))]


def changed(run: ScoreRun, signal: Signal, month: MonthlySignal) -> Change | None:
    """Return what moved the chance of one who never bought since a month's end.

    The parts by the model of then; what today's model says differently comes last.
    """
    if not month.relation or not signal.relation or month.p_active is None:
        return None
    old, new = (
        Ties.of(Model.from_json(row)) for row in (month.month_end.model, run.fit["model"])
    )
    if signal.p_active is None or old.law is None or new.law is None:
        return None
    start, same = _parts(old, month.relation), _parts(old, signal.relation)
    end = _parts(new, signal.relation)
    total = round(round(_sum(end), 2) - round(_sum(start), 2), 2)
    moved = [
        (name, round(float(b[0] - a[0]), 2))
        for name, a, b in zip(Parts._fields, start, same, strict=True)
        if name != "silence"
    ]
    moved = [(name, step) for name, step in moved if step]
    refit = round(_sum(end) - _sum(same), 2)
    silence = round(total - sum(step for _name, step in moved) - refit, 2)
    told = {
        "population": _("How your clients are"),
        "frequency": _("How often they spoke"),
        "silence": _("How long they are silent"),
        "reciprocity": _("Who writes and who answers"),
        "answers": _("How fast answers come"),
        "called_off": _("Meetings called off"),
        "refit": _("The model changed: what all your clients taught since"),
    }
    steps = [*moved, ("silence", silence), ("refit", refit)]
    return Change(
        since=month.month_end.month,
        before=month.p_active,
        after=signal.p_active,
        parts=[(told[name], step) for name, step in steps],
        total=total,
    )


def _of_orders(run: ScoreRun, signal: Signal) -> Why | None:
    found = because(run, signal)
    if found is None:
        return None
    repeats = ngettext("%d repeat order", "%d repeat orders", found.repeats) % found.repeats
    rows = [
        ("population", _("How your clients are who came back"), found.population),
        ("frequency", repeats, found.frequency),
        (
            "silence",
            _("Silent for %d days") % (signal.days_since_order or 0),
            found.silence,
        ),
    ]
    if found.taught:
        rows.append(("taught", _("What looking back taught"), found.taught))
    return _told(Basis.ORDERS, rows, found.probability, day=signal.act_by)


def _of_contract(run: ScoreRun, signal: Signal) -> Why | None:
    """Ln odds of renewing are ln(β/α), the same for everybody, and what each renewal so
    far adds: ln((β+n)/β) (Fader and Hardie 2007)."""
    chance = signal.p_renew
    law = Model.from_json(run.fit["model"]).of_renewals if chance is not None else None
    if chance is None or law is None:
        return None
    day = signal.notice_by or signal.renews_on or signal.act_by
    if not 0 < chance < 1:
        end = Part(
            name="ends", words=_("The contract is known to end"), weight=0.0, after=chance
        )
        return Why(
            basis=Basis.CONTRACT,
            parts=[end],
            total=0.0,
            probability=chance,
            act_by=day,
            is_certain=True,
        )
    alpha, beta = law.parameters_
    base, score = log(beta / alpha), float(logit(chance))
    renewed = max(round(chance / (1 - chance) * alpha - beta), 0)
    rows = [
        ("population", _("How your contracts are at their first renewal"), base),
        (
            "frequency",
            ngettext(
                "Renewed %d time: who has renewed, renews",
                "Renewed %d times: who has renewed, renews",
                renewed,
            )
            % renewed,
            score - base,
        ),
    ]
    return _told(Basis.CONTRACT, rows, chance, day=day)


def _of_touches(run: ScoreRun, signal: Signal) -> Why | None:
    if signal.p_active is None or not signal.relation:
        return None
    ties = Ties.of(Model.from_json(run.fit["model"]))
    if ties.law is None:
        return None
    found = _parts(ties, signal.relation)
    words = words_of(signal, is_assumed=ties.model.kind == "rhythm")
    rows = [
        (name, words[name], float(part[0]))
        for name, part in zip(Parts._fields, found, strict=True)
        if name not in QUIET or part[0]
    ]
    return _told(Basis.TOUCHES, rows, signal.p_active, day=signal.act_by)


def _parts(ties: Ties, about: dict[str, object]) -> Parts:
    """Return the parts of one client; `about` is what was kept when it was scored."""
    first, last = float(str(about["first_ago"])), float(str(about["last_ago"]))
    x = float(str(about["heard_days"])) - 1
    history = [x], [(first - last) / WEEK], [first / WEEK]
    return parts(ties, history, _movers(about))


def _movers(about: dict[str, object]) -> Floats:
    return np.array([about["movers"]], dtype=np.float64)


def _sum(found: Parts) -> float:
    return float(found.score[0])


def _told(
    basis: Basis, rows: list[tuple[str, str, float]], chance: float, *, day: date | None
) -> Why:
    """Round the parts so that what a person reads adds up: the last takes what is left."""
    total = round(sum(weight for _n, _w, weight in rows), 2)
    told, so_far, left = [], 0.0, total
    for place, (name, words, weight) in enumerate(rows, start=1):
        so_far += weight
        is_last = place == len(rows)
        shown = round(left if is_last else weight, 2)
        left -= shown
        after = chance if is_last else float(expit(so_far))
        told.append(Part(name=name, words=words, weight=shown, after=after))
    return Why(basis=basis, parts=told, total=total, probability=chance, act_by=day)
