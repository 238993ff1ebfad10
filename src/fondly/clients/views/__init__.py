"""The client page and the forms around it, one module per noun."""
