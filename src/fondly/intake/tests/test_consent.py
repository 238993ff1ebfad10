from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import now

from fondly.base.errors import Refusal
from fondly.clients.models import Client, ConsentEntry
from fondly.intake.actions import publish as module
from fondly.intake.actions.check import check
from fondly.intake.actions.publish import publish
from fondly.intake.rules.person import read
from fondly.intake.rules.reading import Mapping
from fondly.intake.tests.files import checksums, imported, runner, taken
from fondly.testing import NOON, a_business, a_client, a_contact

pytestmark = pytest.mark.django_db
CONSENT = "number,name,email,consent,consent source,consent date,consent wording\n"
GIVEN = 'K1,Ada,ada@example.org,yes,web form,2026-01-05,"Yes, send me news"\n'
OPTED_OUT = "K1,Ada,ada@example.org,no,web form,{},No more\n"
YES, NO = "may", "may not"


@pytest.fixture(autouse=True)
def business():
    return a_business(time_zone="Europe/Berlin")


def told(tmp_path, text):
    return imported(tmp_path, text, about="clients")


def said(client, word, at, *, contact=None):
    return ConsentEntry.objects.create(
        client=client,
        contact=contact,
        channel="email",
        purpose="news",
        is_granted=word == YES,
        at=at,
        source="x",
    )


def what_holds(client):
    """Return what the client's page says."""
    return {YES if each.is_granted else NO for each in client.consents.standing()}


def test_a_first_consent_is_taken_with_its_evidence(tmp_path):
    told(tmp_path, CONSENT + GIVEN)
    entry = ConsentEntry.objects.get()
    assert (entry.is_granted, entry.source) == (True, "web form")
    assert entry.wording == "Yes, send me news"
    assert entry.at == datetime(2026, 1, 5, tzinfo=ZoneInfo("Europe/Berlin"))


def test_consent_without_evidence_is_not_taken(tmp_path):
    told(tmp_path, CONSENT + "K1,Ada,ada@example.org,yes,,,\n")
    assert Client.objects.exists()
    assert not ConsentEntry.objects.exists()


def test_an_opt_out_in_the_file_is_recorded_once(tmp_path):
    told(tmp_path, CONSENT + GIVEN)
    opt_out = GIVEN.replace(",yes,", ",no,").replace("2026-01-05", "2026-02-05")
    told(tmp_path, CONSENT + opt_out)
    told(tmp_path, CONSENT + opt_out)
    entries = ConsentEntry.objects.order_by("at").values_list("is_granted", flat=True)
    assert list(entries) == [True, False]


def test_an_import_never_lifts_an_opt_out(tmp_path):
    chen = a_client(number="K1", name="Ada")
    said(chen, NO, NOON)
    told(tmp_path, CONSENT + GIVEN)
    assert not ConsentEntry.objects.filter(is_granted=True).exists()


def test_an_opt_out_of_the_address_elsewhere_holds_for_a_new_client(tmp_path):
    chen = a_client(name="Chen")
    a_contact(chen, email="ada@example.org")
    ConsentEntry.objects.create(
        client=chen,
        channel="email",
        purpose="offers",
        is_granted=False,
        at=NOON,
        source="x",
    )
    told(tmp_path, CONSENT + GIVEN)
    assert not ConsentEntry.objects.filter(is_granted=True).exists()


def test_an_opt_out_between_check_and_publication_holds(tmp_path, monkeypatch):
    ada = a_client(number="K1", name="Ada")
    source = taken(tmp_path, CONSENT + GIVEN, about="clients")
    check(runner(source))
    show = module.show

    def opt_out_first(at):
        said(ada, NO, NOON)
        show(at)

    monkeypatch.setattr(module, "show", opt_out_first)
    publish(runner(source))
    assert list(ConsentEntry.objects.values_list("is_granted", flat=True)) == [False]


def test_a_consent_of_the_future_is_rejected_since_no_opt_out_could_follow_it(tmp_path):
    source = told(tmp_path, CONSENT + GIVEN.replace("2026-01-05", "2099-01-02"))
    [reason] = source.counts["reasons"]
    assert "2099-01-02, has not come yet" in reason
    assert not Client.objects.exists()
    assert not ConsentEntry.objects.exists()


def test_a_consent_of_today_is_of_today_where_the_file_was_written():
    cells = {"name": "Ada", "consent": "yes", "consent_source": "form"}
    cells |= {"consent_wording": "Yes", "consent_date": "2026-01-05"}
    berlin = Mapping(columns={}, decimal=".", time_zone="Europe/Berlin")
    just_begun = datetime(2026, 1, 4, 23, 1, tzinfo=UTC)
    ada = read(2, cells, berlin, region="DE", now=just_begun)
    assert ada.consent_at == datetime(2026, 1, 4, 23, tzinfo=UTC)
    with pytest.raises(Refusal):
        read(2, cells, berlin, region="DE", now=just_begun - timedelta(minutes=2))


@pytest.mark.parametrize("stated", ["2020-01-02", "2099-01-02", "2023-06-01"])
def test_an_opt_out_holds_whatever_its_date(tmp_path, stated):
    ada = a_client(number="K1", name="Ada")
    said(ada, YES, datetime(2023, 6, 1, tzinfo=ZoneInfo("Europe/Berlin")))
    text = CONSENT + OPTED_OUT.format(stated)
    told(tmp_path, text)
    assert what_holds(ada) == {NO}
    newest = ada.consents.first()
    assert newest.at <= now()
    assert newest.wording == f"No more (of {stated} in the file)"
    before = checksums()
    told(tmp_path, text)
    assert checksums() == before


def test_an_opt_out_keeps_its_date_where_it_holds_by_itself(tmp_path):
    ada = a_client(number="K1", name="Ada")
    said(ada, YES, datetime(2023, 6, 1, tzinfo=UTC))
    told(tmp_path, CONSENT + OPTED_OUT.format("2024-01-02"))
    newest = ada.consents.first()
    assert newest.at == datetime(2024, 1, 2, tzinfo=ZoneInfo("Europe/Berlin"))
    assert (newest.is_granted, newest.wording) == (False, "No more")


def test_an_opt_out_of_one_person_leaves_room_for_that_of_the_whole_client(tmp_path):
    ada = a_client(number="K1", name="Ada")
    said(ada, YES, datetime(2023, 6, 1, tzinfo=UTC))
    said(ada, NO, NOON, contact=a_contact(ada))
    told(tmp_path, CONSENT + OPTED_OUT.format("2020-01-02"))
    assert what_holds(ada) == {NO}


def test_an_opt_out_outlasts_a_consent_of_the_future_that_is_here(tmp_path):
    ada = a_client(number="K1", name="Ada")
    said(ada, YES, datetime(2099, 1, 2, tzinfo=UTC))
    told(tmp_path, CONSENT + OPTED_OUT.format(""))
    assert what_holds(ada) == {NO}
