"""How good the forecasts were, in words, and drawn."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from fondly.insight.backtest.judged import LEVEL, Judged
from fondly.insight.models import Backtest

SIZE, EDGE = 320, 34  # of the drawing, and of its margin
NEAR = 0.05  # a share or a ratio so near is called right


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One tenth of the clients: where it stands, and what it says."""

    x: float
    y: float
    radius: float
    chance: float
    share: float
    clients: int


def dots(judged: Judged) -> list[Dot]:
    """Return the reliability diagram: right on the diagonal is right."""
    span = SIZE - 2 * EDGE
    return [
        Dot(
            x=round(EDGE + span * chance, 1),
            y=round(SIZE - EDGE - span * share, 1),
            radius=4.5,
            chance=chance,
            share=share,
            clients=count,
        )
        for chance, share, count in judged.tenths
    ]


def findings(made: Backtest) -> list[str]:
    """Return a sentence each on chances, totals, ranking and ranges; the first is first."""
    looks = made.judged
    if not looks:
        return [_(made.limits)]
    last = looks[0]
    return [
        _chances(last),
        _totals(looks, made.level),
        _ranking(last),
        _ranges(last),
    ]


def _chances(last: Judged) -> str:
    counts = {
        "clients": last.clients,
        "points": round(100 * last.calibration_error, 1),
        "again": round(100 * last.again),
    }
    if last.calibration_error <= NEAR:
        return (
            _(
                "Chances were right: on average %(points)s points away from the share of "
                "%(clients)d clients that did buy again (%(again)d %%)."
            )
            % counts
        )
    return (
        _(
            "Chances were off by %(points)s points on average; %(again)d %% of %(clients)d "
            "clients bought again."
        )
        % counts
    )


def _totals(looks: list[Judged], level: float) -> str:
    came = ", ".join(_percent(look.ratio) for look in looks)
    if level != 1:
        return _(
            "What came, against what was expected: %(came)s, the latest look first. "
            "Forecasts are corrected by %(level)s."
        ) % {"came": came, "level": _percent(level)}
    return _(
        "What came, against what was expected: %(came)s, the latest look first. Nothing is "
        "corrected."
    ) % {"came": came}


def _percent(ratio: float) -> str:
    """Write how far a ratio is from 1, with a minus that is one."""
    return f"{round(100 * (ratio - 1), 1):+g}\N{NO-BREAK SPACE}%".replace("-", "−")


def _ranking(last: Judged) -> str:
    if last.auc is None or last.auc_of_recency is None:
        return _("Everybody or nobody bought again: there was nothing to rank.")
    counts = {"ours": round(100 * last.auc), "recency": round(100 * last.auc_of_recency)}
    if last.recency_suffices:
        return (
            _(
                "To rank clients, the days since the last order suffice: of two they pick "
                "the right one in %(recency)d %% of cases, the model in %(ours)d %%."
            )
            % counts
        )
    return (
        _(
            "Of two clients of whom one buys again, the model picks the right one in "
            "%(ours)d %% of cases, the days since the last order in %(recency)d %%."
        )
        % counts
    )


def _ranges(last: Judged) -> str:
    counts = {"inside": round(100 * last.inside), "wanted": round(100 * LEVEL)}
    if last.inside < LEVEL - NEAR:
        return (
            _("Ranges are too narrow: %(inside)d %% lay inside instead of %(wanted)d %%.")
            % counts
        )
    return (
        _("Ranges hold: %(inside)d %% of clients lay inside; %(wanted)d %% is the least.")
        % counts
    )
