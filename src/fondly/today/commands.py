"""`fondly today`: the list in a terminal."""

import json
from datetime import date, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from fondly.base.clock import now as the_time
from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.base.money import words
from fondly.clients.models import Client
from fondly.insight.actions import score_all
from fondly.insight.models import ScoreRun
from fondly.insight.rules import must_have_been
from fondly.team.models import Business, User
from fondly.today.board import Shown, board, day_of, everybodys
from fondly.today.looks import looked

LIMIT = 20


@click.command()
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Look at another day, from signals as of then; changes nothing.",
)
@click.option("--user", "email", help="Whose day, by e-mail; everybody's without it.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    help=f"At most so many; {LIMIT} unless --user names one, whose day then decides.",
)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def today(
    *, as_of: datetime | None, email: str | None, limit: int | None, as_json: bool
) -> None:
    """Print which clients to look after, why and with what.

    Exit codes: 0 done, 3 refused, or not ready: no clients yet, or no signals.
    """
    business, person = Business.current(), _person(email)
    if as_of:
        must_have_been(as_of.date(), today=day_of(business, the_time())[0])
    limit = limit if limit or person else LIMIT
    cards: list[Shown] = []
    missing = _missing(is_look=as_of is not None)
    if as_of and not missing:
        run = _run_of(as_of.date())
        cards, _ = looked(as_of.date(), run_id=run.pk, user=person, limit=limit)
    elif not as_of:
        cards = _cards(business, person, limit)
    currency = business.currency if business else "EUR"
    if as_json:
        click.echo(json.dumps([_row(card, currency) for card in cards], indent=2))
    if missing and not cards:
        raise Refusal(missing)
    if not as_json:
        _print(cards, currency)


def _missing(*, is_look: bool) -> str:
    """Return what has to come first, in words; nothing where the list can be believed."""
    if not Client.objects.exists():
        return _(
            "There are no clients yet. Bring them in: `fondly import clients FILE` or "
            "`fondly import orders FILE`."
        )
    if not is_look and ScoreRun.current() is None:
        return _(
            "Signals are not computed yet, so nobody can say who waits. Run `fondly score`."
        )
    return ""


def _cards(
    business: Business | None, person: User | None, limit: int | None
) -> list[Shown]:
    now = the_time()
    if person is None:
        return everybodys(day_of(business, now)[0], limit=limit or LIMIT)
    return board(user=person, person=person, business=business, now=now).shown[:limit]


def _person(email: str | None) -> User | None:
    if email is None:
        return None
    found: User | None = User.objects.filter(email__iexact=email).first()
    if found is None:
        raise Refusal(_("Nobody here has the address %(email)s."), email=email)
    return found


def _run_of(day: date) -> ScoreRun:
    """Return signals as of the day, computed beside the current ones when missing."""
    found = ScoreRun.looking_at(day)
    if found:
        return found
    click.echo(f"Computing signals as of {day} …", err=True)
    return score_all(as_of=day, now=the_time(), look=True)


def _row(card: Shown, currency: str) -> dict[str, Any]:
    action = card.action
    return {
        "client": {
            "id": card.client.pk,
            "name": card.client.name,
            "number": card.client.number,
        },
        "reasons": [
            {"reason": why.reason, "subject": why.subject, "because": why.because}
            for why in card.whys
        ],
        "suggestion": action.suggestion,
        "by": action.by,
        "stake": action.stake,
        "currency": currency,
        "minutes": action.minutes,
        "due": action.due.isoformat(),
        "is_obligation": action.is_obligation,
    }


def _print(cards: list[Shown], currency: str) -> None:
    if not cards:
        click.echo("Nobody waits today.")
        return
    table = Table(box=None, pad_edge=False, row_styles=["", "dim"])
    table.add_column("Client", style="bold", overflow="fold", ratio=2)
    table.add_column("Why", overflow="fold", ratio=3)
    table.add_column("With what", overflow="fold", ratio=3)
    table.add_column("At stake", justify="right", no_wrap=True)
    table.add_column("Min", justify="right", no_wrap=True)
    for card in cards:
        table.add_row(
            card.client.name,
            "\n".join(why.because for why in card.whys),
            card.action.suggestion,
            words(card.action.stake, currency, short=True),
            str(card.action.minutes),
        )
    Console().print(table)
