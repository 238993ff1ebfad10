"""The analytical engine: a child process that reads the live database through DuckDB.

Nothing in here, in `facts` or in `signals` knows Django: the child starts in well under a
second and holds no database connection but DuckDB's own.
"""
