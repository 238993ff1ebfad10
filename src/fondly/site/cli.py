"""The command line: each app's commands under one name."""

import os

import click
import django


@click.group()
def cli() -> None:
    """Tell which client to look after today, why, and with what."""


def main() -> None:
    """Run the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fondly.site.settings")
    django.setup()
    cli()
