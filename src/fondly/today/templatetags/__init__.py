"""How Today writes numbers."""
