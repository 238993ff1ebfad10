"""The pages of reports on the whole base."""

from tests.access.row import page

ROWS = [
    page("insight:equity"),
    page("insight:retention"),
    page("insight:leaving"),
    page("insight:contracts"),
    page(
        "insight:report-file",
        kwargs=lambda _cast: {"tab": "equity", "slug": "bridge"},
        answers={"GET": {404}},
    ),
]
