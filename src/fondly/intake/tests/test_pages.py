from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from fondly.base.tasks import LeaseLost
from fondly.clients.models import Order
from fondly.intake.actions.later import wish
from fondly.intake.models import Import
from fondly.intake.tasks import run
from fondly.intake.tests.files import ORDERS
from fondly.testing import NOON, a_business, a_user, olive

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signed_in(client):
    a_business(currency="EUR", time_zone="UTC")
    client.force_login(olive())


def upload(client, text=ORDERS, *, about="orders", name="orders.csv", **more):
    file = SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())
    answer = client.post(reverse("intake:imports"), {"about": about, "file": file} | more)
    return answer, Import.objects.first()


def to(name, source):
    return reverse(f"intake:{name}", args=[source.pk])


def as_understood(client, source):
    """Return the mapping form as the page offers it."""
    form = client.get(to("import", source)).context["form"]
    values = {field.html_name: field.value() for field in form}
    return {k: v for k, v in values.items() if v not in (None, False)}


def test_an_empty_list_says_how_to_begin(client):
    assert b"Nothing has been imported yet" in client.get(reverse("intake:imports")).content


def test_a_file_goes_from_upload_to_orders_and_back(client):
    answer, source = upload(client)
    assert answer.url == to("import", source)
    page = client.get(to("import", source))
    assert "Customer number" in page.content.decode()
    client.post(to("import", source), as_understood(client, source))
    run.call(source.pk)
    page = client.get(to("import", source)).content.decode()
    assert "This is what would happen" in page
    assert not Order.objects.exists()
    client.post(to("publish", source))
    assert "Waiting for its turn" in client.get(to("import", source)).content.decode()
    run.call(source.pk)
    assert Order.objects.count() == 3
    assert "Everybody sees it" in client.get(to("import", source)).content.decode()
    assert "3" in client.get(to("undo", source)).content.decode()
    client.post(to("undo", source))
    run.call(source.pk)
    assert not Order.objects.exists()
    assert "as it was before" in client.get(to("import", source)).content.decode()


def test_a_refused_file_is_answered_in_words_and_not_kept(client):
    answer, source = upload(client, b"\0" * 100)
    assert answer.status_code == 422
    assert "NUL bytes" in answer.content.decode()
    assert source is None


def test_an_upload_beyond_the_limit_is_cut_off(client, settings):
    settings.UPLOAD_LIMIT = 1000
    answer, source = upload(client, ORDERS * 1000)
    assert answer.status_code == 422
    assert source is None


def test_a_doubt_is_shown_and_answered(client):
    text = "order number,customer,date,total\n1,K1,03/04/2026,5.00\n"
    _answer, source = upload(client, text)
    assert "more than one style" in client.get(to("import", source)).content.decode()
    client.post(to("import", source), as_understood(client, source) | {"date": "%d/%m/%Y"})
    run.call(source.pk)
    client.post(to("publish", source))
    run.call(source.pk)
    assert Order.objects.get().placed_on.isoformat() == "2026-04-03"


def test_a_mapping_is_kept_for_the_next_file_with_these_columns(client):
    text = "order number,customer,date,total,extra\n1,K1,2026-01-05,5.00,7.00\n"
    _answer, source = upload(client, text)
    chosen = as_understood(client, source)
    names = list(source.reading["columns"])
    chosen[f"column_{names.index('extra')}"] = "amount"
    chosen[f"column_{names.index('total')}"] = ""
    client.post(to("import", source), chosen)
    _answer, again = upload(client, text)
    assert again.mapping["columns"]["amount"] == "extra"


def test_rows_are_paged_and_rejected_lines_can_be_fetched(client):
    lines = "".join(f"{n},K1,2026-01-05,1.00\n" for n in range(2000, 2150))
    _answer, source = upload(client, ORDERS + lines + "9,,2026-01-05,1\n")
    client.post(to("import", source), as_understood(client, source))
    run.call(source.pk)
    page = client.get(to("import", source))
    assert len(page.context["rows"]) == 100
    rest = client.get(page.context["page"]["next_url"])
    assert len(rest.context["rows"]) == 54
    errors = b"".join(client.get(to("errors", source)).streaming_content).decode()
    assert "No client is named." in errors


def test_a_refusal_in_the_background_is_shown_and_can_be_tried_again(client):
    _answer, source = upload(client, ORDERS)
    client.post(to("import", source), as_understood(client, source))
    run.call(source.pk)
    other = Import.objects.create(
        about="orders", filename="other", lane=1, created_at=source.created_at
    )
    client.post(to("publish", source))
    run.call(source.pk)
    assert "is being written" in client.get(to("import", source)).content.decode()
    other.delete()
    client.post(to("publish", source))
    run.call(source.pk)
    assert Order.objects.count() == 3


def test_cancel_leaves_nothing(client):
    _answer, source = upload(client)
    client.post(to("cancel", source))
    run.call(source.pk)
    source.refresh_from_db()
    assert source.state == "cancelled"


def test_members_do_not_import(client):
    client.force_login(a_user())
    assert client.get(reverse("intake:imports")).status_code == 403


def test_two_columns_cannot_be_the_same(client):
    _answer, source = upload(client)
    chosen = as_understood(client, source) | {"column_3": "date"}
    answer = client.post(to("import", source), chosen)
    assert answer.status_code == 422
    assert "“Date” is said to be the same" in answer.content.decode()
    source.refresh_from_db()
    assert source.state == "uploaded"


@pytest.mark.parametrize(
    ("year", "leads_to"), [(2011, "/today/?as_of=2011-02-08"), (None, "/today/")]
)
def test_what_is_imported_leads_to_today_of_its_own_time(client, year, leads_to):
    day = now().date() if year is None else date(year, 2, 7)
    _answer, source = upload(client, f"order number,customer,date,total\n1,K1,{day},5.00\n")
    client.post(to("import", source), as_understood(client, source))
    run.call(source.pk)
    assert f"{day:%B} {day.year}" in client.get(to("import", source)).content.decode()
    client.post(to("publish", source))
    run.call(source.pk)
    page = client.get(to("import", source)).content.decode()
    assert f'class="button primary" href="{leads_to}"' in page


def test_the_time_left_of_an_interrupted_import_does_not_grow():
    about = {"rows": 100, "rows_done": 25, "started_at": NOON}
    source = Import(heartbeat_at=NOON + timedelta(seconds=10), **about)
    assert source.seconds_left(NOON + timedelta(seconds=9)) == 27
    assert source.seconds_left(NOON + timedelta(seconds=10)) == 30
    assert source.seconds_left(NOON + timedelta(minutes=5)) == 30


@pytest.mark.parametrize(("fault", "state"), [(OSError, "failed"), (LeaseLost, "staging")])
def test_an_import_that_breaks_says_so_unless_another_goes_on(
    client, monkeypatch, fault, state
):
    source = upload(client)[1]
    wish(source, "staging")

    def breaks(_runner):
        raise fault("disk")

    monkeypatch.setattr("fondly.intake.tasks.resume", breaks)
    with pytest.raises(fault):
        run.call(source.pk)
    source.refresh_from_db()
    assert source.state == state
    page = client.get(to("import", source)).content.decode()
    assert ("a fault of ours" in page) == (state == "failed")


def test_impossible_dates_are_refused_until_the_box_leaves_their_lines_out(client):
    text = ORDERS.replace("2026-02-07", "9999-12-31")
    refused, none = upload(client, text)
    assert refused.status_code == 422
    assert none is None
    assert "the box on the page" in refused.text
    taken, source = upload(client, text, odd_dates="on")
    assert taken.status_code == 302
    wish(source, "staging")
    run.call(source.pk)
    source.refresh_from_db()
    assert (source.counts["created"], source.counts["rejected"]) == (2, 1)


@pytest.mark.parametrize(
    ("day", "is_here", "words"),
    [
        ("soon", False, "every line was rejected"),
        ("2026-01-05", True, "every row that can be taken is here already"),
    ],
)
def test_a_dry_run_without_rows_to_write_says_why(client, day, is_here, words):
    text = "order number,customer,date,total\n1,K1,{},5.00\n"
    for each in ("2026-01-05", day) if is_here else (day,):
        _answer, source = upload(client, text.format(each))
        chosen = as_understood(client, source) | {"date": "%Y-%m-%d"}
        client.post(to("import", source), chosen)
        run.call(source.pk)
        page = client.get(to("import", source)).content.decode()
        client.post(to("publish", source))
        run.call(source.pk)
    assert f"Nothing: {words}" in page


def test_the_page_of_an_undo_names_what_it_keeps(client):
    _answer, source = upload(client)
    client.post(to("import", source), as_understood(client, source))
    run.call(source.pk)
    client.post(to("publish", source))
    run.call(source.pk)
    order = Order.objects.get(number="1002")
    order.changed([])
    page = client.get(to("undo", source)).content.decode()
    assert "Order 1002 · 2026-01-06 · K2: Somebody has changed it since." in page
