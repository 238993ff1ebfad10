"""The worker: claims a task, runs it under a lease, writes what became of it."""

import logging
import os
import socket
from functools import partial
from secrets import token_hex
from threading import Event, Thread
from typing import Any, cast

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django_tasks import TaskContext, TaskResult
from django_tasks.signals import task_finished, task_started

from fondly.base.models import TaskWorker
from fondly.base.tasks.lease import LEAST_PRIORITY, Lease, LeaseLost, Result, claim, fenced
from fondly.base.tasks.outcome import Abandoned, fail, succeed
from fondly.base.tasks.stop import Told

logger = logging.getLogger("fondly.tasks")
POLL = 0.5  # seconds between looks into an empty queue


class Pulse(Thread):
    """Shows that the worker is alive, and extends the lease of the task at hand."""

    def __init__(self, name: str, *, lease_seconds: float) -> None:
        super().__init__(name="pulse", daemon=True)
        self.worker = name
        self.lease_seconds = lease_seconds
        self.lease: Lease | None = None
        self.doing = ""
        self.stopped = Event()

    def run(self) -> None:
        """Beat three times a lease until stopped."""
        while True:
            try:
                self.beat()
            except (DatabaseError, InterfaceError):
                # Locked or away for now; the next beat may do. Never die of it.
                logger.warning("worker %s could not show itself", self.worker)
                connection.close()
            if self.stopped.wait(self.lease_seconds / 3):
                break
        connection.close()

    def beat(self) -> None:
        """Extend the lease, then say that we are here."""
        lease = self.lease
        if lease and not lease.extend(self.lease_seconds) and lease is self.lease:
            logger.warning("lease lost: %s", lease)
            self.lease = None
        TaskWorker.objects.saw(self.worker, doing=self.doing[:120])


class Worker:
    """Runs tasks one after the other; with `least`, only those of such priority."""

    def __init__(self, *, name: str | None = None, least: int = LEAST_PRIORITY) -> None:
        self.least = least
        self.name = name or f"{socket.gethostname()[:40]}-{os.getpid()}-{token_hex(3)}"
        self.lease_seconds = settings.TASK_LEASE
        self.pulse = Pulse(self.name, lease_seconds=self.lease_seconds)

    def run(self, stop: Told) -> None:
        """Work until `stop` is set; the task at hand is finished first."""
        connection_created.connect(self._end_idle_transactions)
        self.pulse.start()
        while not stop.is_set():
            if not self._step():
                stop.wait(POLL)
        self.pulse.stopped.set()
        self.pulse.join(timeout=5)
        TaskWorker.objects.filter(name=self.name).delete()

    def drain(self) -> int:
        """Run what is due, without a pulse, and return how many tasks were run."""
        done = 0
        while self._one():
            done += 1
        return done

    def _step(self) -> bool:
        close_old_connections()
        try:
            return self._one()
        except (DatabaseError, InterfaceError):
            logger.exception("worker %s: the database did not answer", self.name)
            connection.close()
            return False

    def _one(self) -> bool:
        """Run one task if one is due."""
        taken = claim(self.name, seconds=self.lease_seconds, least=self.least)
        if taken is None:
            return False
        result, lease = taken
        self.pulse.doing, self.pulse.lease = result.task_path, lease
        try:
            with lease.held():
                self._attempt(result, lease)
        finally:
            self.pulse.doing, self.pulse.lease = "", None
        return True

    def _attempt(self, result: Result, lease: Lease) -> None:
        """Run the task and write what became of it, unless the lease is lost."""
        try:
            self._run(result, lease)
        except LeaseLost:
            logger.warning("%s was taken over; this attempt has no effect", lease)
        except Exception as error:
            logger.exception("task %s (%s) failed", result.task_path, lease)
            self._give_up(result, lease, error)

    def _run(self, result: Result, lease: Lease) -> None:
        """Call the task; its effects and its success are one transaction."""
        if lease.attempt > settings.TASK_ATTEMPTS:
            raise Abandoned(f"its worker was lost {lease.attempt - 1} times")
        task = result.task
        about = result.task_result
        task_started.send(sender=type(task.get_backend()), task_result=about)
        whole = TaskContext(task_result=cast(TaskResult[Any], about))
        context = [whole] if task.takes_context else []
        call = partial(task.call, *context, *about.args, **about.kwargs)
        if getattr(task.func, "in_steps", False):
            value = call()
            with fenced():
                succeed(result, value)
        else:
            with fenced():
                succeed(result, call())
        task_finished.send(sender=type(task.get_backend()), task_result=result.task_result)

    def _give_up(self, result: Result, lease: Lease, error: Exception) -> None:
        try:
            with fenced():
                fail(result, lease, error)
        except LeaseLost:
            logger.warning("%s was taken over or had already finished", lease)

    def _end_idle_transactions(self, connection: BaseDatabaseWrapper, **_: object) -> None:
        """Have PostgreSQL end our transactions when we are stopped in one: they would
        hold locks for as long as we sleep."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('idle_in_transaction_session_timeout', %s, false)",
                    [f"{int(self.lease_seconds * 1000)}ms"],
                )
