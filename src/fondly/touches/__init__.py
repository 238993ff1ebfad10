"""What happened: the one append-only timeline of each client, and the holdout ledger."""
