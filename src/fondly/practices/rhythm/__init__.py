"""How often a client should hear from us, and who has gone quiet."""
