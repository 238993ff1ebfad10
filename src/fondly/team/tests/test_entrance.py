import pytest
from django.conf import settings as house

from fondly.base.errors import Refusal
from fondly.team import rules
from fondly.team.actions import business
from fondly.team.models import Business, User
from fondly.testing import NOON, a_user, olive

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Olive",
    "email": "olive@example.org",
    "password": "violet-harbour-92",
    "business-name": "Bell & Co",
    "business-currency": "GBP",
    "business-time_zone": "Europe/London",
    "business-workdays": ["0", "1", "5"],
}
AFAR = {"REMOTE_ADDR": "203.0.113.9"}


def test_a_stranger_is_led_to_the_welcome_while_nobody_lives_here(client):
    for path in ("/", "/settings/", "/accounts/login/"):
        assert client.get(path).url == "/welcome/"


def test_the_first_owner_founds_the_business_and_is_signed_in(client):
    answer = client.post("/welcome/", FORM)

    assert answer.status_code == 302
    firm = Business.current()
    assert (firm.name, firm.currency, firm.time_zone) == (
        "Bell & Co",
        "GBP",
        "Europe/London",
    )
    assert firm.workdays == [0, 1, 5]
    owner = User.objects.get()
    assert (owner.email, owner.role) == ("olive@example.org", "owner")
    assert client.get("/settings/business/").status_code == 200


def test_afterwards_there_is_no_welcome(client):
    olive()
    assert client.get("/welcome/").status_code == 404
    assert client.post("/welcome/", FORM).status_code == 404
    assert User.objects.count() == 1


def test_a_second_owner_is_refused_even_past_the_page():
    a_user()
    with pytest.raises(Refusal, match="has an owner already"):
        business.found(
            email="eve@example.org",
            name="Eve",
            password=FORM["password"],
            business={"name": "Eve's", "workdays": []},
            now=NOON,
        )
    assert User.objects.count() == 1
    assert not Business.objects.exists()


def test_from_afar_it_takes_the_code_from_the_terminal(client):
    assert client.get("/welcome/", **AFAR).status_code == 403
    assert client.post("/welcome/", FORM | {"code": "guess"}, **AFAR).status_code == 403
    assert not User.objects.exists()

    code = rules.setup_code(house.SECRET_KEY)
    assert client.get("/welcome/", {"code": code.upper()}, **AFAR).status_code == 200
    assert client.post("/welcome/", FORM | {"code": code}, **AFAR).status_code == 302
    assert User.objects.count() == 1


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_what_comes_through_a_proxy_is_not_local(client, header):
    assert client.get("/welcome/", headers={header: "127.0.0.1"}).status_code == 403


def test_behind_a_declared_proxy_nothing_is_local(client, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert client.get("/welcome/").status_code == 403


def test_the_setup_code_differs_by_installation_and_has_128_bits():
    assert rules.setup_code("one") != rules.setup_code("two")
    assert len(rules.setup_code("one").replace("-", "")) * 5 >= 128


def test_a_mistake_keeps_what_was_typed_and_makes_nobody(client):
    page = client.post("/welcome/", FORM | {"password": "short"})
    assert page.status_code == 422
    assert "Bell &amp; Co" in page.text
    assert not User.objects.exists()
    assert not Business.objects.exists()


@pytest.mark.parametrize(
    ("languages", "currency"),
    [("en-GB,en;q=0.8", "GBP"), ("de", "EUR"), ("ja-JP", "JPY"), ("", "EUR"), ("-", "EUR")],
)
def test_the_currency_is_guessed_from_the_browser(client, languages, currency):
    page = client.get("/welcome/", headers={"Accept-Language": languages})
    assert page.context["firm"]["currency"].value() == currency


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("business-currency", "XXX"),
        ("business-time_zone", "../../etc/passwd"),
        ("business-workdays", ["7"]),
    ],
)
def test_what_is_on_no_list_is_refused(client, field, value):
    assert client.post("/welcome/", FORM | {field: value}).status_code == 422
    assert not User.objects.exists()
