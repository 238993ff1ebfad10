"""Why a probability is what it is: parts that add up, and when silence will matter."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite

from scipy.special import expit

from fondly.insight.models import ScoreRun, Signal
from fondly.insight.scoring.history import WEEK
from fondly.insight.scoring.model import Model

DOUBT = 0.5
FARTHEST = 3_650


@dataclass(frozen=True, kw_only=True)
class Because:
    """The log-odds of being active in hundredths: the three sum to `total` exactly.

    `after_*` is the probability with the parts so far, `doubtful_on` the day on which a
    client who stays silent falls below one half.
    """

    population: float
    frequency: float
    silence: float
    total: float
    after_population: float
    after_frequency: float
    probability: float
    repeats: int
    doubtful_on: date | None
    is_assumed: bool


def because(run: ScoreRun, signal: Signal) -> Because | None:
    """Return why `p_active` is what it is; None where it is not given."""
    first, last = signal.first_order_on, signal.last_order_on
    if signal.p_active is None or first is None or last is None:
        return None
    model = Model.from_json(run.fit["model"])
    asked = (
        [float(signal.orders - 1)],
        [(last - first).days / WEEK],
        [(run.as_of - first).days / WEEK],
    )
    parts = model.of_orders.reasons(*asked)
    base, more, quiet = (float(part[0]) for part in parts)
    total = round(base + more + quiet, 2)
    population, frequency = round(base, 2), round(more, 2)
    return Because(
        population=population,
        frequency=frequency,
        # Whatever rounding leaves over, so that what a person reads adds up.
        silence=round(total - population - frequency, 2),
        total=total,
        after_population=float(expit(base)),
        after_frequency=float(expit(base + more)),
        probability=signal.p_active,
        repeats=signal.orders - 1,
        doubtful_on=_doubtful_on(model, asked, run.as_of),
        is_assumed=model.kind == "rhythm",
    )


def _doubtful_on(
    model: Model, asked: tuple[list[float], list[float], list[float]], as_of: date
) -> date | None:
    weeks = float(model.of_orders.act_by(*asked, threshold=DOUBT)[0])
    if not isfinite(weeks) or weeks * WEEK > FARTHEST:
        return None
    return as_of + timedelta(days=round(weeks * WEEK))
