"""`fondly serve`, its parts alone, and `fondly migrate`."""

import os
import socket
from contextlib import suppress

import click
from django.conf import settings

from fondly.base import clock
from fondly.base.errors import Refusal
from fondly.site.serve import leash, parts, prepare
from fondly.site.serve.child import Child
from fondly.site.serve.supervisor import Supervisor, answers, say
from fondly.team.actions import links
from fondly.team.commands import first_run_words

on_host = click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on."
)
on_port = click.option("--port", default=8000, show_default=True, help="Port to listen on.")
with_processes = click.option(
    "--workers",
    default=min(os.cpu_count() or 1, 4),
    show_default=True,
    help="Processes that answer requests.",
)


def patience() -> float:
    """Return how long a child may be silent. Less than other writers wait for SQLite's
    lock, so that a worker stopped in a transaction is gone before they give up."""
    return float(max(min(settings.TASK_LEASE / 2, 10.0), 3.0))


def a_child(name: str, *arguments: object) -> Child:
    """Return the child of that name, not yet started."""
    return Child(name=name, arguments=[str(a) for a in arguments], patience=patience())


def get_ready() -> None:
    """Bring database and static files up to date."""
    with prepare.alone():
        copy = prepare.migrate(now=clock.now())
        if copy:
            say(f"The database was copied before the upgrade: {copy}")
        prepare.collect_statics()


def run_house(*, host: str, port: int, workers: int, task_workers: int = 1) -> None:
    """Serve everything until told to stop. The database is ready."""
    refuse_a_taken_port(host, port)
    os.environ.setdefault("FONDLY_URL", f"http://localhost:{port}")

    def is_up() -> bool:
        if answers(host, port):
            url = os.environ["FONDLY_URL"]
            links.keep_address(url)
            say(f"Fondly is at {url} (Ctrl+C stops it).")
            if first := first_run_words(url):
                say(first)
            return True
        return False

    children = [
        a_child("web", "web", "--host", host, "--port", port, "--workers", workers),
        *(a_child(f"worker {n + 1}", "worker") for n in range(task_workers)),
        a_child("worker of what is urgent", "urgent"),
        a_child("scheduler", "scheduler"),
    ]
    Supervisor(children, when_up=is_up).run()


def refuse_a_taken_port(host: str, port: int) -> None:
    """Refuse when another program listens on the port, instead of failing over and over."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refusal(
                f"Port {port} on {host} cannot be used ({error.strerror})."
                f" Another one: fondly serve --port {port + 1}"
            ) from error


@click.command()
@on_host
@on_port
@with_processes
@click.option("--task-workers", default=1, show_default=True, help="Background workers.")
def serve(host: str, port: int, workers: int, task_workers: int) -> None:
    """Run everything: web, background work and the schedule."""
    refuse_a_taken_port(host, port)
    get_ready()
    run_house(host=host, port=port, workers=workers, task_workers=task_workers)


@click.command()
@on_host
@on_port
@with_processes
def web(host: str, port: int, workers: int) -> None:
    """Run only the web part."""
    refuse_a_taken_port(host, port)
    prepare.refuse_an_old_database()
    with prepare.alone():
        prepare.collect_statics()
    child = a_child("web", "web", "--host", host, "--port", port, "--workers", workers)
    Supervisor([child]).run()


@click.command()
@click.option("--count", default=1, show_default=True, help="How many.")
def worker(count: int) -> None:
    """Run only background workers."""
    prepare.refuse_an_old_database()
    Supervisor([a_child(f"worker {n + 1}", "worker") for n in range(count)]).run()


@click.command()
def scheduler() -> None:
    """Run only the schedule of periodic work."""
    prepare.refuse_an_old_database()
    Supervisor([a_child("scheduler", "scheduler")]).run()


@click.command()
@click.option("--without-copy", is_flag=True, help="You have a copy of the database.")
def migrate(*, without_copy: bool) -> None:
    """Bring the database up to date; a copy is made first."""
    with prepare.alone():
        copy = prepare.migrate(now=clock.now(), copies=not without_copy)
    click.echo(f"Copied before: {copy}" if copy else "No copy was needed.")
    click.echo("The database is up to date.")


@click.command(hidden=True)
@click.argument("part", type=click.Choice(["web", "worker", "urgent", "scheduler"]))
@on_host
@on_port
@with_processes
def child(part: str, host: str, port: int, workers: int) -> None:
    """Run one part without a supervisor of its own."""
    leash.hold()
    with suppress(KeyboardInterrupt):
        if part == "web":
            parts.run_web(host=host, port=port, processes=workers)
        elif part == "worker":
            parts.run_worker()
        elif part == "urgent":
            parts.run_urgent()
        else:
            parts.run_scheduler()
