"""Taking hidden rows away: after a cancel, before a new attempt, at the end of undo."""

from django.db import transaction

from fondly.base.tasks import fenced
from fondly.clients.models import Arrival
from fondly.intake.actions.running import Pace, Runner, in_turns
from fondly.intake.models import bulk
from fondly.intake.staging import output


def forget(runner: Runner) -> None:
    """Delete all that this run has written unseen, and its place in the file."""
    source = runner.source
    for step in reversed(output.STEPS):
        base = source.progress.get("bases", {}).get(step.slug)
        if base is None:
            continue

        def work(first: int, last: int, base: int = base, step: output.Step = step) -> None:
            bulk.delete(step.model, "id > %s AND id <= %s", [base + first, base + last])
            runner.note()

        in_turns(source.progress["counts"][step.slug], Pace(), work, after=0)
    with transaction.atomic(), fenced():
        arrival = source.arrival_id
        runner.note(progress={}, arrival=None, rows_done=0)
        Arrival.objects.filter(pk=arrival, is_published=False).delete()
