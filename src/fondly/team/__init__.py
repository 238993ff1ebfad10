"""Who we are: the people who look after clients, what each may do, and what was done."""
