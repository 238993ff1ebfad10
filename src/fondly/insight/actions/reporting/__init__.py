"""Reports on a run, written."""
