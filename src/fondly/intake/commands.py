"""`fondly import …`: files of clients and orders from the command line."""

import json
from pathlib import Path
from typing import Any

import click

from fondly.base.clock import now
from fondly.intake.actions.check import check
from fondly.intake.actions.publish import publish
from fondly.intake.actions.receive import receive
from fondly.intake.actions.running import Runner


@click.group("import")
def imports() -> None:
    """Bring in clients and orders from files, and undo it."""


@imports.command("orders")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option("--currency", default="", help="Where the file names none.")
@click.option("--time-zone", default="", help="Of the times in the file.")
def orders(
    file: Path,
    *,
    yes: bool,  # noqa: ARG001
    currency: str,
    time_zone: str,
) -> None:
    """Import the orders of FILE."""
    told: dict[str, Any] = {"currency": currency, "time_zone": time_zone}
    source = receive(
        file,
        about="orders",
        filename=file.name,
        user=None,
        now=now(),
        told={key: value for key, value in told.items() if value},
    )
    check(Runner(source=source, clock=now))
    click.echo(json.dumps(source.counts, indent=1))
    publish(Runner(source=source, clock=now))
