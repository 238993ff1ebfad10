"""Tiers: their settings, and why a client is in one; how good the forecasts were."""

from tests.access.row import form, page, post

ROWS = [
    form("insight:tiers", needs="manager"),
    post("insight:tiers-apply", needs="manager"),
    page("insight:tier-why", about="client"),
    page("insight:quality"),
]
