"""`fondly serve` as a whole: it answers, heals itself, and leaves no process behind."""

import signal
import socket
import urllib.request
from contextlib import suppress

import psutil
import pytest

from tests.crash.processes import children, eventually, fondly, send

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    with suppress(OSError):
        url = f"http://localhost:{port}/accounts/login/"
        return urllib.request.urlopen(url, timeout=5).status == 200
    return False


def part(supervisor: psutil.Process, name: str) -> psutil.Process | None:
    for process in children(supervisor):
        with suppress(psutil.NoSuchProcess):
            if name in process.cmdline():
                return process
    return None


@pytest.fixture
def served():
    port = a_free_port()
    with fondly("serve", "--port", port, "--workers", 1, FONDLY_TASK_LEASE=4) as house:
        eventually(lambda: answers(port), what="it answers")
        family = house.children(recursive=True)
        yield house, port
        eventually(
            lambda: not any(p.is_running() for p in family), what="every process has ended"
        )


def test_it_stops_cleanly_when_told_to(served):
    house, port = served
    send(house, signal.SIGTERM)
    assert house.wait(timeout=60) == 0
    assert not answers(port)


def test_the_terminal_knows_where_it_answers(served, settings):
    house, port = served
    kept = settings.FONDLY_HOME / "address"
    eventually(
        lambda: kept.is_file() and kept.read_text() == f"http://localhost:{port}\n",
        what="its address is kept",
        within=20,
    )
    send(house, signal.SIGTERM)
    house.wait(timeout=60)


def test_being_told_many_times_at_once_it_still_stops(served):
    house, port = served
    for _ in range(20):
        send(house, signal.SIGTERM)
    assert house.wait(timeout=60) == 0
    assert not answers(port)


def test_it_leaves_nothing_behind_when_it_is_killed_itself(served):
    house, port = served
    send(house, signal.SIGKILL)
    eventually(lambda: not answers(port), what="the web part ends")


@pytest.mark.parametrize("name", ["web", "worker", "urgent", "scheduler"])
def test_a_part_that_dies_is_started_again(served, name):
    house, port = served
    killed = part(house, name)
    send(killed, signal.SIGKILL)
    eventually(lambda: part(house, name) not in (None, killed), what="it starts again")
    eventually(lambda: answers(port), what="it answers again")
    send(house, signal.SIGTERM)
    assert house.wait(timeout=60) == 0


def test_a_part_that_is_stopped_is_killed_and_started_again(served):
    house, _port = served
    stopped = part(house, "worker")
    send(stopped, signal.SIGSTOP)
    eventually(lambda: part(house, "worker") not in (None, stopped), what="a new worker")
    send(house, signal.SIGTERM)
    assert house.wait(timeout=60) == 0
