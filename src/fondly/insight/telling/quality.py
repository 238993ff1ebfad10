"""How good the forecasts were, in words."""

from math import exp

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fondly.insight.backtest.drift import NOTICED, Drift
from fondly.insight.backtest.judged import LEVEL, Judged, Part
from fondly.insight.models import Backtest

NEAR = 0.05  # a share or a ratio so near is called right


def findings(made: Backtest) -> list[str]:
    """Return a sentence each on chances, totals, ranking, ranges, corrections, changes
    since, and seasons, in this order."""
    looks = made.judged
    if not looks:
        return [_(made.limits)]
    last = looks[0]
    return [
        _chances(last),
        _totals(looks, made.level),
        _ranking(last),
        _ranges(last),
        _corrected(made),
        _drifted(made.moved),
        _seasons(made),
    ]


def tier_finding(name: str, part: Part) -> str:
    """Return how far off the chances of one tier were, in a sentence."""
    return _(
        "Tier %(name)s: chances off by %(points)s points; %(again)d %% of %(clients)d "
        "clients bought again."
    ) % {
        "name": name,
        "points": round(100 * part.calibration_error, 1),
        "again": round(100 * part.again),
        "clients": part.clients,
    }


def tiers_finding(parts: dict[str, Part]) -> str:
    """Return of which tier chances were nearest and farthest, in a sentence."""
    far = {name: part.calibration_error for name, part in sorted(parts.items())}
    best, worst = min(far, key=far.__getitem__), max(far, key=far.__getitem__)
    counts = {
        "best": best,
        "worst": worst,
        "near": round(100 * far[best], 1),
        "far": round(100 * far[worst], 1),
    }
    if best == worst:
        return _("Tier by tier: chances of tier %(best)s were off by %(near)s points.") % (
            counts
        )
    return (
        _(
            "Tier by tier: chances were nearest in tier %(best)s, %(near)s points off, and "
            "farthest in tier %(worst)s, %(far)s points off."
        )
        % counts
    )


def correction(taught: tuple[float, float]) -> str:
    """Return by what chances and totals of a tier are corrected."""
    shift, level = taught
    if not shift and level == 1:
        return _("none")
    return _("50 %% becomes %(half)d %%, totals %(level)s") % {
        "half": round(100 / (1 + exp(-shift))),
        "level": _percent(level),
    }


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


def _corrected(made: Backtest) -> str:
    taught, said = made.lessons, []
    if taught.family == "mbg":
        said.append(
            _("At every look it was better to allow that a first order was the last.")
        )
    if taught.shift:
        said.append(
            _("Chances of being active are corrected: 50 %% becomes %(half)d %%.")
            % {"half": round(100 / (1 + exp(-taught.shift)))}
        )
    if taught.by_tier:
        names = ", ".join(sorted(taught.by_tier))
        said.append(_("Corrected on their own: tiers %(names)s.") % {"names": names})
    if not said:
        return _(
            "Chances are shown as the model gives them: the looks do not agree on more."
        )
    return " ".join(said)


def _drifted(drift: Drift | None) -> str:
    if drift is None:
        return _("Whether clients have changed since cannot be tested.")
    about = {"day": date_format(drift.day, "j M Y")}
    if not drift.is_noticed:
        return _("Since %(day)s clients have not changed noticeably.") % about
    said = []
    if abs(drift.pace - 1) >= NOTICED:
        said.append(_("they buy at a pace %(by)s") % {"by": _percent(drift.pace)})
    if abs(drift.leaving - 1) >= NOTICED:
        said.append(_("after an order %(by)s leave") % {"by": _percent(drift.leaving)})
    about["what"] = _(" and ").join(said)
    return _("Since %(day)s clients have changed: %(what)s, against before.") % about


def _seasons(made: Backtest) -> str:
    years = int(made.taught.get("days_known", 0)) // 365
    if years >= 2:
        return _(
            "Your orders reach back %(years)d years. A year ahead holds every season once; "
            "a single busy season is not forecast apart."
        ) % {"years": years}
    return _(
        "Your orders do not reach back two years, so no season has been seen twice: a busy "
        "season ahead may bring a third more than is expected, and nothing here can know."
    )


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
