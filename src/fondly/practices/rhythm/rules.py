"""When a client has gone quiet or waits too long, and how it is said."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

# A rhythm needs at least three gaps; silence means one and a half of them.
LEAST_ORDERS = 4
QUIET_CYCLES = 1.5
# Who buys daily is not going quiet over a long weekend.
QUIET_DAYS = 7
# Beyond this many cycles it is no longer “going quiet”: they have left.
GONE_CYCLES = 12
# Whoever is this likely still active is not quiet, whatever the calendar says.
STILL_ACTIVE = 0.85
# The steps at which a silence that goes on is worth a second word.
STEPS = (QUIET_CYCLES, 3, 6)
# Months before this one in which one looks for how it was: no name of a month twice.
MONTHS_BACK = 11
# A month is worth a word if the client was so much likelier active then.
NOTABLE = 0.15
TOP = 10
# One of the ten every so many days, so that they spread over the quarter.
TOP_EVERY = 6


def was_likelier(was: float | None, now: float | None) -> bool:
    """Tell whether it is known that a client was notably likelier active before."""
    return was is not None and now is not None and was - now >= NOTABLE


def step_of(cycles: float) -> int:
    """Return how far a silence has gone: 0 for fresh, then 1 and 2."""
    return sum(cycles >= step for step in STEPS) - 1


def quiet_subject(last_order_on: date, cycles: float) -> str:
    """Name the silence since an order, and how far it has gone."""
    return f"quiet:{last_order_on}:{step_of(cycles)}"


def is_tried(last_touch_on: date | None, last_order_on: date) -> bool:
    """Tell whether we have been in touch since the last order, and still no order came."""
    return last_touch_on is not None and last_touch_on > last_order_on


def quarter_of(day: date) -> str:
    """Return the quarter as “2026-Q4”."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def quarter_end(day: date) -> date:
    """Return the last day of the quarter."""
    last = (day.month - 1) // 3 * 3 + 3
    return date(day.year + last // 12, last % 12 + 1, 1) - timedelta(days=1)


def free_places(taken: Iterable[int]) -> list[int]:
    """Return the places among the ten that nobody has, the best first."""
    return sorted(set(range(1, TOP + 1)) - set(taken))


def top_ten_due(chosen_on: date, place: int) -> date:
    """Return when the client in this place is due: one by one to the quarter's end."""
    rest = (quarter_end(chosen_on) - chosen_on).days
    return chosen_on + timedelta(days=min(TOP_EVERY, rest // TOP) * (place - 1))


def plan_subject(reminder: int, due: date) -> str:
    """Name one occurrence of a reminder."""
    return f"plan:{reminder}:{due}"


def reminder_of(subject: str) -> int:
    """Return the key of the reminder whose occurrence this is."""
    return int(subject.split(":")[1])


def started_anew(set_at: datetime, moments: Iterable[datetime | None]) -> datetime | None:
    """Return the last of the moments that came after a plan was set.

    Whoever sets a day knows what has been; only what comes later may move it.
    """
    return max((at for at in moments if at and at > set_at), default=None)


def next_due(set_due: date, every_days: int | None, anew_on: date | None) -> date:
    """Return when a reminder is due: as set, or so many days after it started anew."""
    if every_days is None or anew_on is None:
        return set_due
    return max(set_due, anew_on + timedelta(days=every_days))


def pressing_of(days_over: int, ideal: int, maximum: int | None) -> float:
    """Return how a late touch presses: less than a silence, more past the maximum."""
    return 0.9 if is_past_maximum(days_over, ideal, maximum) else 0.5


def is_past_maximum(days_over: int, ideal: int, maximum: int | None) -> bool:
    """Tell whether we have been silent for longer than the longest we mean to be."""
    return maximum is not None and ideal + days_over > maximum
