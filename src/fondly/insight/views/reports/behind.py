"""The clients behind a part of the bridge."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fondly.insight.reports.totals import Rows
from fondly.insight.telling.reports import bridge, periods
from fondly.insight.telling.reports.card import (
    Card,
    Cell,
    Ground,
    Table,
    amount,
    head,
)
from fondly.insight.views.reports.seen import Seen


def behind_card(
    seen: Seen, on: Ground, shown: bridge.Month, part: str, movers: Rows
) -> Card | None:
    """Return who moved most in a part of a month; None where no part was asked for."""
    if part not in bridge.PARTS or not shown.clients[part]:
        return None
    mine = [row for row in movers if (row["month"], row["part"]) == (shown.number, part)]
    clients = seen.scope.clients().in_bulk([row["client_id"] for row in mine])
    mine = [row for row in mine if row["client_id"] in clients]
    currency = seen.scope.currency
    said = {
        "month": periods.month(shown.number),
        "part": _(bridge.PARTS[part]),
        "clients": f"{shown.clients[part]:,}",
        "change": bridge.signed(shown.changes[part], currency),
        "n": len(mine),
    }
    finding = ngettext(
        "“%(part)s” in %(month)s: %(clients)s client, %(change)s.",
        "“%(part)s” in %(month)s: %(clients)s clients, %(change)s.",
        shown.clients[part],
    )
    rows = [
        [
            head(clients[row["client_id"]].name, _url(row["client_id"])),
            amount(row["before"], currency),
            amount(row["after"], currency),
            amount(row["after"] - row["before"], currency),
        ]
        for row in mine
    ]
    return Card(
        slug="behind",
        finding=finding % said,
        why=_("The %(n)d whose yearly revenue changed most.") % said
        if mine
        else _("Those who moved most of all are not among them."),
        leads=[_all(on, shown, part)],
        table=Table(titles=[_("Client"), _("Before"), _("After"), _("Change")], rows=rows),
        is_open=True,
    )


def _all(on: Ground, shown: bridge.Month, part: str) -> Cell:
    """Return what leads to all clients of the part."""
    number = shown.clients[part]
    text = ngettext("Show the client", "Show all %(n)s clients", number)
    url = on.those("bridge", month=periods.key(shown.number), part=part)
    return Cell(text=text % {"n": f"{number:,}"}, value=number, url=url, behind=number)


def _url(client_id: int) -> str:
    return reverse("clients:client", args=[client_id])
