"""Probability still active where there is too little to fit: the same law, with a prior.

Written for businesses with fewer than `FEWEST_REPEATERS` clients who came back, and for
those whose history does not yet show that anybody leaves. A client buys at a rate of their
own, Gamma(r, alpha), and leaves after an order with a chance of their own, Beta(a, b), as
in Fader, Hardie and Lee (2005); here r, a and b are assumed and alpha follows from the
usual gap of all clients together.
"""

from dataclasses import asdict, dataclass

import numpy as np
from scipy.special import betaincinv, expit, gammaincinv

from fondly.insight.scoring.columns import Floats

FEWEST_REPEATERS = 100
FEWEST_GAPS = 10  # over all clients, before anything is said of any of them
LEVEL = 0.8
NODES = 12
CHUNK = 20_000


@dataclass(frozen=True)
class Prior:
    """The assumed parameters, in days; alpha is twice the usual gap."""

    alpha: float
    r: float = 2.0
    a: float = 1.0
    b: float = 4.0

    @classmethod
    def of(cls, gaps: Floats, mean_gap: Floats) -> "Prior | None":
        """Take the usual gap of all clients together; None where there are too few gaps."""
        count = float(np.nansum(gaps))
        if count < FEWEST_GAPS:
            return None
        return cls(alpha=2.0 * float(np.nansum(gaps * mean_gap)) / count)

    def to_json(self) -> dict[str, float]:
        """Return the parameters by name."""
        return asdict(self)

    def reasons(self, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, ...]:
        """Return the log-odds of being active in parts: population, frequency, silence.

        The parts sum to ln(p / (1 - p)); Fader, Hardie and Lee (2008), with x the number
        of repeat orders, recency and age in days. Shape (clients,) each.
        """
        stays = -np.log(self.a / (self.b + x - 1))
        longer = np.log((self.alpha + age) / (self.alpha + recency))
        return stays, -x * longer, -self.r * longer

    def probability(self, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return the probability of still being active, shape (clients,)."""
        return np.asarray(expit(sum(self.reasons(x, recency, age))))

    def interval(self, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return where the client's own probability lies with 80 %, two arrays.

        Quantiles over a fixed grid of the client's rate and chance of leaving, given what
        they bought: deterministic, no draws.
        """
        ends = [
            self._interval(x[n : n + CHUNK], recency[n : n + CHUNK], age[n : n + CHUNK])
            for n in range(0, len(x), CHUNK)
        ]
        if not ends:
            return np.empty(0), np.empty(0)
        low, high = np.concatenate(ends, axis=1)
        return low, high

    def _interval(self, x: Floats, recency: Floats, age: Floats) -> Floats:
        share = (np.arange(NODES) + 0.5) / NODES
        rate = gammaincinv(self.r + x[:, None], share) / (self.alpha + recency)[:, None]
        leaves = betaincinv(self.a, self.b + x[:, None] - 1, share)
        odds = np.log1p(-leaves) - np.log(leaves)
        silence = rate * (age - recency)[:, None]
        each = (odds[:, :, None] - silence[:, None, :]).reshape(len(x), -1)
        tail = (1 - LEVEL) / 2
        return np.asarray(expit(np.quantile(each, [tail, 1 - tail], axis=1)))
