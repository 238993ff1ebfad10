"""Being told to stop by a signal."""

import signal
from time import monotonic, sleep
from types import FrameType

SLICE = 0.1  # seconds


class Told:
    """Remembers that SIGTERM or SIGINT came, and how often.

    Holds no lock: a `threading.Event` set by a handler waits for ever when the signal has
    interrupted that very event's `wait`.
    """

    def __init__(self) -> None:
        self.times = 0

    def listen(self) -> "Told":
        """Take the signals from now on; call it in the main thread."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._hear)
        return self

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self.times += 1

    def is_set(self) -> bool:
        """Tell whether to stop."""
        return self.times > 0

    def wait(self, seconds: float) -> None:
        """Sleep, but not on after having been told."""
        until = monotonic() + seconds
        while not self.times and (left := until - monotonic()) > 0:
            sleep(min(SLICE, left))
