"""What is proved of the ways in which signals are computed."""
