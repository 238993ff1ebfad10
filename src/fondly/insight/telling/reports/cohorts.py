"""Cohorts as a grid and as curves, with what they say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fondly.insight.reports.totals import Rows
from fondly.insight.telling.reports import periods
from fondly.insight.telling.reports.card import (
    Card,
    Cell,
    Ground,
    Table,
    count,
    head,
    none,
)
from fondly.insight.telling.reports.curves import Curve, curves
from fondly.insight.telling.reports.shares import differ, interval

FEWEST = 20  # clients in a cohort that is compared with another
A_YEAR = {"quarter": 4, "month": 12}
UNITS = ("quarter", "month")
HEAT = (0.05, 0.15, 0.3, 0.5, 0.7)


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """Clients who first bought in one period, and how many bought in each one after.

    `again[k]` stands for k periods later; only periods that are over are there.
    """

    number: int
    clients: int
    again: Sequence[int]


def read(rows: Rows, unit: str, as_of: date) -> list[Cohort]:
    """Return the cohorts of a unit in order."""
    counts = {(r["cohort"], r["since"]): r["clients"] for r in rows if r["unit"] == unit}
    last = _number(as_of + timedelta(days=1), unit) - 1
    return [
        Cohort(
            number=number,
            clients=counts[number, 0],
            again=[counts.get((number, k), 0) for k in range(last - number + 1)],
        )
        for number in sorted({cohort for cohort, _since in counts})
    ]


def _number(day: date, unit: str) -> int:
    a_year = A_YEAR[unit]
    return day.year * a_year + (day.month - 1) // (12 // a_year)


def name_of(unit: str) -> Callable[[int], str]:
    """Return what names a period of the unit."""
    return periods.quarter if unit == "quarter" else periods.month


def grid_card(cohorts: Sequence[Cohort], unit: str, on: Ground) -> Card | None:
    """Return the grid: a row per cohort, a column per period since; None without any."""
    if not cohorts:
        return None
    since = _("quarters") if unit == "quarter" else _("months")
    longest = max(len(one.again) for one in cohorts)
    return Card(
        slug="cohorts",
        finding=_finding(cohorts, unit),
        why=_("Why: %(why)s") % {"why": _why(cohorts)},
        table=Table(
            titles=[_("First bought"), _("Clients"), *(str(k) for k in range(1, longest))],
            rows=[_row(one, unit, longest, on) for one in cohorts],
        ),
        is_grid=True,
        is_open=True,
        notes=[
            _(
                "A row is the clients who first bought in one period; the columns are the "
                "%(since)s since. A cell is the share of the row who bought in it. "
                "Periods that are not over are left empty."
            )
            % {"since": since}
        ],
    )


def _finding(cohorts: Sequence[Cohort], unit: str) -> str:
    known = [c for c in cohorts if len(c.again) > 1 and c.clients >= FEWEST]
    if len(known) < 2:
        return _(
            "Too few clients a period to compare those who came early with the others."
        )
    by_share = sorted(known, key=lambda c: c.again[1] / c.clients)
    worst, best = by_share[0], by_share[-1]
    said = {
        "best": name_of(unit)(best.number),
        "worst": name_of(unit)(worst.number),
        "most": f"{best.again[1] / best.clients:.0%}",
        "least": f"{worst.again[1] / worst.clients:.0%}",
    }
    if not differ((best.again[1], best.clients), (worst.again[1], worst.clients)):
        return (
            _(
                "The cohorts come back alike: from %(least)s to %(most)s bought again in "
                "the next period, which may be chance."
            )
            % said
        )
    return (
        _(
            "Those who came in %(best)s came back most: %(most)s bought again in the next "
            "period, against %(least)s of %(worst)s."
        )
        % said
    )


def _why(cohorts: Sequence[Cohort]) -> str:
    hits, of = pooled(cohorts, 1)
    if not of:
        return _("no period after the first is over yet.")
    low, high = interval(hits, of)
    return ngettext(
        "of %(of)s client %(hits)s bought again in the period after the first, "
        "%(share)s (%(low)s to %(high)s).",
        "of %(of)s clients %(hits)s bought again in the period after their first, "
        "%(share)s (%(low)s to %(high)s).",
        of,
    ) % {
        "of": f"{of:,}",
        "hits": f"{hits:,}",
        "share": f"{hits / of:.0%}",
        "low": f"{low:.0%}",
        "high": f"{high:.0%}",
    }


def pooled(cohorts: Sequence[Cohort], k: int) -> tuple[int, int]:
    """Return how many of how many bought k periods after their first."""
    known = [one for one in cohorts if len(one.again) > k]
    return sum(one.again[k] for one in known), sum(one.clients for one in known)


def _row(one: Cohort, unit: str, longest: int, on: Ground) -> list[Cell]:
    url = on.those("cohorts", unit=unit, first=one.number)
    cells = [head(name_of(unit)(one.number), url, one.clients), count(one.clients, url)]
    for k in range(1, longest):
        if k < len(one.again):
            share = one.again[k] / one.clients
            heat = sum(share >= border for border in HEAT)
            again = on.those("cohorts", unit=unit, first=one.number, since=k)
            cells.append(
                Cell(
                    text=f"{share:.0%}",
                    value=round(share, 4),
                    tone=f"heat-{heat}",
                    url=again if one.again[k] else "",
                    behind=one.again[k],
                )
            )
        else:
            cells.append(Cell(text="", value=""))
    return cells


def curves_card(cohorts: Sequence[Cohort], unit: str, on: Ground) -> Card | None:
    """Return the share who bought by periods since, earlier cohorts against later ones."""
    if len(cohorts) < 2:
        return None
    half = len(cohorts) // 2
    earlier, later = cohorts[:half], cohorts[half:]
    named = [
        (_span(earlier, unit), "green", _points(earlier)),
        (_span(later, unit), "ember", _points(later)),
    ]
    lines = [Curve(name=n, tone=t, points=p) for n, t, p in named]
    if all(len(line.points) < 2 for line in lines):
        return None
    return Card(
        slug="curves",
        finding=_curves_finding(earlier, later, unit),
        why=_("Why: earlier are %(earlier)s, later %(later)s. Shades are 95 %% intervals.")
        % {"earlier": named[0][0], "later": named[1][0]},
        chart="curves",
        drawn=curves(
            [line for line in lines if len(line.points) > 1],
            _("quarters") if unit == "quarter" else _("months"),
        ),
        table=_curves_table(lines, [earlier, later], unit, on),
        notes=[_("Not an experiment: who came later also met another business.")],
    )


def _span(cohorts: Sequence[Cohort], unit: str) -> str:
    name = name_of(unit)
    first, last = name(cohorts[0].number), name(cohorts[-1].number)
    return first if first == last else f"{first} – {last}"


Point = tuple[float, float, float, int, int]


def _points(cohorts: Sequence[Cohort]) -> list[Point]:
    """Return share, low, high, hits and of by periods since, while anybody is known."""
    found: list[Point] = [(1.0, 1.0, 1.0, 0, 0)]
    for k in range(1, max(len(one.again) for one in cohorts)):
        hits, of = pooled(cohorts, k)
        found.append((hits / of, *interval(hits, of), hits, of))
    return found


def _curves_finding(earlier: Sequence[Cohort], later: Sequence[Cohort], unit: str) -> str:
    one, other = pooled(earlier, 1), pooled(later, 1)
    if min(one[1], other[1]) < FEWEST:
        return _("Too few clients to say whether those who came later stay longer.")
    said = {
        "one": f"{one[0] / one[1]:.0%}",
        "other": f"{other[0] / other[1]:.0%}",
        "unit": _("quarter") if unit == "quarter" else _("month"),
    }
    if not differ(one, other):
        return (
            _(
                "Those who came later come back as often as those before: %(other)s bought "
                "in the next %(unit)s, against %(one)s; the difference may be chance."
            )
            % said
        )
    if other[0] * one[1] > one[0] * other[1]:
        text = _(
            "Those who came later come back more: %(other)s bought in the next %(unit)s, "
            "against %(one)s."
        )
    else:
        text = _(
            "Those who came later come back less: %(other)s bought in the next %(unit)s, "
            "against %(one)s."
        )
    return text % said


def _curves_table(
    lines: Sequence[Curve], halves: Sequence[Sequence[Cohort]], unit: str, on: Ground
) -> Table:
    titles = [_("Quarters since") if unit == "quarter" else _("Months since")]
    for line in lines:
        titles += [line.name, _("of"), _("low"), _("high")]
    rows = []
    for k in range(1, max(len(line.points) for line in lines)):
        row = [head(str(k))]
        for line, half in zip(lines, halves, strict=True):
            row += _cells(line.points, half, k, unit, on)
        rows.append(row)
    return Table(titles=titles, rows=rows)


def _cells(
    points: Sequence[Any], half: Sequence[Cohort], k: int, unit: str, on: Ground
) -> list[Cell]:
    """Return share, of, low and high of a half after `k` periods, with those behind."""
    if k >= len(points):
        return [none()] * 4
    share, low, high, hits, of = points[k]
    known = [one.number for one in half if len(one.again) > k]
    span = {"unit": unit, "first": known[0], "last": known[-1]}
    url = on.those("cohorts", **span)
    ends = [
        Cell(text=f"{s:.0%}", value=round(s, 4), url=url, behind=of) for s in (low, high)
    ]
    again = on.those("cohorts", **span, since=k) if hits else ""
    return [
        Cell(text=f"{share:.0%}", value=round(share, 4), url=again, behind=hits),
        count(of, url),
        *ends,
    ]
