"""What a fit can and cannot support, said instead of an optimiser's exception."""

from dataclasses import dataclass
from enum import Enum


class Finding(Enum):
    """What was found about the parameters; the value is the sentence to show."""

    IDENTIFIED = "identified"
    NO_DROPOUT_YET = "no dropout identified yet"
    LEAVE_AT_ONCE = "every repeat buyer seems to leave at once"
    ALL_OR_NOTHING = "some leave at once and the others never"
    SAME_DROPOUT = "all clients are equally likely to leave"
    SAME_RATE = "all clients buy at the same rate"
    NO_MEAN_SPEND = "spend is too uneven to have a mean for new clients"
    SAME_SPEND = "all clients spend alike"
    NOBODY_LEFT = "nobody has left yet"
    ALL_LEFT_AT_FIRST = "everybody left at the first chance"
    TOO_FEW_PERIODS = "too few periods to tell how clients differ"
    FEW_LEAVERS = "too few leavers for so many covariates"
    SEPARATED = "no leaver sets a bound to one of the hazard ratios"
    NOT_PROPORTIONAL = "hazard ratios change with age"
    NOT_SETTLED = "the likelihood has no clear maximum"


# A boundary that still predicts well: only a spread between clients went to zero.
HARMLESS = frozenset(
    {Finding.IDENTIFIED, Finding.SAME_DROPOUT, Finding.SAME_RATE, Finding.SAME_SPEND}
)
# What no prior mends: there is no answer to give, or none was found.
BEYOND_PRIORS = frozenset(
    {Finding.NO_MEAN_SPEND, Finding.NOT_PROPORTIONAL, Finding.NOT_SETTLED}
)


@dataclass(frozen=True)
class Verdict:
    """One finding, in words, and whether predictions may be shown to people.

    `earliest` is how much longer, in the unit of T, to observe before asking again;
    None where waiting is not the remedy. `leans_on_prior` tells that a prior was asked for:
    it says what the data cannot, and predictions stay usable.
    """

    finding: Finding
    earliest: float | None = None
    leans_on_prior: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether predictions rest on the data."""
        backed = self.leans_on_prior and self.finding not in BEYOND_PRIORS
        return backed or self.finding in HARMLESS

    @property
    def words(self) -> str:
        """The finding as a phrase, with the time to wait where it is known."""
        if self.earliest is None:
            return self.finding.value
        return f"{self.finding.value}, earliest in {self.earliest:.3g} units of time"
