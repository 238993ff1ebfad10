"""All that insight writes, one module per noun."""
