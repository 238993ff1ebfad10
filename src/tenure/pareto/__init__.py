"""The Pareto/NBD model of Schmittlein, Morrison and Colombo (1987)."""

from tenure.pareto.model import ParetoNBD
from tenure.pareto.parameters import Parameters

__all__ = ["Parameters", "ParetoNBD"]
