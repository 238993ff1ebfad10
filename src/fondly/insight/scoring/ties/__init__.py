"""Clients who never bought: what their touches say of whether they are still with us."""
