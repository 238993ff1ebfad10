"""Numbers only: arrays in, estimates out. Imports no framework and reads no clock.

Purchases without a contract (`BGNBD`), spend per purchase (`GammaGamma`) and what a
client is still worth (`residual_lifetime_value`), by maximum likelihood with the exact
Hessian. Times are in any one unit (weeks in the papers); every answer is in that unit.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenure.bgbb import BGBB
    from tenure.bgnbd import BGCNBD, BGNBD, MBGCNBD, MBGNBD, Parameters
    from tenure.choice import Average, Level, Measures, Moved, Origin, score_test
    from tenure.contracts import BetaDiscreteWeibull, ShiftedBetaGeometric
    from tenure.errors import BadInput, NotFitted
    from tenure.gammagamma import GammaGamma
    from tenure.pareto import ParetoNBD
    from tenure.prior import Belief, Prior
    from tenure.season import Season
    from tenure.summary import (
        Kept,
        calibration_and_holdout,
        orders_by_month,
        rolling_origins,
        summarise,
        summary_expression,
    )
    from tenure.survival import ProportionalHazards
    from tenure.verdict import Finding, Verdict
    from tenure.worth import (
        Equity,
        Forecast,
        customer_equity,
        discounted_purchases,
        forecast,
        residual_lifetime_value,
    )

# Where each name lives: imported when first asked for, so that who only sums up a log pays
# for no model, and whoever has not installed an extra for none of it.
ROOMS = {
    "bgbb": ["BGBB"],
    "bgnbd": ["BGCNBD", "BGNBD", "MBGCNBD", "MBGNBD", "Parameters"],
    "choice": ["Average", "Level", "Measures", "Moved", "Origin", "score_test"],
    "contracts": ["BetaDiscreteWeibull", "ShiftedBetaGeometric"],
    "errors": ["BadInput", "NotFitted"],
    "gammagamma": ["GammaGamma"],
    "pareto": ["ParetoNBD"],
    "prior": ["Belief", "Prior"],
    "season": ["Season"],
    "summary": [
        "Kept",
        "calibration_and_holdout",
        "orders_by_month",
        "rolling_origins",
        "summarise",
        "summary_expression",
    ],
    "survival": ["ProportionalHazards"],
    "verdict": ["Finding", "Verdict"],
    "worth": [
        "Equity",
        "Forecast",
        "customer_equity",
        "discounted_purchases",
        "forecast",
        "residual_lifetime_value",
    ],
}
ROOM_OF = {name: room for room, names in ROOMS.items() for name in names}
EXTRAS = {"summary": "Ibis and DuckDB", "survival": "statsmodels"}

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
    if name not in ROOM_OF:
        raise AttributeError(f"module 'tenure' has no attribute {name!r}")
    room = ROOM_OF[name]
    try:
        found = globals()[name] = getattr(import_module(f"tenure.{room}"), name)
    except ModuleNotFoundError as error:
        if room not in EXTRAS:
            raise
        words = f"tenure.{name} needs {EXTRAS[room]}: pip install 'tenure[{room}]'"
        raise ModuleNotFoundError(words) from error
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
