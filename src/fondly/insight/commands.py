"""`fondly score` and `fondly quality`: signals for everybody, and how good they were."""

import json
import sys
from datetime import date, datetime
from typing import Any

import click

from fondly.base import clock
from fondly.insight import actions
from fondly.insight.models import ScoreRun
from fondly.insight.rules import must_have_been
from fondly.insight.telling.quality import findings
from fondly.team.models import Business


@click.command()
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Look at the end of another day; what is shown stays as it is.",
)
@click.option(
    "--history",
    "months",
    type=int,
    metavar="MONTHS",
    help="Compute so many past month ends that are not known yet, the newest first. "
    "Stopped, it goes on where it was. What is shown of today stays as it is.",
)
@click.option(
    "--again",
    is_flag=True,
    help="With --history: months computed afterwards are computed anew (more was imported "
    "since). Months recorded at their time stay.",
)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def score(
    *, as_of: datetime | None, months: int | None, again: bool, as_json: bool
) -> None:
    """Compute every client's signals and show them.

    Each run also keeps the main signals of its month. `--history 12` computes the past
    ones from the orders, contracts and touches of their time.

    Exit codes: 0 done, 1 failed (what was shown stays), 2 wrong options, 3 refused.
    """
    if months is not None and as_of is not None:
        raise click.UsageError("Choose either --as-of or --history.")
    if again and months is None:
        raise click.UsageError("--again goes with --history.")
    if months is not None:
        _history(months, again=again, as_json=as_json)
        return
    business = Business.current()
    today = clock.today_in(business.time_zone if business else "UTC")
    day = as_of.date() if as_of else today
    must_have_been(day, today=today)
    run = _scored(day, look=day != today, tells=not as_json and sys.stderr.isatty())
    if as_json:
        click.echo(json.dumps(_about(run), indent=1))
        return
    click.echo(f"{run.clients:,} clients scored as of {run.as_of:%Y-%m-%d}. {run.verdict}")
    if run.is_look:
        click.echo("This is a look at another day; what is shown has not changed.")


def _history(months: int, *, again: bool, as_json: bool) -> None:
    business = Business.current()
    today = clock.today_in(business.time_zone if business else "UTC")

    def told(done: int, _of: int) -> None:
        if not as_json and sys.stderr.isatty():
            click.echo(f"{done} done …", err=True)

    done = actions.reckon(
        months=months, today=today, now=clock.now(), again=again, told=told
    )
    if as_json:
        click.echo(json.dumps({"months": [f"{month:%Y-%m}" for month in done]}))
    elif done:
        click.echo(f"{len(done)} months computed: {done[-1]:%Y-%m} to {done[0]:%Y-%m}.")
    else:
        click.echo("Nothing to compute: these months are known, or nobody had ordered yet.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def quality(*, as_json: bool) -> None:
    """Judge forecasts from earlier days by what came since, and correct their level.

    Exit codes: 0 done, 1 failed, 3 the history is too short to judge.
    """
    business = Business.current()
    today = clock.today_in(business.time_zone if business else "UTC")
    made = actions.look_back(as_of=today, now=clock.now())
    said = findings(made)
    if as_json:
        about = {"as_of": str(made.as_of), "level": made.level, "origins": made.origins}
        click.echo(json.dumps(about | {"findings": said}, indent=1))
    else:
        click.echo("\n".join(said))
    sys.exit(0 if made.origins else 3)


def _scored(day: date, *, look: bool, tells: bool) -> ScoreRun:
    now = clock.now()
    if not tells:
        return actions.score_all(as_of=day, now=now, look=look)
    click.echo("Reading orders and touches …", err=True)
    with click.progressbar(length=1, label="Writing signals", file=sys.stderr) as bar:

        def told(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        return actions.score_all(as_of=day, now=now, look=look, told=told)


def _about(run: ScoreRun) -> dict[str, Any]:
    return {
        "run": run.pk,
        "as_of": str(run.as_of),
        "clients": run.clients,
        "is_look": run.is_look,
        "model": run.model,
        "verdict": run.verdict,
        "fit": run.fit["model"],
    }
