"""Every claim about speed as a command: ratios against a named reference in the same run."""
