"""Tags for the team's pages."""
