"""Pages of reports on the whole base."""
