"""Reports on the whole base: Ibis expressions over orders and a run's signals."""
