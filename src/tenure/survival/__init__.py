"""Who leaves when, given what is known of them; needs the extra `tenure[survival]`."""

from tenure.survival.model import ProportionalHazards

__all__ = ["ProportionalHazards"]
