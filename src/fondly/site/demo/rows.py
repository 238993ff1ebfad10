"""The story becomes rows, table by table, in one transaction on an empty database."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from fondly.base.text import fold
from fondly.clients.models import (
    Address,
    Client,
    ConsentEntry,
    Contact,
    ContactPoint,
    Contract,
    ImportantDate,
    Label,
    Order,
)
from fondly.clients.rules import day_in, order_key, phone_number
from fondly.site.demo.characters import PARTNERS, Character, Someone
from fondly.site.demo.lives import Life, Sale
from fondly.team.models import User
from fondly.touches.models import Touch
from fondly.touches.rules import standing

BATCH = 500
Story = list[tuple[Character, Life]]
Row = TypeVar("Row", bound=models.Model)


def write_clients(story: Story, team: dict[str, User], now: datetime) -> list[Client]:
    """Write the clients, in the order of the story."""
    rows = [
        Client(
            number=who.number,
            kind=who.kind,
            name=who.name,
            sort_name=fold(who.name),
            industry=who.trade,
            influence=who.influence,
            growth_potential=who.growth,
            time_zone=who.town.time_zone,
            owner=team[who.looked_after_by],
            client_since=life.since if life.sales or who.part in PARTNERS else None,
            notes=who.notes,
            extra=who.extra,
            closed_on=life.closed_on,
            leaving_reason=life.leaving_reason,
            stage=_stage(who, life),
            created_at=now,
            updated_at=now,
            **_standing(life),
        )
        for who, life in story
    ]
    return _insert(Client, rows)


def write_people(story: Story, clients: list[Client]) -> None:
    """Write contacts, how they are reached, addresses and birthdays."""
    pairs = [
        (client, someone, place == 0)
        for client, (who, _) in zip(clients, story, strict=True)
        for place, someone in enumerate(who.people)
    ]
    contacts = _insert(
        Contact,
        (
            Contact(client=client, name=one.name, title=one.title, is_primary=is_first)
            for client, one, is_first in pairs
        ),
    )
    known = [(contact, one) for contact, (_, one, _) in zip(contacts, pairs, strict=True)]
    _insert(ContactPoint, (p for contact, one in known for p in _points(contact, one)))
    _insert(ImportantDate, (d for contact, one in known for d in _birthdays(contact, one)))
    _insert(
        Address,
        (
            Address(
                client=client,
                street=who.street,
                postcode=who.town.postcode,
                city=who.town.name,
                country=who.town.country,
            )
            for client, (who, _) in zip(clients, story, strict=True)
        ),
    )


def write_labels(
    story: Story, clients: list[Client], labels: dict[tuple[str, str], Label]
) -> None:
    """Tie tags and interests to the clients."""
    tie = Client.labels.through
    _insert(
        tie,
        (
            tie(client_id=client.pk, label_id=labels[kind, name].pk)
            for client, (who, _) in zip(clients, story, strict=True)
            for kind, names in (("tag", who.tags), ("interest", who.interests))
            for name in names
        ),
    )


def write_orders(story: Story, clients: list[Client], time_zone: str) -> None:
    """Write orders numbered as they came in, then refunds tied to theirs."""
    sales = [
        (client, who.town.currency, sale)
        for client, (who, life) in zip(clients, story, strict=True)
        for sale in life.sales
    ]
    sales.sort(key=lambda row: (row[2].at, row[0].number))
    orders = _insert(
        Order,
        (
            _order(
                client, currency, sale.at, sale.amount, f"{sale.at:%y}-{n:05}", time_zone
            )
            for n, (client, currency, sale) in enumerate(sales, start=1)
        ),
    )
    back = [
        (order, sale)
        for order, (_, _, sale) in zip(orders, sales, strict=True)
        if sale.refund and sale.refund_at
    ]
    _insert(Order, (_refund(order, sale, time_zone) for order, sale in back))


def write_the_rest(story: Story, clients: list[Client], team: dict[str, User]) -> None:
    """Write contracts, consent and touches."""
    pairs = list(zip(clients, story, strict=True))
    _insert(
        Contract,
        (
            Contract(client=client, currency=who.town.currency, **vars(agreement))
            for client, (who, life) in pairs
            for agreement in life.agreements
        ),
    )
    _insert(
        ConsentEntry,
        (
            ConsentEntry(client=client, source="Order form", **vars(word))
            for client, (_, life) in pairs
            for word in life.consents
        ),
    )
    touches = [
        Touch(client=client, user=team[who.looked_after_by], **vars(said))
        for client, (who, life) in pairs
        for said in life.said
    ]
    _insert(Touch, touches)


def _stage(who: Character, life: Life) -> str:
    if life.closed_on:
        return "closed"
    return "active" if life.sales or who.part in PARTNERS else "prospect"


def _standing(life: Life) -> dict[str, Any]:
    return vars(standing((said.at, said.direction) for said in life.said))


def _points(contact: Contact, one: Someone) -> Iterator[ContactPoint]:
    if one.email:
        yield ContactPoint(
            contact=contact,
            kind="email",
            value=one.email,
            normalised=one.email.lower(),
            is_dead=one.is_dead,
        )
    if one.phone:
        # Invented numbers are nobody's, and known by their digits like any such number.
        known_by = phone_number(one.phone)
        yield ContactPoint(
            contact=contact, kind="phone", value=one.phone, normalised=known_by
        )


def _birthdays(contact: Contact, one: Someone) -> Iterator[ImportantDate]:
    if one.birthday:
        day, month, year = one.birthday
        yield ImportantDate(
            client_id=contact.client_id,
            contact=contact,
            kind="birthday",
            day=day,
            month=month,
            year=year,
        )


def _order(
    client: Client, currency: str, at: datetime, amount: int, number: str, zone: str
) -> Order:
    return Order(
        client=client,
        key=order_key(number),
        number=number,
        placed_at=at,
        placed_on=day_in(at, zone),
        amount=amount,
        currency=currency,
    )


def _refund(order: Order, sale: Sale, zone: str) -> Order:
    at = sale.refund_at or sale.at
    number = f"{order.number}-R"
    row = _order(order.client, order.currency, at, -sale.refund, number, zone)
    row.refund_of = order
    row.note = "Sent back"
    return row


def _insert(model: type[Row], rows: Iterable[Row]) -> list[Row]:
    return model._default_manager.bulk_create(list(rows), batch_size=BATCH)
