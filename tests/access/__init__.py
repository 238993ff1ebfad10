"""Who may open what: the matrix of every address, person and method."""
