"""Score everyone: write signals beside those that are shown, then publish by one row."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

from fondly.base.news import News, announce
from fondly.base.tasks import fenced
from fondly.insight.actions import marks, writing
from fondly.insight.actions.asking import request
from fondly.insight.actions.stratify import stratifier
from fondly.insight.engine.child import Answer, asked
from fondly.insight.models import ScoreRun
from fondly.insight.scoring.columns import Columns
from fondly.insight.scoring.forecast import forecast
from fondly.insight.scoring.history import History, spread
from fondly.insight.scoring.model import Model, learn
from fondly.insight.scoring.row import signals
from fondly.insight.tiering import Scales
from fondly.insight.words import verdict


@dataclass(frozen=True, kw_only=True)
class Scored:
    """What a run found, before any of it is written."""

    answer: Answer
    model: Model
    table: Any
    scales: Scales


def quietly(_done: int, _of: int) -> None:
    """Tell nobody how far the run has come."""


def score_all(
    *, as_of: date, now: datetime, look: bool = False, told: writing.Told = quietly
) -> ScoreRun:
    """Compute everybody's signals as of the end of a day and show them; return the run.

    A look at another day is kept beside what is shown and changes no client. Killed at any
    moment, what is shown is as before or complete; the next run clears the rest away.
    """
    began = monotonic()
    run = _begin(as_of=as_of, now=now, look=look)
    found = _compute(as_of)
    writing.fresh(run, found.table, told=told)
    finished = now + timedelta(seconds=monotonic() - began)
    _publish(run, found, finished=finished)
    if not look:
        marks.settle_covered(run)
        writing.tell_clients(found.answer.rows, found.table)
        with fenced():
            announce(News(kind="signals", client_ids=[], at=finished))
    outlived = ScoreRun.objects.outlived(now).values_list("pk", flat=True)
    writing.remove(list(outlived))
    return run


def _begin(*, as_of: date, now: datetime, look: bool) -> ScoreRun:
    with fenced():
        run = ScoreRun.objects.create(as_of=as_of, started_at=now, is_look=look)
        ScoreRun.objects.rivals(run).update(is_abandoned=True)
    if not look:
        marks.cover(run)
    return run


def _compute(as_of: date) -> Scored:
    with asked(request(as_of)) as engine:
        # The models are fitted while the engine goes on reading.
        history = History.of(Columns(engine.bought.rows))
        model = learn(history, unknown_currencies=engine.bought.unknown_currencies)
        found = forecast(model, history)
        answer = engine.wide.result()
    rows, tiers = Columns(answer.rows), stratifier()
    table = signals(
        rows,
        found=spread(found, history, rows),
        as_of=as_of,
        usual_gap=model.usual_gap,
        stratifier=tiers,
    )
    assert tiers.scales is not None
    return Scored(answer=answer, model=model, table=table, scales=tiers.scales)


def _publish(run: ScoreRun, found: Scored, *, finished: datetime) -> None:
    """Show the run: the only moment at which readers see anything of it."""
    run.clients = found.table.num_rows
    run.model, run.verdict = found.model.kind, verdict(found.model)
    run.fit = {
        "model": found.model.to_json(),
        "borders": found.answer.borders,
        "tiers": found.scales.to_json(),
    }
    run.finished_at, run.is_current = finished, not run.is_look
    with fenced():
        writing.hold(run)
        if run.is_current:
            ScoreRun.objects.filter(is_current=True).update(is_current=False)
        run.save(
            update_fields=[
                "clients",
                "model",
                "verdict",
                "fit",
                "finished_at",
                "is_current",
            ]
        )
