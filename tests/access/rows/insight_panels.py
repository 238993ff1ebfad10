"""The panels of a client's signals."""

from tests.access.row import page

ROWS = [
    page("insight:figures", about="client"),
    page("insight:rhythm", about="client"),
    page("insight:give-and-ask", about="client"),
    page("insight:why", about="client"),
]
