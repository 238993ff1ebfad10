"""The timeline, what it adds up to, and the ledger of who was held out of what."""

from fondly.touches.models.holdout import HoldoutEntry, HoldoutSalt
from fondly.touches.models.standing import note_newer, recompute_standings
from fondly.touches.models.touch import Direction, Medium, Purpose, Touch

__all__ = [
    "Direction",
    "HoldoutEntry",
    "HoldoutSalt",
    "Medium",
    "Purpose",
    "Touch",
    "note_newer",
    "recompute_standings",
]
