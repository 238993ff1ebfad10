"""A program sends a file, answers what is unclear, publishes it and takes it back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fondly.base.tasks.worker import Worker
from fondly.clients.models import Client, Order
from fondly.testing import a_business, olive
from tests.api.conftest import a_caller

pytestmark = pytest.mark.django_db(transaction=True)
CLEAR = b"order,client,date,amount\n1,A,2026-01-31,10.50\n2,B,2026-02-28,20.00\n"


@pytest.fixture
def caller():
    a_business()
    return a_caller(olive())


def send(caller, content, about="orders"):
    file = SimpleUploadedFile("orders.csv", content, content_type="text/csv")
    return caller.browser.post(
        "/api/v1/imports",
        {"file": file, "about": about},
        headers={"Authorization": f"Bearer {caller.token}"},
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
