"""What each supervised process runs: web, worker, scheduler."""

from zoneinfo import ZoneInfo

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from fondly.base.tasks import URGENT, scheduler
from fondly.base.tasks.stop import Told
from fondly.base.tasks.worker import Worker
from fondly.team.models import Business


def run_worker() -> None:
    """Work until told to stop."""
    Worker().run(Told().listen())


def run_urgent() -> None:
    """Do what is urgent until told to stop: it never waits for an import or the night."""
    Worker(least=URGENT).run(Told().listen())


def business_zone() -> ZoneInfo:
    """Return the business's time zone; UTC before it has one."""
    business = Business.current()
    return ZoneInfo(business.time_zone if business else "UTC")


def run_scheduler() -> None:
    """Enqueue what is periodic until told to stop."""
    scheduler.run(Told().listen(), zone=business_zone)


def run_web(*, host: str, port: int, processes: int) -> None:
    """Answer requests until told to stop (granian hears the signals itself)."""
    Granian(
        "fondly.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        # Each thread has a database connection of its own; SQLite lets many read.
        blocking_threads=4,
        blocking_threads_idle_timeout=600,
        workers_kill_timeout=10,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()
