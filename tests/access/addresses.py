"""Every address of the site, as Django resolves them, and the row that is about each."""

import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.access import rows
from tests.access.cast import THINGS, Cast
from tests.access.row import Row

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Address:
    """One URL pattern: its full name, its route, and the names of its arguments."""

    name: str
    route: str

    def __str__(self) -> str:
        return self.route if self.route.startswith("api/") else self.name or self.route

    @property
    def arguments(self) -> list[str]:
        return [plain or regex for plain, regex in ARGUMENT.findall(self.route)]

    def path(self, things: Mapping[str, Any]) -> str:
        """Return the path with its arguments filled in."""
        bare = re.sub(r"(?<!\\)[\^$]", "", self.route)
        return "/" + ARGUMENT.sub(lambda m: str(things[m[1] or m[2]]), bare)


def walk(patterns: list[Any], prefix: str = "", space: str = "") -> Iterator[Address]:
    """Yield every address below `patterns`."""
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from walk(entry.url_patterns, route, inner)
        elif isinstance(entry, URLPattern):
            yield Address(f"{space}{entry.name}" if entry.name else "", route)


def addresses() -> list[Address]:
    """Return every address once; those of the API by their route."""
    found: dict[str, Address] = {}
    for address in walk(get_resolver().url_patterns):
        found.setdefault(str(address), address)
    return list(found.values())


def modules() -> list[Any]:
    """Return the files of rows."""
    names = [m.name for m in pkgutil.iter_modules(rows.__path__)]
    return [import_module(f"{rows.__name__}.{name}") for name in names]


def all_rows() -> list[Row]:
    """Return the rows of every file."""
    return [row for module in modules() for row in module.ROWS]


def things_for(
    address: Address, row: Row, cast: Cast, made: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    """Return what stands in the address for its arguments; what was made is not again."""
    given = dict(row.kwargs(cast)) if row.kwargs else {}
    before = made or {}
    given |= {name: before[name] for name in address.arguments if name in before}
    makers = dict(THINGS)
    for module in modules():
        makers |= getattr(module, "THINGS", {})
    for name in address.arguments:
        if name not in given:
            assert name in makers, f"{address}: say in THINGS what “{name}” is"
            given[name] = makers[name](cast)
    return given
