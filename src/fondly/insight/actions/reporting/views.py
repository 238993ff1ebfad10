"""Who answers each shared view, as a run knows it: the segments that reports are cut by."""

from functools import partial
from typing import Any

import pyarrow as pa
from django.http import QueryDict

from fondly.base.errors import Refusal
from fondly.clients.models import Client
from fondly.insight.actions import writing
from fondly.insight.listing.answer import ground
from fondly.insight.listing.question import question
from fondly.insight.listing.scope import Scope
from fondly.insight.models import SavedView, ScoreRun, ViewMember

MOST = 12  # views; whoever shares more sees the first by name
AT_ONCE = 20_000


class Everybody(Scope):
    """A view's own maker asks, of everybody: each reader sees the part of their own."""

    def clients(self) -> Any:
        """Return all clients."""
        return Client.objects.all()


def keep_members(run: ScoreRun) -> None:
    """Write who answers each shared view, before the reports of the run are asked for.

    A look at another day has none: a view asks for clients as they are now.
    """
    writing.clear(ViewMember.objects.of_run(run.pk), run_id=run.pk)
    if run.is_look:
        return
    for view in SavedView.objects.that_cut()[:MOST]:
        ids = _answering(view)
        rows = pa.table({"client_id": pa.array(ids, pa.int64())})
        rows = rows.append_column("view_id", pa.array([view.pk] * len(ids), pa.int64()))
        writing.beside(
            ViewMember,
            writing.named(rows, run_id=run.pk),
            held=partial(writing.hold, run),
            told=lambda _done, _of: None,
        )


def _answering(view: SavedView) -> list[int]:
    """Return the clients of a view; none where it asks for what is no more."""
    scope = Everybody(view.user)
    try:
        asked = question(QueryDict(view.query), scope)
    except Refusal:
        return []
    clients, met = ground(asked, scope)
    return sorted(set(clients.filter(met).values_list("pk", flat=True)))
