"""Score a few: the same expressions for these clients, by what the current run learned."""

from collections.abc import Sequence
from datetime import date, datetime

import pyarrow as pa

from fondly.base.news import News, announce
from fondly.base.tasks import fenced, rest
from fondly.insight.actions import marks, writing
from fondly.insight.actions.asking import engine_for_few, request
from fondly.insight.actions.compute import Computed, compute
from fondly.insight.actions.score import score_all
from fondly.insight.models import EVERYBODY, ScoreRun, Signal, StaleClient
from fondly.insight.scoring.model import Model
from fondly.insight.source.request import Engine
from fondly.insight.tiering import Scales

MOST = 2_000  # above this everybody is scored: that costs less than asking one by one


def score_some(client_ids: Sequence[int], *, as_of: date, now: datetime) -> int:
    """Bring these and all marked clients' signals up to date; return how many."""
    marks.mark_stale(client_ids, now=now)
    return score_stale(as_of=as_of, now=now)


def is_for_everybody() -> bool:
    """Tell whether so much has changed, or nothing is known yet, that all are scored."""
    run_id = ScoreRun.current_id()
    return not run_id or StaleClient.objects.is_for_everybody(MOST)


def score_stale(*, as_of: date, now: datetime) -> int:
    """Bring all marked clients' signals up to date; return how many there were.

    A change during the work leaves its mark for the next time; without a run to lean on,
    or with too many marks, everybody is scored.
    """
    done = 0
    while True:
        run = ScoreRun.current()
        if run is None:
            return done + score_all(as_of=as_of, now=now).clients
        engine = engine_for_few(run)
        if engine is None:  # their orders are far away: the next run for everybody has them
            return done
        token, ids = marks.take(run=run, now=now, most=MOST + 1)
        if not ids:
            return done
        if len(ids) > MOST or EVERYBODY in ids:
            return done + score_all(as_of=as_of, now=now).clients
        found = of_some(run, ids, engine, as_of=as_of)
        parts = (ids[n : n + writing.BATCH] for n in range(0, len(ids), writing.BATCH))
        if all(_write(run, token, part, found, now=now) for part in parts):
            return done + len(ids)
        # Another run is shown by now, and it may not know of these changes: once more.
        marks.release(token)


def of_some(run: ScoreRun, ids: list[int], engine: Engine, *, as_of: date) -> Computed:
    """Return the signals of some clients by what a run learned from everybody."""
    return compute(
        request(as_of, engine=engine, client_ids=ids, borders=run.fit["borders"]),
        model=Model.from_json(run.fit["model"]),
        scales=Scales.from_json(run.fit["tiers"]),
    )


def _write(
    run: ScoreRun, token: str, ids: list[int], found: Computed, *, now: datetime
) -> bool:
    """Replace the rows of those that have not changed again meanwhile; write nothing, and
    say so, if `run` is no longer the one that is shown."""
    with fenced():
        if not run.is_still_shown():
            return False
        ours = set(marks.still_ours(token, ids))
        keys = found.table["client_id"].to_pylist()
        places = pa.array([n for n, key in enumerate(keys) if key in ours], pa.int64())
        rows, mine = (table.take(places) for table in (found.rows, found.table))
        writing.replace(run, mine)
        writing.tell_clients(rows, mine)
        gone = ours - set(mine["client_id"].to_pylist())
        Signal.objects.filter(run=run, client_id__in=gone).delete()
        marks.settle(token, list(ours), run=run)
        announce(News(kind="signals", client_ids=sorted(ours), at=now))
    rest()
    return True
