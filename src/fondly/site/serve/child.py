"""One supervised process, as the supervisor sees it."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

from fondly.site.serve import leash

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds before a restart
SETTLED = 60.0  # seconds after which a child counts as having started well
START_UP = 60.0  # seconds until the first beat


@dataclass(kw_only=True)
class Child:
    """A part of Fondly in a process of its own, started again when it ends."""

    name: str
    arguments: list[str]
    patience: float  # seconds without a beat until it is killed
    process: subprocess.Popen[bytes] | None = None
    line: socket.socket | None = None
    started: float = 0
    heard: float | None = None
    falls: int = 0
    not_before: float = field(default_factory=monotonic)

    def start(self) -> None:
        """Start the process in a group of its own, on a leash."""
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fondly", "child", *self.arguments],
            env=os.environ | {leash.VARIABLE: str(theirs.fileno())},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        self.line, self.started, self.heard = ours, monotonic(), None

    def listen(self) -> None:
        """Take in the beats that have come."""
        while self.line:
            try:
                heard = self.line.recv(4096)
            except OSError:  # nothing to read for now, or the process is gone
                return
            if not heard:
                return
            self.heard = monotonic()

    @property
    def is_silent(self) -> bool:
        """Tell whether it has not been heard for longer than our patience."""
        if self.process is None:
            return False
        if self.heard is None:
            return monotonic() - self.started > START_UP
        return monotonic() - self.heard > self.patience

    @property
    def has_ended(self) -> bool:
        """Tell whether the process has ended by itself or by a signal."""
        return self.process is not None and self.process.poll() is not None

    def signal(self, number: int) -> None:
        """Send a signal to the process, not to those it started."""
        if self.process and self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, number)

    def kill(self) -> None:
        """End the process and all that it started, at once."""
        if self.process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.line:
            self.line.close()
        self.process = self.line = None

    def fell(self) -> float:
        """Clear up after the process ended; return the seconds until it starts again."""
        lived = monotonic() - self.started
        self.kill()
        self.falls = 0 if lived > SETTLED else self.falls + 1
        wait = min(FIRST_WAIT * 2 ** max(self.falls - 1, 0), LONGEST_WAIT)
        self.not_before = monotonic() + wait
        return float(wait)
