"""Who is leaving and what it costs, in words, bars and tables."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fondly.base.money import words as money
from fondly.insight.reports.totals import Rows, total
from fondly.insight.telling.reports.card import (
    Card,
    Cell,
    Ground,
    Table,
    amount,
    count,
    head,
    none,
)

GROUPS = {
    "doubtful": gettext_lazy("Probably gone: at most 50 % still active"),
    "silent": gettext_lazy("Silent for two usual gaps or more, still more likely here"),
    "unknown": gettext_lazy("Silent for two usual gaps or more, no probability"),
    "staying": gettext_lazy("More likely here than gone"),
    "unsaid": gettext_lazy("No probability and no rhythm"),
}
SILENT = ("doubtful", "silent", "unknown")  # the groups that may be leaving
UNSAID = ("unknown", "unsaid")  # … of whom no chance is known


def leaving_cards(rows: Rows, on: Ground) -> list[Card | None]:
    """Return the cards on who is leaving: by how sure it is, and by tier."""
    groups = {row["group"]: row for row in total(rows, "group")}
    if not groups:
        return []
    return [_by_group(groups, rows, on), _by_tier(rows, on)]


def _by_group(groups: dict[str, dict[str, Any]], rows: Rows, on: Ground) -> Card:
    shown = [(key, groups[key]) for key in GROUPS if key in groups]
    leaving = [(key, row) for key, row in shown if key in SILENT]
    return Card(
        slug="leaving",
        finding=_finding(groups, on.currency),
        why=_why(groups, rows),
        chart="bars" if leaving else "",
        drawn=_bars(leaving, on),
        table=Table(
            titles=[
                _("Who"),
                _("Clients"),
                _("Bought, 12 months"),
                _("Of it expected to be gone"),
                _("Still expected, 24 months"),
            ],
            rows=[
                _row(str(GROUPS[key]), row, _link(key, on), on, is_said=key not in UNSAID)
                for key, row in shown
            ],
        ),
        notes=[
            _(
                "Expected to be gone: what each client bought in the last 12 months times "
                "the chance that they have left. Clients who are closed are not counted."
            )
        ],
    )


def _link(key: str, on: Ground) -> str:
    return on.those("leaving", group=key)


def _row(
    name: str, row: dict[str, Any], url: str, on: Ground, *, is_said: bool = True
) -> list[Cell]:
    """Return what a group bought, and what of it is gone and still to come, if known."""

    def of(minor: int) -> Cell:
        return amount(minor, on.currency, url, row["clients"])

    # Reports of earlier versions do not tell how many have a worth.
    is_priced = row.get("priced", row["clients"])
    return [
        head(name, url, row["clients"]),
        count(row["clients"], url),
        of(row["revenue"]),
        of(round(row["gone"])) if is_said else none(),
        of(row["worth"]) if is_priced else none(),
    ]


def _finding(groups: dict[str, dict[str, Any]], currency: str) -> str:
    row = groups.get("doubtful")
    if not groups.keys() - set(UNSAID):
        return _("Who is leaving cannot be said yet.")
    if not row:
        return _("Nobody is more likely gone than not.")
    said = {
        "n": f"{row['clients']:,}",
        "gone": money(round(row["gone"]), currency, short=True),
    }
    return (
        ngettext(
            "%(n)s client is probably gone, and with them %(gone)s a year.",
            "%(n)s clients are probably gone, and with them %(gone)s a year.",
            row["clients"],
        )
        % said
    )


def _tiers(rows: Rows) -> list[dict[str, Any]]:
    doubtful = [row for row in rows if row["group"] == "doubtful"]
    found = total(doubtful, "tier")
    return sorted(found, key=lambda row: (-row["gone"], row["tier"]))


def _why(groups: dict[str, dict[str, Any]], rows: Rows) -> str:
    if not groups.keys() - set(UNSAID):
        return _("Why: nobody has a probability of being still active.")
    tiers = _tiers(rows)
    whole = sum(row["gone"] for row in tiers)
    if not tiers:
        return _("Why: none of those with a probability is silent for long enough.")
    if whole <= 0:
        return _(
            "Why: they have bought nothing for a year, so the loss is older than that."
        )
    said = {
        "tier": tiers[0]["tier"] or _("none"),
        "share": f"{tiers[0]['gone'] / whole:.0%}",
        "n": f"{tiers[0]['clients']:,}",
    }
    text = ngettext(
        "Why: %(share)s of it is in tier %(tier)s, from %(n)s client.",
        "Why: %(share)s of it is in tier %(tier)s, from %(n)s clients.",
        tiers[0]["clients"],
    )
    return text % said


def _bars(leaving: list[tuple[str, dict[str, Any]]], on: Ground) -> list[dict[str, Any]]:
    most = max((row["gone"] for _key, row in leaving), default=0) or 1
    return [
        {
            "name": str(GROUPS[key]),
            "label": "–"
            if key in UNSAID
            else money(round(row["gone"]), on.currency, short=True),
            "width": round(max(100 * row["gone"] / most, 0), 2),
            "url": _link(key, on),
            "behind": row["clients"],
            "tone": "c-ember",
        }
        for key, row in leaving
    ]


def _by_tier(rows: Rows, on: Ground) -> Card | None:
    tiers = _tiers(rows)
    if not tiers:
        return None
    first = tiers[0]
    said = {
        "tier": first["tier"] or _("none"),
        "gone": money(round(first["gone"]), on.currency, short=True),
    }
    each = round(first["gone"] / first["clients"])
    return Card(
        slug="leaving-tiers",
        finding=_("The largest part of the loss is in tier %(tier)s: %(gone)s a year.")
        % said
        if first["gone"] > 0
        else _("In no tier has anybody who is probably gone bought within a year."),
        why=ngettext(
            "Why: %(n)s client there, %(each)s a year.",
            "Why: %(n)s clients there, %(each)s a year each.",
            first["clients"],
        )
        % {"n": f"{first['clients']:,}", "each": money(each, on.currency, short=True)},
        chart="bars",
        drawn=_bars_of_tiers(tiers, on),
        table=Table(
            titles=[
                _("Tier"),
                _("Probably gone"),
                _("Bought, 12 months"),
                _("Of it expected to be gone"),
                _("Still expected, 24 months"),
            ],
            rows=[
                _row(row["tier"] or _("none"), row, _link_of_tier(row, on), on)
                for row in tiers
            ],
        ),
    )


def _link_of_tier(row: dict[str, Any], on: Ground) -> str:
    return on.those("leaving", group="doubtful", tier=row["tier"])


def _bars_of_tiers(tiers: Rows, on: Ground) -> list[dict[str, Any]]:
    most = max(max(row["gone"] for row in tiers), 0) or 1
    return [
        {
            "name": row["tier"] or _("none"),
            "label": money(round(row["gone"]), on.currency, short=True),
            "width": round(max(100 * row["gone"] / most, 0), 2),
            "url": _link_of_tier(row, on),
            "behind": row["clients"],
            "tone": "c-ember",
        }
        for row in tiers
    ]
