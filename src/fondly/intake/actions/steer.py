"""Steering an import: cancel it, or go on with one that was interrupted."""

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.intake.actions.check import check
from fondly.intake.actions.hidden import forget
from fondly.intake.actions.publish import publish
from fondly.intake.actions.receive import keep
from fondly.intake.actions.running import Runner
from fondly.intake.actions.undo import undo
from fondly.intake.models import Import, ImportState
from fondly.intake.staging.folder import Folder

OVER = {ImportState.PUBLISHED, ImportState.UNDONE, ImportState.CANCELLED}


def cancel(runner: Runner) -> Import:
    """Stop an import and take away all it has written; nobody has seen any of it."""
    source = runner.source
    source.refresh_from_db()
    if source.state in OVER or source.state == ImportState.UNDOING:
        raise Refusal(_("This import is over. What it published can be undone."))
    runner.begin(state=ImportState.CANCELLING, has_lane=source.lane is not None)
    forget(runner)
    runner.end(state=ImportState.CANCELLED)
    Folder.of(source.pk).clear()
    return source


def go(runner: Runner) -> Import:
    """Check and publish in one go: for those who asked nothing."""
    source = check(runner, has_lane=True)
    if source.has_good_rows:
        keep(source, now=runner.clock())
    return publish(runner, is_matched=True)


def resume(runner: Runner) -> Import:
    """Go on with an import where it stopped."""
    source = runner.source
    source.refresh_from_db()
    match source.state:
        case ImportState.UPLOADED | ImportState.STAGING | ImportState.FAILED:
            return check(runner)
        case ImportState.PUBLISHING:
            return publish(runner)
        case ImportState.CANCELLING:
            return cancel(runner)
        case ImportState.UNDOING:
            return undo(runner)
    raise Refusal(_("This import was not interrupted."))
