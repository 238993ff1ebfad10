"""Every claim about speed as a command: ratios to a named reference in the same run."""
