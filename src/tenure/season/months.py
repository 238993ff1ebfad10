"""Orders by calendar month: what is read of them, and what they say of a year."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

import numpy as np

from tenure.arrays import Floats
from tenure.errors import BadInput

Months = Mapping[str, float]
YEAR = 12


def rates(orders: Months) -> dict[date, float]:
    """Return orders a day of each month, in order of time; or raise `BadInput`.

    `orders` are the orders of whole months by their names, such as "2009-12".
    """
    found = {}
    for name, count in orders.items():
        month = _month(name)
        if not 0 <= count < float("inf"):
            raise BadInput(f"The orders of {name} must be a number that is not negative.")
        found[month] = count / monthrange(month.year, month.month)[1]
    return dict(sorted(found.items()))


def profile(orders: Months) -> Floats:
    """Return the orders a day of January to December over those of a usual day, (12,).

    Of the last whole years in `orders` (12 months in a row, or 24, …) each is taken over
    its own mean; where there are two or more, the growth from one to the next is taken out
    of its months first; and the mean of the years is what counts. Raises `BadInput` where
    months are missing or nothing was ordered in one.
    """
    daily = rates(orders)
    size = len(daily) // YEAR * YEAR
    if not size:
        raise BadInput("A season is learned from twelve months in a row, or more.")
    months, values = list(daily)[-size:], np.array(list(daily.values())[-size:])
    if [_place(m) for m in months] != list(
        range(_place(months[0]), _place(months[0]) + size)
    ):
        raise BadInput("A season is learned from months in a row: one is missing.")
    if not values.all():
        raise BadInput("Nothing was ordered in one of the months: no season can be told.")
    years = values.reshape(-1, YEAR)
    means = years.mean(axis=1)
    growth = (means[-1] / means[0]) ** (1 / max(size - YEAR, 1))
    level = growth ** (np.arange(YEAR) - (YEAR - 1) / 2)
    years = years / level
    share = (years / years.mean(axis=1, keepdims=True)).mean(axis=0)
    return np.roll(share, months[0].month - 1)


def _month(name: str) -> date:
    try:
        return date.fromisoformat(f"{name}-01")
    except (TypeError, ValueError) as error:
        raise BadInput(f"{name!r} is no month such as 2009-12.") from error


def _place(month: date) -> int:
    return month.year * YEAR + month.month
