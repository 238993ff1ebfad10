"""Why a probability is what it is: parts that add up, and when silence will matter."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite

from scipy.special import expit, logit

from fondly.insight.models import MonthlySignal, ScoreRun, Signal
from fondly.insight.scoring.history import WEEK
from fondly.insight.scoring.model import Model

DOUBT = 0.5
FARTHEST = 3_650
History = tuple[list[float], list[float], list[float]]


@dataclass(frozen=True, kw_only=True)
class Because:
    """The log-odds of being active in hundredths: the four sum to `total` exactly.

    `taught` is what looks back taught of all, or of the client's tier. `after_*` is the
    probability with the parts so far, `doubtful_on` the day on which a client who stays
    silent falls below one half.
    """

    population: float
    frequency: float
    silence: float
    taught: float
    total: float
    after_population: float
    after_frequency: float
    after_silence: float
    probability: float
    repeats: int
    doubtful_on: date | None
    is_assumed: bool


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What changed the log-odds since a month: the five sum to `total` exactly.

    The first three are what the client did, measured by the model of then; `refit` is what
    today's model says differently of the same history, `taught` what looks back correct
    differently, which a change of tier may have moved too.
    """

    since: date
    before: float
    after: float
    population: float
    frequency: float
    silence: float
    refit: float
    taught: float
    total: float


def because(run: ScoreRun, signal: Signal) -> Because | None:
    """Return why `p_active` is what it is; None where it is not given."""
    asked = _history_of(signal, signal.last_order_on)
    if signal.p_active is None or asked is None:
        return None
    model = Model.from_json(run.fit["model"])
    base, more, quiet = _parts(model, asked)
    shift, _ = model.corrected.of(signal.tier)
    total = round(base + more + quiet + shift, 2)
    population, frequency, taught = (round(part, 2) for part in (base, more, shift))
    return Because(
        population=population,
        frequency=frequency,
        # Whatever rounding leaves over, so that what a person reads adds up.
        silence=round(total - population - frequency - taught, 2),
        taught=taught,
        total=total,
        after_population=float(expit(base)),
        after_frequency=float(expit(base + more)),
        after_silence=float(expit(base + more + quiet)),
        probability=signal.p_active,
        repeats=signal.orders - 1,
        doubtful_on=_doubtful_on(model, asked, _day_of(signal) or run.as_of, shift),
        is_assumed=model.kind == "rhythm",
    )


def moved(run: ScoreRun, signal: Signal, month: MonthlySignal) -> Moved | None:
    """Return what moved `p_active` since a month's end; None where either is not given."""
    then, now = (
        _history_of(month, month.last_order_on),
        _history_of(signal, signal.last_order_on),
    )
    if month.p_active is None or signal.p_active is None or not then or not now:
        return None
    old, new = (Model.from_json(row) for row in (month.month_end.model, run.fit["model"]))
    start, same, end = _parts(old, then), _parts(old, now), _parts(new, now)
    if not isfinite(sum(start) + sum(same) + sum(end)):
        return None
    shifts = [m.corrected.of(row.tier)[0] for m, row in ((old, month), (new, signal))]
    total = round(round(sum(end) + shifts[1], 2) - round(sum(start) + shifts[0], 2), 2)
    taught = round(shifts[1] - shifts[0], 2)
    population, frequency = (round(same[n] - start[n], 2) for n in range(2))
    refit = round(sum(end) - sum(same), 2)
    return Moved(
        since=month.month_end.month,
        before=month.p_active,
        after=signal.p_active,
        population=population,
        frequency=frequency,
        silence=round(total - population - frequency - refit - taught, 2),
        refit=refit,
        taught=taught,
        total=total,
    )


def _history_of(row: Signal | MonthlySignal, last: date | None) -> History | None:
    """Return repeat orders, recency and age in weeks, as they were when it was scored."""
    first, silent = row.first_order_on, row.days_since_order
    if first is None or last is None or silent is None or row.orders < 1:
        return None
    length = (last - first).days
    return [float(row.orders - 1)], [length / WEEK], [(length + silent) / WEEK]


def _day_of(signal: Signal) -> date | None:
    """Return the day as of which a client was scored: some are, after the run."""
    if signal.last_order_on is None or signal.days_since_order is None:
        return None
    return signal.last_order_on + timedelta(days=signal.days_since_order)


def _parts(model: Model, asked: History) -> tuple[float, float, float]:
    population, frequency, silence = model.of_orders.reasons(*asked)
    return float(population[0]), float(frequency[0]), float(silence[0])


def _doubtful_on(model: Model, asked: History, as_of: date, shift: float) -> date | None:
    # Where the law's own chance, shifted, is one half.
    threshold = float(expit(logit(DOUBT) - shift))
    weeks = float(model.of_orders.act_by(*asked, threshold=threshold)[0])
    if not isfinite(weeks) or weeks * WEEK > FARTHEST:
        return None
    return as_of + timedelta(days=round(weeks * WEEK))
