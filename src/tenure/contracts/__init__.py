"""Renewals under a contract: who stays is seen, when they will leave is not."""

from tenure.contracts.history import from_survivors
from tenure.contracts.model import BetaDiscreteWeibull, ShiftedBetaGeometric

__all__ = ["BetaDiscreteWeibull", "ShiftedBetaGeometric", "from_survivors"]
