"""The world of these tests, for each of them."""

from fondly.today.tests.world import run, world

__all__ = ["run", "world"]
