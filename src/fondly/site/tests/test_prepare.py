"""Before an upgrade the database is copied; one from the future is refused."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finder
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from fondly.base.errors import Refusal
from fondly.site.serve import prepare
from fondly.testing import NOON, a_business

SRC = Path(__file__).parents[3]


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run a command of an installation of its own."""
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {"FONDLY_HOME": str(home), "PYTHONPATH": str(SRC)}
    environment |= {"DJANGO_SETTINGS_MODULE": "fondly.site.settings"}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def tables(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as database:
        return {name for (name,) in database.execute("SELECT name FROM sqlite_master")}


def test_an_upgrade_copies_the_database_first_and_a_first_run_does_not(tmp_path):
    assert run(tmp_path, "django", "migrate", "base", "0001").returncode == 0
    assert not (tmp_path / "copies").exists()
    refused = run(tmp_path, "fondly", "worker")
    assert refused.returncode == 3
    assert "run `fondly migrate` first" in refused.stderr
    upgraded = run(tmp_path, "fondly", "migrate")
    assert upgraded.returncode == 0, upgraded.stderr
    [copy] = (tmp_path / "copies").iterdir()
    assert str(copy) in upgraded.stdout
    assert "base_tasklease" not in tables(copy)
    assert "base_reasonsetting" in tables(copy)
    assert "base_tasklease" in tables(tmp_path / "fondly.sqlite3")
    assert copy.stat().st_mode & 0o077 == 0
    assert run(tmp_path, "fondly", "migrate").returncode == 0
    assert len(list((tmp_path / "copies").iterdir())) == 1, "nothing new, no copy"


def test_two_that_start_at_once_on_a_new_home_do_not_trip_over_each_other(tmp_path):
    with ThreadPoolExecutor() as pool:
        both = [pool.submit(run, tmp_path, "fondly", "migrate") for _ in range(2)]
    assert [one.result().returncode for one in both] == [0, 0], both[0].result().stderr


@pytest.mark.django_db
def test_a_database_from_the_future_is_refused():
    MigrationRecorder.Migration.objects.create(app="team", name="9999_later", applied=NOON)
    with pytest.raises(Refusal, match=r"newer Fondly \(team.9999_later\)"):
        prepare.migrate(now=NOON)


@pytest.mark.django_db(transaction=True)
def test_a_copy_holds_what_was_committed(tmp_path, settings):
    settings.FONDLY_HOME = tmp_path
    a_business(name="Bell & Co")
    copy = prepare.copy_database(now=NOON)
    assert copy.stat().st_size > 0
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(copy)) as database:
            assert database.execute("SELECT name FROM team_business").fetchall() == [
                ("Bell & Co",)
            ]
    else:
        assert copy.read_bytes().startswith(b"PGDMP")


@pytest.mark.django_db(transaction=True)
def test_no_room_for_a_copy_is_a_refusal(tmp_path, settings, monkeypatch):
    settings.FONDLY_HOME = tmp_path
    usage = type("Usage", (), {"free": 10})()
    monkeypatch.setattr(prepare.shutil, "disk_usage", lambda _: usage)
    monkeypatch.setattr(prepare.shutil, "which", lambda _: None)
    with pytest.raises(Refusal, match=r"make .* MB free|pg_dump is not here"):
        prepare.copy_database(now=NOON)
    assert list((tmp_path / "copies").iterdir()) == []


def test_static_files_are_gathered_once_and_again_when_one_changes(settings, tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "look.css").write_text("a { color: red }")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [theirs], tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    get_finder.cache_clear()

    def names():
        return {f.name for f in (tmp_path / "static").glob("look.*.css")}

    prepare.collect_statics()
    [first] = names()
    (tmp_path / "static" / first).unlink()
    prepare.collect_statics()
    assert names() == set(), "nothing has changed, so nothing is gathered"
    (theirs / "look.css").write_text("a { color: green }")
    prepare.collect_statics()
    assert len(names()) == 1
    assert names() != {first}
    get_finder.cache_clear()


def test_a_copy_that_was_not_finished_does_not_look_like_one(tmp_path, monkeypatch):
    def half(command, **_more):
        draft = next(word for word in command if word.startswith("--file="))
        Path(draft.removeprefix("--file=")).write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(prepare.shutil, "which", lambda name: name)
    monkeypatch.setattr(prepare.subprocess, "run", half)
    with pytest.raises(KeyboardInterrupt):
        prepare._copy_postgres(tmp_path / "fondly.dump")
    assert not list(tmp_path.glob("*.dump"))
