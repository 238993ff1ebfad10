"""Room between two batches where there is only one writer at a time."""

import time

from django.db import connection

# Who is just asking gets the lock in a short gap.
GAP = 0.002
# Who has waited for long asks SQLite only every 100 ms, and hardly ever meets a short one.
LONG_GAP, EVERY = 0.11, 0.6
# Longer ago than this it was other work.
OTHER_WORK = 10.0


class _Rests:
    """When others last had a gap that none could miss, in this process."""

    last = 0.0


def rest() -> None:
    """Leave other writers a moment, and every now and then one that none can miss."""
    if connection.vendor != "sqlite":
        return
    now = time.monotonic()
    if now - _Rests.last > OTHER_WORK:
        _Rests.last = now
    if now - _Rests.last > EVERY:
        time.sleep(LONG_GAP)  # who asks seldom cannot miss this
        _Rests.last = time.monotonic()
    else:
        time.sleep(GAP)  # enough for who is just asking
