"""Numbers only: arrays in, estimates out. Imports no framework and reads no clock."""
