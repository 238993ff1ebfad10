"""The beta-geometric / NBD model of Fader, Hardie and Lee (2005)."""

from tenure.bgnbd.model import BGNBD
from tenure.bgnbd.parameters import Parameters

__all__ = ["BGNBD", "Parameters"]
