"""One definition, several engines: DuckDB over what is live or Parquet, and Spark."""
