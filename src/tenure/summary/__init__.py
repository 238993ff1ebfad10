"""A log of purchases to the table the models are fitted on, by one Ibis expression."""

from tenure.summary.columns import UNITS
from tenure.summary.expression import holdout_expression, summary_expression
from tenure.summary.rolling import rolling_origins
from tenure.summary.summarise import calibration_and_holdout, summarise

__all__ = [
    "UNITS",
    "calibration_and_holdout",
    "holdout_expression",
    "rolling_origins",
    "summarise",
    "summary_expression",
]
