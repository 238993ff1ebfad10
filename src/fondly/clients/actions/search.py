"""Keeping the words by which clients are found."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction

from fondly.clients.models import Client, Contact, ContactPoint, SearchWord
from fondly.clients.rules import search_words

# Small, so that other writers get their turn between two batches.
BATCH = 200


def search_words_for(clients: Iterable[Client]) -> list[SearchWord]:
    """Return the unsaved rows of the search words of `clients`, in three queries."""
    found = list(clients)
    names, points = _people([client.pk for client in found])
    return [
        SearchWord(client_id=client.pk, word=word)
        for client in found
        for word in sorted(
            search_words(
                client.name,
                client.number,
                names[client.pk],
                points[client.pk, "email"],
                points[client.pk, "phone"],
            )
        )
    ]


def index(client_ids: Iterable[int]) -> None:
    """Make the search words of these clients right, whatever they were."""
    ids = sorted(set(client_ids))
    for start in range(0, len(ids), BATCH):
        _index_batch(ids[start : start + BATCH])


@transaction.atomic
def _index_batch(client_ids: Sequence[int]) -> None:
    # Locked: who renames the client and who adds a contact must see each other's words.
    wanted = search_words_for(Client.everything.filter(pk__in=client_ids).locked())
    keys = {(row.client_id, row.word) for row in wanted}
    kept = SearchWord.objects.filter(client_id__in=client_ids)
    present = {
        (client_id, word): pk
        for pk, client_id, word in kept.values_list("pk", "client_id", "word")
    }
    gone = [pk for key, pk in present.items() if key not in keys]
    if gone:
        SearchWord.objects.filter(pk__in=gone).delete()
    new = [row for row in wanted if (row.client_id, row.word) not in present]
    # Two people may index the same client at once.
    SearchWord.objects.bulk_create(new, ignore_conflicts=True)


def _people(
    client_ids: list[int],
) -> tuple[defaultdict[int, list[str]], defaultdict[tuple[int, str], list[str]]]:
    """Return the names of the contacts and their points, by client (and kind)."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    points: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    contacts = Contact.everything.filter(client_id__in=client_ids)
    for client_id, name in contacts.values_list("client_id", "name"):
        names[client_id].append(name)
    reached = ContactPoint.everything.filter(contact__client_id__in=client_ids)
    reached = reached.exclude(value="")  # erased: only a hash is left
    for row in reached.values_list("contact__client_id", "kind", "normalised"):
        client_id, kind, normalised = row
        points[client_id, kind].append(normalised)
    return names, points
