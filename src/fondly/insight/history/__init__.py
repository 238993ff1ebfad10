"""What was: a client's months, told, drawn, handed out and forgotten."""
