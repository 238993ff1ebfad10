"""What a run's numbers rest on, and what they cannot support, in words for the user."""

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fondly.base.money import words as money
from fondly.base.text.words import percent
from fondly.insight.history.course import Point, known, turn
from fondly.insight.models import ScoreRun, Signal
from fondly.insight.scoring.model import FEWEST_REPEATERS, Model
from fondly.insight.scoring.prior import FEWEST_OWN_GAPS
from fondly.insight.telling.ties import verdict_of_ties, withheld_of_touches


def verdict(model: Model) -> str:
    """Return a few sentences; the first says where the probabilities come from."""
    about_touches = verdict_of_ties(model)
    if about_touches and not model.clients:
        return about_touches
    said = [_basis(model)]
    if model.kind == "bgnbd" and not model.spend:
        said.append(_("Spend varies too little or too much to forecast worth."))
    if model.kind == "bgnbd" and not model.supports(730):
        said.append(_("The history is too short to look 24 months ahead."))
    if model.unknown_currencies:
        said.append(
            _("Orders in %(currencies)s are left out of money: there is no rate for them.")
            % {"currencies": ", ".join(model.unknown_currencies)}
        )
    return " ".join(filter(None, [*said, about_touches]))


def _basis(model: Model) -> str:
    counts = {
        "repeaters": model.repeaters,
        "clients": model.clients,
        "needed": FEWEST_REPEATERS,
    }
    if model.kind == "bgnbd":
        text = _("Learned from %(clients)s clients, of whom %(repeaters)s came back.")
        return text % {name: f"{number:,}" for name, number in counts.items()}
    if model.repeaters < FEWEST_REPEATERS:
        why = _few(model.repeaters) % counts
    else:
        why = _("The history does not show yet who leaves and who stays.")
    if model.kind == "none":
        return why + " " + _("There is too little to say who is still active.")
    return f"{why} " + _(
        "Probabilities rest on each client's own rhythm and a cautious assumption; "
        "orders and worth to come are not shown."
    )


def _few(repeaters: int) -> str:
    if not repeaters:
        return _("No client has come back yet; a model needs about %(needed)d.")
    return ngettext(
        "Only %(repeaters)d client has come back; a model needs about %(needed)d.",
        "Only %(repeaters)d clients have come back; a model needs about %(needed)d.",
        repeaters,
    )


def withheld(run: ScoreRun | None, signal: Signal | None) -> str:
    """Say why a client's probability is not shown; nothing where it is."""
    if run is None:
        return _(
            "Signals have not been computed yet. They come with the first scoring run."
        )
    if signal is None:
        return _("New since the last scoring run: signals follow within seconds.")
    if signal.p_active is not None or (signal.orders == 0 and signal.contracts):
        return ""
    if signal.stage == "closed":
        return _("Closed: nothing more is expected.")
    if signal.orders == 0:
        return withheld_of_touches(run.fit.get("model", {}), signal)
    if signal.orders == 1:
        return _("Ordered once: one order says nothing about a rhythm.")
    if run.model != "bgnbd" and signal.orders == FEWEST_OWN_GAPS:
        return _("Ordered twice: one gap is no rhythm yet.")
    return run.verdict


def ahead(run: ScoreRun | None, signal: Signal | None, currency: str) -> list[str]:
    """Say what a client's contracts bill, and when their price changes by how much."""
    if run is None or signal is None or not signal.contracts:
        return []
    said = []
    if signal.recurring_12m is not None:
        said.append(_("Agreed: %s a year.") % money(signal.recurring_12m, currency))
    if run.fit["model"].get("renewals_finding"):
        said.append(_("Too few contracts have ended to say who renews."))
    elif signal.p_renew == 0 and signal.renews_on is None:
        said.append(_("The contract is known to end."))
    if signal.price_step_on and signal.price_step:
        said.append(_price_step(signal.price_step_on, signal.price_step))
    if signal.notice_by:
        said.append(
            _("Notice is possible until %s.") % date_format(signal.notice_by, "j M Y")
        )
    return said


def _price_step(day: date, step: float) -> str:
    counts = {"day": date_format(day, "j M Y"), "percent": round(abs(step) * 100)}
    if step > 0:
        return _("From %(day)s it costs %(percent)d %% more.") % counts
    return _("From %(day)s it costs %(percent)d %% less.") % counts


def month_name(month: date, today: date) -> str:
    """Name a month; with its year once the name alone could be two."""
    months = (today.year - month.year) * 12 + today.month - month.month
    return date_format(month, "F" if months < 12 else "F Y")


def course(points: Sequence[Point], today: date) -> str:
    """Say when the probability was highest and when it fell most, or that it did not."""
    found, seen = turn(points), known(points)
    if len(seen) < 2:
        return ""
    if found is None:
        low, high = (percent(edge(p for _month, p in seen)) for edge in (min, max))
        about = {"low": low, "high": high, "month": month_name(seen[0][0], today)}
        if low == high:
            return _("%(low)s since %(month)s.") % about
        return _("between %(low)s and %(high)s since %(month)s.") % about
    about = {
        "was": percent(found.was),
        "highest": month_name(found.was_in, today),
        "before": percent(found.before),
        "after": percent(found.after),
        "fell": month_name(found.fell_in, today),
    }
    if found.before_in == found.was_in:
        return _("was %(was)s in %(highest)s; fell most in %(fell)s, to %(after)s.") % about
    words = _(
        "was %(was)s in %(highest)s; fell most in %(fell)s, from %(before)s to %(after)s."
    )
    return words % about
