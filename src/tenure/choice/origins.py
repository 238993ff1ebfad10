"""What was known on one day, and what came after it."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tenure.arrays import Column, Floats, same_length
from tenure.bgnbd.fitting import checked_gaps
from tenure.checks import History, checked_history, checked_horizon
from tenure.contracts.history import checked_periods
from tenure.errors import BadInput


class Origin(NamedTuple):
    """Columns of shape (clients,): the history up to one day, and what was bought after.

    `horizon` is how long after it was looked, `bought` how many purchases were seen.
    `log_gaps` may be None; then models of regular buyers are left out.
    """

    frequency: Column
    recency: Column
    T: Column
    horizon: Column
    bought: Column
    log_gaps: Column | None = None

    @classmethod
    def of(cls, table: Any) -> "Origin":
        """Return an origin from the columns of `calibration_and_holdout`."""
        return cls(*(np.asarray(table[name]) for name in cls._fields))


class Seen(NamedTuple):
    """An origin that was checked."""

    past: History
    horizon: Floats
    bought: Floats
    log_gaps: Floats | None

    @property
    def again(self) -> NDArray[np.bool_]:
        """Who bought again."""
        return self.bought > 0

    @property
    def silence(self) -> Floats:
        """Time since the last purchase, which is all that recency alone knows."""
        return self.past.T - self.past.recency


def checked(origin: Origin) -> Seen:
    """Return the columns as arrays of one length, or raise `BadInput`."""
    past = checked_history(origin.frequency, origin.recency, origin.T)
    ahead = checked_horizon(origin.horizon)
    bought = checked_periods(origin.bought, name="bought")
    names = (*History._fields, "horizon", "bought")
    x, t_x, T, ahead, bought = same_length([*past, ahead, bought], names=names)
    if not (ahead > 0).all():
        raise BadInput("The horizon of an origin must be above 0.")
    past = History(x, t_x, T)
    gaps = None if origin.log_gaps is None else checked_gaps(origin.log_gaps, past)
    return Seen(past, ahead, bought, gaps)
