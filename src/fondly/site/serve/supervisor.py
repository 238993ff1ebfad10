"""The supervisor: starts the parts of Fondly, restarts what dies, kills what hangs."""

import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic, sleep

import click

from fondly.base.tasks.stop import Told
from fondly.site.serve.child import Child

TICK = 0.2  # seconds
GRACE = 20.0  # seconds to finish what is at hand


class Supervisor:
    """Runs children until told to stop by SIGTERM or SIGINT; a second one kills them."""

    def __init__(
        self, children: Sequence[Child], *, when_up: Callable[[], bool] | None = None
    ) -> None:
        self.children = children
        # Asked every tick until it says yes, for example to print the address.
        self.when_up = when_up
        self.told = Told()

    def run(self) -> None:
        """Start everything and look after it; leave no process behind."""
        self.told.listen()
        try:
            while not self.told.is_set():
                self._look_after()
                self.told.wait(TICK)
            self._stop()
        finally:
            for child in self.children:
                child.kill()

    def _look_after(self) -> None:
        for child in self.children:
            child.listen()
            if child.has_ended:
                self._pick_up(child, "ended")
            elif child.is_silent:
                self._pick_up(child, "was silent and has been killed")
            elif child.process is None and monotonic() >= child.not_before:
                child.start()
        if self.when_up and self.when_up():
            self.when_up = None

    def _pick_up(self, child: Child, what: str) -> None:
        code = child.process.poll() if child.process else None
        wait = child.fell()
        how = "" if code is None else f" (exit code {code})"
        say(f"{child.name} {what}{how}; it starts again in {wait:g} s.")

    def _stop(self) -> None:
        """Ask everything to end; after the grace, or when told again, end it."""
        say("Stopping.")
        until = monotonic() + GRACE
        hurried = self.told.times + 1
        for child in self.children:
            child.signal(signal.SIGTERM)
        while monotonic() < until and self.told.times < hurried:
            for child in self.children:
                child.listen()
            if all(c.process is None or c.has_ended or c.is_silent for c in self.children):
                return
            sleep(TICK / 2)


def say(words: str) -> None:
    """Tell whoever watches; never fail for want of a terminal."""
    with suppress(OSError):
        click.echo(words, err=True)


def answers(host: str, port: int) -> bool:
    """Tell whether something listens there."""
    with suppress(OSError), socket.create_connection((host, port), timeout=0.2):
        return True
    return False
