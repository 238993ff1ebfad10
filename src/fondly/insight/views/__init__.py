"""The pages of insight, one module per noun."""
