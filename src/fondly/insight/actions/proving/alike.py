"""Prove that some clients alone get the same signals as all together."""

import json
import logging
import math
from typing import Any

from fondly.base.tasks import fenced
from fondly.insight.actions.asking import engine_for_few
from fondly.insight.actions.some import of_some
from fondly.insight.models import ScoreRun, Signal, StaleClient
from fondly.insight.source.request import Engine

SAMPLE = 500  # clients: one question to the engine, as for those that changed
NEAR = 1e-9  # of a fraction: added up in another order it may differ there
log = logging.getLogger(__name__)


def prove(run: ScoreRun) -> ScoreRun:
    """Score some clients as if they had changed, and note with the run how many of them
    come out different from what it wrote, in any column.

    Some alone cannot be asked of a warehouse that is far away: then nothing is noted.
    """
    engine = engine_for_few(run)
    if engine is None:
        return run
    some = list(Signal.objects.of_run(run.pk).spread_out(SAMPLE))
    # Who is scored in place meanwhile may differ once.
    differ = _differing(run, _differing(run, some, engine), engine)
    run.proof = {**run.proof, "again": len(some), "different": len(differ)}
    with fenced():
        ScoreRun.objects.filter(pk=run.pk).update(proof=run.proof)
    if differ or run.proof.get("missed"):
        log.warning("run %s: %s; for instance clients %s", run.pk, run.proof, differ[:5])
    return run


def _differing(run: ScoreRun, ids: list[int], engine: Engine) -> list[int]:
    if not ids:
        return []
    few = of_some(run, ids, engine, as_of=run.as_of)
    names = few.table.column_names
    rows = Signal.objects.of_run(run.pk).filter(client_id__in=ids).values(*names)
    written = {row["client_id"]: row for row in rows}
    marked = set(StaleClient.objects.values_list("client_id", flat=True))
    return [
        row["client_id"]
        for row in few.table.to_pylist()
        if row["client_id"] not in marked
        and not all(
            _is_same(row[n], written.get(row["client_id"], {}).get(n)) for n in names
        )
    ]


def _is_same(ours: Any, written: Any) -> bool:
    if isinstance(written, dict):
        ours = json.loads(ours)
    if isinstance(ours, float) and isinstance(written, float):
        return math.isclose(ours, written, rel_tol=NEAR)
    return bool(ours == written)
