"""The bridge in words, as a waterfall and as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from fondly.base.money import words as money
from fondly.insight.reports.totals import Rows, total
from fondly.insight.telling.reports import periods
from fondly.insight.telling.reports.card import Card, Cell, Ground, Table, amount, head
from fondly.insight.telling.reports.waterfall import Step, waterfall

PARTS = {
    "new": gettext_noop("new"),
    "grown": gettext_noop("grown"),
    "won_back": gettext_noop("won back"),
    "shrunk": gettext_noop("shrunk"),
    "lost": gettext_noop("lost"),
}


@dataclass(frozen=True, kw_only=True)
class Month:
    """One month of the bridge: `start`, what each part added or took, and `end`."""

    number: int
    start: int
    changes: dict[str, int]
    clients: dict[str, int]
    had: int | None = None  # clients with revenue at the start; None: it was not kept
    has: int | None = None  # … at the end

    @property
    def end(self) -> int:
        """Return where it ends: the start and the parts, exactly."""
        return self.start + sum(self.changes.values())

    @property
    def won(self) -> int:
        """Return what was added."""
        return sum(change for change in self.changes.values() if change > 0)

    @property
    def gone(self) -> int:
        """Return what was taken, as a positive amount."""
        return -sum(change for change in self.changes.values() if change < 0)


def months(rows: Rows) -> list[Month]:
    """Return the months of the rows in order."""
    found = []
    sums = total(rows, "month", "part")
    for number in sorted({row["month"] for row in sums}):
        mine = {row["part"]: row for row in sums if row["month"] == number}
        found.append(
            Month(
                number=number,
                start=sum(row["before"] for row in mine.values()),
                changes={p: _change(mine.get(p)) for p in PARTS},
                clients={p: mine[p]["clients"] if p in mine else 0 for p in PARTS},
                had=_sum_of("had", mine.values()),
                has=_sum_of("has", mine.values()),
            )
        )
    return found


def _sum_of(name: str, rows: Any) -> int | None:
    found = [row.get(name) for row in rows]
    return None if None in found else sum(found)


def _change(row: dict[str, Any] | None) -> int:
    return row["after"] - row["before"] if row else 0


def bridge_card(rows: Rows, shown: Month, every: Sequence[Month], on: Ground) -> Card:
    """Return the card of a month."""
    currency = on.currency
    drawn = waterfall(_steps(shown, on))
    cut = _("The foot of the bars is cut off, so that the changes are seen.")
    return Card(
        slug="bridge",
        finding=finding(shown, rows, currency),
        why=_why(shown, currency),
        chart="waterfall",
        drawn=drawn.bars,
        table=table(every, on),
        notes=[
            *([cut] if drawn.is_cut else []),
            _(
                "Revenue of the 12 calendar months up to the end of a month, against that "
                "up to the end of the month before. Each client stands in one part: new "
                "(first purchase ever in the month), won back (bought before, but nothing "
                "in the 12 months up to the month before), grown, shrunk, or lost (nothing "
                "left in the 12 months). Start and parts add up to the end exactly."
            ),
        ],
    )


def finding(shown: Month, rows: Rows, currency: str) -> str:
    """Say what was won and lost, and in which tier most of it went."""
    said = {
        "month": periods.month(shown.number),
        "won": money(shown.won, currency, short=True),
        "gone": money(shown.gone, currency, short=True),
    }
    if not shown.won and not shown.gone:
        return _("Nothing was won or lost in %(month)s.") % said
    if not shown.gone:
        return _("In %(month)s %(won)s of yearly revenue was won and none lost.") % said
    tier = _tier_of_most(shown, rows)
    if tier:
        return _(
            "In %(month)s %(won)s of yearly revenue was won and %(gone)s lost, most of it "
            "in tier %(tier)s."
        ) % (said | {"tier": tier})
    return _("In %(month)s %(won)s of yearly revenue was won and %(gone)s lost.") % said


def _tier_of_most(shown: Month, rows: Rows) -> str:
    """Return the tier in which more than half of the losses were."""
    mine = [r for r in rows if r["month"] == shown.number and r["part"] in PARTS]
    sums: dict[str, int] = {}
    for row in total(mine, "tier", "part"):
        if row["after"] < row["before"]:
            less = row["before"] - row["after"]
            sums[row["tier"]] = sums.get(row["tier"], 0) + less
    tier = max(sums, key=lambda name: sums[name], default="")
    return tier if len(sums) > 1 and sums[tier] * 2 > sum(sums.values()) else ""


def _why(shown: Month, currency: str) -> str:
    biggest = max(shown.changes, key=lambda part: abs(shown.changes[part]))
    if not shown.changes[biggest]:
        return _("Every client's yearly revenue was the same at both ends of the month.")
    said = {
        "part": _(PARTS[biggest]),
        "clients": f"{shown.clients[biggest]:,}",
        "change": signed(shown.changes[biggest], currency),
    }
    return (
        ngettext(
            "Why: the largest part is “%(part)s”, %(clients)s client with %(change)s.",
            "Why: the largest part is “%(part)s”, %(clients)s clients with %(change)s.",
            shown.clients[biggest],
        )
        % said
    )


def signed(change: int, currency: str) -> str:
    """Write a change with its sign."""
    return f"{'+' if change > 0 else ''}{money(change, currency, short=True)}"


def behind(url: str, number: int, part: str) -> str:
    """Return the address of those who moved most in a part of a month."""
    return f"{url}month={periods.key(number)}&part={part}#behind"


def _steps(shown: Month, on: Ground) -> list[Step]:
    currency, url = on.currency, on.url
    key = periods.key(shown.number)
    start = _("before") + f" {periods.month(shown.number, short=True)}"
    end = _("after") + f" {periods.month(shown.number, short=True)}"
    parts = [
        Step(
            name=_(name),
            size=shown.changes[part],
            label=signed(shown.changes[part], currency),
            url=behind(url, shown.number, part) if shown.clients[part] else "",
        )
        for part, name in PARTS.items()
    ]
    return [
        Step(
            name=start,
            size=shown.start,
            label=_short(shown.start, currency),
            url=on.those("bridge", month=key, part="start") if shown.had else "",
            behind=shown.had,
            whole=True,
        ),
        *parts,
        Step(
            name=end,
            size=shown.end,
            label=_short(shown.end, currency),
            url=on.those("bridge", month=key, part="end") if shown.has else "",
            behind=shown.has,
            whole=True,
        ),
    ]


def _short(minor: int, currency: str) -> str:
    return money(minor, currency, short=True)


def table(every: Sequence[Month], on: Ground) -> Table:
    """Return a row per month, the newest first; each sum leads to all its clients."""
    titles = [_("Month"), _("Start"), *(_(name) for name in PARTS.values()), _("End")]
    rows: list[list[Cell]] = []
    for one in reversed(every):
        key = periods.key(one.number)

        def of(minor: int, part: str, clients: int | None, key: str = key) -> Cell:
            url = on.those("bridge", month=key, part=part) if clients else ""
            return amount(minor, on.currency, url, clients)

        rows.append(
            [
                head(periods.month(one.number), f"{on.url}month={key}"),
                of(one.start, "start", one.had),
                *(of(one.changes[part], part, one.clients[part]) for part in PARTS),
                of(one.end, "end", one.has),
            ]
        )
    return Table(titles=titles, rows=rows)
