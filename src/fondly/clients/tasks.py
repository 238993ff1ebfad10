"""Background work of clients: labels that very many have, merged or removed."""

from fondly.base.clock import now
from fondly.base.tasks import in_steps, task
from fondly.clients.actions import labels
from fondly.clients.models import Label
from fondly.team.models import User


@task
@in_steps
def remove_label(label_id: int, into_id: int | None, user_id: int) -> int:
    """Take a label off every client and away; return how many had it."""
    label = Label.objects.filter(pk=label_id).first()
    into = Label.objects.filter(pk=into_id).first() if into_id else None
    if label is None or (into_id and into is None):
        return 0  # done before, or what it was to become is gone
    by = User.objects.filter(pk=user_id).first()
    return labels.remove(label, into=into, by=by, now=now())
