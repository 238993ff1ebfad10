"""The rhythm strip: where dots, ticks, the shade and the line stand. Plain geometry."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

LONGEST = timedelta(days=730)
SHORTEST = timedelta(days=90)
SMALLEST, LARGEST = 3.0, 8.0


@dataclass(frozen=True, kw_only=True)
class Size:
    """What the strip is drawn on, in units of its viewBox."""

    width: int
    height: int = 92
    middle: int = 40
    labels: int = 4


WIDE = Size(width=760)
# Beside Today and on a phone: fewer labels, so that text stays readable when scaled.
COMPACT = Size(width=320, labels=2)


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One day of orders."""

    x: float
    radius: float
    day: date


@dataclass(frozen=True, kw_only=True)
class Label:
    """A month under the strip."""

    x: float
    day: date


@dataclass(frozen=True, kw_only=True)
class Strip:
    """A drawn strip; `window` is (x, width) of when the next order was expected."""

    size: Size
    dots: list[Dot]
    ticks: list[float]
    window: tuple[float, float] | None
    today: float
    labels: list[Label]

    @property
    def window_middle(self) -> float:
        """Where the word over the shade stands."""
        return self.window[0] + self.window[1] / 2 if self.window else 0

    @property
    def anchor(self) -> str:
        """How the word “today” stands at its line: never beyond the edge."""
        return "end" if self.today > self.size.width - 24 else "middle"


def draw(
    *,
    orders: Iterable[tuple[date, float]],
    touches: Iterable[date],
    expected: tuple[date, date] | None,
    today: date,
    size: Size = WIDE,
) -> Strip:
    """Draw at most two years until `today`, and what is expected after it.

    `orders` are days with a size from 0 to 1.
    """
    kept = [(day, share) for day, share in orders if today - LONGEST <= day <= today]
    start = min([day for day, _ in kept] + [today - SHORTEST]) - timedelta(days=3)
    end = max([today, *(expected or ())[1:]]) + timedelta(days=5)
    # A window far ahead would squeeze the past into a corner.
    end = min(end, today + (today - start) / 2)
    span: int = (end - start).days
    per_day: float = size.width / span

    def place(day: date) -> float:
        days: int = (min(max(day, start), end) - start).days
        return float(round(days * per_day, 1))

    dots = [Dot(x=place(day), radius=_radius(share), day=day) for day, share in kept]
    ticks = sorted({place(day) for day in touches if start <= day <= today})
    window = None
    if expected and expected[0] < end and expected[1] > start:
        left = place(expected[0])
        window = (left, max(round(place(expected[1]) - left, 1), 2.0))
    return Strip(
        size=size,
        dots=dots,
        ticks=ticks,
        window=window,
        today=place(today),
        labels=[Label(x=place(day), day=day) for day in _months(start, end, size.labels)],
    )


def _radius(share: float) -> float:
    """Return a radius whose disc grows with the share."""
    return round(SMALLEST + (LARGEST - SMALLEST) * sqrt(share), 1)


def shares(amounts: Sequence[tuple[date, str, int]]) -> list[tuple[date, float]]:
    """Turn (day, currency, amount) rows into one net per day, as a share of the largest.

    Amounts are compared within their currency; a day whose net is nothing has no dot.
    """
    nets: dict[tuple[date, str], int] = {}
    for day, currency, amount in amounts:
        nets[day, currency] = nets.get((day, currency), 0) + amount
    most: dict[str, int] = {}
    for (_, currency), net in nets.items():
        most[currency] = max(most.get(currency, 0), net)
    found: dict[date, float] = {}
    for (day, currency), net in nets.items():
        if net > 0:
            found[day] = max(found.get(day, 0.0), net / most[currency])
    return sorted(found.items())


def _months(start: date, end: date, most: int) -> list[date]:
    """Return at most so many first days of months, evenly apart."""
    firsts = []
    day = start.replace(day=1)
    while day <= end:
        if day >= start:
            firsts.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    step = max(1, -(-len(firsts) // most))
    # Not at the very edge, where the words would be cut.
    room = (end - start) / 12
    return [day for day in firsts[::step] if day <= end - room]
