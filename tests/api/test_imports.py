"""A program sends a file, answers what is unclear, publishes it and takes it back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fondly.base.models import IdempotentReply
from fondly.base.tasks.worker import Worker
from fondly.clients.models import Client, Order
from fondly.intake.models import Import
from fondly.testing import a_business, olive
from tests.api.conftest import a_caller

pytestmark = pytest.mark.django_db(transaction=True)
CLEAR = b"order,client,date,amount\n1,A,2026-01-31,10.50\n2,B,2026-02-28,20.00\n"


@pytest.fixture
def caller():
    a_business()
    return a_caller(olive())


def send(caller, content, about="orders", **headers):
    file = SimpleUploadedFile("orders.csv", content, content_type="text/csv")
    return caller.browser.post(
        "/api/v1/imports",
        {"file": file, "about": about},
        headers={"Authorization": f"Bearer {caller.token}", **headers},
    )


def test_a_clear_file_is_checked_published_and_undone(caller):
    sent = send(caller, CLEAR)
    assert sent.status_code == 201, sent.content
    path = f"/imports/{sent.json()['id']}"
    Worker().drain()
    assert caller("GET", path).json()["state"] == "checked"
    assert not Order.objects.exists()

    assert caller("POST", f"{path}/publish").status_code == 202
    Worker().drain()
    assert caller("GET", path).json()["state"] == "published"
    assert sorted(Order.objects.values_list("number", "amount")) == [
        ("1", 1050),
        ("2", 2000),
    ]

    assert caller("POST", f"{path}/undo").status_code == 202
    Worker().drain()
    assert caller("GET", path).json()["state"] == "undone"
    assert not Order.everything.exists()
    assert not Client.everything.exists()


def test_a_hostile_file_is_a_problem_in_words_and_leaves_nothing(caller):
    sent = send(caller, b"\x00\x01\x02" * 1000)
    assert sent.status_code == 422
    assert sent.json()["title"] == "Refused"
    assert caller("GET", "/imports").json()["items"] == []


KEY = {"Idempotency-Key": "nightly-1"}


def test_an_upload_with_a_key_is_taken_in_once_and_answered_alike(caller, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10  # so that it is a file on disk
    first, again = (send(caller, CLEAR, **KEY) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Import.objects.count() == 1
    Worker().drain()
    assert caller("GET", f"/imports/{first.json()['id']}").json()["counts"]["created"] == 2


@pytest.mark.parametrize(
    ("content", "about"), [(CLEAR + b"3,C,2026-03-31,1.00\n", "orders"), (CLEAR, "clients")]
)
def test_a_key_with_another_upload_is_refused(caller, content, about):
    send(caller, CLEAR, **KEY)
    other = send(caller, content, about, **KEY)
    assert (other.status_code, other.json()["title"]) == (422, "Key used before")
    assert Import.objects.count() == 1


def test_the_key_of_a_refused_upload_may_be_used_again(caller):
    assert send(caller, b"\x00\x01\x02" * 1000, **KEY).status_code == 422
    assert send(caller, CLEAR, **KEY).status_code == 201


def test_the_key_of_an_upload_that_was_cut_off_makes_no_second_import(caller):
    send(caller, CLEAR, **KEY)
    IdempotentReply.objects.update(status=0, body="")  # as a crash would leave it
    assert send(caller, CLEAR, **KEY).status_code == 409
    assert Import.objects.count() == 1
