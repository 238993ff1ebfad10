"""Starts real processes of Fondly on the test database, and sees to it that they end."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import psutil
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).parents[2]


def eventually(condition: Callable[[], object], *, what: str, within: float = 180) -> None:
    """Wait until the condition holds; fail with `what` when it never does."""
    until = monotonic() + within
    while not condition():
        assert monotonic() < until, f"never: {what}"
        sleep(0.05)


def _test_database_url() -> str:
    about = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{about['NAME']}"
    who = f"{about['USER']}:{about['PASSWORD']}@{about['HOST']}:{about['PORT'] or 5432}"
    return f"postgres://{who}/{about['NAME']}"


def environment(**more: object) -> dict[str, str]:
    """Return the environment of a process on the test database."""
    ours = {
        "DATABASE_URL": _test_database_url(),
        "FONDLY_HOME": str(settings.FONDLY_HOME),
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "FONDLY_LOG": "ERROR",
    }
    return os.environ | ours | {name: str(value) for name, value in more.items()}


@contextmanager
def fondly(*arguments: object, **variables: object) -> Iterator[psutil.Process]:
    """Run the command beside the test; whatever is left of it is killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "fondly", *map(str, arguments)],
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    handle = psutil.Process(process.pid)
    family: set[psutil.Process] = set()
    try:
        yield handle
    finally:
        with suppress(psutil.NoSuchProcess):
            family |= {handle, *handle.children(recursive=True)}
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        process.wait()


def children(process: psutil.Process) -> list[psutil.Process]:
    """Return the processes it has started and that are alive."""
    with suppress(psutil.NoSuchProcess):
        return process.children()
    return []


def send(process: psutil.Process, number: signal.Signals) -> None:
    """Send a signal, if there is still somebody to get it."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(number)
