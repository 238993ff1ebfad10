"""How data comes in: files are checked, staged, published whole, and can be undone."""
