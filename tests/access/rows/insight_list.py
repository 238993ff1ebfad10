"""The client list, search, saved views and export."""

from fondly.insight.models import BulkChange, SavedView
from fondly.testing import NOON
from tests.access.row import page, post


def a_view(cast):
    """Return the key of a view that the member keeps for himself."""
    return SavedView.objects.create(user=cast.member, name="Mine", query="sort=worth").pk


def a_bulk_change(cast):
    """Return the key of a change that the member asked for."""
    about = {"asked_at": NOON, "kind": "add_tag", "value": "VIP", "total": 1}
    return BulkChange.objects.create(user=cast.member, **about).pk


A_TAG_FOR_ALL = {"who": "all", "kind": "add_tag", "tag": "VIP"}
THINGS = {"view_id": a_view, "bulk_id": a_bulk_change}
ROWS = [
    page("insight:clients"),
    page("insight:find"),
    page("insight:rule"),
    post("insight:bulk", sends=A_TAG_FOR_ALL),
    post("insight:bulk-make", sends=A_TAG_FOR_ALL),
    page("insight:bulk-result", needs="member", about="own"),
    post("insight:export", sends={"query": ""}),
    post(
        "insight:keep-view", needs="viewer", sends={"name": "Best", "query": "sort=worth"}
    ),
    post("insight:delete-view", needs="viewer", about="own"),
]
