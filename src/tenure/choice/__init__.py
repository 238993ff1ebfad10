"""Which model to trust with whom: weights learned from what each said of days gone by."""

from tenure.choice.average import Average
from tenure.choice.drift import Moved, score_test
from tenure.choice.level import Level
from tenure.choice.measures import Measures
from tenure.choice.origins import Origin

__all__ = ["Average", "Level", "Measures", "Moved", "Origin", "score_test"]
