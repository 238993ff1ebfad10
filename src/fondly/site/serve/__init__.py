"""Running Fondly: one supervised command, or each part alone."""
