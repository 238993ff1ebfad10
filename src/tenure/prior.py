"""Weakly informative priors: what may be believed of the parameters before any client.

A likelihood that is flat towards a boundary (nobody is seen to leave) has no finite
optimum; a prior gives it one, and the posterior's curvature an honest width. Published
tables are maximum likelihood, so no prior is used unless it is asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log
from typing import Literal, NamedTuple

import numpy as np

from tenure.arrays import Floats
from tenure.errors import BadInput
from tenure.newton import Objective, Pass


class Belief(NamedTuple):
    """Median of one parameter; one standard deviation multiplies or divides by `factor`."""

    median: float
    factor: float


@dataclass(frozen=True)
class Prior:
    """Independent normals on the logarithms of the parameters, by name.

    Values are free of units: time is measured in the mean T (money in the mean spend), so
    `alpha` 0.5 means half the mean time observed. A parameter without a belief is flat.
    """

    beliefs: Mapping[str, Belief]

    def __post_init__(self) -> None:
        for name, (median, factor) in self.beliefs.items():
            if not (0 < median < np.inf and 1 < factor < np.inf):
                words = "needs a median above 0 and a factor above 1"
                raise BadInput(f"The belief about {name} {words}.")

    def at(self, point: Floats, names: Iterable[str]) -> Pass:
        """Return log density, gradient and Hessian at the logarithms of the parameters.

        Up to the constant of the normal law. Raises `BadInput` for beliefs about others.
        """
        order = tuple(names)
        if strange := self.beliefs.keys() - set(order):
            raise BadInput(f"The prior speaks of {sorted(strange)}, the model of {order}.")
        flat = Belief(1.0, np.inf)
        held = [self.beliefs.get(name, flat) for name in order]
        off = point - np.log([belief.median for belief in held])
        precision = np.array([log(belief.factor) ** -2 for belief in held])
        value = -0.5 * float(precision @ off**2)
        return Pass(value, -precision * off, -np.diag(precision))

    def joined(self, likelihood: Objective, names: Iterable[str]) -> Objective:
        """Return the log posterior, up to its constant, for `newton.maximise`."""
        order = tuple(names)

        def posterior(point: Floats) -> Pass:
            seen, believed = likelihood(point), self.at(point, order)
            return Pass(
                seen.value + believed.value,
                seen.gradient + believed.gradient,
                seen.hessian + believed.hessian,
            )

        return posterior


Choice = Prior | Literal["weak"] | None


def chosen(choice: Choice, *, weak: Prior) -> Prior | None:
    """Return the prior meant: none, the model's documented weak one, or the given one."""
    if choice is None or isinstance(choice, Prior):
        return choice
    if choice == "weak":
        return weak
    raise BadInput('prior must be None, "weak" or a Prior.')
