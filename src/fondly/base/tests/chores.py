"""Tasks for tests: each leaves an `Occurrence` behind as its effect."""

from django.utils.timezone import now

from fondly.base.errors import Refusal
from fondly.base.models import Occurrence
from fondly.base.tasks import fenced, in_steps, task


def leave(effect: str, name: str = "") -> None:
    """Leave an effect behind."""
    Occurrence.objects.create(slug=effect, name=name, at=now())


def effects(prefix: str = "") -> list[str]:
    """Return the effects left so far."""
    rows = Occurrence.objects.filter(slug__startswith=prefix).order_by("id")
    return list(rows.values_list("slug", flat=True))


@task
def do(effect: str) -> str:
    leave(effect)
    return effect


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
