"""Which colleague a cell means: by e-mail address, else by a name that only one has."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.base.text import fold


@dataclass(frozen=True, kw_only=True)
class Colleagues:
    """Those who may look after clients."""

    by_email: dict[str, int]
    by_name: dict[str, list[int]]

    @classmethod
    def of(cls, people: Iterable[tuple[int, str, str]]) -> Self:
        """Return these people, each given as (id, e-mail address, name)."""
        found = cls(by_email={}, by_name={})
        for key, email, name in people:
            found.by_email[email.lower()] = key
            found.by_name.setdefault(_folded(name), []).append(key)
        return found

    def named(self, text: str) -> int:
        """Return who is meant; refuse a name that nobody here has, or more than one."""
        if key := self.by_email.get(text.lower()):
            return key
        keys = self.by_name.get(_folded(text), [])
        if len(keys) > 1:
            raise Refusal(
                _("More than one colleague is called “%(name)s”: give the e-mail address."),
                name=text,
            )
        if not keys:
            raise Refusal(_("“%(name)s” is no colleague here."), name=text)
        return keys[0]


def _folded(name: str) -> str:
    return fold(" ".join(name.split()))
