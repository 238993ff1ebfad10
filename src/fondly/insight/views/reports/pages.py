"""The pages of reports."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from fondly.base.clock import today_in
from fondly.base.registry import plans
from fondly.insight.listing.answer import keys, rows
from fondly.insight.listing.column import Row
from fondly.insight.listing.question import question
from fondly.insight.models import Backtest, ViewMember
from fondly.insight.telling import quality_cards
from fondly.insight.telling.reports import (
    bridge,
    calendar,
    cohorts,
    equity,
    leaving,
    left,
    periods,
)
from fondly.insight.telling.reports.card import Card, clients_url
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
        **_best(seen),
    )


@require_safe
def retention_page(request: Signed) -> HttpResponse:
    """Show who comes back, by when they first bought."""
    seen = Seen(request)
    return seen.page("retention", retention_cards(seen), unit=_unit(seen))


@require_safe
def leaving_page(request: Signed) -> HttpResponse:
    """Show who is leaving and has left, what it costs, and what contracts bring."""
    seen = Seen(request)
    return seen.page("leaving", leaving_cards(seen), **_first_to_call(seen))


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


def retention_cards(seen: Seen) -> list[Card | None]:
    """Return the cards of the page on retention."""
    if seen.run is None:
        return []
    unit = _unit(seen)
    found = cohorts.read(seen.rows("cohorts")["cohorts"], unit, seen.run.as_of)
    return [
        cohorts.grid_card(found, unit, seen.ground),
        cohorts.curves_card(found, unit, seen.ground),
    ]


def leaving_cards(seen: Seen) -> list[Card | None]:
    """Return the cards of the page on those who leave."""
    found = seen.rows("leaving", "reasons", "ahead")
    return [
        *leaving.leaving_cards(found["leaving"], seen.ground),
        left.reasons_card(found["reasons"], seen.ground),
        calendar.ahead_card(found["ahead"], seen.ground),
    ]


def quality_cards_of(_seen: Seen) -> list[Card | None]:
    """Return the cards on how good forecasts were; the same for everybody."""
    made = Backtest.newest()
    return [*quality_cards.cards(made), *quality_cards.tier_cards(made)]


def _unit(seen: Seen) -> str:
    return "month" if seen.request.GET.get("by") == "month" else "quarter"


def _bridge_cards(seen: Seen) -> list[Card | None]:
    tier, on = seen.request.GET.get("tier", ""), seen.ground
    if tier:
        on = replace(on, shared=(*on.shared, ("tier", tier)))
    view = seen.request.GET.get("view", "")
    name = "views" if view in seen.views else "bridge"
    if name == "views":
        on = replace(on, shared=(*on.shared, ("view", view)))
    told = seen.rows(name, "movers")
    parts, movers = (
        # Reports of earlier versions lack the tier of who moved most.
        [row for row in told[name] if not tier or row.get("tier") == tier]
        for name in (name, "movers")
    )
    if name == "views":
        parts = [row for row in parts if str(row["view"]) == view]
        moved = ViewMember.objects.of_run(seen.run.pk if seen.run else 0)
        ids = [row["client_id"] for row in movers]
        mine = moved.filter(view=int(view), client__in=ids)
        among = set(mine.values_list("client_id", flat=True))
        movers = [row for row in movers if row["client_id"] in among]
    months = bridge.months(parts)
    if not months:
        return []
    named = {periods.key(month.number): month for month in months}
    shown = named.get(seen.request.GET.get("month", ""), months[-1])
    part = seen.request.GET.get("part", "")
    return [
        bridge.bridge_card(parts, shown, months, on),
        behind_card(seen, on, shown, part, movers),
    ]


def _best(seen: Seen) -> dict[str, Any]:
    """Return the ten worth most now; of another day the list knows nothing."""
    if seen.as_of or not seen.run:
        return {}
    url = clients_url(*seen.among, sort="worth")
    asked = question(QueryDict(url.partition("?")[2]), seen.scope)
    ids, _rest = keys(asked, seen.scope, size=BEST)
    found = rows(ids, asked, seen.scope)
    valued = [row for row in found if row.signal and row.signal.worth_24m]
    return {"best": valued, "best_url": url} | _planned(seen, valued)


def _planned(seen: Seen, best: list[Row]) -> dict[str, Any]:
    """Say of each what is planned, as whoever plans says it, and where that is done."""
    today = today_in(str(seen.scope.time_zone))
    for source in plans:
        said = source.words([row.client.pk for row in best], today)
        for row in best:
            row.more["planned"] = " · ".join(
                filter(None, [row.more.get("planned"), *said.get(row.client.pk, [])])
            )
    return {"plans": list(plans)}


def _first_to_call(seen: Seen) -> dict[str, Any]:
    """Return who of those probably gone was worth most at the run, as they are now."""
    if seen.as_of or not seen.run:
        return {}
    url = seen.ground.those("leaving", group="doubtful")
    asked = question(QueryDict(""), seen.scope)
    ids = [row["client_id"] for row in seen.rows("first")["first"]]
    mine = seen.scope.clients().in_bulk(ids)
    found = rows([key for key in ids if key in mine], asked, seen.scope)
    return {"best": [row for row in found if row.signal], "best_url": url}


CARDS: dict[str, Callable[[Seen], list[Card | None]]] = {
    "equity": equity_cards,
    "retention": retention_cards,
    "leaving": leaving_cards,
    "quality": quality_cards_of,
}
