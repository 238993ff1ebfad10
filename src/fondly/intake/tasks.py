"""Imports in the background."""

from django.utils.translation import gettext

from fondly.base.clock import now
from fondly.base.errors import Refusal
from fondly.base.tasks import LeaseLost, in_steps, task
from fondly.intake.actions import publish
from fondly.intake.actions.later import failed
from fondly.intake.actions.running import Runner, TakenOver
from fondly.intake.actions.steer import OVER, resume
from fondly.intake.models import Import, ImportState


@task
@in_steps
def index(import_id: int) -> str:
    """Have the clients an import changed found by their new words, if that is left."""
    source = Import.objects.filter(pk=import_id, state=ImportState.PUBLISHED).first()
    if source is None:
        return "over"
    publish.index(source)
    return "done"


@task
@in_steps
def run(import_id: int) -> str:
    """Go on with an import where it stands; return how far it came."""
    source = Import.objects.filter(pk=import_id).first()
    if source is None or source.state in OVER:
        return "over"
    try:
        resume(Runner(source=source, clock=now))
    except TakenOver:
        return "taken over"
    except Refusal as refusal:
        failed(source, problem=str(refusal))
        return "refused"
    except LeaseLost:
        raise  # whoever has the lease now goes on
    except Exception:
        # Nobody should look at an import that stands still without a word.
        failed(source, problem=gettext("It stopped by a fault of ours; the log has it."))
        raise
    return str(source.state)
