"""Tags and interests of a client."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.text import fold
from fondly.clients.models import Client, Label
from fondly.clients.rules import check_texts

LONGEST = 60


def put_labels(
    client: Client, *, tags: Iterable[str] | None, interests: Iterable[str] | None
) -> bool:
    """Make the client's labels exactly these; tell whether anything changed."""
    wanted = {Label.Kind.TAG: tags, Label.Kind.INTEREST: interests}
    changed = [
        _put(client, kind, names) for kind, names in wanted.items() if names is not None
    ]
    return any(changed)


def labels_named(kind: str, names: Iterable[str]) -> list[Label]:
    """Return the labels of these names, made where they are new."""
    spelled: dict[str, str] = {}
    for name in (" ".join(name.split()) for name in names if name.strip()):
        spelled.setdefault(fold(name), name)
    check_texts(spelled, {})
    if any(len(name) > LONGEST for name in (*spelled, *spelled.values())):
        raise Refusal(_("A tag or an interest has at most 60 letters."))
    new = [Label(kind=kind, name=name, folded=key) for key, name in spelled.items()]
    Label.objects.bulk_create(new, ignore_conflicts=True)
    return list(Label.objects.filter(kind=kind, folded__in=spelled))


def _put(client: Client, kind: str, names: Iterable[str]) -> bool:
    wanted = {label.pk for label in labels_named(kind, names)}
    present = set(client.labels.filter(kind=kind).values_list("pk", flat=True))
    client.labels.remove(*(present - wanted))
    client.labels.add(*(wanted - present))
    return wanted != present
