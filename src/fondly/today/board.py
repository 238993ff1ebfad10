"""What the Today page shows: read in a fixed number of queries, however many wait."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from fondly.base.practice import Reason, reasons
from fondly.clients.models import Client, Contact, ContactPoint
from fondly.insight.models import ScoreRun, Signal
from fondly.team.models import Business, User
from fondly.today.actions.cards import why_of
from fondly.today.models import Action, ActionReason
from fondly.today.rules import that_fit, weight

# So many waiting cards are read; beyond them it says “more than”.
MOST = 1000
# So many cards at most stand on one page, however long the day.
SHOWN = 40
CLIENT_PAGES = ("insight:client", "clients:client")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One card as the page shows it."""

    action: Action
    client: Client
    person: Contact | None
    whys: Sequence[ActionReason]
    phone: str
    email: str
    signals: Signal | None
    url: str
    group: tuple[str, str]

    @property
    def tier(self) -> str:
        """Return their tier as of the day that is shown."""
        return self.signals.tier if self.signals else self.client.tier

    @property
    def p_active(self) -> float | None:
        """Return the chance that they are still active, where it is in doubt."""
        chance = self.signals.p_active if self.signals else None
        return chance if chance is not None and chance < 0.8 else None


@dataclass(frozen=True, kw_only=True)
class Board:
    """Everything on the page of one person and one day."""

    shown: list[Shown]
    cards: int
    minutes: int
    stake: int
    waiting: int
    has_more: bool
    done: int
    done_minutes: int
    capacity: int
    settled: Sequence[Action] = field(default=())

    @property
    def groups(self) -> list[tuple[tuple[str, str], list[Shown]]]:
        """Return the cards under their headings."""
        return in_groups(self.shown)

    @property
    def total(self) -> int:
        """Return how many cards the day has: done and to do."""
        return self.done + self.cards


def day_of(business: Business | None, now: datetime) -> tuple[date, datetime, datetime]:
    """Return the business's calendar day, and when it begins and ends."""
    zone = ZoneInfo(business.time_zone if business else "UTC")
    today = now.astimezone(zone).date()
    return today, datetime.combine(today, time(), zone), end_of(today, business)


def end_of(day: date, business: Business | None) -> datetime:
    """Return when a day is over for the business."""
    zone = ZoneInfo(business.time_zone if business else "UTC")
    return datetime.combine(day + timedelta(days=1), time(), zone)


def board(*, user: User, person: User, business: Business | None, now: datetime) -> Board:
    """Return what `person` has to do today, as far as `user` may see it."""
    today, start, end = day_of(business, now)
    settled = Action.objects.seen_by(user).settled_between(start, end)
    if person.may("member"):
        settled = settled.filter(settled_by=person)
    done = list(settled.select_related("client").order_by("-settled_at")[:MOST])
    done_minutes = sum(action.minutes for action in done)
    queue = _queue(user, person, today)
    rows = _first(queue)
    left = max(0, person.capacity_minutes - done_minutes)
    is_over = bool(done) and not left
    fits = [r for r in rows if r.is_obligation] if is_over else that_fit(rows, left)
    count = _count(queue, len(rows))
    shown = shown_cards([row.pk for row in fits[:SHOWN]], run_id=ScoreRun.current_id())
    return Board(
        shown=shown,
        cards=len(shown),
        minutes=sum(card.action.minutes for card in shown),
        stake=sum(card.action.stake for card in shown),
        waiting=count if count >= MOST else count - len(shown),
        has_more=count >= MOST,
        done=len(done),
        done_minutes=done_minutes,
        capacity=person.capacity_minutes,
        settled=done,
    )


def everybodys(today: date, *, limit: int) -> list[Shown]:
    """Return the whole team's waiting cards, the most pressing first."""
    rows = Action.objects.waiting(today).values_list("pk", flat=True)[:limit]
    return shown_cards(list(rows), run_id=ScoreRun.current_id())


def _queue(user: User, person: User, today: date) -> list[Any]:
    """Return the questions whose answers wait: one's own, and for managers nobody's."""
    waiting = Action.objects.seen_by(user).waiting(today)
    if not person.may("member"):
        return [waiting]
    own = waiting.filter(assignee=person)
    return [own, waiting.filter(assignee=None)] if person.may("manager") else [own]


def _first(queue: list[Any]) -> list[Any]:
    """Return the first cards in order, light: more than a page shows."""
    columns = ("pk", "minutes", "is_obligation", "rank")
    rows = [
        row for part in queue for row in part.values_list(*columns, named=True)[: SHOWN + 1]
    ]
    rows.sort(key=lambda row: (not row.is_obligation, -row.rank, row.pk))
    return rows[: SHOWN + 1]


def _count(queue: list[Any], known: int) -> int:
    """Return how many wait, counting no further than is said."""
    if known <= SHOWN:
        return known
    counts: list[int] = [part.order_by()[:MOST].count() for part in queue]
    return min(MOST, sum(counts))


def shown_cards(action_ids: Sequence[int], *, run_id: int) -> list[Shown]:
    """Return the cards in the order of their ids, with all they show."""
    rows = Action.objects.filter(pk__in=action_ids).for_page(run_id).in_bulk()
    known = reasons()
    # A client that is hidden again (its import is being undone) has no card to show.
    shown = [rows[pk] for pk in action_ids if getattr(rows.get(pk), "client", None)]
    return [show(action, known) for action in shown]


def show(action: Any, known: dict[str, Reason]) -> Shown:
    """Return one card; what it needs has been fetched with it."""
    client = action.client
    whys = sorted(action.whys, key=lambda row: -weight(why_of(row), action.due))
    whys.sort(key=lambda row: not row.is_obligation)
    people = list(client.people)
    chosen = next((p for p in people if p.pk == action.contact_id), None)
    person = chosen or (people[0] if people else None)
    ordered = [p for p in (person, *people) if p]
    lead = known.get(whys[0].reason) if whys else None
    return Shown(
        action=action,
        client=client,
        person=person,
        whys=whys,
        phone=_point(ordered, ContactPoint.Kind.PHONE),
        email=_point(ordered, ContactPoint.Kind.EMAIL),
        signals=client.shown_signals[0] if client.shown_signals else None,
        url=client_url(client.pk),
        group=(lead.group or (lead.title, lead.explanation)) if lead else (_("Other"), ""),
    )


def _point(people: Iterable[Contact], kind: str) -> str:
    found = (p.normalised for c in people for p in c.points.all() if p.kind == kind)
    return next(found, "")


def in_groups(cards: Iterable[Shown]) -> list[tuple[tuple[str, str], list[Shown]]]:
    """Put the cards under their headings; the heading of the first card comes first."""
    groups: dict[str, tuple[tuple[str, str], list[Shown]]] = {}
    for card in cards:
        groups.setdefault(str(card.group[0]), (card.group, []))[1].append(card)
    return list(groups.values())


def client_url(client_id: int) -> str:
    """Return the address of the client's page, wherever it stands."""
    for name in CLIENT_PAGES:
        try:
            return reverse(name, args=[client_id])
        except NoReverseMatch:
            continue
    return ""
