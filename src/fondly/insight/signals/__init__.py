"""Signals as expressions over facts: each is defined once, for every engine and client."""
