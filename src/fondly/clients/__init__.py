"""Who they are: clients, contacts, orders, contracts, consent and what we know of them."""
