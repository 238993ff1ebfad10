"""Imports: for managers and owners."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone

from fondly.intake.actions.receive import receive
from fondly.intake.models import Import
from fondly.intake.staging.folder import Folder
from tests.access.row import form, page, post

FILE = "number,customer,date,total\n1,K1,2026-01-05,10.00\n"


def an_import(state="uploaded"):
    """Return the number of an import in that state, with its files."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "orders.csv"
        file.write_text(FILE)
        source = receive(
            file, about="orders", filename=file.name, user=None, now=timezone.now()
        )
    Import.objects.filter(pk=source.pk).update(state=state)
    for path in (Folder.of(source.pk).errors, Folder.of(source.pk).kept):
        path.write_text("reason\n")
    return source.pk


def in_state(state):
    """Return the URL arguments of an import in that state."""
    return lambda _cast: {"import_id": an_import(state)}


ROWS = [
    form("intake:imports", needs="manager"),
    form("intake:import", needs="manager"),
    page("intake:progress", needs="manager"),
    post("intake:publish", needs="manager", kwargs=in_state("checked")),
    post("intake:cancel", needs="manager"),
    post("intake:resume", needs="manager", kwargs=in_state("staging")),
    form("intake:undo", needs="manager", kwargs=in_state("published")),
    page("intake:errors", needs="manager"),
    page("intake:kept", needs="manager"),
]
THINGS = {"import_id": lambda _cast: an_import()}
