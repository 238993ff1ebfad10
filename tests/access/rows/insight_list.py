"""The client list, search, saved views and export."""

from fondly.insight.models import SavedView
from tests.access.row import page, post


def a_view(cast):
    """Return the key of a view that the member keeps for himself."""
    return SavedView.objects.create(user=cast.member, name="Mine", query="sort=worth").pk


THINGS = {"view_id": a_view}
ROWS = [
    page("insight:clients"),
    page("insight:find"),
    page("insight:rule"),
    post("insight:export", sends={"query": ""}),
    post(
        "insight:keep-view", needs="viewer", sends={"name": "Best", "query": "sort=worth"}
    ),
    post("insight:delete-view", needs="viewer", about="own"),
]
