"""Give everybody their tier, with the parts that made it, from signals and fields."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc

from fondly.insight.scoring.arrow import texts, wholes
from fondly.insight.scoring.columns import Columns, Floats, Texts
from fondly.insight.scoring.forecast import Found
from fondly.insight.tiering import Scales, Scheme, assign, learn

OWN = "field:"


@dataclass(frozen=True, kw_only=True)
class Tiering:
    """The tier of each client, its points, and as Arrow texts the parts that made them."""

    tier: Texts
    points: Floats
    parts: Any


class Stratifier:
    """Learns the scales from a whole base once, then gives tiers by them."""

    def __init__(self, scheme: Scheme, *, scales: Scales | None = None) -> None:
        self.scheme = scheme
        self.scales = scales

    def __call__(self, rows: Columns, found: Found) -> Tiering:
        """Return everybody's tier; a client we parted with keeps the last one."""
        values = {
            source: _values(source, rows, found) for source, _ in self.scheme.criteria
        }
        is_open, before = ~rows.flag("is_closed"), rows.text("tier")
        if self.scales is None:
            ours = {source: column[is_open] for source, column in values.items()}
            self.scales = learn(self.scheme, ours)
        if not values:
            empty = np.full(len(rows), np.nan)
            return Tiering(tier=before, points=empty, parts=texts(["{}"] * len(rows)))
        given = assign(self.scheme, self.scales, values, previous=before.tolist())
        return Tiering(
            tier=np.where(is_open, np.array(given.tiers, dtype=object), before),
            points=np.where(is_open, given.points, np.nan),
            parts=_as_json(given.sources, given.parts),
        )


def _values(source: str, rows: Columns, found: Found) -> Floats:
    if source in found:
        return found[source]
    if source.startswith(OWN):
        return _own(source.removeprefix(OWN), rows.text("extra"))
    if source in rows.rows.column_names:
        return rows.number(source)
    return np.full(len(rows), np.nan)


def _own(slug: str, extra: Texts) -> Floats:
    """Read a number among the fields of one's own; NaN where there is none."""
    wanted = json.dumps(slug)
    return np.array([_number(text, slug) if wanted in text else np.nan for text in extra])


def _number(text: str, slug: str) -> float:
    value: Any = json.loads(text).get(slug)
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _as_json(sources: list[str], parts: Floats) -> Any:
    """Write the parts of each client, as Arrow texts. There are few different points, to
    two decimals, so each of them is written once."""
    columns = []
    for place, (name, points) in enumerate(zip(sources, parts.T, strict=True)):
        different, where = np.unique(points, return_inverse=True)
        before = "{" if not place else ""
        after = "}" if place == len(sources) - 1 else ""
        written = [f"{before}{json.dumps(name)}: {v}{after}" for v in different.tolist()]
        columns.append(texts(written).take(wholes(where)))
    # A plain text as the separator would have Arrow import pandas.
    between = texts([", "]).take(wholes(np.zeros(len(parts), dtype=np.int64)))
    return pc.binary_join_element_wise(*columns, between)
