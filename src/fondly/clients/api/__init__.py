"""Clients, contacts, orders and contracts by API."""

from fondly.clients.api.root import router

__all__ = ["router"]
