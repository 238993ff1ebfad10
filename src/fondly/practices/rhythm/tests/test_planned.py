"""What is planned for clients, as other pages say it."""

from datetime import date

import pytest

from fondly.practices.rhythm import planned
from fondly.practices.rhythm.models import PlanReminder, TopTen
from fondly.testing import NOON, TODAY, a_business, a_client

pytestmark = pytest.mark.django_db


def test_it_says_what_special_is_done_this_quarter_and_what_comes_next():
    a_business()
    ada, boris, chen, dora = (a_client(name=n) for n in ("Ada", "Boris", "Chen", "Dora"))
    place = {"quarter": "2026-Q1", "due": date(2026, 3, 20)}
    TopTen.objects.create(client=ada, place=1, special="A letter by hand", **place)
    TopTen.objects.create(client=boris, place=2, **place)
    TopTen.objects.create(
        client=chen, place=3, special="A visit", done_on=date(2026, 2, 3), **place
    )
    TopTen.objects.create(client=dora, place=1, special="Old", quarter="2025-Q4")
    for what, active in (("Call about rye", True), ("No more", False)):
        PlanReminder.objects.create(
            client=dora,
            what=what,
            next_due=NOON,
            set_due=NOON,
            set_at=NOON,
            is_active=active,
        )
    said = planned.words([c.pk for c in (ada, boris, chen, dora)], TODAY)
    assert said == {
        ada.pk: ["A letter by hand, from 20 March"],
        boris.pk: ["Number 2 of the quarter's ten; nothing special chosen yet"],
        chen.pk: ["A visit, done on 3 February"],
        dora.pk: ["Call about rye on 9 March"],
    }
    assert planned.words([dora.pk], date(2025, 12, 1))[dora.pk][0] == "Old"
