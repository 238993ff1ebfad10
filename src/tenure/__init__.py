"""Numbers only: arrays in, estimates out. Imports no framework and reads no clock.

Purchases without a contract (`BGNBD`), spend per purchase (`GammaGamma`) and what a
client is still worth (`residual_lifetime_value`), by maximum likelihood with the exact
Hessian. Times are in any one unit (weeks in the papers); every answer is in that unit.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tenure.bgbb import BGBB
from tenure.bgnbd import BGCNBD, BGNBD, MBGCNBD, MBGNBD, Parameters
from tenure.choice import Average, Level, Measures, Moved, Origin, score_test
from tenure.contracts import BetaDiscreteWeibull, ShiftedBetaGeometric
from tenure.errors import BadInput, NotFitted
from tenure.gammagamma import GammaGamma
from tenure.pareto import ParetoNBD
from tenure.prior import Belief, Prior
from tenure.season import Season
from tenure.verdict import Finding, Verdict
from tenure.worth import (
    Equity,
    Forecast,
    customer_equity,
    discounted_purchases,
    forecast,
    residual_lifetime_value,
)

if TYPE_CHECKING:
    from tenure.summary import (
        Kept,
        calibration_and_holdout,
        orders_by_month,
        rolling_origins,
        summarise,
        summary_expression,
    )
    from tenure.survival import ProportionalHazards

# What needs an extra is imported when first asked for: by name, the room, the extra and
# what that installs.
SUMMARY = ("summary", "Ibis and DuckDB")
EXTRAS = {
    "Kept": SUMMARY,
    "ProportionalHazards": ("survival", "statsmodels"),
    "calibration_and_holdout": SUMMARY,
    "orders_by_month": SUMMARY,
    "rolling_origins": SUMMARY,
    "summarise": SUMMARY,
    "summary_expression": SUMMARY,
}

__all__ = [
    "BGBB",
    "BGCNBD",
    "BGNBD",
    "MBGCNBD",
    "MBGNBD",
    "Average",
    "BadInput",
    "Belief",
    "BetaDiscreteWeibull",
    "Equity",
    "Finding",
    "Forecast",
    "GammaGamma",
    "Kept",
    "Level",
    "Measures",
    "Moved",
    "NotFitted",
    "Origin",
    "Parameters",
    "ParetoNBD",
    "Prior",
    "ProportionalHazards",
    "Season",
    "ShiftedBetaGeometric",
    "Verdict",
    "calibration_and_holdout",
    "customer_equity",
    "discounted_purchases",
    "forecast",
    "orders_by_month",
    "residual_lifetime_value",
    "rolling_origins",
    "score_test",
    "summarise",
    "summary_expression",
]


def __getattr__(name: str) -> Any:
    if name not in EXTRAS:
        raise AttributeError(f"module 'tenure' has no attribute {name!r}")
    extra, what = EXTRAS[name]
    try:
        return getattr(import_module(f"tenure.{extra}"), name)
    except ModuleNotFoundError as error:
        words = f"tenure.{name} needs {what}: pip install 'tenure[{extra}]'"
        raise ModuleNotFoundError(words) from error
