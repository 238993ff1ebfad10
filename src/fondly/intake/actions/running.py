"""Who runs an import: one at a time, taken over after a crash, told to stop by a cancel."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.base.tasks import fenced
from fondly.intake.models import Import

Clock = Callable[[], datetime]
Progress = Callable[[int, int, str], None]
# A writer that waits on SQLite for a tenth of a second looks again every 25 ms at most, so
# that a gap as long lets it in.
TURN, GAP = 0.15, 0.025


class TakenOver(Exception):  # noqa: N818 - it names what happened
    """Another runner has this import now, or somebody cancelled it."""


def silent(done: int, total: int, step: str) -> None:
    """Report progress to nobody."""


@dataclass(kw_only=True)
class Runner:
    """One attempt at running an import. Its transactions hold only while it lasts."""

    source: Import
    clock: Clock
    report: Progress = silent
    token: str = field(default_factory=lambda: secrets.token_hex(16))

    def begin(self, *, state: str, has_lane: bool = True) -> None:
        """Become the runner; refuse while another import is being written."""
        now = self.clock()
        try:
            with fenced():
                if has_lane:
                    _must_be_free(self.source)
                self.source.refresh_from_db()
                Import.objects.filter(pk=self.source.pk).update(
                    runner=self.token,
                    lane=1 if has_lane else self.source.lane,
                    state=state,
                    problem="",
                    started_at=now,
                    heartbeat_at=now,
                )
        except IntegrityError as error:
            raise Refusal(_("Another import is just beginning. Try again.")) from error
        self.source.refresh_from_db()

    def note(self, **changes: Any) -> None:
        """Write how far it is, inside the transaction that got so far."""
        rows = Import.objects.filter(pk=self.source.pk, runner=self.token)
        if not rows.update(heartbeat_at=self.clock(), **changes):
            raise TakenOver(str(self.source.pk))
        for name, value in changes.items():
            setattr(self.source, name, value)

    def end(self, **changes: Any) -> None:
        """Leave the lane, in the same transaction as what was last done."""
        self.note(lane=None, runner="", **changes)


def _must_be_free(source: Import) -> None:
    other = Import.objects.filter(lane=1).exclude(pk=source.pk).first()
    if other:
        raise Refusal(
            f"Import {other.pk} ({other.filename}) is being written. "
            "Wait for it, or resume or cancel it first."
        )


@dataclass
class Pace:
    """How many rows to write at once, so that others hardly notice."""

    first: int = 2000
    least: int = 1000
    most: int = 20_000
    rows: int = field(init=False, default=0)
    released: float = field(init=False, default=0.0)

    def turn(self, work: Callable[[], None]) -> None:
        """Do one short piece of work, GAP after the last, and learn how long it took."""
        left = self.released + GAP - time.perf_counter()
        time.sleep(max(0.0, left))  # the rest of the gap that others are given
        began = time.perf_counter()
        work()
        self.released = time.perf_counter()
        aim = self.rows * TURN / max(self.released - began, 0.001)
        self.rows = round(min(max(aim, self.least), self.most))


def in_turns(
    total: int,
    pace: Pace,
    prepare: Callable[[int, int], Callable[[], None]],
    *,
    after: int,
) -> None:
    """Prepare and write all rows, in turns of one transaction each.

    `prepare(after, up_to)` reads what a turn needs while others may write, and returns
    what writes it.
    """
    pace.rows = pace.first
    while after < total:
        up_to = min(after + pace.rows, total)
        write = prepare(after, up_to)

        def piece(write: Callable[[], None] = write) -> None:
            with transaction.atomic(), fenced():
                write()

        pace.turn(piece)
        after = up_to
