"""The beta-geometric / beta-binomial model of Fader, Hardie and Shang (2010)."""

from tenure.bgbb.likelihood import Parameters
from tenure.bgbb.model import BGBB

__all__ = ["BGBB", "Parameters"]
