"""How likely a client was active, month by month: when it turned, and its line. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

# Less than this is no fall worth a word.
NOTABLE = 0.10
WIDTH, HEIGHT, EDGE = 240.0, 44.0, 4.0


@dataclass(frozen=True, kw_only=True)
class Point:
    """One month, and the probability at its end where it was known."""

    month: date
    p_active: float | None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """The highest month before now, and the largest step down since."""

    was: float
    was_in: date
    before: float
    after: float
    before_in: date
    fell_in: date


@dataclass(frozen=True, kw_only=True)
class Line:
    """The line as SVG paths, one for each stretch without a gap, and where it ends."""

    paths: list[str]
    x: float
    y: float
    half: float


def known(points: Sequence[Point]) -> list[tuple[date, float]]:
    """Return the months in which the probability was known."""
    return [(one.month, one.p_active) for one in points if one.p_active is not None]


def turn(points: Sequence[Point]) -> Turn | None:
    """Return when it fell most since its highest month; None if it did not fall.

    The last point is now. Of months that read the same the last one counts.
    """
    seen = known(points)
    if len(seen) < 2 or points[-1].p_active is None:
        return None
    place = max(range(len(seen)), key=lambda n: (round(seen[n][1], 2), n))
    was_in, was = seen[place]
    if was - seen[-1][1] < NOTABLE:
        return None
    steps = list(pairwise(seen[place:]))
    (before_in, before), (fell_in, after) = max(steps, key=lambda s: s[0][1] - s[1][1])
    return Turn(
        was=was,
        was_in=was_in,
        before=before,
        after=after,
        before_in=before_in,
        fell_in=fell_in,
    )


def line(points: Sequence[Point]) -> Line | None:
    """Draw the months from left to right, 0 to 1 upwards; None of fewer than two."""
    if len(known(points)) < 2:
        return None
    first = points[0].month
    span = max(_months(first, points[-1].month), 1)
    stretches: list[list[tuple[float, float]]] = [[]]
    last: date | None = None
    for one in points:
        if one.p_active is None or (last and _months(last, one.month) > 1):
            stretches.append([])
        last = one.month
        if one.p_active is not None:
            x = EDGE + (WIDTH - 2 * EDGE) * _months(first, one.month) / span
            stretches[-1].append((round(x, 1), _height(one.p_active)))
    kept = [stretch for stretch in stretches if stretch]
    x, y = kept[-1][-1]
    return Line(paths=[_path(stretch) for stretch in kept], x=x, y=y, half=_height(0.5))


def _months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _height(share: float) -> float:
    return round(EDGE + (HEIGHT - 2 * EDGE) * (1 - share), 1)


def _path(stretch: list[tuple[float, float]]) -> str:
    """Return the path; a month alone is a dot, drawn by a line of no length."""
    ends = stretch if len(stretch) > 1 else stretch * 2
    return "M" + "L".join(f"{x} {y}" for x, y in ends)
