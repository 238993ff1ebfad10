"""Days with a purchase, by one sort of whole numbers."""

from typing import Any, NamedTuple

import numpy as np

from tenure.arrays import Floats
from tenure.summary.columns import DUST
from tenure.summary.inmemory.orders import Orders
from tenure.summary.reading import BATCH

BITS = 63  # of a whole number that may be sorted with its sign
EXACT = 2.0**53  # up to which floats count whole numbers
SPARSE = 2  # numbers of clients that are not there, for each that is an order


class Days(NamedTuple):
    """Days with a purchase in order of client and day, and what each client spent on all
    but the first, where amounts are known."""

    who: np.ndarray
    day: np.ndarray
    later: Floats | None


def days_of(orders: Orders) -> Days:
    """Return the days with a purchase: all, where every amount is above 0."""
    if orders.amount is None:
        return _unpacked(*_sorted(orders))
    if not _is_simple(orders.who, orders.amount):
        return _netted(orders)
    who, amount, day = orders.who, orders.amount, orders.day
    days = _unpacked(*_sorted(Orders(who.copy(), day, None, None)))
    least = int(who.min())
    starts = np.flatnonzero(firsts(days.who))
    place = days.who[starts] - least
    first = np.empty(int(place[-1]) + 1, np.int32)
    first[place] = days.day[starts]
    who -= least
    # What was paid on the first day is left out before anything is added up.
    amount[first[who] == day] = 0
    later = np.bincount(who, weights=amount, minlength=len(first))
    return days._replace(later=later[place])


def _is_simple(who: np.ndarray, amount: np.ndarray) -> bool:
    """Tell whether every order is a purchase, and sums by client's number are exact."""
    span, most = int(who.max()) - int(who.min()), float(amount.max())
    is_exact = amount.dtype.kind == "f" or most * len(amount) < EXACT
    return bool(amount.min() > 0) and span < SPARSE * len(who) and is_exact


class Packed(NamedTuple):
    """Client and day of each order in one whole number, and how to take it apart."""

    keys: np.ndarray
    for_day: int
    first: int
    least: int
    values: np.ndarray | None


def _sorted(orders: Orders, *, for_row: int = 0) -> Packed:
    """Sort once by client and day.

    A key holds client, day and, where asked for, row in one whole number: a sort of
    numbers alone takes a tenth of the time of one that says where they were.
    """
    keys, first = orders.who, int(orders.day.min())
    for_day = (int(orders.day.max()) - first).bit_length()
    least, span, values = int(keys.min()), int(keys.max()) - int(keys.min()), None
    if span.bit_length() + for_day + for_row > BITS:
        values, keys = np.unique(keys, return_inverse=True)
        least = 0
    keys -= least
    keys <<= for_day
    keys |= orders.day - np.int32(first)
    del orders.day
    if for_row:
        keys <<= for_row
        for start in range(0, len(keys), BATCH):
            keys[start : start + BATCH] |= np.arange(start, min(start + BATCH, len(keys)))
    keys.sort()
    return Packed(keys, for_day, first, least, values)


def _netted(orders: Orders) -> Days:
    """Add up each day, and leave out those without a purchase."""
    assert orders.amount is not None
    for_row = max((len(orders.who) - 1).bit_length(), 1)
    packed = _sorted(orders, for_row=for_row)
    keys = packed.keys
    amount = _taken(orders.amount, keys, (1 << for_row) - 1)
    orders.amount = None
    keys >>= for_row
    starts = np.flatnonzero(firsts(keys))
    net = np.add.reduceat(amount, starts)
    if amount.min() <= 0:
        kept = _is_purchase(amount, starts, net)
        starts, net = starts[kept], net[kept]
    days = _unpacked(*packed, starts=starts)
    if not len(starts):
        return days
    by_client = np.flatnonzero(firsts(days.who))
    return days._replace(later=np.add.reduceat(net, by_client) - net[by_client])


def _unpacked(
    keys: np.ndarray,
    for_day: int,
    first: int,
    least: int,
    values: np.ndarray | None,
    *,
    starts: np.ndarray | None = None,
) -> Days:
    """Take the keys of days apart, those at `starts` or one of each kind."""
    if starts is None:
        starts = np.flatnonzero(firsts(keys))
    days = np.empty(len(starts), np.int32)
    for start in range(0, len(starts), BATCH):
        block = slice(start, start + BATCH)
        # What is read lies where it is written, or behind it: the keys move up in place.
        here = keys[starts[block]]
        days[block] = (here & ((1 << for_day) - 1)) + first
        keys[: len(starts)][block] = (here >> for_day) + least
    keys = keys[: len(starts)]
    return Days(keys if values is None else values[keys], days, None)


def _taken(values: np.ndarray, keys: np.ndarray, mask: int) -> np.ndarray:
    """Return the values in the order of the rows that the keys end with."""
    found = np.empty_like(values)
    for start in range(0, len(keys), BATCH):
        block = slice(start, start + BATCH)
        found[block] = values[keys[block] & mask]
    return found


def firsts(ordered: np.ndarray) -> np.ndarray:
    """Tell which values differ from the one before."""
    found = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=found[1:])
    return found


def _is_purchase(amounts: np.ndarray, starts: np.ndarray, net: np.ndarray) -> np.ndarray:
    """Tell which days have a net above 0; only those with another amount can lack it."""
    least: Any = 0
    if amounts.dtype.kind == "f":
        least = np.add.reduceat(np.abs(amounts), starts) * DUST
    return np.asarray((net > least) | (np.minimum.reduceat(amounts, starts) > 0))
