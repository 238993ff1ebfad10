"""Tags and interests of a client, and the labels themselves: renamed, merged, removed."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.news import News, announce
from fondly.base.tasks import enqueue_once, fenced, rest
from fondly.base.text import fold
from fondly.clients.models import Client, Label
from fondly.clients.rules import check_texts
from fondly.team import audit
from fondly.team.models import User

LONGEST = 60
BATCH = 500
TASK = "fondly.clients.tasks.remove_label"


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


@transaction.atomic
def rename(label: Label, name: str, *, by: User | None, now: datetime) -> None:
    """Call a label something else, for every client who has it."""
    name = " ".join(name.split())
    check_texts({"name": name}, {"name": LONGEST})
    if not name or len(fold(name)) > LONGEST:
        raise Refusal(_("A tag or an interest has a name of at most 60 letters."))
    before, label.name, label.folded = label.folded, name, fold(name)
    try:
        with transaction.atomic():
            label.save(update_fields=["name", "folded"])
    except IntegrityError as error:
        words = _("“%(name)s” is there already. Merge the two instead.")
        raise Refusal(words % {"name": name}) from error
    audit.note("label.renamed", by=by, at=now, about=f"label {label.pk}")
    _tell_name(label.kind, before, name, at=now)


def is_small(label: Label) -> bool:
    """Tell whether few enough clients have it to take it off them at once."""
    return len(label.client_ids(BATCH + 1)) <= BATCH


def remove(
    label: Label, *, into: Label | None = None, by: User | None, now: datetime
) -> int:
    """Take a label off every client and away; merged `into` another they get that one.

    Some clients at a time: it may be begun again after any of them. Returns how many.
    """
    if into is not None and (into.pk == label.pk or into.kind != label.kind):
        raise Refusal(_("Choose another label of the same kind to merge it into."))
    count = 0
    while some := _take_off(label, into, now):
        count += some
        rest()
    with fenced():
        word = "label.merged" if into else "label.removed"
        more = {"into": into.pk} if into else {}
        about = f"label {label.pk}"
        audit.note(word, by=by, at=now, about=about, clients=count, **more)
        Label.objects.filter(pk=label.pk).delete()
        if into is not None:
            _tell_name(label.kind, label.folded, into.name, at=now)
    return count


def remove_later(label: Label, *, into: Label | None, by: User) -> None:
    """Have a label that very many have removed in the background, or merged."""
    becomes = into.pk if into else None
    key = f"clients.remove_label:{label.pk}"
    enqueue_once(import_string(TASK), label.pk, becomes, by.pk, key=key)


def _tell_name(kind: str, before: str, after: str, *, at: datetime) -> None:
    """Tell those who know a label by its name, such as saved views, that it has another."""
    about = urlencode({"kind": kind, "before": before, "after": after})
    announce(News(kind="label", client_ids=[], at=at, detail=about))


def _take_off(label: Label, into: Label | None, now: datetime) -> int:
    through = Client.labels.through
    with fenced():
        ids = label.client_ids(BATCH)
        if not ids:
            return 0
        mine = Client.everything.filter(pk__in=ids)
        mine.locked().ids()
        if into is not None:
            rows = [through(client_id=key, label_id=into.pk) for key in ids]
            through.objects.bulk_create(rows, ignore_conflicts=True)
        through.objects.filter(label=label, client_id__in=ids).delete()
        # Counted as a change: the undo of an import then leaves these clients alone.
        mine.change(updated_at=now)
        announce(News(kind="client", client_ids=ids, at=now, detail="changed"))
    return len(ids)
