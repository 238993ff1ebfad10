"""Room between two batches where there is only one writer at a time."""

import time

from django.db import connection

# Long enough for another process that waits for the lock to get it.
GAP = 0.002


def rest() -> None:
    """Leave other writers a moment."""
    if connection.vendor == "sqlite":
        time.sleep(GAP)
