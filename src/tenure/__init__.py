"""Numbers only: arrays in, estimates out. Imports no framework and reads no clock.

Purchases without a contract (`BGNBD`), spend per purchase (`GammaGamma`) and what a
client is still worth (`residual_lifetime_value`), by maximum likelihood with the exact
Hessian. Times are in any one unit (weeks in the papers); every answer is in that unit.
"""

from tenure.bgbb import BGBB
from tenure.bgnbd import BGCNBD, BGNBD, MBGCNBD, MBGNBD, Parameters
from tenure.contracts import BetaDiscreteWeibull, ShiftedBetaGeometric
from tenure.errors import BadInput, NotFitted
from tenure.gammagamma import GammaGamma
from tenure.pareto import ParetoNBD
from tenure.prior import Belief, Prior
from tenure.verdict import Finding, Verdict
from tenure.worth import (
    Equity,
    customer_equity,
    discounted_purchases,
    residual_lifetime_value,
)

__all__ = [
    "BGBB",
    "BGCNBD",
    "BGNBD",
    "MBGCNBD",
    "MBGNBD",
    "BadInput",
    "Belief",
    "BetaDiscreteWeibull",
    "Equity",
    "Finding",
    "GammaGamma",
    "NotFitted",
    "Parameters",
    "ParetoNBD",
    "Prior",
    "ShiftedBetaGeometric",
    "Verdict",
    "customer_equity",
    "discounted_purchases",
    "residual_lifetime_value",
]
