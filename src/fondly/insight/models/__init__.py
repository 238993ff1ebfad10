"""Signals, tiers and views, in tables."""

from fondly.insight.models.backtest import Backtest
from fondly.insight.models.bulk import BulkChange
from fondly.insight.models.month import MonthEnd, MonthlySignal, MonthState
from fondly.insight.models.report import Report
from fondly.insight.models.run import EVERYBODY, ScoreRun, StaleClient
from fondly.insight.models.signal import Basis, ByClient, Signal
from fondly.insight.models.standing import Coming, Standing, ViewMember
from fondly.insight.models.tier import Criterion, Tier, TierScheme
from fondly.insight.models.view import SavedView

__all__ = [
    "EVERYBODY",
    "Backtest",
    "Basis",
    "BulkChange",
    "ByClient",
    "Coming",
    "Criterion",
    "MonthEnd",
    "MonthState",
    "MonthlySignal",
    "Report",
    "SavedView",
    "ScoreRun",
    "Signal",
    "StaleClient",
    "Standing",
    "Tier",
    "TierScheme",
    "ViewMember",
]
