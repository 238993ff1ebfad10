"""`fondly import …`: files of clients and orders from the command line."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from fondly.base.clock import now
from fondly.base.errors import Refusal
from fondly.intake.actions.receive import keep, receive
from fondly.intake.actions.running import Runner, TakenOver
from fondly.intake.actions.steer import cancel, go, resume
from fondly.intake.actions.undo import preview, undo
from fondly.intake.models import Import, ImportState
from fondly.intake.staging.folder import Folder
from fondly.team.actions.business import stand_in
from fondly.team.models import Business

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of every import."""
    for option in reversed(
        [
            click.argument("file", type=FILE),
            click.option("--dry-run", is_flag=True, help="Say what would happen and stop."),
            click.option("--yes", is_flag=True, help="Ask nothing."),
            click.option("--mapping", type=FILE, help="JSON: which column is what."),
            click.option("--currency", default="", help="Where the file names none."),
            click.option("--time-zone", default="", help="Of the times in the file."),
            click.option("--json", "as_json", is_flag=True, help="For machines."),
        ]
    ):
        command = option(command)
    return command


@click.group("import")
def imports() -> None:
    """Bring in clients and orders from files (CSV, XLSX, either packed as .gz)."""


@imports.command("orders")
@options
def orders(file: Path, **choices: Any) -> None:
    """Import the orders of FILE."""
    bring_in("orders", file, **choices)


@imports.command("clients")
@options
def clients(file: Path, **choices: Any) -> None:
    """Import the clients of FILE."""
    bring_in("clients", file, **choices)


def bring_in(
    about: str,
    file: Path,
    *,
    dry_run: bool,
    yes: bool,
    mapping: Path | None,
    currency: str,
    time_zone: str,
    as_json: bool,
) -> None:
    """Look, say what was understood, check, ask, publish."""
    told = told_by(mapping) | {
        key: value
        for key, value in (("currency", currency), ("time_zone", time_zone))
        if value
    }
    source = receive(file, about=about, filename=file.name, user=None, now=now(), told=told)
    if doubts := source.mapping["doubts"]:
        Folder.of(source.pk).remove()
        source.delete()
        raise Refusal(" ".join([*doubts, "Say it in a file and give it by --mapping."]))
    if about == "orders" and not dry_run and Business.current() is None:
        report_in(source, as_json=as_json)
    if not as_json:
        say_understood(source)
    with shown(as_json=as_json) as report:
        runner = Runner(source=source, clock=now, report=report)
        if yes and not dry_run:
            go(runner)
        else:
            resume(runner)
    say(source, as_json=as_json)
    must_have_taken_some(source)
    if dry_run or yes:
        return None
    if not click.confirm("Import this?", default=True):
        cancel(Runner(source=source, clock=now))
        click.echo("Nothing was imported.")
        return None
    with shown(as_json=as_json) as report:
        publish_now(source, report)
    keep(source, now=now())
    return say(source, as_json=as_json)


def report_in(source: Import, *, as_json: bool) -> None:
    """Take the first file's currency and time zone for a business not set up yet.

    Amounts in a currency without a rate would count for nothing, and days fall otherwise.
    """
    known = {key: source.mapping[key] for key in ("currency", "time_zone")}
    stand_in(now=now(), **known)
    if not as_json:
        click.echo(
            "No business is set up yet: reporting in {currency}, days of {time_zone}. "
            "Settings change it.".format(**known)
        )


def must_have_taken_some(source: Import) -> None:
    """End in trouble when every row was rejected: a script has only the code to go by."""
    if source.counts.get("rejected") and not source.has_good_rows:
        raise Refusal("Every row was rejected: nothing of this file was taken.")


def publish_now(source: Import, report: Callable[[int, int, str], None]) -> None:
    """Publish an import that has been checked."""
    Import.objects.filter(pk=source.pk).update(state="publishing")
    resume(Runner(source=source, clock=now, report=report))


def told_by(file: Path | None) -> dict[str, Any]:
    """Return the mapping written in a file."""
    if file is None:
        return {}
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise Refusal(f"{file.name} is no JSON: {error}") from error
    if not isinstance(told, dict):
        raise Refusal(f"{file.name} must hold one JSON object.")
    return told


class shown:  # noqa: N801 - reads as a sentence: `with shown(...) as report`
    """A progress bar on a terminal, silence elsewhere."""

    def __init__(self, *, as_json: bool) -> None:
        self.is_seen = not as_json and sys.stderr.isatty()
        self.bar = Progress(
            TextColumn("{task.description:<10}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not self.is_seen,
        )
        self.task = self.bar.add_task("reading", total=None)

    def __enter__(self) -> Callable[[int, int, str], None]:
        self.bar.start()
        return self.report

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.bar.stop()
        if kind is TakenOver:
            raise Refusal("Somebody else has cancelled this import or goes on with it.")

    def report(self, done: int, total: int, step: str) -> None:
        """Show how far it is."""
        self.bar.update(self.task, completed=done, total=total or None, description=step)


def say_understood(source: Import) -> None:
    """Say how the file was read and which column is what."""
    reading, mapping = source.reading, source.mapping
    click.echo(
        f"{source.filename}: {reading['format']}, {reading['encoding']}, "
        f"delimiter {reading['delimiter']!r}, decimal {mapping['decimal']!r}, "
        f"dates {mapping['date'] or 'none'}, time zone {mapping['time_zone']}, "
        f"currency {mapping['currency']}"
    )
    for target, heading in mapping["columns"].items():
        click.echo(f"  {target:<16} {heading}")
    known = {*mapping["columns"].values(), *mapping["extra"].values()}
    if left := [name for name in reading["columns"] if name not in known]:
        click.echo(f"  not taken        {', '.join(left)}")


def as_plain(source: Import) -> dict[str, Any]:
    """Return an import as plain values."""
    return {
        "id": source.pk,
        "about": source.about,
        "file": source.filename,
        "state": source.state,
        "counts": source.counts,
        "mapping": source.mapping,
        "reading": source.reading,
        "errors": str(Folder.of(source.pk).errors) if source.counts.get("rejected") else "",
    }


def say(source: Import, *, as_json: bool) -> None:
    """Say what an import would do or has done."""
    source.refresh_from_db()
    if as_json:
        click.echo(json.dumps(as_plain(source), indent=1))
        return None
    state = source.get_state_display().lower()
    click.echo(f"Import {source.pk} {state}: {outcome(source)}")
    if source.is_taken_back:
        return say_kept(source)
    counts = source.counts
    if counts.get("clients_created"):
        click.echo(f"  {counts['clients_created']:,} new clients")
    if counts.get("namesakes"):
        click.echo(f"  {counts['namesakes']:,} new clients have the name of one here")
    for reason, lines in counts.get("reasons", {}).items():
        click.echo(f"  {lines:>9,} lines: {reason}")
    if counts.get("rejected"):
        click.echo(f"  Rejected lines with their reasons: {Folder.of(source.pk).errors}")
    return None


def outcome(source: Import) -> str:
    """Say in one line what became of the rows."""
    if source.state == ImportState.CANCELLED:
        return "nothing of it was imported"
    if source.state == ImportState.UNDONE:
        gone = source.counts.get("undone", {})
        orders, clients, rows = (gone.get(k, 0) for k in ("orders", "clients", "restored"))
        return (
            f"{orders:,} orders and {clients:,} clients taken away, "
            f"{rows:,} rows given their old values"
        )
    whats = ("created", "changed", "skipped", "rejected")
    return ", ".join(f"{source.counts.get(what, 0):,} {what}" for what in whats)


def say_kept(source: Import) -> None:
    """Say what an undo has left, if anything."""
    if kept := source.counts.get("kept_count"):
        click.echo(f"  {kept:,} rows kept: {Folder.of(source.pk).kept}")


def found(import_id: int) -> Import:
    """Return an import by its number."""
    source = Import.objects.filter(pk=import_id).first()
    if source is None:
        raise Refusal(f"There is no import {import_id}.")
    return source


@imports.command("undo")
@click.argument("import_id", type=int)
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def undo_command(import_id: int, *, yes: bool, as_json: bool) -> None:
    """Undo an import, restoring the values it changed."""
    source = found(import_id)
    if not yes:
        seen = preview(source)
        click.echo(
            f"Would take away {seen['orders']:,} orders and {seen['clients']:,} clients, "
            f"restore {seen['restored']:,} rows, and keep {seen['kept_count']:,}."
        )
        for row in seen["kept"][:20]:
            click.echo(f"  kept: {row['what']} {row['name'] or row['id']}: {row['why']}")
        click.confirm("Undo?", abort=True)
    with shown(as_json=as_json) as report:
        undo(Runner(source=source, clock=now, report=report))
    say(source, as_json=as_json)


@imports.command("resume")
@click.argument("import_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def resume_command(import_id: int, *, as_json: bool) -> None:
    """Go on with an import that was interrupted."""
    source = found(import_id)
    with shown(as_json=as_json) as report:
        resume(Runner(source=source, clock=now, report=report))
    say(source, as_json=as_json)


@imports.command("cancel")
@click.argument("import_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def cancel_command(import_id: int, *, as_json: bool) -> None:
    """Stop an import that is not published and take away what it has written."""
    source = found(import_id)
    cancel(Runner(source=source, clock=now))
    say(source, as_json=as_json)


@imports.command("list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def list_command(*, as_json: bool) -> None:
    """List the imports, the newest first."""
    rows = list(Import.objects.all()[:100])
    if as_json:
        click.echo(json.dumps([as_plain(row) for row in rows], indent=1))
        return
    for row in rows:
        counts = {} if row.is_taken_back else row.counts
        made, changed = (counts.get(what, 0) for what in ("created", "changed"))
        click.echo(
            f"{row.pk:>5}  {row.created_at:%Y-%m-%d %H:%M}  {row.about:<8}"
            f"{row.get_state_display():<14}{made:>10,} created {changed:>8,} changed"
            f"  {row.filename}"
        )
