"""What signals and reports say: reasons, findings, verdicts in words, and pictures."""
