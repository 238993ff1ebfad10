"""Before serving: copy a database that will change, bring it up to date, gather files."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from fondly.base.errors import Refusal

OURS = {"base", "team", "clients", "touches", "insight", "today", "intake"}


def unapplied() -> list[str]:
    """Return the migrations that the database still lacks."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def from_the_future() -> list[str]:
    """Return migrations of ours that the database has and this version does not know."""
    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations)
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{a}.{n}" for a, n in applied if a in OURS and (a, n) not in known)


def refuse_an_old_database() -> None:
    """Refuse to run on a database that this version does not fit."""
    if unapplied() or from_the_future():
        raise Refusal("The database does not fit this version: run `fondly migrate` first.")


def migrate(*, now: datetime, copies: bool = True) -> Path | None:
    """Bring the database up to date; return the copy made before, if one was needed."""
    if newer := from_the_future():
        raise Refusal(
            f"The database was used by a newer Fondly ({newer[-1]}). Install that version"
            " again, or restore the copy made before the upgrade."
        )
    if not unapplied():
        return None
    copy = copy_database(now=now) if copies and _holds_anything() else None
    call_command("migrate", interactive=False, verbosity=0)
    return copy


def set_up_if_new(*, now: datetime) -> bool:
    """Set up the database where there is none yet; tell whether that was so.

    Only a file of our own is made: an empty database on a server may be a wrong address.
    """
    if (
        connection.vendor != "sqlite"
        or Path(settings.DATABASES["default"]["NAME"]).exists()
    ):
        return False
    with alone():
        migrate(now=now)
    return True


def _holds_anything() -> bool:
    """Tell whether the database has been set up before."""
    return bool(MigrationRecorder(connection).applied_migrations())


def copy_database(*, now: datetime) -> Path:
    """Copy the whole database into the folder `copies`; refuse when that cannot be done."""
    folder = Path(settings.FONDLY_HOME) / "copies"
    folder.mkdir(mode=0o700, exist_ok=True)
    stem = f"fondly-{now:%Y%m%d-%H%M%S}"
    if connection.vendor == "sqlite":
        return _copy_sqlite(folder / f"{stem}.sqlite3")
    return _copy_postgres(folder / f"{stem}.dump")


def _copy_sqlite(target: Path) -> Path:
    """Copy by SQLite's own backup, which is whole even while others write."""
    source = Path(connection.settings_dict["NAME"])
    size = source.stat().st_size
    if shutil.disk_usage(target.parent).free < size * 1.2:
        raise Refusal(
            "This upgrade changes the database, and there is no room for a copy of it:"
            f" make {size // 1_000_000 + 1} MB free in {target.parent}."
        )
    draft = target.with_suffix(".part")
    draft.touch(mode=0o600)
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(draft)) as copy:
        live.backup(copy)
    draft.rename(target)
    return target


def _copy_postgres(target: Path) -> Path:
    """Copy by pg_dump, with the password in its environment, not on its command line."""
    if not shutil.which("pg_dump"):
        raise Refusal(
            "This upgrade changes the database, and pg_dump is not here to copy it first."
            " Install PostgreSQL's client, or make a copy yourself and then run"
            " `fondly migrate --without-copy`."
        )
    about = connection.settings_dict
    keys = ["NAME", "USER", "PASSWORD", "HOST", "PORT"]
    names = {key: f"PG{key}" for key in keys} | {"NAME": "PGDATABASE"}
    environment = {names[key]: str(about[key]) for key in keys if about[key]}
    # A copy has its name once it is whole: one that was interrupted must not look like one.
    draft = target.with_suffix(".part")
    draft.touch(mode=0o600)
    done = subprocess.run(
        ["pg_dump", "--format=custom", f"--file={draft}"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        draft.unlink()
        raise Refusal(f"The database could not be copied before the upgrade: {done.stderr}")
    draft.rename(target)
    return target


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other process prepares this home: two at once trip over each other."""
    with (Path(settings.FONDLY_HOME) / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def collect_statics() -> None:
    """Gather the static files under names that change with their content, if any did."""
    note = Path(settings.STATIC_ROOT) / "collected"
    seen = _fingerprint()
    if note.exists() and note.read_text() == seen:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    note.write_text(seen)


def _fingerprint() -> str:
    """Return what changes whenever a static file does."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda pair: pair[0]):
            found.update(path.encode())
            found.update(hashlib.sha256(Path(storage.path(path)).read_bytes()).digest())
    return found.hexdigest()
