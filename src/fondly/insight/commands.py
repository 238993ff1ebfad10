"""`fondly score`, `fondly quality`, `fondly insight`: signals for everybody, how good they
were, and the reports on the whole base."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import click

from fondly.base import clock
from fondly.base.errors import Refusal
from fondly.insight import actions
from fondly.insight.engine.said import EngineFailed
from fondly.insight.models import Report, SavedView, ScoreRun
from fondly.insight.models.report import ALL
from fondly.insight.reports.totals import Rows
from fondly.insight.rules import must_have_been
from fondly.insight.source.request import KINDS, Engine
from fondly.insight.telling.proof import proven
from fondly.insight.telling.quality import findings
from fondly.insight.telling.reports import bridge, calendar, cohorts, equity, leaving, left
from fondly.insight.telling.reports.card import Card, Ground
from fondly.insight.telling.reports.plain import as_csv, as_rows, as_text
from fondly.team.models import Business, User


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
    help="Compute so many past month ends that are not known yet, or of which other "
    "orders or contracts are known by now, the newest first. "
    "Stopped, it goes on where it was. What is shown of today stays as it is.",
)
@click.option(
    "--again",
    is_flag=True,
    help="With --history: all months computed afterwards are computed anew. Months "
    "recorded at their time stay.",
)
@click.option(
    "--engine",
    "kind",
    type=click.Choice(KINDS),
    help="Who computes: DuckDB in this machine (as usual), or Spark.",
)
@click.option(
    "--orders",
    metavar="PLACE",
    help="Read orders from a folder of Parquet files instead of the database; with Spark "
    "also from a URI or a table that Spark can read.",
)
@click.option(
    "--spark-master",
    metavar="URL",
    help="The cluster, such as spark://host:7077; else as Spark's own configuration says, "
    "else all cores of this machine.",
)
@click.option(
    "--without-unknown",
    is_flag=True,
    help="With --orders: leave out orders of clients whose number is not known here.",
)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def score(
    *,
    as_of: datetime | None,
    months: int | None,
    again: bool,
    kind: str | None,
    orders: str | None,
    spark_master: str | None,
    without_unknown: bool,
    as_json: bool,
) -> None:
    """Compute every client's signals and show them.

    Each run also keeps the main signals of its month. `--history 12` computes the past
    ones from the orders, contracts and touches of their time.

    With --orders, orders stay in the warehouse and only signals come back; nightly runs
    read there too, until a run without it.

    Exit codes: 0 done, 1 failed (what was shown stays), 2 wrong options, 3 refused.
    """
    if months is not None and as_of is not None:
        raise click.UsageError("Choose either --as-of or --history.")
    if again and months is None:
        raise click.UsageError("--again goes with --history.")
    engine = actions.engine(
        kind, orders=orders, master=spark_master, without_unknown=without_unknown
    )
    if months is not None:
        _history(months, again=again, engine=engine, as_json=as_json)
        return
    business = Business.current()
    today = clock.today_in(business.time_zone if business else "UTC")
    day = as_of.date() if as_of else today
    must_have_been(day, today=today)
    tells = not as_json and sys.stderr.isatty()
    with _saying_what_stays():
        run = _scored(day, look=day != today, engine=engine, tells=tells)
    if not run.is_look:
        actions.prove(run)
    if as_json:
        click.echo(json.dumps(_about(run), indent=1))
        return
    click.echo(f"{run.clients:,} clients scored as of {run.as_of:%Y-%m-%d}. {run.verdict}")
    for sentence in proven(run):
        click.echo(sentence)
    if run.is_look:
        click.echo("This is a look at another day; what is shown has not changed.")


@contextmanager
def _saying_what_stays() -> Iterator[None]:
    """Where the engine ended without an answer, say so, and what is shown meanwhile."""
    before = ScoreRun.current_id()
    try:
        yield
    except EngineFailed as failed:
        run = ScoreRun.current()
        click.echo(str(failed).strip() or "The engine ended without a word.", err=True)
        if run and run.pk != before:
            click.echo(
                f"The signals of {run.as_of:%Y-%m-%d} are shown; the reports on the whole "
                "base were not computed and stay as they were.",
                err=True,
            )
            sys.exit(1)
        click.echo(
            "Nothing was computed. "
            + (
                f"What is shown stays: the signals of {run.as_of:%Y-%m-%d}."
                if run
                else "There are no signals to show yet."
            ),
            err=True,
        )
        sys.exit(1)


def _history(months: int, *, again: bool, engine: Engine, as_json: bool) -> None:
    business = Business.current()
    today = clock.today_in(business.time_zone if business else "UTC")

    def told(done: int, _of: int) -> None:
        if not as_json and sys.stderr.isatty():
            click.echo(f"{done} done …", err=True)

    with _saying_what_stays():
        done = actions.reckon(
            months=months,
            today=today,
            now=clock.now(),
            again=again,
            engine=engine,
            told=told,
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
        about |= {"taught": made.taught, "drift": made.drift or None}
        click.echo(json.dumps(about | {"findings": said}, indent=1))
    else:
        click.echo("\n".join(said))
    sys.exit(0 if made.origins else 3)


def _scored(day: date, *, look: bool, engine: Engine, tells: bool) -> ScoreRun:
    now = clock.now()
    if not tells:
        return actions.score_all(as_of=day, now=now, look=look, engine=engine)
    click.echo("Reading orders and touches …", err=True)
    with click.progressbar(length=1, label="Writing signals", file=sys.stderr) as bar:

        def told(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        return actions.score_all(as_of=day, now=now, look=look, engine=engine, told=told)


def _about(run: ScoreRun) -> dict[str, Any]:
    return {
        "run": run.pk,
        "as_of": str(run.as_of),
        "clients": run.clients,
        "is_look": run.is_look,
        "model": run.model,
        "verdict": run.verdict,
        "proof": run.proof,
        "fit": run.fit["model"],
    }


REPORTS = ("equity", "bridge", "retention", "leaving", "calendar")
BY = {"equity": tuple(equity.CUTS), "retention": cohorts.UNITS}


@click.command()
@click.argument("report", type=click.Choice(REPORTS), default="equity")
@click.option(
    "--by",
    type=click.Choice(["tier", "owner", "stage", "tag", "view", "quarter", "month"]),
    help="Equity by tier (default), owner, stage, tag or shared view; retention by quarter "
    "(default) or month.",
)
@click.option("--tier", help="The bridge of one tier alone.")
@click.option("--owner", metavar="EMAIL", help="Of one person's clients alone.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="As of a look.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--csv", "in_csv", is_flag=True, help="The first table as CSV.")
def insight(
    *, report: str, as_of: datetime | None, as_json: bool, in_csv: bool, **asked: str | None
) -> None:
    """Say what the reports on the whole base found, as of the last scoring run.

    Exit codes: 0 done, 2 wrong options, 3 refused: no run has reports, or there are no
    orders, forecasts or contracts to report on.
    """
    if as_json and in_csv:
        raise click.UsageError("Choose either --json or --csv.")
    _must_fit(report, by=asked["by"], tier=asked["tier"])
    run = Report.objects.run_shown(as_of.date() if as_of else None)
    if run is None and as_of:
        raise Refusal(
            f"Nothing is known as of that day. Run `fondly score --as-of {as_of:%Y-%m-%d}`."
        )
    if run is None:
        raise Refusal("Nothing to report yet. Reports come with `fondly score`.")
    business = Business.current() or Business()
    cards = _cards(report, run, business.currency, **asked)
    if not cards:
        raise Refusal("There is nothing to report on.")
    if in_csv:
        click.echo(as_csv(cards[0]), nl=False)
    elif as_json:
        about = {"as_of": str(run.as_of), "currency": business.currency}
        click.echo(json.dumps(about | {"cards": [as_rows(c) for c in cards]}, indent=1))
    else:
        click.echo(as_text(cards))


def _must_fit(report: str, *, by: str | None, tier: str | None) -> None:
    """Refuse what a report cannot be asked, instead of answering something else."""
    ways = BY.get(report, ())
    if by and by not in ways:
        fits = f"goes with --by {', '.join(ways)}" if ways else "has no --by"
        raise click.UsageError(f"The report “{report}” {fits}.")
    if tier is not None and report != "bridge":
        raise click.UsageError("--tier goes with the bridge.")


def _cards(
    report: str,
    run: ScoreRun,
    currency: str,
    *,
    by: str | None,
    tier: str | None,
    owner: str | None,
) -> list[Card]:
    """Return the cards of a report."""
    names = {str(user.pk): str(user) for user in User.objects.all()}
    views = {str(view.pk): view.name for view in SavedView.objects.that_cut()}
    on = Ground(
        currency=currency,
        url="?",
        team=names,
        views=views,
        is_live=False,
        is_told=False,
    )
    kept = Report.objects.filter(run=run).rows_of(
        "worth", "bridge", "cohorts", "leaving", "reasons", "ahead", whose=_whose(owner)
    )
    unit = "month" if by == "month" else "quarter"
    came = cohorts.read(kept["cohorts"], unit, run.as_of)
    found: dict[str, list[Card | None]] = {
        "equity": [equity.cut_card(kept["worth"], by or "tier", on)],
        "bridge": _bridge(
            [row for row in kept["bridge"] if tier is None or row["tier"] == tier], on
        ),
        "retention": [
            cohorts.grid_card(came, unit, on),
            cohorts.curves_card(came, unit, on),
        ],
        "leaving": [
            *leaving.leaving_cards(kept["leaving"], on),
            left.reasons_card(kept["reasons"], on),
        ],
        "calendar": [calendar.ahead_card(kept["ahead"], on)],
    }
    return [card for card in found[report] if card]


def _bridge(rows: Rows, on: Ground) -> list[Card | None]:
    months = bridge.months(rows)
    return [bridge.bridge_card(rows, months[-1], months, on)] if months else []


def _whose(email: str | None) -> int:
    if email is None:
        return ALL
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise Refusal(f"Nobody here has the address {email}.")
    return int(user.pk)
