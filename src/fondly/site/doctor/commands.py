"""The door of `fondly doctor`."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

import click

from fondly.base import clock
from fondly.site.doctor import database, doors, machine, work
from fondly.site.doctor.finding import Finding

MARKS = {"ok": ("ok", "green"), "warning": ("look", "yellow"), "problem": ("BAD", "red")}


def examine(now: datetime) -> Iterator[Finding]:
    """Yield what each check finds; those that need the database only when it is usable."""
    yield machine.python()
    yield machine.home()
    yield machine.secret()
    yield machine.room()
    yield machine.time_zones()
    yield doors.address()
    yield doors.debugging()
    yield doors.mail()
    yield database.analysis()
    yield (answers := database.reachable())
    if answers.level != "ok":
        return
    yield from filter(None, [database.settings_of_sqlite(), database.intact()])
    yield (current := database.migrated())
    if current.level != "ok":
        return
    yield work.workers(now)
    yield work.stuck(now)
    yield work.failed(now)
    yield work.schedule(now)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def doctor(*, as_json: bool) -> None:
    """Say what is wrong with this installation and how to mend it."""
    findings = list(examine(clock.now()))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        for finding in findings:
            _show(finding)
    if any(finding.level == "problem" for finding in findings):
        sys.exit(1)


def _show(finding: Finding) -> None:
    mark, colour = MARKS[finding.level]
    click.echo(f"{click.style(f'{mark:4}', fg=colour)} {finding.check}: {finding.found}")
    if finding.mend:
        click.echo(f"     {finding.mend}")
