"""A log of purchases to the table the models are fitted on, by one definition."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tenure.summary.columns import UNITS
from tenure.summary.summarise import summarise

if TYPE_CHECKING:
    from tenure.summary.asked import (
        calibration_and_holdout,
        orders_by_month,
        summary_expression,
    )
    from tenure.summary.kept import Kept
    from tenure.summary.rolling import rolling_origins

# Imported when first asked for: Ibis and DuckDB take longer than a million orders.
LATER = {
    "Kept": "tenure.summary.kept",
    "calibration_and_holdout": "tenure.summary.asked",
    "orders_by_month": "tenure.summary.asked",
    "rolling_origins": "tenure.summary.rolling",
    "summary_expression": "tenure.summary.asked",
}

__all__ = [
    "UNITS",
    "Kept",
    "calibration_and_holdout",
    "orders_by_month",
    "rolling_origins",
    "summarise",
    "summary_expression",
]


def __getattr__(name: str) -> Any:
    if name not in LATER:
        raise AttributeError(f"module 'tenure.summary' has no attribute {name!r}")
    return getattr(import_module(LATER[name]), name)
