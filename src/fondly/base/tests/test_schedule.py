"""What is periodic is enqueued once per occurrence, on the business's clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session
from django_tasks_db.models import DBTaskResult

from fondly.base.models import Occurrence
from fondly.base.schedule import Daily, Every, daily, every, schedule
from fondly.base.tasks.scheduler import tick
from fondly.base.tasks.tidy import tidy
from fondly.base.tasks.worker import Worker

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTLY = Daily(at=time(2, 30))
TASK = "fondly.base.tasks.tidy.tidy"


@pytest.fixture
def only_ours(monkeypatch):
    monkeypatch.setattr(schedule, "_items", {})


def berlin(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=BERLIN, fold=fold).astimezone(UTC)


def test_a_daily_task_is_due_from_its_local_time_on():
    assert NIGHTLY.latest(berlin(2026, 3, 9, 2, 29), BERLIN) == "2026-03-08"
    assert NIGHTLY.latest(berlin(2026, 3, 9, 2, 30), BERLIN) == "2026-03-09"


def test_a_night_without_half_past_two_has_one_occurrence():
    clock = berlin(2026, 3, 28, 12)
    names = [NIGHTLY.latest(clock + timedelta(minutes=m), BERLIN) for m in range(1440)]
    assert sorted(set(names)) == ["2026-03-28", "2026-03-29"]


def test_a_night_with_two_half_past_twos_has_one_occurrence():
    first, second = berlin(2026, 10, 25, 2, 30), berlin(2026, 10, 25, 2, 30, fold=1)
    assert second - first == timedelta(hours=1)
    assert NIGHTLY.latest(first, BERLIN) == NIGHTLY.latest(second, BERLIN)


def test_an_interval_has_one_name_from_its_first_second_to_its_last():
    at = datetime(2026, 3, 9, 12, tzinfo=UTC)
    names = {Every(seconds=60).latest(at + timedelta(seconds=s), BERLIN) for s in range(60)}
    assert len(names) == 1
    assert Every(seconds=60).latest(at + timedelta(seconds=60), BERLIN) not in names


@pytest.mark.django_db
def test_two_schedulers_enqueue_an_occurrence_once(only_ours):
    daily("sweep", TASK, at=time(2, 30))
    now = berlin(2026, 3, 9, 12)
    assert tick(now=now, zone=BERLIN) == ["sweep"]
    assert tick(now=now, zone=BERLIN) == []
    assert tick(now=now + timedelta(days=1), zone=BERLIN) == ["sweep"]
    assert DBTaskResult.objects.count() == 2


@pytest.mark.django_db
def test_days_missed_are_made_up_for_once(only_ours):
    daily("sweep", TASK, at=time(2, 30))
    tick(now=berlin(2026, 3, 1, 12), zone=BERLIN)
    assert tick(now=berlin(2026, 3, 9, 12), zone=BERLIN) == ["sweep"]
    assert DBTaskResult.objects.count() == 2


@pytest.mark.django_db
def test_a_clock_set_back_repeats_nothing(only_ours):
    every("sweep", TASK, seconds=60)
    now = berlin(2026, 3, 9, 12)
    for minutes in (0, 1, -1, 0, 1):
        tick(now=now + timedelta(minutes=minutes), zone=BERLIN)
    assert DBTaskResult.objects.count() == 3


@pytest.mark.django_db
def test_tidying_forgets_what_is_long_done_and_keeps_the_rest(settings):
    settings.TASK_ATTEMPTS = 1
    for _ in range(3):
        tidy.enqueue()
    Worker().drain()
    old, recent, waiting = DBTaskResult.objects.order_by("id")
    ago = datetime(2020, 1, 1, tzinfo=UTC)
    DBTaskResult.objects.filter(pk=old.pk).update(finished_at=ago)
    DBTaskResult.objects.filter(pk=waiting.pk).update(status="READY", finished_at=None)
    Occurrence.objects.create(slug="x", name="y", at=ago)
    Session.objects.create(session_key="ended", expire_date=ago)
    tidy.call()
    assert not Session.objects.exists()
    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == {recent.pk, waiting.pk}
    assert not Occurrence.objects.exists()
