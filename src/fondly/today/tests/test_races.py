"""Two people, one card; a refresh in between. On both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from fondly.base.errors import Refusal
from fondly.testing import NOON, TODAY, a_client, a_user
from fondly.today import actions
from fondly.today.models import Action, ActionReason
from fondly.today.tests.world import proposal, refresh
from fondly.touches.models import Touch

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Run the works in threads that start together; return what each gave or raised."""
    barrier = Barrier(len(works))

    def go(work):
        try:
            barrier.wait(5)
            return work()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(go, works))


def test_of_two_who_click_done_one_wins_and_the_other_is_told(world, run):
    world.says("one", proposal(a_client()))
    refresh(run)
    pk = Action.objects.get().pk
    people = [a_user(name=name) for name in ("Max", "Mia", "Mona")]

    def click(person):
        return lambda: actions.done(Action.objects.get(pk=pk), by=person, now=NOON)

    told = at_once(*map(click, people))
    assert sum(isinstance(answer, Refusal) for answer in told) == 2
    assert Touch.objects.count() == 1
    winner = Action.objects.get().settled_by
    assert all(str(winner) in str(r) for r in told if isinstance(r, Refusal))


def test_a_refresh_and_a_click_at_once_leave_nothing_twice(world, run):
    ada, max_ = a_client(), a_user()
    world.says("one", proposal(ada))
    refresh(run)
    for round_ in range(5):
        action = Action.objects.live().get()
        at_once(
            lambda: refresh(run),
            lambda card=action: actions.done(card, by=max_, now=NOON),
            lambda: refresh(run, client_ids=[ada.pk]),
        )
        assert not Action.objects.live().exists()
        world.says("one", proposal(ada, f"next {round_}"))
        refresh(run)
    assert ActionReason.objects.filter(state="done").count() == 5
    assert Touch.objects.count() == 5


def test_two_refreshes_at_once_make_one_card_each(world, run):
    clients = [a_client(name=f"C{n}") for n in range(20)]
    world.says("one", *(proposal(c) for c in clients))
    at_once(lambda: refresh(run), lambda: refresh(run))
    assert Action.objects.live().count() == 20
    assert ActionReason.objects.count() == 20


def test_done_and_taken_back_at_once_agree(world, run):
    world.says("one", proposal(a_client()))
    refresh(run)
    max_ = a_user()
    actions.done(Action.objects.get(), by=max_, now=NOON)
    pk = Action.objects.get().pk

    def back():
        return actions.undo(Action.objects.get(pk=pk), by=max_, today=TODAY, now=NOON)

    told = at_once(back, back)
    assert sum(isinstance(answer, Refusal) for answer in told) == 1
    assert not Touch.objects.exists()
    assert Action.objects.live().count() == 1
