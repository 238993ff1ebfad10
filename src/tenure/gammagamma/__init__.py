"""The gamma-gamma model of spend per purchase of Fader and Hardie (2013)."""

from tenure.gammagamma.model import GammaGamma

__all__ = ["GammaGamma"]
