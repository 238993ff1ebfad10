"""Published results beside those found here, to the digits that were printed."""

from tenure.proof.claims import Claim, claims

__all__ = ["Claim", "claims"]
