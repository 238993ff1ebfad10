"""What we do about it: one folder for each practice."""
