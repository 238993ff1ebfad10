"""A business with everything that engines could see differently, and its warehouse."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from fondly.base.money import to_major
from fondly.clients.models import (
    Address,
    Client,
    ConsentEntry,
    Contact,
    ContactPoint,
    Contract,
    Order,
    Rate,
)
from fondly.testing import NOON, TODAY, a_business
from fondly.touches.models import Touch

CLIENTS = 420
PURPOSES = ("give", "ask", "service")
CONSENTS = ("news", "offers", "cards", "surveys")


def a_whole_business() -> None:
    """Fill the database, the same at each call."""
    chance = Random(11)
    a_business()
    Rate.objects.create(currency="CHF", from_day=date(2023, 1, 1), rate=Decimal("0.95"))
    Rate.objects.create(currency="CHF", from_day=date(2025, 6, 1), rate=Decimal("1.05"))
    Rate.objects.create(currency="JPY", from_day=date(2020, 1, 1), rate=Decimal("0.0061"))
    clients = Client.objects.bulk_create(_client(n, chance) for n in range(CLIENTS))
    Order.objects.bulk_create(_orders(clients, chance))
    _link_refunds(chance)
    Contract.objects.bulk_create(_contracts(clients[::3], chance))
    Touch.objects.bulk_create(_touches(clients[::2], chance))
    _ways(clients, chance)


def _client(n: int, chance: Random) -> Client:
    at = datetime(2024, 6, 1, 22, 30, tzinfo=UTC) + timedelta(hours=7 * n)
    row: dict[str, Any] = {"created_at": at, "updated_at": at}
    if n % 7 == 0:
        row |= {"ideal_days": 30, "maximum_days": 45}
    if n % 41 == 0:
        row |= {"closed_on": TODAY - timedelta(days=n % 5 - 2)}
    if n % 53 == 0:
        row |= {"stage_by_hand": "quiet", "stage_by_hand_until": TODAY}
    row["extra"] = {"size": chance.randint(1, 9), "said": "O'Hara \\ “so”"}
    row["influence"] = chance.choice([None, 1, 5])
    return Client(name=f"Client {n}", sort_name=f"client {n:04}", number=f"K{n:04}", **row)


def _orders(clients: list[Client], chance: Random) -> list[Order]:
    """Give most of them orders: none of the last tenth; some buy like clockwork."""
    rows = []
    for n, client in enumerate(clients[: CLIENTS * 9 // 10]):
        each = round(chance.lognormvariate(9, 0.8))
        gap, leaves = chance.choice([7, 20, 45, 90]), chance.betavariate(0.8, 3)
        day = TODAY - timedelta(days=chance.randint(1, 900))
        while day <= TODAY:
            rows += [
                _order(client, day, each, chance)
                for _ in range(chance.choice([1, 1, 1, 2]))
            ]
            step = gap if n % 4 == 0 else chance.expovariate(1 / gap)
            day += timedelta(days=max(round(step), 1))
            if chance.random() < leaves:
                break
    return rows


def _order(client: Client, day: date, each: int, chance: Random) -> Order:
    _order.made = getattr(_order, "made", 0) + 1
    currency = chance.choices(["EUR", "CHF", "JPY", "USD"], [90, 5, 4, 1])[0]
    hour = chance.choice([0, 9, 22, 23])
    return Order(
        client=client,
        key=f"n:{_order.made}",
        number=str(_order.made),
        placed_at=datetime(day.year, day.month, day.day, hour, tzinfo=UTC),
        placed_on=day,
        amount=round(each * chance.gammavariate(6, 1 / 6)) + 1,
        currency=currency,
    )


def _link_refunds(chance: Random) -> None:
    """Refund every 25th order: in whole or in part, linked or not, later or on its day."""
    refunds = []
    for n, order in enumerate(Order.objects.order_by("pk")):
        if n % 25:
            continue
        share = chance.choice([1, 1, 0.3])
        day = min(order.placed_on + timedelta(days=chance.choice([0, 12])), TODAY)
        refunds.append(
            Order(
                client_id=order.client_id,
                key=f"n:R{order.number}",
                number=f"R{order.number}",
                placed_at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
                placed_on=day,
                amount=-round(order.amount * share),
                currency=order.currency,
                refund_of=order if chance.random() < 0.7 else None,
            )
        )
    Order.objects.bulk_create(refunds)


def _contracts(clients: list[Client], chance: Random) -> list[Contract]:
    """Agree with some: ended, handed over, with promos and prices ahead."""
    rows = []
    for n, client in enumerate(clients):
        # On purpose at the ends of months too.
        start = TODAY - timedelta(days=chance.choice([31, 59, 400, 1_000]) + n)
        row: dict[str, Any] = {"renewal_months": chance.choice([1, 6, 12])}
        if n % 3 == 0 or chance.random() < 0.2:
            row["ends_on"] = start + timedelta(days=chance.choice([0, 30, 200, 380, 1_100]))
        if n % 4 == 0:
            row |= {"promo_price": 2_000, "promo_ends_on": TODAY + timedelta(days=n - 30)}
        if n % 5 == 0:
            ahead = TODAY + timedelta(days=n * 3 - 100)
            row |= {"next_price": 6_000 + n, "next_price_from": ahead}
        rows.append(_contract(client, start, currency=chance.choice(["EUR", "CHF"]), **row))
        if n % 6 == 0 and "ends_on" in row:
            rows.append(_contract(client, row["ends_on"] + timedelta(days=1)))
    return rows


def _contract(client: Client, start: date, **about: Any) -> Contract:
    row: dict[str, Any] = {"price": 5_000, "currency": "EUR"} | about
    return Contract(client=client, name="Care", started_on=start, **row)


def _touches(clients: list[Client], chance: Random) -> list[Touch]:
    """Speak with them at any hour: the day of it is the business's own."""
    return [
        Touch(
            client=client,
            at=NOON
            - timedelta(days=chance.randint(0, 500), minutes=chance.randint(0, 1_440)),
            direction=chance.choice(["in", "out", "both"]),
            medium="call",
            purpose=chance.choice(PURPOSES),
        )
        for client in clients
        for _ in range(chance.randint(0, 6))
    ]


def _ways(clients: list[Client], chance: Random) -> None:
    contacts = Contact.objects.bulk_create(Contact(client=c, name="N") for c in clients)
    ContactPoint.objects.bulk_create(
        ContactPoint(
            contact=contact,
            kind=kind,
            value=f"{kind}{n}",
            normalised=f"{kind}{n}",
            is_dead=chance.random() < 0.2,
        )
        for n, contact in enumerate(contacts)
        for kind in ("email", "phone")
        if chance.random() < 0.7
    )
    Address.objects.bulk_create(
        Address(client=c, city=chance.choice(["", "Köln"])) for c in clients[::2]
    )
    ConsentEntry.objects.bulk_create(
        ConsentEntry(
            client=contact.client,
            contact=contact if n % 2 else None,
            channel="email",
            purpose=purpose,
            is_granted=chance.random() < 0.2,
            at=NOON - timedelta(days=n % 9),
            source="test",
        )
        for n, contact in enumerate(contacts[:150])
        for purpose in CONSENTS
        for _ in range(2)
    )


def its_warehouse(folder: Path, *, parts: int = 2) -> Path:
    """Write all orders as a warehouse has them, and take them out of the database."""
    rows = Order.objects.select_related("client", "refund_of").order_by("pk")
    table = pa.Table.from_pylist([_as_in_a_warehouse(row) for row in rows], SCHEMA)
    folder.mkdir()
    size = -(-table.num_rows // parts)
    for part in range(parts):
        pa.parquet.write_table(
            table.slice(part * size, size), folder / f"part-{part}.parquet"
        )
    Order.objects.all().delete()
    return folder


SCHEMA = pa.schema(
    {
        "client": pa.string(),
        "number": pa.string(),
        "placed_on": pa.date32(),
        "amount": pa.decimal128(18, 2),
        "currency": pa.string(),
        "refund_of": pa.string(),
        "shop": pa.string(),  # nobody asks for it
    }
)


def _as_in_a_warehouse(order: Order) -> dict[str, Any]:
    return {
        "client": order.client.number,
        "number": order.number,
        "placed_on": order.placed_on,
        "amount": to_major(order.amount, order.currency),
        "currency": order.currency,
        "refund_of": order.refund_of.number if order.refund_of else None,
        "shop": "north",
    }
