"""What the reports say: findings in words, tables, and where the pieces of charts stand."""
