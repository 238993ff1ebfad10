"""The pages of reports."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_safe

from fondly.insight.listing.answer import keys, rows
from fondly.insight.listing.column import Row
from fondly.insight.listing.question import question
from fondly.insight.telling import bridge, equity, periods
from fondly.insight.telling.card import Card
from fondly.insight.views.reports.behind import behind_card
from fondly.insight.views.reports.file import as_file
from fondly.insight.views.reports.seen import Seen
from fondly.team.access import Signed

BEST = 10


@require_safe
def equity_page(request: Signed) -> HttpResponse:
    """Show what the base is worth, and what came and went."""
    seen = Seen(request)
    found = seen.rows("worth")["worth"]
    whole = equity.of_all(found)
    return seen.page(
        "equity",
        equity_cards(seen),
        sum=equity.headline(whole, seen.scope.currency) if seen.run else "",
        how_sure=equity.how_sure(whole) if whole.low is not None else "",
        best=_best(seen),
        best_url=f"{reverse('insight:clients')}?{_by_worth(seen)}",
    )


@require_safe
def csv_file(request: Signed, tab: str, slug: str) -> HttpResponse:
    """Send the table of one card as a file."""
    seen = Seen(request)
    if tab not in CARDS:
        raise Http404
    found = (card for card in CARDS[tab](seen) if card and card.slug == slug)
    card = next(found, None)
    if card is None:
        raise Http404
    return as_file(card, day=seen.run.as_of if seen.run else None)


def equity_cards(seen: Seen) -> list[Card | None]:
    """Return the cards of the page on equity."""
    found = seen.rows("worth")["worth"]
    return [
        *_bridge_cards(seen),
        *(equity.cut_card(found, cut, seen.ground) for cut in equity.CUTS),
    ]


def _bridge_cards(seen: Seen) -> list[Card | None]:
    tier = seen.request.GET.get("tier", "")
    told = seen.rows("bridge", "movers")
    parts = [row for row in told["bridge"] if not tier or row["tier"] == tier]
    months = bridge.months(parts)
    if not months:
        return []
    named = {periods.key(month.number): month for month in months}
    shown = named.get(seen.request.GET.get("month", ""), months[-1])
    part = seen.request.GET.get("part", "")
    return [
        bridge.bridge_card(parts, shown, months, seen.ground),
        behind_card(seen, shown, part, told["movers"]),
    ]


def _by_worth(seen: Seen) -> str:
    pairs = [("sort", "worth")]
    if seen.whose > 0 and seen.sees_all:
        pairs += [("field", "owner"), ("op", "is"), ("value", str(seen.whose))]
    return urlencode(pairs)


def _best(seen: Seen) -> list[Row]:
    """Return the ten worth most now; of another day the list knows nothing."""
    if seen.as_of or not seen.run:
        return []
    asked = question(QueryDict(_by_worth(seen)), seen.scope)
    ids, _rest = keys(asked, seen.scope, size=BEST)
    found = rows(ids, asked, seen.scope)
    return [row for row in found if row.signal and row.signal.worth_24m]


CARDS: dict[str, Callable[[Seen], list[Card | None]]] = {"equity": equity_cards}
