"""Tiers: their settings, and why a client is in one."""

from tests.access.row import form, page, post

ROWS = [
    form("insight:tiers", needs="manager"),
    post("insight:tiers-apply", needs="manager"),
    page("insight:tier-why", about="client"),
]
