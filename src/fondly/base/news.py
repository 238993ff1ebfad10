"""News: what one app announces after commit and any app may hear, in bulk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction


@dataclass(frozen=True, kw_only=True)
class News:
    """Something happened to some clients: “touch”, “order”, “consent”, “client” and so on.

    `detail` says more where a listener needs it, for example a touch's direction.
    """

    kind: str
    client_ids: Sequence[int]
    at: datetime
    detail: str = ""


Listener = Callable[[News], None]
_listeners: list[Listener] = []
_witnesses: list[Listener] = []


def listen(listener: Listener) -> Listener:
    """Hear all news from now on; call it once, in an AppConfig's `ready`."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def witness(listener: Listener) -> Listener:
    """Be told within the transaction of the change, so that a note of it is kept or lost
    with it. Must be quick and must not fail: whoever announces waits for it."""
    if listener not in _witnesses:
        _witnesses.append(listener)
    return listener


def announce(news: News) -> None:
    """Tell witnesses now, and every listener once the transaction has committed."""
    for note in _witnesses:
        note(news)
    transaction.on_commit(partial(tell, news))


def tell(news: News) -> None:
    """Tell every listener now."""
    for listener in _listeners:
        listener(news)
