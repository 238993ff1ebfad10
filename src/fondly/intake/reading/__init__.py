"""Bytes become rows: a bounded look first, then plain UTF-8 lines for DuckDB."""
