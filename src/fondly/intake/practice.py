"""How intake joins the house: its place in the menu, and what it knows of a person."""

from django.utils.translation import gettext_lazy as _

from fondly.base.registry import MenuItem, PersonalRecord, menu, personal_records
from fondly.intake.actions import personal


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
    record = PersonalRecord(
        slug="intake", export=personal.export_rows, erase=personal.erase
    )
    personal_records.add("intake", record)
