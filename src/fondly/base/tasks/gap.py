"""Room between two batches where there is only one writer at a time."""

import time

from django.db import connection

# Who is just asking gets the lock in a short gap.
GAP = 0.002
# Who has waited for long asks SQLite only every 100 ms, and hardly ever meets a short one.
LONG_GAP, EVERY = 0.11, 0.6


class _Rests:
    """When the last long rest was, in this process."""

    last = 0.0


def rest() -> None:
    """Leave other writers a moment, and every now and then one that none can miss."""
    if connection.vendor != "sqlite":
        return
    is_long = time.monotonic() - _Rests.last > EVERY
    time.sleep(LONG_GAP if is_long else GAP)
    if is_long:
        _Rests.last = time.monotonic()
