"""Keeping questions by name, for oneself or for the team."""

from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.text import fold
from fondly.insight.models import SavedView
from fondly.team.models import User

MOST = 50
LONGEST = 80


def keep_view(user: User, *, name: str, query: str, is_shared: bool) -> SavedView:
    """Keep a question under a name; one of the same name is replaced."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise Refusal(_("A view needs a name of at most 80 letters."))
    if is_shared and not user.may("member"):
        raise Refusal(_("Your role cannot share views; keep it for yourself instead."))
    others = SavedView.objects.filter(user=user).exclude(name=name)
    if others.count() >= MOST:
        raise Refusal(_("You have 50 views already. Delete one first."))
    return SavedView.objects.update_or_create(
        user=user, name=name, defaults={"query": query, "is_shared": is_shared}
    )[0]


def delete_view(view: SavedView, *, by: User) -> None:
    """Delete a view of one's own; managers also those that others share."""
    if not view.may_be_deleted_by(by):
        raise Refusal(_("This view belongs to somebody else."))
    view.delete()


def rename_label(kind: str, before: str, after: str) -> None:
    """Have all views ask for a tag or an interest by its new name."""
    for view in SavedView.objects.that_ask_for(kind):
        pairs = parse_qsl(view.query, keep_blank_values=True)
        asked = ""
        for place, (key, value) in enumerate(pairs):
            asked = value if key == "field" else asked
            if key == "value" and asked == kind and fold(value) == before:
                pairs[place] = key, after
        query = urlencode(pairs)
        if query != view.query:
            view.query = query
            view.save(update_fields=["query"])
