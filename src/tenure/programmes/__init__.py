"""What programmes change: lift against a holdout, at any look, alone and together."""

from tenure.programmes.always import (
    Share,
    always_valid_difference,
    always_valid_lift,
    always_valid_share,
)
from tenure.programmes.groups import Groups, lift_by_group
from tenure.programmes.lift import Lift, lift
from tenure.programmes.pooling import Pooled, pooled

__all__ = [
    "Groups",
    "Lift",
    "Pooled",
    "Share",
    "always_valid_difference",
    "always_valid_lift",
    "always_valid_share",
    "lift",
    "lift_by_group",
    "pooled",
]
