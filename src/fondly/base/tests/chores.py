"""Tasks for tests: each leaves an `Occurrence` behind as its effect."""

from time import sleep
from uuid import uuid4

from django.utils.timezone import now

from fondly.base.errors import Refusal
from fondly.base.models import Occurrence
from fondly.base.tasks import fenced, in_steps, task


def leave(effect: str) -> None:
    """Leave an effect behind; leaving it twice shows."""
    Occurrence.objects.create(slug=effect, name=uuid4().hex, at=now())


def effects(prefix: str = "") -> list[str]:
    """Return the effects left so far."""
    rows = Occurrence.objects.filter(slug__startswith=prefix).order_by("id")
    return list(rows.values_list("slug", flat=True))


@task
def do(effect: str) -> str:
    leave(effect)
    return effect


@task
def look() -> list[str]:
    """Return what is there to see."""
    return effects()


@task
def fall_over(effect: str) -> None:
    leave(effect)
    raise ValueError("the chore fell over")


@task
def refuse(effect: str) -> None:
    leave(effect)
    raise Refusal("Not today.")


@task
@in_steps
def do_in_steps(effect: str) -> None:
    with fenced():
        leave(f"{effect}:1")
    with fenced():
        leave(f"{effect}:2")


@task
def potter(effect: str, seconds: float) -> None:
    """Two effects of one transaction, with a pause in which to be killed."""
    leave(f"{effect}:1")
    sleep(seconds)
    leave(f"{effect}:2")


@task
@in_steps
def potter_in_steps(effect: str, seconds: float) -> None:
    """Two steps, each done once, with pauses in and between their transactions."""
    for step in (1, 2):
        with fenced():
            if f"{effect}:{step}" not in effects(effect):
                leave(f"{effect}:{step}")
            sleep(seconds / 4)
        sleep(seconds / 4)


@task
@in_steps
def dawdle(effect: str, seconds: float) -> None:
    """Say that it has begun, wait outside any transaction, then take effect."""
    leave(f"begun {effect}")
    sleep(seconds)
    with fenced():
        leave(effect)
