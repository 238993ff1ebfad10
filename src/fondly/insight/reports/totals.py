"""Sums over small rows: what two groups have together."""

from typing import Any

MEASURES = frozenset(
    (
        "clients",
        "contracts",
        "had",
        "has",
        "priced",
        "ranged",
        "worth",
        "ranged_worth",
        "below",
        "above",
        "before",
        "after",
        "revenue",
        "gone",
        "yearly",
    )
)
Rows = list[dict[str, Any]]


def total(rows: Rows, *by: str) -> Rows:
    """Return the rows with their measures added up within each group of `by`."""
    groups: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in by)
        found = groups.setdefault(key, dict(zip(by, key, strict=True)))
        for name in MEASURES & row.keys():
            found[name] = found.get(name, 0) + row[name]
    return list(groups.values())
