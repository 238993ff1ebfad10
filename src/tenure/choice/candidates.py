"""The models that are asked, and all of them fitted to one history."""

from collections.abc import Callable, Sequence
from typing import Any

from tenure.arrays import Floats
from tenure.bgnbd import BGCNBD, BGNBD, MBGCNBD, MBGNBD
from tenure.checks import History
from tenure.errors import BadInput
from tenure.pareto import ParetoNBD
from tenure.prior import Choice

MODELS: dict[str, Callable[..., Any]] = {
    "BGNBD": BGNBD,
    "MBGNBD": MBGNBD,
    "BGCNBD": BGCNBD,
    "MBGCNBD": MBGCNBD,
    "ParetoNBD": ParetoNBD,
}
# These are fitted on the gaps between purchases too.
REGULAR = frozenset({"BGCNBD", "MBGCNBD"})


def chosen(names: Sequence[str], *, has_gaps: bool) -> list[str]:
    """Return the models that can be fitted, or raise `BadInput`."""
    if strange := [name for name in names if name not in MODELS]:
        known = ", ".join(MODELS)
        raise BadInput(f"There is no model {', '.join(strange)} to average, only {known}.")
    kept = [name for name in names if has_gaps or name not in REGULAR]
    if not kept:
        raise BadInput("Without log_gaps no model is left to average.")
    return kept


def fitted(
    names: Sequence[str], past: History, log_gaps: Floats | None, *, prior: Choice
) -> list[Any]:
    """Return each named model, fitted."""
    return [
        MODELS[name](prior=prior).fit(*past, *([log_gaps] if name in REGULAR else []))
        for name in names
    ]
