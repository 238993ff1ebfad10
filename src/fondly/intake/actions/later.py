"""Imports in the background: what is wished is written down, and a worker does it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.module_loading import import_string

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.base.tasks import enqueue_once
from fondly.intake.models import Import, ImportState

TASK = "fondly.intake.tasks.run"  # by name: a task is a door, and doors stand above us
INDEX, WAIT = "fondly.intake.tasks.index", 60
MAY: dict[str, set[str]] = {
    ImportState.STAGING: {"uploaded", "checked", "failed"},
    ImportState.PUBLISHING: {"checked"},
    ImportState.CANCELLING: {"uploaded", "checked", "failed", "staging", "publishing"},
    ImportState.UNDOING: {"published"},
}


def wish(source: Import, state: str) -> None:
    """Have a worker bring this import to the end that `state` begins."""
    with transaction.atomic():
        rows = Import.objects.filter(pk=source.pk, state__in=MAY[state])
        # A runner that is in the middle stops at its next step: its token is gone.
        if not rows.update(state=state, problem="", runner=""):
            raise Refusal(_("This import has moved on meanwhile. Look again."))
        go_on(source)


def go_on(source: Import) -> None:
    """Have a worker go on with an import where it stopped."""
    enqueue_once(import_string(TASK), source.pk, key=f"intake.run:{source.pk}")


def index_soon(source: Import, *, now: datetime) -> None:
    """Have a worker see to the search words, should whoever publishes not come to it."""
    task = import_string(INDEX).using(run_after=now + timedelta(seconds=WAIT))
    enqueue_once(task, source.pk, key=f"intake.index:{source.pk}")


def failed(source: Import, *, problem: str) -> None:
    """Say why an import could not go on, and go back to where one can try again."""
    source.refresh_from_db()
    back = {
        ImportState.PUBLISHING: ImportState.CHECKED,
        ImportState.UNDOING: ImportState.PUBLISHED,
    }
    state = back.get(ImportState(source.state), ImportState.FAILED)
    if source.lane is not None:
        state = ImportState(source.state)
    Import.objects.filter(pk=source.pk).update(problem=problem[:500], state=state)
