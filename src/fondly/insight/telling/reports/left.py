"""Why clients left, in words, bars and a table."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
    count,
    head,
)


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
                "behind": row["clients"],
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
    return on.now(between, *which)


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
        head(periods.quarter(number), every, whole),
        *cells,
        count(whole, every),
        amount(revenue, on.currency, every, whole),
    ]
