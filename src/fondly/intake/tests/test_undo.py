import pytest
from django_tasks_db.models import DBTaskResult

from fondly.base import news
from fondly.base.errors import Refusal
from fondly.clients.actions import search
from fondly.clients.models import Client, Order, OrderLine, SearchWord
from fondly.intake import tasks
from fondly.intake.actions import running
from fondly.intake.actions.check import check
from fondly.intake.actions.publish import publish
from fondly.intake.actions.running import TakenOver
from fondly.intake.actions.steer import cancel, resume
from fondly.intake.actions.undo import preview, undo
from fondly.intake.models import Import, ImportState
from fondly.intake.staging.folder import Folder
from fondly.intake.tests.files import ORDERS, checksums, imported, runner, taken
from fondly.testing import a_business, a_client, a_touch, an_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business():
    return a_business(currency="EUR", time_zone="UTC")


def test_undo_restores_every_table(tmp_path):
    an_order(a_client(number="K1"), number="1002", key="n:1002", amount=99)
    imported(
        tmp_path, ORDERS.replace("1002,K2", "1002,K1")
    )  # some rows of an import before
    before = checksums()
    text = ORDERS.replace("1002,K2", "1002,K1").replace("20.50", "21.00")
    source = imported(tmp_path, text + "1004,K9,2026-03-01,-5.00\n")
    assert source.counts["changed"] == 1
    assert checksums() != before
    undo(runner(source))
    assert checksums() == before
    assert source.counts["kept_count"] == 0


def test_an_order_that_had_no_lines_has_none_again_after_undo(tmp_path):
    imported(tmp_path, "order number,customer number,date,total\nL1,K1,2026-01-05,10.00\n")
    before = checksums()
    text = "order number,customer number,date,sku,quantity,unit price\n"
    source = imported(tmp_path, text + "L1,K1,2026-01-05,S,1,12.00\n")
    assert (source.counts["changed"], OrderLine.objects.count()) == (1, 1)
    undo(runner(source))
    assert checksums() == before


def test_a_changed_row_gets_its_old_values_again_unless_somebody_edited_it(tmp_path):
    imported(tmp_path, ORDERS)
    source = imported(tmp_path, ORDERS.replace("20.50", "21.00").replace("30.00", "31.00"))
    edited = Order.objects.get(number="1002")
    edited.note = "agreed by phone"
    edited.changed(["note"])
    undo(runner(source))
    amounts = dict(Order.objects.values_list("number", "amount"))
    assert amounts == {"1001": 1000, "1002": 2100, "1003": 3000}
    [kept] = source.counts["kept"]
    assert (kept["table"], kept["id"]) == ("order", edited.pk)


def test_what_an_undo_would_keep_is_known_beforehand_and_by_name(tmp_path):
    text = "number,name,email,city\nK1,Ada,ada@example.org,Bath\n"
    imported(tmp_path, text, about="clients")
    text = text.replace("Ada,ada", "@Ada & Co,new").replace("Bath", "Bristol")
    source = imported(
        tmp_path, text + "K2,Boris,,\nK3,Chen,c@example.org,\n", about="clients"
    )
    ada, chen = Client.objects.get(number="K1"), Client.objects.get(number="K3")
    point = ada.contacts.get().points.get(value="new@example.org")
    for row in (ada, point, chen.contacts.get().points.get()):
        row.changed([])
    seen = preview(source)
    assert (seen["clients"], seen["restored"], seen["kept_count"]) == (1, 1, 3)
    listed = [(str(row["what"]), row["name"]) for row in seen["kept"]]
    undo(runner(source))
    assert source.counts["kept_count"] == 3
    assert sorted(listed) == [
        ("Client", "@Ada & Co · K1"),
        ("Client", "Chen · K3"),
        ("E-mail or phone", "new@example.org · @Ada & Co"),
    ]
    kept = Folder.of(source.pk).kept.read_text()
    assert f"client,{ada.pk},'@Ada & Co · K1,Somebody has changed it since." in kept
    assert f"client,{chen.pk},Chen · K3,A contact has changed since." in kept


def test_an_edited_order_is_named_by_number_day_and_client(tmp_path):
    imported(tmp_path, ORDERS)
    source = imported(tmp_path, ORDERS.replace("20.50", "21.00"))
    Order.objects.get(number="1002").changed([])
    [kept] = preview(source)["kept"]
    assert (str(kept["what"]), kept["name"]) == ("Order", "1002 · 2026-01-06 · K2")


def test_a_client_somebody_edited_since_is_kept_and_listed(tmp_path):
    source = imported(tmp_path, ORDERS)
    ada = Client.objects.get(number="K1")
    ada.name = "Ada"
    ada.changed(["name"])
    assert preview(source)["kept_count"] == 1
    undo(runner(source))
    assert list(Client.objects.values_list("name", flat=True)) == ["Ada"]
    assert not Order.objects.exists()
    assert [k["why"] for k in source.counts["kept"]] == ["Somebody has changed it since."]


def test_a_client_with_a_touch_or_a_later_order_is_kept(tmp_path):
    source = imported(tmp_path, ORDERS)
    a_touch(Client.objects.get(number="K1"))
    an_order(Client.objects.get(number="K2"))
    undo(runner(source))
    assert set(Client.objects.values_list("number", flat=True)) == {"K1", "K2"}
    assert Order.objects.count() == 1


def test_an_edited_order_keeps_its_client(tmp_path):
    source = imported(tmp_path, ORDERS)
    order = Order.objects.get(number="1002")
    order.note = "paid"
    order.changed(["note"])
    undo(runner(source))
    assert list(Order.objects.values_list("number", "client__number")) == [("1002", "K2")]
    assert Client.objects.count() == 1


def test_what_is_undone_cannot_be_undone_again(tmp_path):
    source = imported(tmp_path, ORDERS)
    undo(runner(source))
    with pytest.raises(Refusal):
        undo(runner(source))


def test_the_file_can_be_imported_again_after_undo(tmp_path):
    undo(runner(imported(tmp_path, ORDERS)))
    imported(tmp_path, ORDERS)
    assert Order.objects.count() == 3


def test_cancel_before_publication_leaves_nothing(tmp_path):
    before = checksums()
    source = taken(tmp_path, ORDERS)
    check(runner(source))
    cancel(runner(source))
    source.refresh_from_db()
    assert source.state == ImportState.CANCELLED
    assert checksums() == before


def test_a_cancel_takes_over_from_a_running_import(tmp_path, monkeypatch):
    before = checksums()
    source = taken(tmp_path, ORDERS)
    check(runner(source))
    naps = []

    def cancel_meanwhile(_seconds):
        naps.append(1)
        if len(naps) == 2:  # before the second turn
            other = Import.objects.get(pk=source.pk)
            cancel(runner(other))

    monkeypatch.setattr(running.time, "sleep", cancel_meanwhile)
    with pytest.raises(TakenOver):
        publish(runner(source))
    source.refresh_from_db()
    assert source.state == ImportState.CANCELLED
    assert checksums() == before


def test_an_interrupted_import_goes_on_where_it_stopped(tmp_path, monkeypatch):
    source = taken(tmp_path, ORDERS)
    check(runner(source))

    naps = []

    def die(_seconds):
        naps.append(1)
        if len(naps) == 2:  # before the second turn
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(running.time, "sleep", die)
        with pytest.raises(KeyboardInterrupt):
            publish(runner(source))
    assert Client.everything.exists()
    assert not Client.objects.exists()
    resume(runner(Import.objects.get()))
    assert Order.objects.count() == 3


def test_what_is_published_cannot_be_cancelled(tmp_path):
    with pytest.raises(Refusal, match="can be undone"):
        cancel(runner(imported(tmp_path, ORDERS)))


def test_whoever_dies_right_after_publication_leaves_neither_news_nor_words_behind(
    tmp_path, monkeypatch
):
    ada = a_client(name="Ada", number="K1")
    source = taken(tmp_path, "number,name\nK1,Boris\n", about="clients")
    check(runner(source))
    heard = []
    monkeypatch.setattr(news, "_witnesses", [heard.append])
    with monkeypatch.context() as patch:
        patch.setattr(search, "index", lambda _ids: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            publish(runner(source))
    assert [each.client_ids for each in heard if each.kind == "client"] == [[ada.pk]]
    assert not SearchWord.objects.filter(client=ada, word="boris").exists()
    assert tasks.index.call(source.pk) == "done"
    assert SearchWord.objects.filter(client=ada, word="boris").exists()
    assert (
        DBTaskResult.objects.filter(task_path__endswith="intake.tasks.index").count() == 1
    )
    undo(runner(Import.objects.get()))
    assert not SearchWord.objects.filter(client=ada, word="boris").exists()


def test_an_undo_that_dies_late_still_puts_the_words_right(tmp_path, monkeypatch):
    ada = a_client(name="Ada", number="K1")
    text = "number,email\nK1,boris@example.org\n"
    source = taken(tmp_path, text, about="clients")
    check(runner(source))
    publish(runner(source))
    assert SearchWord.objects.filter(client=ada, word="boris@example.org").exists()
    with monkeypatch.context() as patch:
        patch.setattr(search, "index", lambda _ids: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            undo(runner(source))
    resume(runner(Import.objects.get()))
    assert not SearchWord.objects.filter(client=ada, word="boris@example.org").exists()
