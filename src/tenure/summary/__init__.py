"""A log of purchases to the table the models are fitted on, by one Ibis expression."""

from tenure.summary.columns import UNITS
from tenure.summary.rolling import rolling_origins
from tenure.summary.summarise import (
    calibration_and_holdout,
    summarise,
    summary_expression,
)

__all__ = [
    "UNITS",
    "calibration_and_holdout",
    "rolling_origins",
    "summarise",
    "summary_expression",
]
