"""A condition that a number of the reports leads to: those whom that number counts.

Written in an address as pairs: `what=bridge&month=2026-02&part=lost&tier=A`. Besides what
a number is of, each may say `owner` (0: nobody), `tier`, `view` (a shared one's key) and
`as_of`, the day of a look.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fondly.clients.models import Stage
from fondly.insight.listing.scope import Scope
from fondly.insight.models import Report, SavedView, ScoreRun, Standing
from fondly.insight.reports.codes import MONTHS_KEPT, MONTHS_OF, bits_of
from fondly.insight.telling.reports import bridge, leaving, periods

Pairs = dict[str, str]
MOST = 2**63 - 1  # what a key in the database can be
ENDS = {"start": True, "end": False}


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Those whom a number counts: who they are, and in words."""

    rows: Any
    words: str

    def __str__(self) -> str:
        return self.words

    @property
    def client_ids(self) -> Any:
        """Return the clients, to be asked within another question."""
        return self.rows.values("client_id")


def counted(typed: str, scope: Scope) -> Counted:
    """Return those of a number; raise ValueError where there is no such number."""
    pairs: Pairs = dict(parse_qsl(typed, keep_blank_values=True))
    as_of = date.fromisoformat(pairs["as_of"]) if "as_of" in pairs else None
    run = Report.objects.run_shown(as_of)
    if run is None or pairs.get("what") not in KINDS:
        raise ValueError(typed)
    found, words = KINDS[pairs["what"]](Standing.objects.of_run(run.pk), pairs, run)
    said = [words, *_narrower(pairs, scope)]
    if "owner" in pairs:
        found = found.filter(owner=_key(pairs["owner"]))
    if "tier" in pairs:
        found = found.filter(tier=pairs["tier"])
    if "view" in pairs:
        found = found.of_view(_key(pairs["view"]))
    day = _("as of %(day)s") % {"day": date_format(run.as_of, "j F Y")}
    return Counted(rows=found, words=", ".join([*filter(None, said), day]))


def _key(typed: str) -> int:
    number = int(typed)
    if not 0 <= number <= MOST:
        raise ValueError(typed)
    return number


def _narrower(pairs: Pairs, scope: Scope) -> list[str]:
    said = []
    if "tier" in pairs:
        said.append(_("tier %(tier)s") % {"tier": pairs["tier"] or _("none")})
    if "view" in pairs:
        views = SavedView.objects.for_user(scope.user).filter(pk=_key(pairs["view"]))
        name = views.values_list("name", flat=True).first() or pairs["view"]
        said.append(_("in the view “%(name)s”") % {"name": name})
    if "owner" in pairs:
        names = {str(user.pk): str(user) for user in scope.team}
        name = names.get(pairs["owner"], _("nobody"))
        said.append(_("looked after by %(name)s") % {"name": name})
    return said


def _last_month(run: ScoreRun) -> int:
    day = run.as_of + timedelta(days=1)
    return day.year * 12 + day.month - 2


def _of_bridge(rows: Any, pairs: Pairs, run: ScoreRun) -> tuple[Any, str]:
    month, part = periods.number(pairs["month"]), pairs["part"]
    back = _last_month(run) - month
    if not 0 <= back < 12:
        raise ValueError(back)
    said = {"month": periods.month(month)}
    if part in ENDS:
        words = _("revenue before %(month)s") if ENDS[part] else _("revenue by %(month)s")
        return rows.with_revenue(back=back, before=ENDS[part]), words % said
    said["part"] = _(bridge.PARTS[part])
    return rows.in_part(part, back=back), _("%(part)s in %(month)s") % said


def _of_cohorts(rows: Any, pairs: Pairs, run: ScoreRun) -> tuple[Any, str]:
    unit, since = pairs["unit"], int(pairs.get("since", 0))
    first = int(pairs["first"])
    last = int(pairs.get("last", first))
    if not (0 <= last - first < 12 and 0 <= since < MONTHS_KEPT):
        raise ValueError(last, since)
    size = MONTHS_OF[unit]
    periods.last_day(last * size + size - 1)  # a month that a calendar has
    name = periods.quarter if unit == "quarter" else periods.month
    span = name(first) if first == last else f"{name(first)} – {name(last)}"
    if not since:
        months = (first * size, last * size + size - 1)
        return rows.first_within(months), _("first bought in %(span)s") % {"span": span}
    cohorts = [
        ((one * size, one * size + size - 1), bits_of(one + since, unit, _last_month(run)))
        for one in range(first, last + 1)
    ]
    words = (
        _("first bought in %(span)s and again %(n)d quarters later")
        if unit == "quarter"
        else _("first bought in %(span)s and again %(n)d months later")
    )
    return rows.came_again(cohorts), words % {"span": span, "n": since}


def _of_worth(rows: Any, pairs: Pairs, _run: ScoreRun) -> tuple[Any, str]:
    said = []
    if "stage" in pairs:
        rows = rows.filter(stage=pairs["stage"])
        said.append(str(dict(Stage.choices).get(pairs["stage"], pairs["stage"])))
    if "ranged" in pairs:
        rows = rows.filter(is_ranged=False)
        said.append(_("without an interval"))
    return rows, ", ".join(said)


def _of_leaving(rows: Any, pairs: Pairs, _run: ScoreRun) -> tuple[Any, str]:
    group = pairs["group"]
    return rows.filter(leaving=group), str(leaving.GROUPS[group])


KINDS: dict[str, Callable[[Any, Pairs, ScoreRun], tuple[Any, str]]] = {
    "bridge": _of_bridge,
    "cohorts": _of_cohorts,
    "worth": _of_worth,
    "leaving": _of_leaving,
}
