"""An import killed at any moment: nothing of it is seen, or all, and it can go on."""

import random
import signal
from time import monotonic, sleep

import pytest

from fondly.clients.models import Client, Order
from fondly.intake.models import Import
from fondly.intake.tests.files import checksums, has_written
from fondly.testing import a_business
from tests.crash.processes import eventually, fondly, send

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
MANY = 40_000
HEAD = "order number,customer,date,total\n"


@pytest.fixture
def file(tmp_path):
    """Return a file of many orders of many clients."""
    a_business(time_zone="UTC", currency="EUR")
    lots = random.Random(5)
    path = tmp_path / "orders.csv"
    rows = (
        f"{n},K{lots.randrange(4000)},2026-01-{lots.randrange(1, 29):02d} 10:00,"
        f"{lots.randrange(100, 99999) / 100}\n"
        for n in range(MANY)
    )
    path.write_text(HEAD + "".join(rows))
    return path


def seen():
    return Order.objects.count(), Client.objects.count()


def killed_at(file, share):
    """Import, and kill it once it has written this share; return it and whether it was."""
    with fondly("import", "orders", file, "--yes") as process:

        def is_time():
            source = Import.objects.exclude(state="undone").first()
            ended = not process.is_running() or process.status() == "zombie"
            return ended or (source and has_written(source, share))

        eventually(is_time, what="some rows")
        was_running = process.is_running() and process.status() != "zombie"
        send(process, signal.SIGKILL)
        process.wait()
    return Import.objects.latest("pk"), was_running


def finish(source):
    """Go on with an import until it is published."""
    while source.state != "published":
        was = source.state
        with fondly("import", "resume", source.pk) as process:
            assert process.wait() == 0
        source.refresh_from_db()
        if source.state == "checked":  # killed before it wrote anything
            Import.objects.filter(pk=source.pk).update(state="publishing")
        assert was != source.state


def test_a_killed_import_is_seen_whole_or_not_at_all_and_goes_on(file):
    dice, killed, contents = random.Random(11), 0, set()
    for share in (dice.random() * 0.95 for _ in range(4)):
        before, tables = seen(), checksums()
        source, was_running = killed_at(file, share)
        killed += was_running
        assert seen() == ((MANY, 4000) if source.state == "published" else before)
        finish(source)
        assert seen() == (MANY, 4000)
        rows = Order.objects.order_by("key").values_list("key", "amount", "client__number")
        contents.add(hash(tuple(rows)))
        undo_killed(source, tables, dice)
    assert len(contents) == 1
    assert killed >= 2


def undo_killed(source, tables, dice):
    """Undo the import, killing that too; once it has gone on every table is as before."""
    with fondly("import", "undo", source.pk, "--yes") as process:
        sleep(1 + dice.random() * 2)
        send(process, signal.SIGKILL)
        process.wait()
    assert Order.objects.count() in (0, MANY)
    source.refresh_from_db()
    if source.state != "undone":
        words = ["resume"] if source.state == "undoing" else ["undo", "--yes"]
        with fondly("import", *words, source.pk) as process:
            assert process.wait() == 0
    assert checksums() == tables


def test_readers_see_all_or_nothing_and_writers_hardly_wait(file):
    ada = Client.objects.create(
        name="Ada",
        sort_name="ada",
        created_at="2026-01-01T00:00Z",
        updated_at="2026-01-01T00:00Z",
    )
    counts, waits = set(), []
    with fondly("import", "orders", file, "--yes") as process:
        while process.is_running() and process.status() != "zombie":
            counts.add(Order.objects.count())
            began = monotonic()
            ada.notes = str(began)
            ada.changed(["notes"])
            waits.append(monotonic() - began)
            sleep(0.02)
        process.wait()
    counts.add(Order.objects.count())
    assert counts == {0, MANY}
    waits.sort()
    # The bound is wide: it must hold on a busy machine. A lock held throughout, as by one
    # large transaction, takes many seconds.
    assert waits[-1] < 5
    assert len(waits) > 20
