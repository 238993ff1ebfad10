"""Everything that writes clients, their people, orders, contracts and consent."""
