"""Shares of few: their interval, and whether two of them differ."""

from math import sqrt

Z95 = 1.959964


def interval(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927); 0 to 1 of nobody."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, Z95**2 / of
    middle = (share + square / 2) / (1 + square)
    half = Z95 * sqrt(share * (1 - share) / of + square / (4 * of)) / (1 + square)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def differ(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Tell whether two shares differ by more than chance: both have 95 % intervals, and
    they do not meet (stricter than a test at 5 %)."""
    (low, high), (least, most) = interval(*one), interval(*other)
    return low > most or least > high
