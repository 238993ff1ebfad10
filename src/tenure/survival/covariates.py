"""What is known of clients: columns of numbers or of text, and the matrix they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from tenure.arrays import Floats, column
from tenure.errors import BadInput

# A mapping, or an Arrow, pandas or Polars table, of names to numbers or text.
Covariates = Any
MOST_LEVELS = 200


class Coefficient(NamedTuple):
    """One number to learn: of a covariate, or of one of its levels against another."""

    covariate: str
    level: str | None

    @property
    def name(self) -> str:
        """The covariate, or “covariate=level”."""
        return self.covariate if self.level is None else f"{self.covariate}={self.level}"


@dataclass(frozen=True)
class Design:
    """How covariates become numbers: fixed by a fit, used by every prediction.

    `levels` are those of the covariates of text, the one of reference first. `middle` is
    the average client; `unit` is a standard deviation for numbers and 1 for levels, so that
    a coefficient by unit means the same whatever the caller measures in.
    """

    names: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]
    coefficients: tuple[Coefficient, ...]
    middle: Floats
    unit: Floats

    def matrix(self, covariates: Covariates) -> Floats:
        """Return deviations from the average client by unit, (clients, coefficients)."""
        known = columns_of(covariates)
        if missing := [name for name in self.names if name not in known]:
            raise BadInput(f"covariates lack {', '.join(missing)}.")
        if strange := [name for name in known if name not in self.names]:
            raise BadInput(f"covariates have {', '.join(strange)}, which were not fitted.")
        return (_matrix(known, self.coefficients, self.levels) - self.middle) / self.unit


def designed(
    covariates: Covariates, weight: Floats, kept: np.ndarray, reference: Mapping[str, str]
) -> tuple[Design, Floats]:
    """Return the design that the rows `kept` make, and their own matrix in it."""
    known = columns_of(covariates)
    if not known:
        raise BadInput("Give one covariate or more.")
    if (size := len(next(iter(known.values())))) != len(weight):
        raise BadInput(f"covariates have {size} rows, duration has {len(weight)}.")
    known, weight = {name: values[kept] for name, values in known.items()}, weight[kept]
    if strange := [name for name in reference if name not in known]:
        raise BadInput(f"reference names {', '.join(strange)}, which is no covariate.")
    levels = {
        name: _levels(name, values, weight, reference.get(name))
        for name, values in known.items()
        if is_text(values) or name in reference
    }
    coefficients = tuple(
        Coefficient(name, level)
        for name in known
        for level in (levels[name][1:] if name in levels else (None,))
    )
    raw = _matrix(known, coefficients, levels)
    middle, unit = _scale(raw, weight, coefficients)
    design = Design(tuple(known), levels, coefficients, middle, unit)
    return design, (raw - middle) / unit


def columns_of(covariates: Covariates) -> dict[str, np.ndarray]:
    """Return equally long columns by name, numbers as floats and text as objects."""
    if not isinstance(covariates, Mapping):
        names = getattr(covariates, "column_names", getattr(covariates, "columns", None))
        if names is None or not hasattr(covariates, "__getitem__"):
            kind = type(covariates).__name__
            words = "a mapping of names to columns, or an Arrow, pandas or Polars table"
            raise BadInput(f"covariates must be {words}, not {kind}.")
        covariates = {str(name): covariates[name] for name in names}
    found = {str(name): _column(values, name) for name, values in covariates.items()}
    try:
        return dict(zip(found, np.broadcast_arrays(*found.values()), strict=True))
    except ValueError as error:
        sizes = ", ".join(f"{name} {len(values)}" for name, values in found.items())
        raise BadInput(f"The covariates differ in length: {sizes}.") from error


def is_text(values: np.ndarray) -> bool:
    """Tell whether a column names levels."""
    return values.dtype == object


def _column(values: Any, name: Any) -> np.ndarray:
    if isinstance(values, list | tuple) and any(isinstance(v, str) for v in values):
        values = np.array(values, dtype=object)  # NumPy alone makes text of all of it
    array = np.atleast_1d(np.asarray(values))
    if array.dtype.kind in "biuf":
        return column(array, name=str(name))
    if array.ndim != 1 or array.dtype.kind not in "OUT":
        raise BadInput(f"{name} must be one column of numbers or of text.")
    found = array.astype(object)
    if all(isinstance(value, str) for value in found):
        return found
    if any(isinstance(value, str) for value in found):
        row = next(i for i, value in enumerate(found) if not isinstance(value, str))
        raise BadInput(f"{name} must be text throughout; row {row} is {found[row]!r}.")
    return column(found, name=str(name))


def _levels(
    name: str, values: np.ndarray, weight: Floats, reference: str | None
) -> tuple[str, ...]:
    if not is_text(values):
        raise BadInput(f"{name} is a number and has no level of reference.")
    found, place = np.unique(values.astype(str), return_inverse=True)
    if len(found) > MOST_LEVELS:
        raise BadInput(f"{name} has {len(found):,} levels; {MOST_LEVELS} are the most.")
    names = [str(level) for level in found]
    if len(names) == 1:
        raise BadInput(f"{name} is the same for everybody: it can tell nothing.")
    if reference is None:
        reference = names[int(np.bincount(place, weights=weight).argmax())]
    if reference not in names:
        raise BadInput(f"No client has {reference!r} as {name}, the level of reference.")
    return (reference, *(level for level in names if level != reference))


def _matrix(
    known: Mapping[str, np.ndarray],
    coefficients: tuple[Coefficient, ...],
    levels: Mapping[str, tuple[str, ...]],
) -> Floats:
    for name, values in known.items():
        if is_text(values) != (name in levels):
            kind = "text" if name in levels else "numbers"
            raise BadInput(f"{name} must hold {kind}.")
        if name in levels and (odd := set(values) - set(levels[name])):
            raise BadInput(f"No client of the fit had {sorted(odd)[0]!r} as {name}.")
    rows = [
        known[one.covariate] if one.level is None else known[one.covariate] == one.level
        for one in coefficients
    ]
    size = len(next(iter(known.values())))
    return np.array(rows, dtype=np.float64).reshape(len(rows), size).T


def _scale(
    raw: Floats, weight: Floats, coefficients: tuple[Coefficient, ...]
) -> tuple[Floats, Floats]:
    """Return the means, and what each column is divided by; refuse what never differs."""
    middle = weight @ raw / weight.sum()
    spread = np.sqrt(weight @ (raw - middle) ** 2 / weight.sum())
    flat = spread <= 1e-12 * np.maximum(np.abs(middle), 1e-300)
    if flat.any():
        name = coefficients[int(np.flatnonzero(flat)[0])].covariate
        raise BadInput(f"{name} is the same for everybody: it can tell nothing.")
    is_level = np.array([one.level is not None for one in coefficients])
    return middle, np.where(is_level, 1.0, spread)
