"""`fondly demo`: an invented business to try everything on, in a place of its own."""

import json
import os
from pathlib import Path

import click
from django.conf import settings

from fondly.base import clock
from fondly.base.errors import Refusal
from fondly.insight import actions as insight
from fondly.site.demo import business, team
from fondly.site.serve.commands import get_ready, on_host, on_port, run_house
from fondly.team.models import Business

MONTHS = 12  # of the past that the client pages show


@click.command()
@on_host
@on_port
@click.option("--no-serve", is_flag=True, help="Make it, and do not start it.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def demo(*, host: str, port: int, no_serve: bool, as_json: bool) -> None:
    """Start an invented coffee roastery with 1,200 clients; what you do there is kept."""
    get_ready()
    is_new = Business.current() is None
    if is_new:
        _make(quiet=as_json)
    current = Business.current()
    if current is None or not current.is_demo:
        raise Refusal(f"The folder {settings.FONDLY_HOME} holds a business of your own.")
    _say(port=port, is_new=is_new, as_json=as_json)
    if not no_serve:
        run_house(host=host, port=port, workers=1)


def _make(*, quiet: bool) -> None:
    now = clock.now()
    if not quiet:
        click.echo("Inventing a business; this takes some seconds, once.")
    today = clock.today_in("Europe/Dublin")
    business.make(today=today, now=now)
    business.open_the_stall(today=today, now=now)
    # What was comes first, so that the cards of the first day can say it.
    insight.reckon(months=MONTHS, today=today, now=now)
    insight.score_all(as_of=today, now=now)
    business.begin_the_day(today=today, now=now)


def _say(*, port: int, is_new: bool, as_json: bool) -> None:
    address = os.environ.get("FONDLY_URL", f"http://localhost:{port}")
    people = {team.address_of(key): role for key, (_, role, _) in team.TEAM.items()}
    found = {
        "address": address,
        "email": team.address_of("maya"),
        "password": team.PASSWORD,
        "people": people,
        "home": str(Path(settings.FONDLY_HOME)),
        "is_new": is_new,
    }
    if as_json:
        click.echo(json.dumps(found))
        return
    click.echo(f"  Address   {address}")
    click.echo(f"  E-mail    {found['email']}   (the owner)")
    click.echo(f"  Password  {team.PASSWORD}   (the same for everybody)")
    others = [f"{email} ({role})" for email, role in people.items() if role != "owner"]
    click.echo(f"  Others    {', '.join(others)}")
    click.echo("For your own clients, stop it and run `make serve` (`fondly serve`).")
