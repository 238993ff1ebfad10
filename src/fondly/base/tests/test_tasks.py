"""Leases, fences, retries and keys, in one process; tests/crash kills real ones."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.timezone import now
from django_tasks_db.models import DBTaskResult

from fondly.base.models import TaskLease, WaitingTask, database_time
from fondly.base.tasks import URGENT, LeaseLost, enqueue_once, fenced
from fondly.base.tasks.lease import claim
from fondly.base.tasks.outcome import pause
from fondly.base.tasks.worker import Worker
from fondly.base.tests import chores

pytestmark = pytest.mark.django_db


def let_the_lease_run_out() -> None:
    TaskLease.objects.update(until=database_time(plus=-1))


def let_the_pause_pass() -> None:
    DBTaskResult.objects.update(run_after=now() - timedelta(seconds=1))


def status() -> str:
    return DBTaskResult.objects.get().status


def test_a_task_takes_effect_and_is_marked_done():
    chores.do.enqueue("swept")
    assert Worker().drain() == 1
    assert chores.effects() == ["swept"]
    assert status() == "SUCCESSFUL"
    assert DBTaskResult.objects.get().return_value == "swept"
    assert not TaskLease.objects.exists()


def test_the_more_urgent_task_is_run_first():
    chores.do.enqueue("later")
    chores.do.using(priority=50).enqueue("sooner")
    Worker().drain()
    assert chores.effects() == ["sooner", "later"]


def test_a_worker_of_what_is_urgent_leaves_the_rest_to_others():
    chores.do.enqueue("long")
    chores.do.using(priority=URGENT).enqueue("urgent")
    claim("a worker that dies", seconds=60)
    let_the_lease_run_out()
    assert Worker(least=URGENT).drain() == 1
    assert chores.effects() == ["urgent"]
    assert Worker().drain() == 1


def test_a_task_for_later_waits_for_its_time():
    chores.do.using(run_after=now() + timedelta(hours=1)).enqueue("swept")
    assert Worker().drain() == 0
    let_the_pause_pass()
    assert Worker().drain() == 1


def test_a_task_that_is_leased_is_not_given_to_another_worker():
    chores.do.enqueue("swept")
    assert claim("one", seconds=60)
    assert claim("two", seconds=60) is None


def test_a_task_whose_worker_went_silent_is_given_to_another_with_a_higher_fence():
    chores.do.enqueue("swept")
    _, first = claim("one", seconds=60)
    let_the_lease_run_out()
    _, second = claim("two", seconds=60)
    assert (first.attempt, second.attempt) == (1, 2)
    assert second.extend(60)
    assert not first.extend(60)


def test_a_worker_that_wakes_after_its_task_was_taken_over_has_no_effect():
    chores.do.enqueue("swept")
    _, sleeper = claim("one", seconds=60)
    let_the_lease_run_out()
    Worker().drain()
    with sleeper.held(), pytest.raises(LeaseLost), fenced():
        chores.leave("swept again")
    assert chores.effects() == ["swept"]


def test_a_worker_that_wakes_before_anybody_took_over_may_still_finish():
    chores.do.enqueue("swept")
    _, sleeper = claim("one", seconds=60)
    let_the_lease_run_out()
    with sleeper.held(), fenced():
        chores.leave("swept late")
    assert chores.effects() == ["swept late"]


def test_a_task_taken_over_while_it_runs_commits_nothing_and_is_not_marked():
    chores.do_in_steps.enqueue("swept")
    result, lease = claim("one", seconds=60)
    with suppress(LeaseLost), lease.held():
        with fenced():
            chores.leave("first step")
        TaskLease.objects.update(attempt=2)
        with fenced():
            chores.leave("second step")
    assert chores.effects() == ["first step"]
    result.refresh_from_db()
    assert result.status == "RUNNING"


def test_a_task_that_raises_leaves_nothing_and_is_tried_again_after_a_pause(settings):
    settings.TASK_BACKOFF = 100
    chores.fall_over.enqueue("mess")
    assert Worker().drain() == 1
    assert chores.effects() == []
    assert status() == "READY"
    assert Worker().drain() == 0, "it waits before it is tried again"
    let_the_pause_pass()
    assert Worker().drain() == 1


def test_a_task_that_always_raises_ends_failed_with_its_traceback(settings):
    settings.TASK_ATTEMPTS, settings.TASK_BACKOFF = 3, 0
    chores.fall_over.enqueue("mess")
    assert Worker().drain() == 3
    assert status() == "FAILED"
    result = DBTaskResult.objects.get()
    assert "the chore fell over" in result.traceback
    assert len(result.worker_ids) == 3
    assert chores.effects() == []


def test_a_task_that_kills_its_workers_ends_failed(settings):
    settings.TASK_ATTEMPTS = 2
    chores.do.enqueue("swept")
    for name in ("one", "two"):
        assert claim(name, seconds=60)
        let_the_lease_run_out()
    assert Worker().drain() == 1
    assert status() == "FAILED"
    assert "lost 2 times" in DBTaskResult.objects.get().traceback
    assert chores.effects() == []


def test_a_refusal_is_not_tried_again():
    chores.refuse.enqueue("mess")
    Worker().drain()
    assert status() == "FAILED"
    assert chores.effects() == []


def test_a_task_whose_code_is_gone_ends_failed(settings):
    settings.TASK_ATTEMPTS = 1
    chores.do.enqueue("swept")
    DBTaskResult.objects.update(task_path="fondly.base.tests.chores.no_more")
    Worker().drain()
    assert status() == "FAILED"


def test_each_step_of_a_long_task_is_its_own_transaction():
    chores.do_in_steps.enqueue("swept")
    Worker().drain()
    assert chores.effects() == ["swept:1", "swept:2"]
    assert status() == "SUCCESSFUL"


def test_outside_a_worker_a_fence_is_a_plain_transaction():
    with suppress(ValueError), fenced():
        chores.leave("mess")
        raise ValueError
    assert chores.effects() == []


def test_of_several_wishes_under_one_key_one_waits():
    assert enqueue_once(chores.do, "swept", key="broom")
    assert not enqueue_once(chores.do, "swept", key="broom")
    assert enqueue_once(chores.do, "washed", key="mop")
    assert Worker().drain() == 2
    assert chores.effects() == ["swept", "washed"]


def test_a_wish_that_comes_once_the_task_has_begun_waits_as_a_new_one():
    enqueue_once(chores.do, "swept", key="broom")
    claim("one", seconds=60)
    assert enqueue_once(chores.do, "swept again", key="broom")
    assert WaitingTask.objects.count() == 1


def test_a_wish_undone_by_its_transaction_does_not_wait():
    with suppress(ValueError), transaction.atomic():
        enqueue_once(chores.do, "swept", key="broom")
        raise ValueError
    assert enqueue_once(chores.do, "swept", key="broom")


def test_pauses_grow_up_to_an_hour():
    assert [pause(n, first=10) for n in (1, 2, 3)] == [10, 40, 160]
    assert pause(20, first=10) == 3600
