"""What contracts bring in the months ahead: a calendar of each contract's next days."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fondly.base.money import words as money
from fondly.insight.reports.totals import Rows
from fondly.insight.telling.reports import periods
from fondly.insight.telling.reports.card import (
    Card,
    Cell,
    Ground,
    Table,
    amount,
    count,
    head,
)

KINDS = {
    "renewal": gettext_lazy("Renewals"),
    "notice": gettext_lazy("Last day of notice"),
    "rise": gettext_lazy("Prices rise"),
    "fall": gettext_lazy("Prices fall"),
}


def ahead_card(rows: Rows, on: Ground) -> Card | None:
    """Return the calendar of contracts; None where nothing lies ahead."""
    if not rows:
        return None
    numbers = sorted({row["month"] for row in rows})
    by_place = {(row["month"], row["kind"]): row for row in rows}
    months = range(numbers[0], numbers[-1] + 1)
    renewals = {m: by_place[m, "renewal"] for m in months if (m, "renewal") in by_place}
    most = max((row["yearly"] for row in renewals.values()), default=0) or 1
    return Card(
        slug="ahead",
        finding=_ahead_finding(list(renewals.values()), on.currency),
        why=_ahead_why(rows),
        chart="bars" if renewals else "",
        drawn=[
            {
                "name": periods.month(month),
                "label": money(row["yearly"], on.currency, short=True),
                "width": round(100 * row["yearly"] / most, 2),
                "url": _coming("renewal", month, on),
                "behind": _contracts(row),
                "tone": "c-gold",
            }
            for month, row in renewals.items()
        ],
        table=Table(
            titles=[
                _("Month"),
                *(str(name) for name in KINDS.values()),
                _("Agreed a year, of renewals"),
            ],
            rows=[_ahead_row(month, by_place, on) for month in months],
        ),
        notes=[
            _(
                "Contracts by the month of their next renewal, last day of notice and "
                "change of price (the end of a promo, or the next price)."
            )
        ],
    )


def _contracts(row: dict[str, Any]) -> int:
    # Reports made before each contract was kept counted clients.
    return int(row.get("contracts", row["clients"]))


def _ahead_finding(renewals: Rows, currency: str) -> str:
    if not renewals:
        return _("No contract renews within a year.")
    whole = sum(_contracts(row) for row in renewals)
    peak = max(renewals, key=lambda row: row["yearly"])
    said = {
        "n": f"{whole:,}",
        "yearly": money(sum(r["yearly"] for r in renewals), currency, short=True),
        "month": periods.month(peak["month"]),
    }
    return (
        ngettext(
            "%(n)s contract renews within a year, %(yearly)s a year: in %(month)s.",
            "%(n)s contracts renew within a year, %(yearly)s a year; the largest part in "
            "%(month)s.",
            whole,
        )
        % said
    )


def _ahead_why(rows: Rows) -> str:
    rises = sum(_contracts(row) for row in rows if row["kind"] == "rise")
    notices = [row for row in rows if row["kind"] == "notice"]
    next_notice = min(notices, key=lambda row: row["month"], default=None)
    said = [
        ngettext(
            "the price of %(n)s contract rises within a year",
            "the prices of %(n)s contracts rise within a year",
            rises,
        )
        % {"n": f"{rises:,}"}
        if rises
        else _("no price rises within a year")
    ]
    if next_notice:
        number = _contracts(next_notice)
        text = ngettext(
            "%(month)s holds the last day of notice of %(n)s contract",
            "%(month)s holds the last days of notice of %(n)s contracts",
            number,
        )
        said.append(
            text % {"month": periods.month(next_notice["month"]), "n": f"{number:,}"}
        )
    return _("Why it matters: %(what)s.") % {"what": "; ".join(said)}


def _coming(kind: str, month: int, on: Ground) -> str:
    """Return the address of the contracts of a month."""
    if not on.is_told:
        return ""
    pairs = [("kind", kind), ("month", periods.key(month)), *on.shared]
    return f"{reverse('insight:contracts')}?{urlencode(pairs)}"


def _ahead_row(
    month: int, by_place: dict[tuple[int, str], dict[str, Any]], on: Ground
) -> list[Cell]:
    cells = [
        count(_contracts(by_place[month, kind]), _coming(kind, month, on))
        if (month, kind) in by_place
        else count(0)
        for kind in KINDS
    ]
    renewal = by_place.get((month, "renewal"))
    if renewal is None:
        return [head(periods.month(month)), *cells, amount(0, on.currency)]
    yearly = amount(
        renewal["yearly"],
        on.currency,
        _coming("renewal", month, on),
        _contracts(renewal),
    )
    return [head(periods.month(month)), *cells, yearly]
