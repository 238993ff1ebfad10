"""Score everyone: write signals beside those that are shown, then publish by one row."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from time import monotonic

from fondly.base.news import News, announce
from fondly.base.tasks import fenced
from fondly.insight.actions import marks, months, writing
from fondly.insight.actions.asking import request, usual_engine
from fondly.insight.actions.compute import Computed, compute
from fondly.insight.actions.reporting.keep import forget, keep_reports
from fondly.insight.engine.notes import digest
from fondly.insight.models import Backtest, MonthEnd, ScoreRun
from fondly.insight.models.proof import of_shown
from fondly.insight.source.request import Engine
from fondly.insight.telling.words import verdict


def score_all(
    *,
    as_of: date,
    now: datetime,
    look: bool = False,
    engine: Engine | None = None,
    told: writing.Told = months.quietly,
) -> ScoreRun:
    """Compute everybody's signals as of the end of a day and show them; return the run.

    The engine is kept with the run: what follows from it reads the same orders.

    A look at another day is kept beside what is shown and changes no client. Killed at any
    moment, what is shown is as before or complete; the next run clears the rest away.
    """
    run = _shown(as_of=as_of, now=now, look=look, engine=engine, told=told)
    keep_reports(run)
    outlived = list(ScoreRun.objects.outlived(now).values_list("pk", flat=True))
    for run_id in outlived:
        forget(run_id)
    writing.remove(outlived)
    if not look:
        months.tidy(today=as_of, now=now)
    return run


def _shown(
    *,
    as_of: date,
    now: datetime,
    look: bool,
    engine: Engine | None,
    told: writing.Told,
) -> ScoreRun:
    """Compute, write and show; what was found, a gigabyte or more, is let go with it."""
    began = monotonic()
    engine = engine or usual_engine()
    run = _begin(as_of=as_of, now=now, look=look)
    found = compute(request(as_of, engine=engine), taught=Backtest.taught_for(as_of))
    writing.fresh(run, found.table, told=told)
    month = None if look else months.of_run(run, found, now=now)
    run.fit = {
        "by": digest(),
        "engine": asdict(engine),
        "model": found.model.to_json(),
        "borders": found.borders,
        "tiers": found.scales.to_json(),
    }
    run.proof = of_shown(run)
    finished = now + timedelta(seconds=monotonic() - began)
    _publish(run, found, month=month, finished=finished)
    if not look:
        marks.settle_covered(run)
        writing.tell_clients(found.rows, found.table)
        with fenced():
            announce(News(kind="signals", client_ids=[], at=finished))
    return run


def _begin(*, as_of: date, now: datetime, look: bool) -> ScoreRun:
    with fenced():
        run = ScoreRun.objects.create(as_of=as_of, started_at=now, is_look=look)
        ScoreRun.objects.rivals(run).update(is_abandoned=True)
    if not look:
        marks.cover(run)
    return run


def _publish(
    run: ScoreRun, found: Computed, *, month: MonthEnd | None, finished: datetime
) -> None:
    """Show the run and its month: the only moment at which readers see any of it."""
    run.clients = found.table.num_rows
    run.model, run.verdict = found.model.kind, verdict(found.model)
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
                "proof",
                "finished_at",
                "is_current",
            ]
        )
        if month:
            months.show(month)
