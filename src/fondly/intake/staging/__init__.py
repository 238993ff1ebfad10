"""The resumable staging area: a folder for each import, with a DuckDB file of its rows."""
