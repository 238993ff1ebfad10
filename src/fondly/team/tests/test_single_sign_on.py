"""Single sign-on against a small provider of our own on loopback."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from fondly.team.models import User
from fondly.testing import a_user

pytestmark = pytest.mark.django_db


class Provider(BaseHTTPRequestHandler):
    """Says who its one person is, to whoever brings the code and its PKCE verifier."""

    person = {}
    tokens_asked = []

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def do_GET(self):
        here = f"http://127.0.0.1:{self.server.server_port}"
        if self.path.endswith("openid-configuration"):
            places = {"authorization": "authorize", "token": "token", "userinfo": "me"}
            config = {f"{k}_endpoint": f"{here}/{v}" for k, v in places.items()}
            self.answer(config | {"issuer": here, "jwks_uri": f"{here}/keys"})
        else:
            self.answer(self.person)

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.tokens_asked.append(parse_qs(self.rfile.read(length).decode()))
        self.answer({"access_token": "token", "token_type": "Bearer"})

    def log_message(self, *_words):
        pass


@pytest.fixture
def provider(settings):
    server = HTTPServer(("127.0.0.1", 0), Provider)
    Thread(target=server.serve_forever, daemon=True).start()
    app = {
        "provider_id": "office",
        "name": "Office",
        "client_id": "fondly",
        "secret": "s",
        "settings": {"server_url": f"http://127.0.0.1:{server.server_port}"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
    }
    Provider.tokens_asked.clear()
    yield Provider
    server.shutdown()
    server.server_close()


def walk_through(client, provider, **person):
    """Sign in at the provider as `person`, and return the last page."""
    provider.person = {"sub": "42", "email_verified": True} | person
    out = client.get("/accounts/oidc/office/login/")
    asked = parse_qs(urlsplit(out.url).query)
    assert asked["code_challenge_method"] == ["S256"]
    back = "/accounts/oidc/office/login/callback/"
    return client.get(back, {"code": "c", "state": asked["state"][0]})


def is_in(client):
    return client.get("/profile/").status_code == 200


def test_who_belongs_comes_in_by_a_verified_address(client, provider):
    person = a_user(email="max@example.org")
    assert "Office" in client.get("/accounts/login/").text
    walk_through(client, provider, email="max@example.org")
    assert is_in(client)
    assert client.get("/profile/").context["user"] == person
    assert "code_verifier" in provider.tokens_asked[0]


def test_next_time_the_provider_knows_them_by_its_own_key(client, provider):
    a_user(email="max@example.org")
    walk_through(client, provider, email="max@example.org")
    client.post("/accounts/logout/")
    walk_through(client, provider, email="renamed@example.org")
    assert is_in(client)


def test_an_unverified_address_opens_nothing(client, provider):
    a_user(email="max@example.org")
    page = walk_through(client, provider, email="max@example.org", email_verified=False)
    assert not is_in(client)
    assert "By invitation" in page.text


def test_a_stranger_gets_no_account(client, provider):
    a_user()
    page = walk_through(client, provider, email="eve@example.org")
    assert "By invitation" in page.text
    assert User.objects.count() == 1
    assert not is_in(client)


def test_who_left_does_not_come_in(client, provider):
    a_user(email="max@example.org", is_active=False)
    walk_through(client, provider, email="max@example.org")
    assert not is_in(client)


def test_a_callback_that_nobody_asked_for_is_refused(client, provider):
    a_user(email="max@example.org")
    provider.person = {"sub": "42", "email": "max@example.org", "email_verified": True}
    client.get("/accounts/oidc/office/login/")
    back = "/accounts/oidc/office/login/callback/"
    page = client.get(back, {"code": "c", "state": "made-up"})
    assert page.status_code == 401
    assert "did not let you in" in page.text
    assert not is_in(client)


def test_a_provider_that_is_not_set_up_does_not_exist(client):
    a_user()
    assert client.get("/accounts/oidc/office/login/").status_code == 404
