"""The rows, a file per app. How: see tests/access/row.py."""
