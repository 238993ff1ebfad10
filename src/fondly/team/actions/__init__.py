"""Everything that writes about the team, by noun."""
