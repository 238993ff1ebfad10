"""Taking hidden rows away: after a cancel, before a new attempt, at the end of undo."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import Model

from fondly.base.tasks import fenced
from fondly.clients.models import Arrival, Client, Label, Order, OrderLine
from fondly.intake.actions.running import Pace, Runner, in_turns
from fondly.intake.models import ImportChange, bulk, hanging
from fondly.intake.staging import output


def clear(runner: Runner) -> None:
    """Delete, in turns, all rows of this import's arrival: nobody sees them."""
    source = runner.source
    counts = source.progress.get("counts", {})
    if source.arrival_id is None:
        return
    total, done = sum(counts.values()), 0
    for step in reversed(output.STEPS):
        if step.has_arrival and step.slug in source.progress.get("bases", {}):
            _clear_step(runner, step, done=done, total=total)
            done += counts[step.slug]


def _clear_step(runner: Runner, step: output.Step, *, done: int, total: int) -> None:
    source = runner.source
    base, arrival = source.progress["bases"][step.slug], source.arrival_id
    assert arrival is not None
    # Clients go with all that hangs on them, which takes longer.
    pace = Pace(first=100, least=50, most=500) if step.model is Client else Pace()

    def prepare(first: int, last: int) -> Callable[[], None]:
        def write() -> None:
            _delete(step.model, arrival, first=base + first + 1, last=base + last)
            runner.note(rows_done=done + last)
            runner.report(done + last, total, step.slug)

        return write

    in_turns(source.progress["counts"][step.slug], pace, prepare, after=0)


def _delete(model: type[Model], arrival: int, *, first: int, last: int) -> None:
    """Delete an arrival's rows with these keys, and what refers to them."""
    keys = {"first": first, "last": last}
    if model is Client:
        hanging.delete_clients(arrival, **keys)
    elif model is OrderLine:
        bulk.delete(OrderLine, *hanging.lines_of(arrival, **keys))
    else:
        if model is Order:
            hanging.unlink_refunds(arrival, **keys)
        where = "id >= %s AND id <= %s AND arrival_id = %s"
        bulk.delete(model, where, [*keys.values(), arrival])


def forget(runner: Runner) -> None:
    """Delete all that this run has written unseen, and its place in the file."""
    source = runner.source
    arrival = source.arrival
    if arrival is not None:
        clear(runner)
    with transaction.atomic(), fenced():
        ImportChange.objects.filter(source=source).delete()
        runner.note(progress={}, arrival=None, rows_done=0)
        if arrival is not None:
            Arrival.objects.filter(pk=arrival.pk, is_published=False).delete()


def drop_labels(ids: list[int]) -> None:
    """Delete labels that an import made and nobody uses."""
    Label.objects.filter(pk__in=ids, clients=None).delete()
