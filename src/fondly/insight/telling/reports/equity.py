"""Customer equity: what the base is expected to be worth, and how sure that is."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fondly.base.money import words as money
from fondly.clients.models import Stage
from fondly.insight.reports.totals import Rows
from fondly.insight.telling.reports.card import (
    Card,
    Cell,
    Condition,
    Ground,
    Table,
    amount,
    count,
    head,
    none,
)

FEW_RANGES = 0.8  # of the worth must have an interval, else it is not the sum's
MOST_BARS = 12
CUTS = {
    "tier": gettext_lazy("Tier"),
    "owner": gettext_lazy("Looked after by"),
    "stage": gettext_lazy("Stage"),
    "tag": gettext_lazy("Tag"),
    "view": gettext_lazy("Saved view"),
}
SETS = ("tag", "view")  # of which a client may be in several


@dataclass(frozen=True, kw_only=True)
class Sum:
    """Clients, their worth together, and its 80 % interval where most of it has one.

    The clients' intervals are joined as independent errors, at either side: the root of
    the sum of their squares. `covered` is the share of the worth that has an interval.
    """

    clients: int
    priced: int
    ranged: int
    worth: int
    low: int | None
    high: int | None
    covered: float


def summed(row: dict[str, Any] | None) -> Sum:
    """Return the sum that a row of the report says."""
    row = row or {"clients": 0, "priced": 0, "ranged": 0, "worth": 0}
    worth, ranged = row["worth"], row.get("ranged_worth", 0)
    covered = ranged / worth if worth else 0.0
    is_sure = bool(row["ranged"]) and covered >= FEW_RANGES
    return Sum(
        clients=row["clients"],
        priced=row["priced"],
        ranged=row["ranged"],
        worth=worth,
        low=max(round(worth - sqrt(row["below"])), 0) if is_sure else None,
        high=round(worth + sqrt(row["above"])) if is_sure else None,
        covered=covered,
    )


def of_all(rows: Rows) -> Sum:
    """Return the sum of everybody in the rows."""
    return summed(next((row for row in rows if row["cut"] == "all"), None))


def headline(whole: Sum, currency: str) -> str:
    """Say what the base is worth."""
    said = {"clients": f"{whole.clients:,}"} | _money(whole, currency)
    if not whole.clients:
        return _("There are no clients yet.")
    if not whole.priced:
        text = ngettext(
            "What your %(clients)s client is worth cannot be said yet.",
            "What your %(clients)s clients are worth cannot be said yet.",
            whole.clients,
        )
        return text % said
    if whole.low is None:
        text = ngettext(
            "Your %(clients)s client is expected to be worth %(worth)s over the next two "
            "years. How sure that is cannot be said: there is no interval.",
            "Your %(clients)s clients are expected to be worth %(worth)s over the next "
            "two years. How sure that is cannot be said: too few have an interval.",
            whole.clients,
        )
        return text % said
    text = ngettext(
        "Your %(clients)s client is expected to be worth %(worth)s over the next two "
        "years (%(low)s to %(high)s).",
        "Your %(clients)s clients are expected to be worth %(worth)s over the next two "
        "years (%(low)s to %(high)s).",
        whole.clients,
    )
    return text % said


def _money(one: Sum, currency: str) -> dict[str, str]:
    values = {"worth": one.worth, "low": one.low or 0, "high": one.high or 0}
    return {key: money(minor, currency, short=True) for key, minor in values.items()}


def how_sure(whole: Sum) -> str:
    """Say what the interval is, and for how many clients there is none."""
    said = _(
        "The range is an 80 % interval: the clients' own intervals joined as if each "
        "client's luck were their own. What all have in common, a bad year, is not in it."
    )
    without = whole.clients - whole.ranged
    if not without:
        return said
    return f"{said} " + ngettext(
        "%(n)s client has no interval or no forecast.",
        "%(n)s clients have no interval or no forecast.",
        without,
    ) % {"n": f"{without:,}"}


def cut_card(rows: Rows, cut: str, on: Ground) -> Card | None:
    """Return the card of equity by tier, manager, stage or tag; None without any."""
    mine = [row for row in rows if row["cut"] == cut]
    mine.sort(key=lambda row: (-row["worth"], row["key"]))
    if cut == "view":  # of views that are still shared
        mine = [row for row in mine if row["key"] in on.views]
    if not mine or (cut in SETS and not any(row["worth"] for row in mine)):
        return None
    named = [(_name(cut, row["key"], on), row) for row in mine]
    return Card(
        slug=f"by-{cut}",
        finding=_finding(cut, named),
        why=_why(named, on.currency),
        chart="bars" if any(row["priced"] for row in mine) else "",
        drawn=_bars(cut, named[:MOST_BARS], on),
        table=_table(cut, named, on),
    )


def _name(cut: str, key: str, on: Ground) -> str:
    if cut == "owner":
        return on.team.get(key) or _("nobody")
    if cut == "view":
        return on.views[key]
    if cut == "stage":
        return str(dict(Stage.choices).get(key, key))
    return key or _("none")


def _finding(cut: str, named: list[tuple[str, dict[str, Any]]]) -> str:
    whole = sum(row["worth"] for _name, row in named)
    name, first = named[0]
    if not whole:
        return _("%(cut)s: no worth can be said yet.") % {"cut": CUTS[cut]}
    said = {
        "name": name,
        "share": f"{first['worth'] / whole:.0%}",
        "clients": f"{first['clients']:,}",
        "cut": CUTS[cut],
    }
    if len(named) == 1:
        return _("%(cut)s: there is only one, %(name)s.") % said
    if cut == "tag":
        text = ngettext(
            "“%(name)s” is the tag worth most: %(clients)s client.",
            "“%(name)s” is the tag worth most: %(clients)s clients.",
            first["clients"],
        )
        return text % said
    if cut == "view":
        text = ngettext(
            "“%(name)s” is the saved view worth most: %(clients)s client.",
            "“%(name)s” is the saved view worth most: %(clients)s clients.",
            first["clients"],
        )
        return text % said
    if cut == "tier":
        return _("Tier %(name)s holds %(share)s of the worth to come.") % said
    if cut == "owner":
        return _("%(share)s of the worth is looked after by %(name)s.") % said
    return _("%(share)s of the worth is in the stage “%(name)s”.") % said


def _why(named: list[tuple[str, dict[str, Any]]], currency: str) -> str:
    name, first = named[0]
    if not first["priced"]:
        return _("Why: nobody has bought often enough for a forecast.")
    each = first["worth"] // first["priced"]
    said = {
        "name": name,
        "clients": f"{first['priced']:,}",
        "each": money(each, currency, short=True),
    }
    text = ngettext(
        "Why: %(name)s has %(clients)s client with a forecast, %(each)s.",
        "Why: %(name)s has %(clients)s clients with a forecast, %(each)s each.",
        first["priced"],
    )
    return text % said


def link(cut: str, key: str, on: Ground, **more: object) -> str:
    """Return the address of the clients of one part."""
    if cut == "tag":
        ranged: list[Condition] = [("worth_low", "empty", "", "")] if more else []
        return on.now(("tag", "is", key, ""), *ranged, sort="worth")
    return on.those("worth", **{cut: key}, **more)


def _bars(
    cut: str, named: list[tuple[str, dict[str, Any]]], on: Ground
) -> list[dict[str, Any]]:
    most = max(row["worth"] for _name, row in named) or 1
    return [
        {
            "name": name,
            "label": money(row["worth"], on.currency, short=True) if row["priced"] else "–",
            "width": round(max(100 * row["worth"] / most, 0), 2),
            "url": link(cut, row["key"], on),
            "behind": row["clients"],
        }
        for name, row in named
    ]


def _table(cut: str, named: list[tuple[str, dict[str, Any]]], on: Ground) -> Table:
    rows: list[list[Cell]] = []
    for name, row in named:
        one, url = summed(row), link(cut, row["key"], on)
        ends = [
            none() if end is None else amount(end, on.currency, url, one.clients)
            for end in (one.low, one.high)
        ]
        rows.append(
            [
                head(name, url, one.clients),
                count(one.clients, url),
                amount(one.worth, on.currency, url, one.clients) if one.priced else none(),
                *ends,
                count(one.clients - one.ranged, link(cut, row["key"], on, ranged="no")),
            ]
        )
    return Table(
        titles=[
            str(CUTS[cut]),
            _("Clients"),
            _("Worth, 24 months"),
            _("Low"),
            _("High"),
            _("Without interval"),
        ],
        rows=rows,
    )
