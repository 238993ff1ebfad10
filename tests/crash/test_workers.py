"""Workers killed and stopped from outside: every task takes effect exactly once."""

import random
import signal
from collections import Counter
from time import monotonic, sleep

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from fondly.base.models import TaskLease
from fondly.base.tasks.worker import Worker
from fondly.base.tests import chores
from tests.crash.processes import children, eventually, fondly, send
from tests.needs import only_on

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
SHORT = {"FONDLY_TASK_LEASE": 2, "FONDLY_TASK_ATTEMPTS": 99, "FONDLY_TASK_BACKOFF": 0.1}


def statuses() -> Counter:
    return Counter(DBTaskResult.objects.values_list("status", flat=True))


def all_done() -> bool:
    return set(statuses()) == {"SUCCESSFUL"}


def harass(supervisor, *, dice: random.Random, seconds: float) -> Counter:
    """Kill or stop workers at random moments; those stopped wake later, if still alive."""
    asleep, done, until = [], Counter(), monotonic() + seconds
    while monotonic() < until:
        sleep(dice.uniform(0.2, 0.8))
        for wakes, sleeper in [pair for pair in asleep if pair[0] < monotonic()]:
            send(sleeper, signal.SIGCONT)
            asleep.remove((wakes, sleeper))
        victims = children(supervisor)
        if not victims:
            continue
        victim = dice.choice(victims)
        number = dice.choice([signal.SIGKILL, signal.SIGSTOP])
        send(victim, number)
        done[number] += 1
        if number == signal.SIGSTOP:
            asleep.append((monotonic() + dice.uniform(0.2, 4), victim))
    for _, sleeper in asleep:
        send(sleeper, signal.SIGCONT)
    return done


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_killed_or_stopped_every_task_takes_effect_exactly_once(seed):
    dice = random.Random(seed)
    expected = []
    for n in range(40):
        chore = dice.choice([chores.potter, chores.potter_in_steps])
        chore.enqueue(f"task {n:02}", dice.uniform(0.05, 0.4))
        expected += [f"task {n:02}:1", f"task {n:02}:2"]
    with fondly("worker", "--count", 3, **SHORT) as supervisor:
        eventually(chores.effects, what="a worker begins")
        assert harass(supervisor, dice=dice, seconds=8).total() > 0
        eventually(all_done, what=f"every task is done ({statuses()})")
        assert Counter(chores.effects("task")) == Counter(expected)
    assert not TaskLease.objects.exists()


def test_a_worker_stopped_in_a_transaction_is_killed_and_its_task_done_by_the_next():
    chores.potter.enqueue("swept", 1.5)
    with fondly("worker", **SHORT) as supervisor:
        eventually(lambda: statuses()["RUNNING"], what="the task begins")
        sleep(0.3)  # into the transaction
        [stopped] = children(supervisor)
        send(stopped, signal.SIGSTOP)
        eventually(lambda: not stopped.is_running(), what="the stopped worker is killed")
        eventually(all_done, what="the task is done by another")
    assert chores.effects() == ["swept:1", "swept:2"]


def test_a_worker_that_wakes_after_another_did_its_task_takes_no_effect(settings):
    settings.TASK_LEASE = 2
    chores.dawdle.enqueue("swept", 1)
    with fondly("child", "worker", **SHORT) as sleeper:
        eventually(lambda: "begun swept" in chores.effects(), what="the task begins")
        send(sleeper, signal.SIGSTOP)
        eventually(lambda: Worker().drain(), what="another takes the task over")
        assert chores.effects("swept") == ["swept"]
        send(sleeper, signal.SIGCONT)
        chores.do.enqueue("next")
        eventually(all_done, what="the sleeper goes on to its next task")
    assert chores.effects("swept") == ["swept"]
    assert chores.effects("next") == ["next"]


def test_postgresql_ends_the_transaction_of_a_stopped_worker_by_itself(settings):
    only_on("postgresql")
    settings.TASK_LEASE = 2
    chores.potter.enqueue("swept", 1)
    with fondly("child", "worker", **SHORT) as sleeper:
        eventually(lambda: statuses()["RUNNING"], what="the task begins")
        sleep(0.3)  # into the transaction
        send(sleeper, signal.SIGSTOP)
        eventually(lambda: Worker().drain(), what="another takes the task over")
        send(sleeper, signal.SIGCONT)
        chores.do.enqueue("next")
        eventually(all_done, what="the sleeper goes on to its next task")
    assert chores.effects("swept") == ["swept:1", "swept:2"]


def test_a_stopped_worker_locks_sqlite_no_longer_than_its_supervisors_patience():
    only_on("sqlite")
    chores.potter.enqueue("swept", 1.5)
    with fondly("worker", **SHORT) as supervisor:
        eventually(lambda: statuses()["RUNNING"], what="the task begins")
        sleep(0.3)  # into the transaction
        [stopped] = children(supervisor)
        send(stopped, signal.SIGSTOP)
        chores.leave("ours")  # waits for the lock; fails when it is never released
        assert connection.settings_dict["OPTIONS"]["timeout"] == 20
        eventually(all_done, what="the task is done by another")
    assert sorted(chores.effects()) == ["ours", "swept:1", "swept:2"]
