"""How good the forecasts were, as cards: each finding with its picture and its table."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fondly.base.text.words import percent
from fondly.insight.backtest.judged import Judged, Part
from fondly.insight.models import Backtest
from fondly.insight.telling.quality import correction, findings, tier_finding, tiers_finding
from fondly.insight.telling.reports.card import Card, Cell, Table, count, head, none

SIZE, EDGE = 320, 40  # of the drawing, and of its margin
SPAN = SIZE - 2 * EDGE


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One tenth of the clients: where it stands."""

    x: float
    y: float


def cards(made: Backtest | None) -> list[Card]:
    """Return chances and totals of all, and the tiers beside each other; none before the
    first look."""
    if made is None or not made.judged:
        return []
    last = made.judged[0]
    found = findings(made)
    chances = Card(
        slug="chances",
        finding=found[0],
        why=_over(last),
        table=_tenths(last),
        chart="reliability",
        drawn=dots(last),
        is_open=True,
        notes=[
            _(
                "Why it matters: a chance of 30 % is worth acting on only if 3 in 10 do "
                "come back."
            )
        ],
    )
    totals = Card(
        slug="totals",
        finding=found[1],
        why=_(
            "A correction is made only where all looks were off in the same direction, "
            "and less than they were."
        ),
        table=_totals(made.judged),
        is_open=True,
    )
    return [chances, totals, *([_by_tier(made, last)] if last.by_tier else [])]


def tier_cards(made: Backtest | None) -> list[Card]:
    """Return a diagram for each tier that is large enough to be judged."""
    if made is None or not made.judged:
        return []
    return [
        Card(
            # Names may be written in letters that no address has.
            slug=f"tier-{number}-{slugify(name)}".rstrip("-"),
            finding=tier_finding(name, part),
            why=_("Corrected since: %(by)s.") % {"by": correction(made.lessons.of(name))},
            table=_tenths(part),
            chart="reliability",
            drawn=dots(part),
        )
        for number, (name, part) in enumerate(sorted(made.judged[0].by_tier.items()), 1)
    ]


def dots(judged: Part) -> list[Dot]:
    """Return the reliability diagram: right on the diagonal is right."""
    return [
        Dot(x=round(EDGE + SPAN * chance, 1), y=round(SIZE - EDGE - SPAN * share, 1))
        for chance, share, _clients in judged.tenths
    ]


def _over(last: Judged) -> str:
    return _(
        "As of %(day)s, for the %(days)d days after it. Each dot is a tenth of the "
        "clients, from those least to those most likely to buy again; on the line, what "
        "was said came true."
    ) % {"day": _day(last), "days": last.days}


def _tenths(judged: Part) -> Table:
    rows = [
        [_share(chance), _share(share), count(clients)]
        for chance, share, clients in judged.tenths
    ]
    return Table(
        titles=[_("Tenth"), _("Chance that was said"), _("Bought again"), _("Clients")],
        rows=[[head(str(number)), *row] for number, row in enumerate(rows, 1)],
    )


def _totals(looks: Sequence[Judged]) -> Table:
    last = looks[0]
    rows = [
        [
            head(_("%(day)s, %(days)d days") % {"day": _day(look), "days": look.days}),
            count(look.clients),
            _number(look.expected),
            count(look.actual),
        ]
        for look in looks
    ]
    rows += [
        [
            head(_("%(day)s, tier %(name)s") % {"day": _day(last), "name": name}),
            count(clients),
            _number(expected),
            count(actual),
        ]
        for name, (expected, actual, clients) in last.tiers.items()
    ]
    return Table(
        titles=[_("Seen from"), _("Clients"), _("Expected orders"), _("Actual orders")],
        rows=rows,
    )


def _by_tier(made: Backtest, last: Judged) -> Card:
    """Return the measures, a row each, with the tiers beside each other."""
    names = sorted(last.by_tier)
    parts = [last.by_tier[name] for name in names]
    by = {name: correction(made.lessons.of(name)) for name in names}
    rows = [
        [head(_("Clients")), *(count(part.clients) for part in parts)],
        [head(_("Bought again")), *(_share(part.again) for part in parts)],
        [head(_("Chances off by")), *(_share(part.calibration_error) for part in parts)],
        [head(_("Expected orders")), *(_number(part.expected) for part in parts)],
        [head(_("Actual orders")), *(count(part.actual) for part in parts)],
        [head(_("Within 80 % range")), *(_share(part.inside) for part in parts)],
        [head(_("Right of two")), *(_share(part.auc) for part in parts)],
        [head(_("Right of two by recency")), *(_share(p.auc_of_recency) for p in parts)],
        [head(_("Corrected since")), *(Cell(text=by[n], value=by[n]) for n in names)],
    ]
    return Card(
        slug="tiers",
        finding=tiers_finding(last.by_tier),
        why=_(
            "As of %(day)s, for the %(days)d days after it. Right of two: how often the "
            "one who bought again was ranked above the one who did not; 50 %% is chance."
        )
        % {"day": _day(last), "days": last.days},
        table=Table(titles=[_("Tier"), *names], rows=rows),
        is_open=True,
        notes=[] if last.are_of_then else [_of_today()],
    )


def _of_today() -> str:
    return _(
        "Tiers are those of today, so they know a little of what came: read them beside "
        "each other, not as a score."
    )


def _share(share: float | None) -> Cell:
    if share is None:
        return none()
    return Cell(text=percent(share), value=round(share, 4))


def _number(orders: float) -> Cell:
    return Cell(text=f"{orders:,.0f}", value=round(orders, 1))


def _day(look: Judged) -> str:
    return date_format(look.day, "j M Y")
