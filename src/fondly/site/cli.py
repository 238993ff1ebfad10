"""The command line: each app's commands under one name.

Exit codes: 0 all well, 1 a problem was found or something failed, 2 wrong usage,
3 refused, with the reason on stderr.
"""

import os
import sys

import click
import django
from django.conf import settings
from django.db import OperationalError, ProgrammingError
from django.utils.module_loading import import_string

from fondly.base.clock import now
from fondly.base.errors import Refusal
from fondly.site.demo.place import move_in
from fondly.site.serve import prepare

REFUSED = 3
# Where each command stands. Looked up by name, so that one command loads only itself.
COMMANDS = {
    "demo": "fondly.site.demo.commands.demo",
    "serve": "fondly.site.serve.commands.serve",
    "web": "fondly.site.serve.commands.web",
    "worker": "fondly.site.serve.commands.worker",
    "scheduler": "fondly.site.serve.commands.scheduler",
    "doctor": "fondly.site.doctor.commands.doctor",
    "migrate": "fondly.site.serve.commands.migrate",
    "child": "fondly.site.serve.commands.child",
    "today": "fondly.today.commands.today",
    "import": "fondly.intake.commands.imports",
    "insight": "fondly.insight.commands.insight",
    "quality": "fondly.insight.commands.quality",
    "score": "fondly.insight.commands.score",
    "user": "fondly.team.commands.user",
}


# Those that work on a business: on a machine of one's own nothing need come before them.
BEGINNERS = {"import", "score", "today", "user"}


class House(click.Group):
    """Finds commands in the apps they belong to."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Return the command of that name, if there is one."""
        place = COMMANDS.get(cmd_name)
        command: click.Command | None = import_string(place) if place else None
        return command


@click.group(cls=House, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fondly")
def cli() -> None:
    """Tell which client to look after today, why, and with what."""


def begin() -> None:
    """Set up a new database before the first command that needs one."""
    if prepare.set_up_if_new(now=now()):
        click.echo(f"A new database was made in {settings.FONDLY_HOME}.", err=True)


def main() -> None:
    """Run the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fondly.site.settings")
    if sys.argv[1:2] == ["demo"]:
        move_in()
    django.setup()
    try:
        if set(sys.argv[1:2]) & BEGINNERS and not {"-h", "--help"} & set(sys.argv):
            begin()
        cli()
    except Refusal as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(REFUSED)
    except (OperationalError, ProgrammingError) as error:
        if "no such table" in str(error) or "does not exist" in str(error):
            click.echo(f"The database is not set up: {error}", err=True)
            click.echo("Run `fondly migrate`, or `fondly serve`, which does it.", err=True)
            sys.exit(REFUSED)
        raise
