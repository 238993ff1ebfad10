"""The front door and the shell."""

from tests.access.row import page, post

ROWS = [
    page("home", answers={"GET": {302}}),
    post("theme", needs="viewer"),
]
