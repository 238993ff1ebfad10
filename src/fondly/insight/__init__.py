"""Facts become signals: rhythm, worth, tiers, the client list and its saved views."""
