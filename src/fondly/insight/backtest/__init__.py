"""How good the forecasts were: what was expected at earlier days, and what came."""
