"""Contracts: the chance that the next renewal comes, and what is agreed and likely to come.

Renewals follow the shifted beta-geometric model of Fader and Hardie (2007): some clients
renew more surely than others, so whoever has renewed often is likely to do so again.
"""

from typing import Any, NamedTuple

import numpy as np

from fondly.insight.scoring.columns import Columns, Flags, Floats, Wholes
from fondly.insight.scoring.forecast import HORIZONS, LEVEL, Found
from fondly.insight.scoring.model import Model
from tenure import BadInput, ShiftedBetaGeometric

FEWEST_LEFT, FEWEST_STAYED = 20, 20
Terms = list[tuple[int, bool, int]]


class Agreements(NamedTuple):
    """The contracts that hold, one value each; money a month in the reporting currency."""

    client_ids: Wholes
    chances: Floats
    term: Floats
    into: Floats
    monthly: Floats
    promo_monthly: Floats
    next_monthly: Floats
    promo_months: Floats
    next_months: Floats
    end_months: Floats

    @classmethod
    def of(cls, rows: Columns) -> "Agreements":
        """Read the contracts from the engine's rows."""
        numbers = (rows.number(name) for name in cls._fields[1:])
        return cls(rows.whole("client_id"), *numbers)

    def kept(self, which: Flags) -> "Agreements":
        """Return some of them."""
        ids, *numbers = self
        return Agreements(ids[which], *(column[which] for column in numbers))

    def price(self, month: int) -> Floats:
        """Return what each costs in a month ahead, 0 being the coming one."""
        later = np.where(month >= self.next_months, self.next_monthly, self.monthly)
        return np.where(month <= self.promo_months, self.promo_monthly, later)


def learn_renewals(terms: Terms) -> dict[str, Any]:
    """Fit the model of renewals on everybody's contracts, or say why not."""
    chances, left, contracts = (np.array(part, dtype=float) for part in _columns(terms))
    gone = float(contracts @ left)
    sizes = {"contracts": int(contracts.sum()), "contracts_left": int(gone)}
    if (
        gone < FEWEST_LEFT
        or float(contracts @ ((left == 0) & (chances > 0))) < FEWEST_STAYED
    ):
        return {**sizes, "renewals_finding": "too few"}
    try:
        fitted = ShiftedBetaGeometric().fit(chances, left, weights=contracts)
    except BadInput as error:
        return {**sizes, "renewals_finding": str(error)}
    if not fitted.verdict_.is_usable:
        return {**sizes, "renewals_finding": fitted.verdict_.finding.value}
    return {
        **sizes,
        "renewals": list(fitted.parameters_),
        "renewals_covariance": fitted.log_covariance_.tolist(),
    }


def renewals(model: Model, held: Agreements, rows: Columns) -> Found:
    """Return p_renew and the worth of contracts of all clients; NaN where not known.

    `p_renew` is that of the contract that is most in doubt. A contract that is known to end
    does not renew, and is worth what is paid until then. Worth is not discounted.
    """
    law, client_ids = model.of_renewals, rows.whole("client_id")
    place = np.searchsorted(client_ids, held.client_ids)
    is_open = ~rows.flag("is_closed")
    here = place < len(client_ids)
    here[here] = client_ids[place[here]] == held.client_ids[here]
    here[here] = is_open[place[here]]
    held, place = held.kept(here), place[here]
    if law is None or not len(place):
        return {}
    found = _doubt(law, held, place, size=len(client_ids))
    return found | _worth(law, held, place, size=len(client_ids))


def together(found: Found, agreed: Found) -> Found:
    """Join what orders and what contracts promise; worth is the greater of the two.

    Not their sum: what a contract bills is often imported as orders as well.
    """
    joined = found | {name: v for name, v in agreed.items() if name not in found}
    for name in ("worth_12m", "worth_24m"):
        if name not in found or name not in agreed:
            continue
        is_more = ~(agreed[name] <= found[name]) & ~np.isnan(agreed[name])
        ends = [f"{name}_low", f"{name}_high"] if name == "worth_24m" else []
        for one in [name, *ends]:
            joined[one] = np.where(is_more, agreed[one], found[one])
    return joined


def _columns(terms: Terms) -> Any:
    return zip(*terms, strict=True) if terms else ([], [], [])


def _doubt(
    law: ShiftedBetaGeometric, held: Agreements, place: Wholes, *, size: int
) -> Found:
    known_to_end = ~np.isnan(held.end_months)
    chance = law.probability_of_renewal(1, held.chances)
    low, high = law.probability_of_renewal_interval(1, held.chances, level=LEVEL)
    found = {"p_renew": chance, "p_renew_low": low, "p_renew_high": high}
    least = {}
    for name, values in found.items():
        worst = np.full(size, np.inf)
        np.minimum.at(worst, place, np.where(known_to_end, 0.0, values))
        least[name] = np.where(np.isinf(worst), np.nan, worst)
    return least


def _worth(
    law: ShiftedBetaGeometric, held: Agreements, place: Wholes, *, size: int
) -> Found:
    """Return what is likely to be paid in 12 and 24 months, with 80 % of what may be.

    A contract without a rate has no money to count.
    """
    priced = ~np.isnan(held.monthly)
    held, place = held.kept(priced), place[priced]
    found = {}
    most = max(HORIZONS)
    low_n, high_n = law.renewals_interval(most, held.chances, level=LEVEL)
    total, below, above = (np.zeros(len(place)) for _ in range(3))
    for month in range(most):
        renewed = np.floor((held.into + month) / held.term)
        price = held.price(month)
        paid = law.probability_of_renewal(renewed, held.chances)
        paid = np.where(np.isnan(held.end_months), paid, month < held.end_months)
        ends = np.isnan(held.end_months)
        total += price * paid
        below += price * np.where(ends, renewed <= low_n, paid)
        above += price * np.where(ends, renewed <= high_n, paid)
        if month + 1 in HORIZONS:
            worth = np.bincount(place, total, size)
            found[f"worth_{month + 1}m"] = np.where(
                _has(place, size), np.round(worth), np.nan
            )
    # The contracts of one client are taken as independent, at either side.
    for name, end in (("low", below), ("high", above)):
        reach = np.sqrt(np.bincount(place, (end - total) ** 2, size))
        side = found[f"worth_{most}m"] + (reach if name == "high" else -reach)
        found[f"worth_{most}m_{name}"] = np.round(np.maximum(side, 0))
    return found


def _has(place: Wholes, size: int) -> Any:
    return np.bincount(place, minlength=size) > 0
