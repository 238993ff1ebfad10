"""What is said of clients who never bought: on what it rests, and why they seem active."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fondly.insight.models import Signal
from fondly.insight.scoring.model import FEWEST_REPEATERS, Model
from fondly.insight.scoring.ties.chance import Ties

DAYS_FROM = 48  # hours; from there on days are said


def verdict_of_ties(model: Model) -> str:
    """Say on what the chances of who never bought rest; nothing where there are none."""
    ties = Ties.of(model)
    if not ties.model.repeaters:
        return ""
    return f"{_law(ties)} {_weights(ties)}".strip()


def _law(ties: Ties) -> str:
    counts = {"again": ties.model.repeaters, "needed": FEWEST_REPEATERS}
    if ties.model.kind == "bgnbd":
        return (
            _("Of who never bought: learned from the touches of %(again)d who spoke again.")
            % counts
        )
    if ties.model.kind == "none":
        return (
            _("%(again)d who never bought spoke again: too few to know a rhythm.") % counts
        )
    if ties.model.repeaters >= FEWEST_REPEATERS:
        return _(
            "Of who never bought: their touches do not show yet who leaves; chances rest "
            "on a cautious assumption and their own rhythm."
        )
    return (
        _(
            "Of who never bought: only %(again)d spoke again, a model needs about "
            "%(needed)d; chances rest on a cautious assumption and their own rhythm."
        )
        % counts
    )


def _weights(ties: Ties) -> str:
    if ties.model.kind == "none":
        return ""
    counts = {"clients": ties.weights.clients, "returned": ties.weights.returned}
    if ties.weights.is_learned:
        return (
            _(
                "How much answers and meetings called off say was learned from "
                "%(clients)d, of whom %(returned)d spoke within three months."
            )
            % counts
        )
    return _("How much answers and meetings called off say is a modest assumption.")


def withheld_of_touches(model: dict[str, Any], signal: Signal) -> str:
    """Say why there is no chance of a client who never bought."""
    if signal.heard_days == 1:
        return _("Spoke to us on one day: one word says nothing about a rhythm.")
    if signal.heard_days and signal.stage != "prospect" and model.get("ties"):
        return _("Too few have spoken to us again to know a rhythm.")
    return _("Has not ordered yet.")


def words_of(signal: Signal, *, is_assumed: bool) -> dict[str, str]:
    """Say in words what each part of the log-odds stands for."""
    about = signal.relation
    again = about["heard_days"] - 1
    started = _("How your clients are who spoke again")
    return {
        "population": _("What is assumed of anybody who spoke again")
        if is_assumed
        else started,
        "frequency": ngettext(
            "Spoke again on %(count)d day: who keeps coming, stays",
            "Spoke again on %(count)d days: who keeps coming, stays",
            again,
        )
        % {"count": again},
        "silence": _silence(signal, about["last_ago"]),
        "reciprocity": _(
            "%(answered)d of %(approaches)d approaches answered; spoke %(theirs)d times, "
            "we %(ours)d"
        )
        % about,
        "answers": _answers(about),
        "called_off": ngettext(
            "Called off %(count)d meeting",
            "Called off %(count)d meetings",
            about["called_off"],
        )
        % {"count": about["called_off"]},
    }


def _silence(signal: Signal, days: int) -> str:
    if signal.gap_days is None:
        return _("Silent for %(days)d days; a rhythm of their own is not known") % {
            "days": days
        }
    counts = {"days": days, "gap": round(signal.gap_days), "cycles": days / signal.gap_days}
    return (
        _("Silent for %(days)d days, %(cycles).1f of their own cycles of %(gap)d") % counts
    )


def _answers(about: dict[str, Any]) -> str:
    said = []
    if "their_lately" in about:
        known = {"now": _after(about["their_lately"])}
        said.append(_("They answer after about %(now)s") % known)
        if "their_before" in about:
            said[-1] += " " + _("(before: %s)") % _after(about["their_before"])
    if "our_lately" in about:
        known = {"now": _after(about["our_lately"])}
        said.append(_("we answer after about %(now)s") % known)
        if "our_before" in about:
            said[-1] += " " + _("(before: %s)") % _after(about["our_before"])
    return "; ".join(said) or _("How fast answers come: nothing to compare yet")


def _after(hours: float) -> str:
    if hours >= DAYS_FROM:
        days = round(hours / 24)
        return ngettext("%d day", "%d days", days) % days
    whole = max(round(hours), 1)
    return ngettext("%d hour", "%d hours", whole) % whole
