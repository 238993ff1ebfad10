"""The pages of the team, by noun."""
