"""Keep the reports on a run: small rows, so that a page need not count anything."""

from collections import defaultdict
from functools import partial
from typing import Any

from fondly.base.tasks import fenced
from fondly.insight.actions import writing
from fondly.insight.actions.asking import engine_of, request
from fondly.insight.actions.reporting.views import keep_members
from fondly.insight.engine.reports import reports
from fondly.insight.models import Coming, ScoreRun, Standing, ViewMember
from fondly.insight.models.report import ALL, Report
from fondly.insight.reports.totals import MEASURES, Rows, total

# Reports that name clients, and how many of them at each place.
RANKED = {"movers": 20, "first": 10}
AT_ONCE = 200


def keep_reports(run: ScoreRun) -> None:
    """Compute the reports on a run whose signals are written, and keep them with it."""
    keep_members(run)
    found = reports(request(run.as_of, engine=engine_of(run), reports_of=run.pk))
    told = found.reports.items()
    kept = [row for name, rows in told for row in _divided(run, name, rows)]
    _stand(run, Standing, found.standing)
    _stand(run, Coming, found.coming)
    with fenced():
        Report.objects.filter(run=run).delete()
        Report.objects.bulk_create(kept, batch_size=AT_ONCE)


def forget(run_id: int) -> None:
    """Delete what the numbers of a run's reports are made of, some rows at a time."""
    for model in (Standing, Coming, ViewMember):
        writing.clear(model.objects.of_run(run_id), run_id=run_id)


def _stand(run: ScoreRun, model: type[Standing] | type[Coming], table: Any) -> None:
    """Write a run's rows before the reports that lead to them are shown."""
    writing.clear(model.objects.of_run(run.pk), run_id=run.pk)
    rows = writing.named(table, run_id=run.pk)
    writing.beside(model, rows, held=partial(writing.hold, run), told=_quietly)


def _quietly(_done: int, _of: int) -> None:
    pass


def _divided(run: ScoreRun, name: str, rows: Rows) -> list[Report]:
    """Return the report on all clients, and on those of each who looks after some."""
    if name in RANKED:
        rows = sorted(rows, key=lambda row: row["place"])
    own: defaultdict[int, Rows] = defaultdict(list)
    for row in rows:
        own[row["owner"]].append({k: v for k, v in row.items() if k != "owner"})
    parts = {ALL: _of_all(name, rows), **own}
    return [Report(run=run, name=name, whose=w, rows=part) for w, part in parts.items()]


def _of_all(name: str, rows: Rows) -> Rows:
    if name in RANKED:
        return [row for row in rows if row["place"] < RANKED[name]]
    by = [key for key in (rows[0] if rows else ()) if key not in MEASURES | {"owner"}]
    found = total(rows, *by)
    if name == "worth":
        each = [row for row in rows if row["cut"] == "all"]
        found += [row | {"cut": "owner", "key": str(row["owner"])} for row in each]
    return found
