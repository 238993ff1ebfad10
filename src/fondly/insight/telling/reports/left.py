"""Why clients left, and what contracts bring in the months ahead."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fondly.base.money import words as money
from fondly.clients.models import LeavingReason
from fondly.insight.reports.totals import Rows, total
from fondly.insight.telling.reports import periods
from fondly.insight.telling.reports.card import (
    Card,
    Cell,
    Condition,
    Ground,
    Table,
    amount,
    clients_url,
    count,
    head,
)

KINDS = {
    "renewal": (gettext_lazy("Renewals"), "renews"),
    "notice": (gettext_lazy("Last day of notice"), "notice_by"),
    "rise": (gettext_lazy("Prices rise"), "price_step_on"),
    "fall": (gettext_lazy("Prices fall"), "price_step_on"),
}
LEAST_STEP = "0.0001"  # per cent: what is no fall


def reasons_card(rows: Rows, on: Ground) -> Card | None:
    """Return why clients were parted with, by quarter; None where nobody was."""
    if not rows:
        return None
    labels = {str(key): str(label) for key, label in LeavingReason.choices}
    of_reason = sorted(total(rows, "reason"), key=lambda r: (-r["clients"], r["reason"]))
    quarters = sorted({row["quarter"] for row in rows}, reverse=True)
    first, last = min(quarters), max(quarters)
    most = of_reason[0]["clients"]
    shown = [row["reason"] for row in of_reason]
    return Card(
        slug="reasons",
        finding=_reasons_finding(of_reason, labels, on.currency),
        why=_reasons_why(of_reason, labels, on.currency),
        chart="bars",
        drawn=[
            {
                "name": labels.get(row["reason"]) or _("No reason given"),
                "label": f"{row['clients']:,}",
                "width": round(100 * row["clients"] / most, 2),
                "url": _left(row["reason"], first, last, on),
                "tone": "c-ember",
            }
            for row in of_reason
        ],
        table=Table(
            titles=[
                _("Quarter"),
                *(labels.get(reason) or _("No reason given") for reason in shown),
                _("All"),
                _("Revenue that went"),
            ],
            rows=[_quarter(q, rows, shown, on) for q in quarters],
        ),
        notes=[
            _(
                "Clients closed in the last eight quarters. Revenue that went: what they "
                "bought in the 365 days up to the day of parting."
            )
        ],
    )


def _reasons_finding(of_reason: Rows, labels: dict[str, str], currency: str) -> str:
    whole = sum(row["clients"] for row in of_reason)
    said = {
        "n": f"{whole:,}",
        "revenue": money(sum(r["revenue"] for r in of_reason), currency, short=True),
        "reason": labels.get(of_reason[0]["reason"]) or _("No reason given"),
        "most": f"{of_reason[0]['clients']:,}",
    }
    return (
        ngettext(
            "%(n)s client left in two years, and %(revenue)s a year with them: %(reason)s.",
            "%(n)s clients left in two years, and %(revenue)s a year with them; most "
            "often: %(reason)s (%(most)s).",
            whole,
        )
        % said
    )


def _reasons_why(of_reason: Rows, labels: dict[str, str], currency: str) -> str:
    dear = max(of_reason, key=lambda row: row["revenue"])
    if dear["revenue"] <= 0:
        return _("Why: none of them had bought anything in the year before.")
    said = {
        "reason": labels.get(dear["reason"]) or _("No reason given"),
        "revenue": money(dear["revenue"], currency, short=True),
    }
    return _("Why: the reason that cost most is “%(reason)s”, %(revenue)s a year.") % said


def _left(reason: str | None, first: int, last: int, on: Ground) -> str:
    between: Condition = (
        "closed_on",
        "between",
        periods.first_day(first, 4),
        periods.last_day(last, 4),
    )
    which: list[Condition] = []
    if reason is not None:
        which = [
            ("leaving_reason", "is", reason, "")
            if reason
            else ("leaving_reason", "empty", "", "")
        ]
    return clients_url(between, *which, *on.among)


def _quarter(number: int, rows: Rows, shown: list[str], on: Ground) -> list[Cell]:
    mine = {row["reason"]: row for row in rows if row["quarter"] == number}
    every = _left(None, number, number, on)
    cells = [
        count(
            mine[reason]["clients"] if reason in mine else 0,
            _left(reason, number, number, on),
        )
        for reason in shown
    ]
    whole = sum(row["clients"] for row in mine.values())
    revenue = sum(row["revenue"] for row in mine.values())
    return [
        head(periods.quarter(number), every),
        *cells,
        count(whole, every),
        amount(revenue, on.currency, every),
    ]


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
                "tone": "c-gold",
            }
            for month, row in renewals.items()
        ],
        table=Table(
            titles=[
                _("Month"),
                *(str(name) for name, _column in KINDS.values()),
                _("Agreed a year, of renewals"),
            ],
            rows=[_ahead_row(month, by_place, on) for month in months],
        ),
        notes=[
            _(
                "Clients by the month of their next renewal, last day of notice and change "
                "of price (the end of a promo, or the next price)."
            )
        ],
    )


def _ahead_finding(renewals: Rows, currency: str) -> str:
    if not renewals:
        return _("No contract renews within a year.")
    whole = sum(row["clients"] for row in renewals)
    peak = max(renewals, key=lambda row: row["yearly"])
    said = {
        "n": f"{whole:,}",
        "yearly": money(sum(r["yearly"] for r in renewals), currency, short=True),
        "month": periods.month(peak["month"]),
    }
    return (
        ngettext(
            "The contract of %(n)s client renews within a year, %(yearly)s a year: in "
            "%(month)s.",
            "Contracts of %(n)s clients renew within a year, %(yearly)s a year; the "
            "largest part in %(month)s.",
            whole,
        )
        % said
    )


def _ahead_why(rows: Rows) -> str:
    rises = [row for row in rows if row["kind"] == "rise"]
    notices = [row for row in rows if row["kind"] == "notice"]
    next_notice = min(notices, key=lambda row: row["month"], default=None)
    said = {"rises": f"{sum(row['clients'] for row in rises):,}"}
    if next_notice:
        said |= {
            "month": periods.month(next_notice["month"]),
            "n": f"{next_notice['clients']:,}",
        }
        return (
            _(
                "Why it matters: the prices of %(rises)s clients rise, and in %(month)s "
                "%(n)s can give notice for the last time."
            )
            % said
        )
    return _("Why it matters: the prices of %(rises)s clients rise within a year.") % said


def _coming(kind: str, month: int, on: Ground) -> str:
    between: Condition = (
        KINDS[kind][1],
        "between",
        periods.first_day(month),
        periods.last_day(month),
    )
    step: dict[str, list[Condition]] = {
        "rise": [("price_step", "at_least", LEAST_STEP, "")],
        "fall": [("price_step", "at_most", 0, "")],
    }
    return clients_url(between, *step.get(kind, []), *on.among)


def _ahead_row(
    month: int, by_place: dict[tuple[int, str], dict[str, Any]], on: Ground
) -> list[Cell]:
    cells = [
        count(by_place[month, kind]["clients"], _coming(kind, month, on))
        if (month, kind) in by_place
        else count(0)
        for kind in KINDS
    ]
    renewal = by_place.get((month, "renewal"))
    yearly = renewal["yearly"] if renewal else 0
    url = _coming("renewal", month, on) if renewal else ""
    return [head(periods.month(month)), *cells, amount(yearly, on.currency, url)]
