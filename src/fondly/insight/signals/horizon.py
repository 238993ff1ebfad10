"""How far back one looks to learn from what came since."""

HORIZON = 91  # days
