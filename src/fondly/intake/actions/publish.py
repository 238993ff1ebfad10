"""Publishing: hidden rows first, in short turns; then one small transaction shows them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import duckdb
from django.db import IntegrityError, transaction

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.base.news import News, announce
from fondly.base.tasks import fenced
from fondly.clients.actions import search
from fondly.clients.models import Arrival
from fondly.intake.actions import changes, later
from fondly.intake.actions.check import match, stage_people
from fondly.intake.actions.hidden import forget
from fondly.intake.actions.running import Pace, Runner, in_turns
from fondly.intake.models import Import, ImportState, bulk, existing, known
from fondly.intake.rules.reading import Mapping
from fondly.intake.staging import changing, lines, matching, orders, output, people, refunds
from fondly.intake.staging.folder import Folder
from fondly.team import audit

ATTEMPTS = 3
SHOWN = 200
MANY = 2000  # beyond, scoring everybody is quicker than those one by one


def publish(runner: Runner, *, is_matched: bool = False) -> Import:
    """Write what the dry run said; go on where an interrupted run stopped.

    `is_matched` says that the dry run was just now, by the same runner.
    """
    source = runner.source
    runner.begin(state=ImportState.PUBLISHING)
    if source.published_at is not None:
        raise Refusal(_("This import has been published already."))
    for attempt in range(1, ATTEMPTS + 1):
        try:
            write(runner, is_matched=is_matched)
            show(runner)
        except IntegrityError:
            # Somebody made the same client or order meanwhile: match again.
            if attempt == ATTEMPTS:
                raise
            forget(runner)
            is_matched = False
        else:
            break
    index(source)
    Folder.of(source.pk).clear()
    return source


def write(runner: Runner, *, is_matched: bool) -> None:
    """Write all rows, unseen, in turns that leave room for other writers."""
    source, folder = runner.source, Folder.of(runner.source.pk)
    if not source.progress.get("is_laid_out"):
        lay_out(runner, is_matched=is_matched)
    with lines.connect(folder, is_reader=True) as con, bulk.relaxed():
        pace = Pace()
        for step in output.steps(source.progress["counts"]):
            done = source.progress["done"].get(step.slug, 0)
            _write_step(runner, con, step, pace, after=done)
    bulk.measure({step.model for step in output.STEPS})


def lay_out(runner: Runner, *, is_matched: bool) -> None:
    """Match anew, number the rows, reserve their keys and an arrival to hide them."""
    source, folder = runner.source, Folder.of(runner.source.pk)
    with lines.connect(folder) as con:
        if source.about == Import.About.CLIENTS:
            if not is_matched:
                stage_people(con, runner)
        else:
            if not is_matched:
                match(con)
            lay_out_orders(con, source)
        counts = output.counts(con)
    models = {step.slug: step.model for step in output.STEPS if not step.is_update}
    with transaction.atomic(), fenced():
        bases = {
            slug: bulk.reserve(models[slug], n) - 1
            for slug, n in counts.items()
            if slug in models
        }
        arrives = any(step.has_arrival and step.slug in counts for step in output.STEPS)
        arrival = Arrival.objects.create() if arrives else None
        progress = {"is_laid_out": True, "bases": bases, "counts": counts, "done": {}}
        total = sum(counts.values())
        runner.note(progress=progress, arrival=arrival, rows=total, rows_done=0)


def lay_out_orders(con: duckdb.DuckDBPyConnection, source: Import) -> None:
    """Lay out new clients, orders and lines, link refunds, and note what changes."""
    has_lines = orders.has_lines(Mapping.from_json(source.mapping))
    matching.lay_out(con, has_lines=has_lines)
    past = list(existing.orders_of(refunds.buyers(con)))
    sold = existing.lines_of([row[0] for row in past]) if has_lines else ()
    refunds.keep_past(con, past, ((row[0], *row[3:7]) for row in sold))
    refunds.link(con, has_lines=has_lines)
    was = existing.lines_of(changing.changed(con)) if has_lines else ()
    changing.lay_out(con, has_lines=has_lines, was=was)


def _write_step(
    runner: Runner, con: Any, step: output.Step, pace: Pace, *, after: int
) -> None:
    source = runner.source
    bases, total = source.progress["bases"], source.progress["counts"][step.slug]
    places = {slug: bases.get(slug, 0) for slug in ("client", "contact", "order")} | {
        "base": bases.get(step.slug, 0),
        "arrival": source.arrival_id,
        "source": source.pk,
        "now": output.literal(bulk.stored(runner.clock())),
        "zone": output.literal("+00" if bulk.is_postgres() else ""),
        "true": "true" if bulk.is_postgres() else "1",
    }
    fields = list(step.values)

    def prepare(first: int, last: int) -> Callable[[], None]:
        rows = step.rows(con, after=first, most=last - first, places=places)

        def write() -> None:
            if step.is_update:
                bulk.update(step.model, fields[:-1], rows)
            else:
                bulk.insert(step.model, fields, rows)
            at = source.progress["done"] | {step.slug: last}
            runner.note(progress=source.progress | {"done": at}, rows_done=sum(at.values()))
            runner.report(source.rows_done, source.rows, step.slug)

        return write

    in_turns(total, pace, prepare, after=after)


def show(runner: Runner) -> None:
    """Make all rows visible at once."""
    source = runner.source
    with lines.connect(Folder.of(source.pk), is_reader=True) as con:
        labels = people.labels(con)
    news = touched(source)
    with transaction.atomic(), fenced():
        Arrival.objects.filter(pk__in=[source.arrival_id]).update(is_published=True)
        made = changes.label_new(source, labels)
        known.withdraw_overtaken(source)
        late = changes.apply(source)
        counts = source.counts | {"late": late[:SHOWN], "late_count": len(late)}
        progress = source.progress | {"labels": made}
        now = runner.clock()
        runner.end(
            state=ImportState.PUBLISHED, published_at=now, counts=counts, progress=progress
        )
        audit.note("import.publish", by=source.user, at=now, about=f"import {source.pk}")
        # Noted with the rows themselves: a crash right after loses none of it.
        spread(news, now=now)
        later.index_soon(source, now=now)


def index(source: Import) -> None:
    """Have changed clients found by their new words, unless it has been done."""
    if source.progress.get("is_indexed"):
        return
    search.index(existing.clients_changed(source))
    source.progress |= {"is_indexed": True}
    Import.objects.filter(pk=source.pk).update(progress=source.progress)


def spread(news: dict[str, list[int]], *, now: datetime) -> None:
    """Tell the house: of few clients who they are, of many that everybody is meant."""
    if max(map(len, news.values()), default=0) > MANY:
        announce(News(kind="client", client_ids=[], at=now))
        return
    for kind, ids in news.items():
        for start in range(0, len(ids), 500):
            announce(News(kind=kind, client_ids=ids[start : start + 500], at=now))


def touched(source: Import) -> dict[str, list[int]]:
    """Return whom an import concerns, by the kind of news."""
    return {
        "client": existing.clients_touched(source),
        "order": existing.buyers_touched(source),
    }
