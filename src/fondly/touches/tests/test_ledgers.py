"""Ledgers driven by many hands at once: nothing lost, nothing twice, replays agree."""

import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from fondly.base.errors import Refusal
from fondly.clients.actions import consent, orders
from fondly.clients.models import Client, ConsentEntry, Order
from fondly.testing import NOON, a_client
from fondly.touches import actions
from fondly.touches.models import Touch
from fondly.touches.rules import Standing, standing

HANDS, STEPS = 6, 60


class Hand:
    """One who writes at random, and remembers what was answered."""

    def __init__(self, seed: int, client_ids: list[int]) -> None:
        self.random = random.Random(seed)
        self.client_ids = client_ids
        self.touches = defaultdict(set)
        self.numbers, self.entries, self.plain = [], 0, 0

    def work(self) -> "Hand":
        try:
            for _step in range(STEPS):
                client = Client.objects.get(pk=self.random.choice(self.client_ids))
                self.random.choice([self.touch, self.touch, self.order, self.consent])(
                    client
                )
        finally:
            connection.close()
        return self

    def touch(self, client: Client) -> None:
        key = f"mail:{client.pk}:{self.random.randrange(40)}"
        about = {"medium": "email", "purpose": "service", "what": "", "now": NOON}
        at = NOON - timedelta(minutes=self.random.randrange(2_000))
        direction = self.random.choice(["in", "out", "both"])
        kept = actions.record(client, at=at, direction=direction, key=key, **about)
        self.touches[key].add(kept.pk)

    def order(self, client: Client) -> None:
        number = self.random.choice(["", f"A{self.random.randrange(30)}"])
        about = {"placed_at": NOON, "amount": 100, "currency": "EUR", "now": NOON}
        try:
            orders.record(client, number=number, by=None, **about)
        except Refusal:
            return
        self.numbers += [number] if number else []
        self.plain += not number

    def consent(self, client: Client) -> None:
        about = {"channel": "email", "purpose": "news", "source": "fair", "wording": "yes"}
        at = NOON - timedelta(minutes=self.random.randrange(2_000))
        write = self.random.choice([consent.grant, consent.withdraw])
        write(client, at=at, by=None, now=NOON, **about)
        self.entries += 1


@pytest.mark.django_db(transaction=True)
def test_many_hands_lose_nothing_write_nothing_twice_and_agree_on_replays():
    clients = [a_client().pk for _ in range(3)]
    with ThreadPoolExecutor(HANDS) as pool:
        hands = list(pool.map(lambda seed: Hand(seed, clients).work(), range(HANDS)))

    answers = defaultdict(set)
    for hand in hands:
        for key, ids in hand.touches.items():
            answers[key] |= ids
    assert all(len(ids) == 1 for ids in answers.values())
    assert Touch.objects.count() == len(answers)

    numbers = [number for hand in hands for number in hand.numbers]
    assert len(numbers) == len(set(numbers))
    assert Order.objects.count() == len(numbers) + sum(hand.plain for hand in hands)
    assert ConsentEntry.objects.count() == sum(hand.entries for hand in hands)

    for client in Client.objects.all():
        kept = Standing(
            client.last_touch_at, client.last_two_way_at, client.first_unanswered_at
        )
        assert kept == standing(client.touches.values_list("at", "direction"))
        newest = client.consents.order_by("-at", "-pk").first()
        assert [entry.pk for entry in client.consents.standing()] == [newest.pk]
