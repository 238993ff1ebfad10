"""The beta-geometric / NBD model of Fader, Hardie and Lee (2005) and its family."""

from tenure.bgnbd.model import BGCNBD, BGNBD, MBGCNBD, MBGNBD
from tenure.bgnbd.parameters import Parameters

__all__ = ["BGCNBD", "BGNBD", "MBGCNBD", "MBGNBD", "Parameters"]
