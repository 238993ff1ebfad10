"""The doctor: each thing that can be wrong is named, with how to mend it."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db.models.functions import Now
from django.db.utils import OperationalError
from django_tasks_db.models import DBTaskResult

from fondly.base.models import TaskLease, TaskWorker, database_time
from fondly.base.tasks.worker import Worker
from fondly.base.tests import chores
from fondly.site.doctor import database, doors, machine, work
from fondly.site.doctor.commands import doctor
from fondly.testing import NOON

pytestmark = pytest.mark.django_db


def alive(name: str = "one") -> None:
    TaskWorker.objects.create(name=name, seen_at=Now())


def test_a_healthy_installation_ends_with_zero_and_names_every_check(tmp_path, settings):
    settings.FONDLY_HOME = tmp_path
    tmp_path.chmod(0o700)
    (tmp_path / "secret.key").touch(mode=0o600)
    answer = CliRunner().invoke(doctor)
    assert answer.exit_code == 0, answer.output
    for check in ("python", "home", "secret", "disk", "database", "analysis", "workers"):
        assert f"{check}:" in answer.output


def test_machines_get_the_same_as_json():
    answer = CliRunner().invoke(doctor, ["--json"])
    findings = {row["check"]: row for row in json.loads(answer.output)}
    assert findings["database"]["level"] == "ok"
    assert findings["workers"]["mend"]


def test_what_is_wrong_ends_with_one_and_says_how_to_mend_it(settings):
    settings.FONDLY_URL = "http://fondly.example.org"
    answer = CliRunner().invoke(doctor)
    assert answer.exit_code == 1
    assert "not encrypted" in answer.output
    assert "FONDLY_URL=https://" in answer.output


def test_a_home_open_to_others_is_named(tmp_path, settings):
    settings.FONDLY_HOME = tmp_path
    tmp_path.chmod(0o755)
    assert machine.home().mend == f"Close it: chmod 700 {tmp_path}"


@pytest.mark.parametrize("secret", ["short", "a" * 80])
def test_a_guessable_secret_is_a_problem(settings, secret):
    settings.SECRET_KEY = secret
    assert machine.secret().level == "problem"


def test_a_full_disk_is_a_problem_before_it_is_full(monkeypatch):
    for free, level in ((1e8, "problem"), (1e9, "warning"), (1e11, "ok")):
        usage = type("Usage", (), {"free": int(free)})()
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda _, usage=usage: usage)
        assert machine.room().level == level


def test_a_database_that_does_not_answer_is_named(monkeypatch):
    def refuse():
        raise OperationalError("connection refused\nat once")

    monkeypatch.setattr(database.connection, "cursor", refuse)
    found = database.reachable()
    assert found.level == "problem"
    assert "connection refused" in found.found


def test_missing_migrations_are_named(monkeypatch):
    monkeypatch.setattr(database, "unapplied", lambda: ["team.0009_more"])
    assert database.migrated().mend == "Run `fondly migrate`."


def test_the_scanners_of_duckdb_load_here():
    assert database.analysis().level == "ok"


def test_a_scanner_that_is_gone_is_a_problem(monkeypatch):
    monkeypatch.setattr(database, "_extensions", lambda _: iter(()))
    assert database.analysis().level == "problem"


def test_no_worker_is_a_warning_until_work_is_late():
    chores.do.enqueue("swept")
    now = DBTaskResult.objects.get().enqueued_at
    assert work.workers(now).level == "warning"
    late = work.workers(now + timedelta(minutes=11))
    assert (late.level, late.found) == ("problem", "none is alive, and 1 tasks are late")
    alive()
    assert work.workers(now + timedelta(minutes=11)).level == "ok"


def test_a_worker_not_seen_for_a_lease_counts_as_gone(settings):
    alive()
    TaskWorker.objects.update(seen_at=database_time(plus=-settings.TASK_LEASE - 1))
    assert work.workers(NOON).level == "warning"


def test_a_task_that_runs_without_a_lease_is_stuck():
    chores.do.enqueue("swept")
    result = DBTaskResult.objects.get()
    result.claim("a worker of another kind")
    later = result.started_at + timedelta(minutes=11)
    assert work.stuck(later).level == "problem"
    TaskLease.objects.create(result=result, attempt=1, until=database_time(plus=60))
    assert work.stuck(later).level == "ok"


def test_a_failed_task_is_named_for_a_week(settings):
    settings.TASK_ATTEMPTS = 1
    chores.fall_over.enqueue("mess")
    Worker().drain()
    now = DBTaskResult.objects.get().finished_at
    assert "fall_over" in work.failed(now).found
    assert work.failed(now + timedelta(days=8)).level == "ok"


def test_a_schedule_that_stands_still_is_named():
    assert work.schedule(NOON).found == "never ran"


def test_a_sender_nobody_can_answer_is_a_problem_once_mail_goes_out(settings):
    assert doors.mail().level == "ok" or doors.mail().mend
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "fondly@localhost"
    assert doors.mail().level == "problem"


@pytest.mark.parametrize(
    ("url", "level"),
    [
        ("http://localhost:8000", "ok"),
        ("https://fondly.example.org", "ok"),
        ("http://fondly.example.org", "problem"),
        ("fondly.example.org", "problem"),
    ],
)
def test_an_address_that_others_can_read_along_is_a_problem(settings, url, level):
    settings.FONDLY_URL = url
    assert doors.address().level == level
