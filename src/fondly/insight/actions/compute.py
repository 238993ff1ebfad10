"""Compute signals: the models are fitted while the engine is still reading the rest."""

from dataclasses import dataclass, replace
from typing import Any

from threadpoolctl import threadpool_limits

from fondly.insight.actions.tiers import stratifier
from fondly.insight.engine.child import asked
from fondly.insight.scoring.act import or_before_it_ends, silent_until
from fondly.insight.scoring.columns import Columns
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
from fondly.insight.scoring.tiers import Stratifier
from fondly.insight.scoring.ties.chance import Ties, learn_ties
from fondly.insight.scoring.ties.known import Earlier, Known
from fondly.insight.scoring.ties.row import told, with_ties
from fondly.insight.source.request import Borders, Request
from fondly.insight.tiering import Scales


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
    level: float = 1.0,
) -> Computed:
    """Return the signals of those asked about, by what an earlier run learned, if given.

    `level` is by what a new model's totals are multiplied.

    Raises `EngineFailed`. One thread for the arrays: the engine has the other cores, and
    two pools that wait for each other take twice as long as one.
    """
    with threadpool_limits(1), asked(question) as engine:
        history = History.of(Columns(engine.bought.rows))
        fresh = model is None
        model = model or learn(
            history,
            unknown_currencies=engine.bought.unknown_currencies,
            level=level,
            **learn_renewals(engine.bought.terms),
        )
        found = forecast(model, history)
        found["act_by"] = silent_until(model, history, found["p_active"])
        related = Columns(engine.relations.result())
        if fresh:
            ties = learn_ties(Known.of(related), Earlier.of(related))
            model = replace(model, ties=ties.to_json())
        tiers, answer = stratifier(scales), engine.wide.result()
        rows = Columns(answer.rows)
        found = together(
            spread(found, history, rows),
            renewals(model, Agreements.of(Columns(engine.contracts)), rows),
        )
        table = _table(question, model, rows, found, related, stratifier=tiers)
    assert tiers.scales is not None
    return Computed(
        rows=answer.rows,
        table=table,
        model=model,
        borders=answer.borders,
        scales=tiers.scales,
    )


def _table(
    question: Request,
    model: Model,
    rows: Columns,
    found: Found,
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
    found = with_ties(found, said.found)
    return signals(
        said.rows,
        found=or_before_it_ends(found, rows, as_of=question.as_of),
        heard=said.heard,
        as_of=question.as_of,
        usual_gap=model.usual_gap,
        stratifier=stratifier,
    )
