"""The dry run: what would be created, changed, skipped and rejected, and why."""

import duckdb

from fondly.base.errors import Refusal
from fondly.base.text import fold
from fondly.clients.actions.contacts import home_region
from fondly.intake.actions.running import Runner
from fondly.intake.models import Import, ImportState, existing, known
from fondly.intake.rules.reading import Mapping, Reading
from fondly.intake.staging import lines, matching, orders, people, report
from fondly.intake.staging.folder import Folder
from fondly.team.models import Business


def check(runner: Runner, *, has_lane: bool = False) -> Import:
    """Read the whole file into the staging area and say what it would do.

    With the lane nobody else imports until it is published, in the same run.
    """
    source = runner.source
    mapping = Mapping.from_json(source.mapping)
    if mapping.doubts:
        raise Refusal(" ".join(mapping.doubts))
    runner.begin(state=ImportState.STAGING, has_lane=has_lane)
    folder = Folder.of(source.pk)
    folder.clear()
    with lines.connect(folder) as con:
        runner.report(0, 0, "reading")
        rows = lines.load(con, folder, Reading.from_json(source.reading))
        runner.note(rows=rows)
        if source.about == Import.About.CLIENTS:
            stage_people(con, runner)
        else:
            shape(con, source)
            match(con)
        counts = report.counts(con, source.about)
        report.write(con, folder, Reading.from_json(source.reading))
    must_not_be_odd(mapping, counts)
    runner.note(state=ImportState.CHECKED, counts=counts, rows_done=0)
    return source


def must_not_be_odd(mapping: Mapping, counts: dict[str, object]) -> None:
    """Refuse impossible dates beyond the sample too, unless told to reject their lines."""
    reasons = counts.get("reasons")
    if (
        mapping.odd_dates != "reject"
        and isinstance(reasons, dict)
        and reasons.get("The date is impossible for an order.")
    ):
        raise Refusal(
            "Some lines hold impossible dates. Mend the file, or say that such lines are "
            "to be rejected (the box on the page, or “odd_dates”: “reject” in a mapping)."
        )


def stage_people(con: duckdb.DuckDBPyConnection, runner: Runner) -> None:
    """Read, match and compare each row of a file of clients."""
    source = runner.source
    layout = people.Layout(
        mapping=Mapping.from_json(source.mapping),
        region=home_region(),
        now=runner.clock(),
        colleagues=known.colleagues(),
        fields=known.definitions(),
    )
    rows = people.total(con)
    for done in people.stage(con, Reading.from_json(source.reading), layout):
        runner.report(done, rows, "matching")


def shape(con: duckdb.DuckDBPyConnection, source: Import) -> None:
    """Type and group the lines as the mapping says."""
    reading, mapping = Reading.from_json(source.reading), Mapping.from_json(source.mapping)
    business = Business.current()
    zone = business.time_zone if business else (mapping.time_zone or "UTC")
    orders.shape(con, reading, mapping, home_zone=zone)


def match(con: duckdb.DuckDBPyConnection) -> None:
    """Compare with what is here, by own key first and then by e-mail."""
    con.execute("UPDATE person SET client_id = NULL")
    matching.found_numbers(
        con, existing.clients_by_number(matching.wanted(con, "client_number"))
    )
    matching.found_emails(
        con, existing.clients_by_email(matching.wanted(con, "client_email"))
    )
    names = sorted({fold(name) for name in matching.wanted(con, "client_name")})
    matching.found_names(con, existing.clients_by_name(names))
    matching.key_orders(con)
    matching.judge(con, existing.orders_by_key(matching.keys(con)))
