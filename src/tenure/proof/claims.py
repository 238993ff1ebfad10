"""What the papers print, and what the models find on the same data."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tenure.arrays import Floats
from tenure.bgbb import BGBB
from tenure.bgnbd import BGNBD, MBGNBD
from tenure.bgnbd.parameters import Parameters
from tenure.contracts import ShiftedBetaGeometric, from_survivors
from tenure.gammagamma import GammaGamma
from tenure.pareto import ParetoNBD
from tenure.proof.cdnow import Summary, summary
from tenure.tables import DONATIONS, HIGH_END, REGULAR

PRINTED = {
    # Fader and Hardie (2007), How to project customer retention, table 2 and figure 5.
    "Regular": ("0.704 1.182", "-1680.3", "22.0 20.4 19.1 18.0 17.0"),
    "High End": ("0.668 3.806", "-1611.2", "46.0 43.6 41.4 39.5 37.8"),
    # Fader, Hardie and Shang (2010), table 4; then P(active in 2002), table 6, of those who
    # gave never, twice until 1999, and always (read in the tests of `lifetimes`).
    "donations": ("1.204 0.750 0.657 2.783", "-33225.6", "0.11 0.59 0.93"),
    # Fader, Hardie and Lee (2005), table 2 and section 4; the Pareto/NBD beside it.
    "BG/NBD": ("0.243 4.414 0.793 2.426", "-9582.4", "1.226"),
    "Pareto/NBD": ("0.553 10.578 0.606 11.669", "-9595.0", ""),
    # Batislam, Denizel and Filiztekin (2007) on the same sample.
    "MBG/NBD": ("0.525 6.183 0.891 1.614", "", ""),
    # Dziurzynski, Wadsworth, McCarthy (2014), reference manual of BTYD, bgnbd.pmf: the
    # chance that a newcomer buys not at all in 39 weeks, then 11, 12, … times in 30. As
    # the tests of `lifetimes` quote it.
    "BTYD": (
        "0.243 4.414 0.793 2.426",
        "0.5737864",
        "0.0019995214 0.0015170236 0.0011633150 0.0009003148 0.0007023638",
    ),
    # The spreadsheet to Fader, Hardie and Shang (2010), cells C18 and C24: donors who would
    # give never, and every time; then the total of its column F, gifts of five years. Read
    # in the tests of `lifetimes`, which quote it.
    "spreadsheet": ("", "", "3454.9 1253.1 12884.2"),
    # Fader and Hardie (2013), The gamma-gamma model, note 025.
    "Gamma-Gamma": ("6.25 3.74 15.44", "-4055.92", "24.66"),
}


class Claim(NamedTuple):
    """One printed number and ours, rounded to as many places."""

    source: str
    what: str
    printed: str
    found: float

    @property
    def ours(self) -> str:
        """What was found, written as it was printed."""
        places = len(self.printed.partition(".")[2])
        return f"{self.found:.{places}f}"

    @property
    def holds(self) -> bool:
        """Whether every printed digit came out."""
        return self.ours == self.printed


def claims(cdnow: Path | None = None) -> Iterator[Claim]:
    """Yield every claim that can be checked: those on CDNOW need its file.

    Raises `BadInput` for a file that is not the sample of the papers.
    """
    yield from _subscribers()
    yield from _donations()
    yield from _manual()
    if cdnow is not None:
        log = summary(cdnow)
        yield from _orders(log)
        yield from _spend(log)


def _subscribers() -> Iterator[Claim]:
    for name, percent in (("Regular", REGULAR), ("High End", HIGH_END)):
        cohort = from_survivors(np.array(percent[:8]) * 10)
        model = ShiftedBetaGeometric()
        model.fit(cohort.periods, cohort.left, weights=cohort.weight)
        yield from _fitted(name, model, "subscribers, ")
        later = 100 * model.survival(np.arange(8, 13))
        yield from _listed(name, "% alive after 8 to 12 years", later)


def _donations() -> Iterator[Claim]:
    columns, weights = DONATIONS[:3], DONATIONS.weights
    model = BGBB().fit(*columns, weights=weights)
    yield from _fitted("donations", model)
    alive = model.probability_alive([0, 2, 6], [0, 4, 6], 6)
    yield from _listed("donations", "active in 2002", alive)
    never, always = weights.sum() * np.exp(model.log_score(6, [0, 6], 0, 0, 0))
    total = weights @ model.expected_purchases(5, *columns)
    told = np.array([never, always, total])
    yield from _listed("spreadsheet", "donors: never, always; all gifts", told)


def _manual() -> Iterator[Claim]:
    parameters, none, _ = PRINTED["BTYD"]
    model = BGNBD.of(Parameters(*map(float, parameters.split())))
    found = np.exp(model.log_score(39, 0, 0, 0, 0))
    yield Claim("BTYD", "chance of no purchase in 39 weeks", none, float(found[0]))
    several = np.exp(model.log_score(30, np.arange(11, 16), 0, 0, 0))
    yield from _listed("BTYD", "chance of 11 to 15 in 30 weeks", several)


def _orders(log: Summary) -> Iterator[Claim]:
    columns = log[:3]
    plain = BGNBD().fit(*columns)
    yield from _fitted("BG/NBD", plain, "CDNOW, ")
    client = plain.expected_purchases(39, 2, 30.43, 38.86)
    yield from _listed("BG/NBD", "purchases of client 1 in 39 weeks", client)
    yield from _fitted("Pareto/NBD", ParetoNBD().fit(*columns), "CDNOW, ")
    yield from _fitted("MBG/NBD", MBGNBD().fit(*columns), "CDNOW, ")


def _spend(log: Summary) -> Iterator[Claim]:
    model = GammaGamma().fit(log.frequency, log.monetary)
    yield from _fitted("Gamma-Gamma", model, "CDNOW, ")
    client = model.expected_spend(2, 22.35)
    yield from _listed("Gamma-Gamma", "dollars per purchase of client 1", client)


def _fitted(
    source: str,
    model: BGNBD | BGBB | ParetoNBD | GammaGamma | ShiftedBetaGeometric,
    data: str = "",
) -> Iterator[Claim]:
    parameters, value, _ = PRINTED[source]
    learned = zip(model.parameters._fields, model.parameters_, strict=True)
    for printed, (name, found) in zip(parameters.split(), learned, strict=True):
        yield Claim(source, f"{data}{name}", printed, found)
    if value:
        yield Claim(source, f"{data}log-likelihood", value, model.log_likelihood_)


def _listed(source: str, what: str, found: Floats) -> Iterator[Claim]:
    for printed, value in zip(PRINTED[source][2].split(), found, strict=True):
        yield Claim(source, what, printed, float(value))
