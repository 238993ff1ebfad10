"""What is done periodically: apps say it here, in their AppConfig's `ready`."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from fondly.base.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Daily:
    """Once a day, as soon as the local clock has reached `at`."""

    at: time

    def latest(self, now: datetime, zone: ZoneInfo) -> str:
        """Return the name of the newest occurrence that is due: its local date.

        A name, not a time, so that a day with two 02:30s has one occurrence and a day
        without a 02:30 has one too.
        """
        local = now.astimezone(zone)
        day = local.date()
        if local.time() < self.at:
            day -= timedelta(days=1)
        return day.isoformat()


@dataclass(frozen=True, kw_only=True)
class Every:
    """Every so many seconds, counted from the epoch."""

    seconds: int

    def latest(self, now: datetime, _zone: ZoneInfo) -> str:
        """Return the name of the newest occurrence that is due: its number."""
        return str(int(now.timestamp()) // self.seconds)


@dataclass(frozen=True, kw_only=True)
class Periodic:
    """A task, named by its dotted path, and when it is due. It takes no arguments."""

    slug: str
    task: str
    when: Daily | Every


schedule: Registry[Periodic] = Registry()


def daily(slug: str, task: str, *, at: time) -> None:
    """Enqueue `task` once a day when the business's clock reaches `at`.

    A day missed because nothing ran is made up for once, as soon as something runs.
    """
    schedule.add(slug, Periodic(slug=slug, task=task, when=Daily(at=at)))


def every(slug: str, task: str, *, seconds: int) -> None:
    """Enqueue `task` every so many seconds."""
    schedule.add(slug, Periodic(slug=slug, task=task, when=Every(seconds=seconds)))
