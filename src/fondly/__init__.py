"""Fondly: which client to look after today, why, and with what."""
