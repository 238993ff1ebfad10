"""Birthdays, years as a client and milestones."""
