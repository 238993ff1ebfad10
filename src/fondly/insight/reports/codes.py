"""How a client's standing in the reports is written down in whole numbers. No engine here.

`bridge` holds five bits for each of the last 12 complete months, the newest lowest: three
of the part, one of revenue before, one of revenue after. `bought` holds a bit for each of
the last 48 complete months.
"""

PARTS = ("", "new", "won_back", "grown", "shrunk", "lost", "steady")
PART_BITS, BEFORE, AFTER, WIDTH = 7, 8, 16, 5
MONTHS_KEPT = 48
MONTHS_OF = {"month": 1, "quarter": 3}


def bits_of(period: int, unit: str, last: int) -> int:
    """Return the bits of a month or quarter in `bought`; `last` is the newest month."""
    size = MONTHS_OF[unit]
    months = range(period * size, period * size + size)
    return sum(1 << (last - month) for month in months if 0 <= last - month < MONTHS_KEPT)
