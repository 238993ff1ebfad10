"""What every page has around it: the paper it is printed on, and words at dead ends."""

import pytest

from fondly.testing import a_business, olive

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signed_in(client):
    a_business()
    client.force_login(olive())


def next_on(page):
    return page.text.partition('name="next" value="')[2].partition('"')[0]


def test_another_paper_leads_back_to_the_same_list(client):
    page = client.get("/clients/?q=ada&sort=-worth")
    back = next_on(page).replace("&amp;", "&")
    reply = client.post("/theme/", {"theme": "dark", "next": back})
    assert (reply.url, reply.cookies["theme"].value) == (
        "/clients/?q=ada&sort=-worth",
        "dark",
    )


def test_another_paper_on_a_page_that_a_form_made_leads_to_where_the_form_was(client):
    form = "http://testserver/clients/?q=a"
    page = client.post("/clients/bulk/", {"tag": "VIP"}, headers={"Referer": form})
    assert "<form" in page.text
    assert client.post("/theme/", {"theme": "dark", "next": next_on(page)}).url == form


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "javascript:1"]
)
def test_nobody_is_led_to_another_house(client, elsewhere):
    assert client.post("/theme/", {"theme": "dark", "next": elsewhere}).url == "/"


def test_an_address_for_forms_only_says_so_to_a_person(client):
    page = client.get("/clients/bulk/")
    assert page.status_code == 405
    assert "takes what a form sends" in page.text
    assert page.headers["Allow"] == "POST"
