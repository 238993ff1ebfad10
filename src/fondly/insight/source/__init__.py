"""Where facts come from: the request, and the live database attached by DuckDB."""
