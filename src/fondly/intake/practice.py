"""How intake joins the house: its place in the menu."""

from django.utils.translation import gettext_lazy as _

from fondly.base.registry import MenuItem, menu


def join() -> None:
    """Register what intake gives other apps."""
    menu.add(
        "import",
        MenuItem(
            slug="import",
            title=_("Import"),
            url_name="intake:imports",
            order=60,
            roles=frozenset({"owner", "manager"}),
        ),
    )
