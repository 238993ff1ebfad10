"""Several processes at once, here as threads with connections of their own."""

from functools import partial
from threading import Barrier, Event, Thread
from time import sleep

import pytest
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from fondly.base.models import TaskLease, WaitingTask
from fondly.base.tasks import enqueue_once
from fondly.base.tasks.lease import claim
from fondly.base.tasks.worker import Worker
from fondly.base.tests import chores

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run the calls at the same time; return what each returned."""
    barrier, answers = Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        try:
            barrier.wait()
            answers[place] = call()
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_many_workers_that_reach_for_one_task_one_gets_it():
    for _ in range(10):
        chores.do.enqueue("swept")
        names = [f"worker {n}" for n in range(4)]
        got = at_once(*(lambda name=name: claim(name, seconds=60) for name in names))
        assert len([one for one in got if one]) == 1
        assert TaskLease.objects.get().attempt == 1
        DBTaskResult.objects.all().delete()


def test_of_many_who_wish_for_the_same_one_task_waits():
    for _ in range(10):
        wish = partial(enqueue_once, chores.do, "swept", key="broom")
        assert sorted(at_once(*[wish] * 4)) == [False, False, False, True]
        assert DBTaskResult.objects.count() == WaitingTask.objects.count() == 1
        DBTaskResult.objects.all().delete()


def test_a_waiting_task_does_not_begin_before_what_was_written_for_it_can_be_seen():
    enqueue_once(chores.look, key="look")
    wished = Event()

    def write_and_wish():
        with transaction.atomic():
            chores.leave("written")
            assert not enqueue_once(chores.look, key="look")
            wished.set()
            sleep(0.5)  # time enough for the worker to begin too early

    at_once(write_and_wish, lambda: wished.wait(30) and Worker().drain())
    seen = DBTaskResult.objects.get()
    assert (seen.status, seen.return_value) == ("SUCCESSFUL", ["written"])
