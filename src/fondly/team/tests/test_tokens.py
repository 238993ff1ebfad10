from datetime import timedelta

import pytest
from django.http import JsonResponse
from django.test import RequestFactory, override_settings
from django.urls import path
from ninja import NinjaAPI

from fondly.base.errors import Refusal
from fondly.team import rules
from fondly.team.actions import keys
from fondly.team.models import ApiToken
from fondly.team.tokens import bearer
from fondly.testing import NOON, a_user, vera

pytestmark = pytest.mark.django_db

api = NinjaAPI(urls_namespace="test-tokens", auth=bearer("read"), openapi_url=None)


@api.get("/who")
def who(request):
    return {"who": request.user.email, "token": request.api_token.pk}


@api.post("/change", auth=bearer("write"))
def change(request):
    return {"who": request.user.email}


def page(request):
    return JsonResponse({})


urlpatterns = [
    path("api/test/", api.urls),
    path("api/plain", page),
    path("sign-in", page, name="account_login"),
    path("page", page),
]
here = override_settings(ROOT_URLCONF=__name__)


def a_token(user=None, *, scopes=("read",), now=NOON, **about):
    return keys.make(user or a_user(), name="till", scopes=scopes, now=now, **about)


def ask(client, secret, *, method="get", where="/api/test/who"):
    return getattr(client, method)(where, headers={"Authorization": f"Bearer {secret}"})


def test_a_token_is_kept_as_a_hash_and_has_256_bits():
    token, secret = a_token()

    assert secret.startswith("fondly_")
    assert len(secret) >= len("fondly_") + 43
    kept = [str(value) for value in vars(ApiToken.objects.get()).values()]
    assert not any(secret[12:] in value for value in kept)
    assert token.token_hash == rules.hash_of(secret)


@here
def test_a_token_signs_in_its_person(client):
    token, secret = a_token()
    assert ask(client, secret).json() == {"who": token.user.email, "token": token.pk}


@here
@pytest.mark.parametrize("header", ["Bearer fondly_wrong", "Bearer ", "Basic YTpi", "x"])
def test_a_wrong_token_gets_401_in_problem_json_even_beside_a_session(client, header):
    client.force_login(a_user())
    reply = client.get("/api/test/who", headers={"Authorization": header})

    assert reply.status_code == 401
    assert reply["Content-Type"] == "application/problem+json"
    assert reply["WWW-Authenticate"].startswith("Bearer")


@here
def test_without_a_token_the_api_says_401_and_a_page_asks_to_sign_in(client):
    a_user()
    assert client.get("/api/plain").status_code == 401
    assert client.get("/page").url == "/sign-in?next=/page"


@here
def test_a_session_alone_does_not_open_an_operation(client):
    client.force_login(a_user())
    assert client.get("/api/test/who").status_code == 401


@here
def test_a_token_opens_no_page(client):
    _, secret = a_token()
    assert ask(client, secret, where="/page").status_code == 302


@here
def test_a_token_without_the_scope_is_forbidden(client):
    _, secret = a_token(scopes=["read"])
    assert ask(client, secret, method="post", where="/api/test/change").status_code == 403


@here
def test_a_person_who_became_a_viewer_writes_no_more_with_an_old_token(client):
    token, secret = a_token(scopes=["write"])
    assert ask(client, secret, method="post", where="/api/test/change").status_code == 200

    token.user.role = "viewer"
    token.user.save()
    assert ask(client, secret, method="post", where="/api/test/change").status_code == 403


def test_revoked_expired_and_deactivated_open_nothing():
    person = a_user()
    token, revoked = a_token(person)
    keys.revoke(token, by=person, now=NOON)
    _, expired = a_token(person, expires_at=NOON)
    leaver, left = a_token()
    leaver.user.is_active = False
    leaver.user.save()

    assert [keys.use(s, now=NOON) for s in (revoked, expired, left)] == [None] * 3


def test_use_is_noted_once_a_minute():
    token, secret = a_token()
    for seconds in (0, 59, 60, 61):
        keys.use(secret, now=NOON + timedelta(seconds=seconds))
        token.refresh_from_db()
        noted = 60 if seconds >= 60 else 0
        assert token.last_used_at == NOON + timedelta(seconds=noted)


def test_a_viewer_makes_no_token_that_writes():
    with pytest.raises(Refusal, match="more than you may"):
        a_token(vera(), scopes=["read", "write"])


def test_bearer_without_the_middleware_recognises_too():
    token, secret = a_token()
    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {secret}"})

    assert bearer("read")(request) == token
    assert request.user == token.user
