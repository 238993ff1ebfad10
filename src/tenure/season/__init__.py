"""The year of a business: busy months and slow ones, and time that runs with them."""

from tenure.season.season import Season

__all__ = ["Season"]
