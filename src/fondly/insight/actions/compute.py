"""Compute signals: the models are fitted while the engine is still reading the rest."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from threadpoolctl import threadpool_limits

from fondly.insight.actions.tiers import stratifier
from fondly.insight.engine.child import asked
from fondly.insight.scoring.act import act_by, or_before_it_ends
from fondly.insight.scoring.columns import Columns, Texts
from fondly.insight.scoring.forecast import Found, forecast
from fondly.insight.scoring.history import History, spread
from fondly.insight.scoring.model import Model, learn
from fondly.insight.scoring.renewals import (
    Agreements,
    learn_renewals,
    renewals,
    together,
)
from fondly.insight.scoring.row import signals
from fondly.insight.scoring.taught import Taught
from fondly.insight.scoring.tiers import Stratifier
from fondly.insight.scoring.ties.chance import Ties, learn_ties
from fondly.insight.scoring.ties.known import Earlier, Known
from fondly.insight.scoring.ties.row import told, with_ties
from fondly.insight.source.request import Borders, Request
from fondly.insight.tiering import Scales

Foretold = Callable[[Texts | None], Found]


@dataclass(frozen=True, kw_only=True)
class Computed:
    """What was found, before any of it is written: `rows` are the facts, `table` the
    signals, one row per client in each; the rest is what it was found by."""

    rows: Any
    table: Any
    model: Model
    borders: Borders
    scales: Scales


def compute(
    question: Request,
    *,
    model: Model | None = None,
    scales: Scales | None = None,
    taught: Taught | None = None,
) -> Computed:
    """Return the signals of those asked about, by what an earlier run learned, if given.

    `taught` is by what a new model's answers are corrected.

    Raises `EngineFailed`. One thread for the arrays: the engine has the other cores, and
    two pools that wait for each other take twice as long as one.
    """
    with threadpool_limits(1), asked(question) as engine:
        history = History.of(Columns(engine.bought.rows))
        fresh = model is None
        model = model or learn(
            history,
            unknown_currencies=engine.bought.unknown_currencies,
            taught=asdict(taught or Taught()),
            **learn_renewals(engine.bought.terms),
        )
        found = forecast(model, history)
        found |= act_by(model, history, found["p_active"])
        related = Columns(engine.relations.result())
        if fresh:
            ties = learn_ties(Known.of(related), Earlier.of(related))
            model = replace(model, ties=ties.to_json())
        tiers, answer = stratifier(scales), engine.wide.result()
        rows = Columns(answer.rows)
        foretold = _foretold(
            model,
            spread(found, history, rows),
            renewals(model, Agreements.of(Columns(engine.contracts)), rows),
        )
        table = _table(question, model, rows, foretold, related, stratifier=tiers)
    assert tiers.scales is not None
    return Computed(
        rows=answer.rows,
        table=table,
        model=model,
        borders=answer.borders,
        scales=tiers.scales,
    )


def _foretold(model: Model, found: Found, agreed: Found) -> Foretold:
    """Return who says what is forecast of all alike, or of each as of their tier."""
    taught, alive = model.corrected, found["alive"]
    of_all = together(taught.applied(found, alive=alive), agreed)

    def foretold(tier: Texts | None) -> Found:
        if tier is None or not taught.by_tier:
            return of_all
        return together(taught.applied(found, alive=alive, tier=tier), agreed)

    return foretold


def _table(
    question: Request,
    model: Model,
    rows: Columns,
    foretold: Foretold,
    related: Columns,
    *,
    stratifier: Stratifier,
) -> Any:
    """Join what orders, contracts and touches say, as one row of signals per client."""
    nobody_bought = model.clients + model.contracts == 0
    said = told(
        rows,
        Known.of(related),
        Ties.of(model),
        as_of=question.as_of,
        to_all=nobody_bought,
    )

    def joined(found: Found) -> Found:
        whole = with_ties(found, said.found)
        return or_before_it_ends(whole, rows, as_of=question.as_of)

    of_all = joined(foretold(None))

    def with_all(tier: Texts | None) -> Found:
        # Where no tier is corrected on its own, what was said of all is said again.
        found = foretold(tier)
        return of_all if found is foretold(None) else joined(found)

    return signals(
        said.rows,
        foretold=with_all,
        heard=said.heard,
        as_of=question.as_of,
        usual_gap=model.usual_gap,
        stratifier=stratifier,
    )
