"""Proposals become actions: merged, ranked, capped to a day, and given an outcome."""
