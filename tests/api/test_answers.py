"""What programs rely on: pages without gaps, effects once, words for refusals."""

import json
import threading
from datetime import date

import pytest
from django.db import connections
from django.test import Client as Browser
from django.utils import timezone

from fondly.clients.models import Client, Order
from fondly.insight.models import MonthEnd, MonthlySignal, ScoreRun
from fondly.team.models import RowRule
from fondly.testing import (
    NOON,
    a_business,
    a_client,
    a_run,
    a_touch,
    a_user,
    an_order,
    signals,
)
from tests.api.conftest import a_caller
from tests.needs import only_on

PROBLEM = "application/problem+json"
ADA = {"name": "Ada", "number": "A-1"}


def test_pages_by_key_give_every_client_once_and_end(api):
    made = {a_client(name=f"Client {place}").pk for place in range(7)}
    seen, after = [], ""
    while after is not None:
        page = api("GET", f"/clients?limit=3{after and f'&after={after}'}").json()
        seen += [client["id"] for client in page["items"]]
        after = page["next"]
    assert seen == sorted(made)


def test_a_page_costs_the_same_queries_for_few_and_many(api, django_assert_max_num_queries):
    for place in range(30):
        a_client(name=f"Client {place}")
    with django_assert_max_num_queries(6):
        api("GET", "/clients?limit=30")


def test_a_cursor_of_somebody_else_is_refused_in_words(api):
    reply = api("GET", "/clients?after=bm9uc2Vuc2U")
    assert reply.status_code == 422
    assert reply["Content-Type"] == "application/problem+json"
    assert "not one of ours" in reply.json()["detail"]


def test_a_post_with_a_key_takes_effect_once_and_is_answered_alike(api):
    first = api("POST", "/clients", ADA, **{"Idempotency-Key": "k1"})
    again = api("POST", "/clients", ADA, **{"Idempotency-Key": "k1"})
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Client.objects.count() == 1


def test_a_key_with_another_body_is_refused_and_nothing_is_made(api):
    api("POST", "/clients", ADA, **{"Idempotency-Key": "k1"})
    other = api("POST", "/clients", {"name": "Boris"}, **{"Idempotency-Key": "k1"})
    assert other.status_code == 422
    assert [client.name for client in Client.objects.all()] == ["Ada"]


def test_a_key_of_a_failed_request_may_be_used_again(api):
    bad = api("POST", "/clients", {"name": ""}, **{"Idempotency-Key": "k1"})
    good = api("POST", "/clients", ADA, **{"Idempotency-Key": "k1"})
    assert (bad.status_code, good.status_code) == (422, 201)


def test_two_callers_may_use_the_same_key(api, owner):
    other = a_caller(owner)
    api("POST", "/clients", {"name": "Ada"}, **{"Idempotency-Key": "k1"})
    other("POST", "/clients", {"name": "Ada"}, **{"Idempotency-Key": "k1"})
    assert Client.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_simultaneous_requests_with_one_key_make_one_client():
    only_on("postgresql")
    a_business()
    callers = [a_caller(a_user(role="owner"))] * 4
    replies, ready = [], threading.Barrier(4)

    def ask(caller):
        ready.wait()
        replies.append(caller("POST", "/clients", ADA, **{"Idempotency-Key": "race"}))
        connections.close_all()

    threads = [threading.Thread(target=ask, args=[caller]) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Client.objects.count() == 1
    assert {reply.status_code for reply in replies} == {201}


def test_a_member_of_the_own_rule_finds_nothing_of_others(db):
    a_business(members_see=RowRule.OWN)
    mia = a_user(name="Mia")
    hidden = a_client(name="Hidden")
    order = an_order(hidden)
    mine = a_client(name="Mine", owner=mia)
    api = a_caller(mia, scopes=("read", "write"))
    assert [row["id"] for row in api("GET", "/clients").json()["items"]] == [mine.pk]
    assert api("GET", "/orders").json()["items"] == []
    for path in (f"/clients/{hidden.pk}", f"/orders/{order.pk}"):
        assert api("GET", path).status_code == 404
    sent = {"client_id": hidden.pk, "placed_at": "2026-01-01T10:00:00Z"}
    refused = api("POST", "/orders", sent | {"amount": 1, "currency": "EUR"})
    assert refused.status_code == 404
    assert Order.objects.count() == 1


def test_a_token_without_the_scope_or_without_validity_is_turned_away(api, owner):
    reader = a_caller(owner, scopes=("read",))
    refused = reader("POST", "/clients", ADA)
    assert (refused.status_code, refused.json()["title"]) == (403, "Forbidden")
    reader.token = "fondly_nonsense"
    assert reader("GET", "/clients").status_code == 401
    assert Client.objects.count() == 0


def test_an_order_comes_back_as_it_was_sent(api):
    ada = a_client()
    sent = {
        "client_id": ada.pk,
        "number": "1001",
        "placed_at": "2026-01-31T23:30:00Z",
        "amount": 12_345,
        "currency": "EUR",
        "lines": [{"description": "Flour", "quantity": 2, "amount": 12_345}],
    }
    made = api("POST", "/orders", sent)
    assert made.status_code == 201, made.content
    kept = api("GET", f"/orders/{made.json()['id']}").json()
    assert (kept["amount"], kept["currency"], kept["number"]) == (12_345, "EUR", "1001")
    # Half past eleven in London is the next day in Berlin, where the business is.
    assert kept["placed_on"] == "2026-02-01"
    assert api("POST", "/orders", sent).status_code == 422


def test_a_patch_changes_only_what_it_names(api):
    made = api("POST", "/clients", ADA | {"industry": "Bakery", "influence": 4}).json()
    changed = api("PATCH", f"/clients/{made['id']}", {"influence": 5}).json()
    assert changed == made | {
        "influence": 5,
        "version": 2,
        "updated_at": changed["updated_at"],
    }


def test_a_body_that_is_no_json_is_a_problem_not_a_crash(api):
    reply = api.browser.generic(
        "POST",
        "/api/v1/clients",
        data="{",
        content_type="application/json",
        headers={"Authorization": f"Bearer {api.token}"},
    )
    assert reply.status_code == 400
    assert json.loads(reply.content)["title"] == "Could not be read"
    assert Client.objects.count() == 0


def test_a_time_of_any_offset_is_understood(api):
    # PostgreSQL knows no offset beyond 16 hours; JSON may carry any below 24.
    made = an_order(a_client())
    reply = api("GET", "/orders?placed_since=2020-01-01T00:00:00%2B18:04")
    assert [order["id"] for order in reply.json()["items"]] == [made.pk]


def test_a_kept_answer_is_not_repeated_to_a_token_that_has_ended(api, owner):
    api("POST", "/clients", ADA, **{"Idempotency-Key": "k1"})
    owner.api_tokens.update(revoked_at=NOON)
    again = api("POST", "/clients", ADA, **{"Idempotency-Key": "k1"})
    assert again.status_code == 401
    assert "Ada" not in again.text


def test_the_key_of_another_clients_touch_does_not_show_that_touch(api, owner):
    a_business(members_see=RowRule.OWN)
    max_ = a_user()
    hidden, mine = a_client(name="Hidden"), a_client(owner=max_)
    a_touch(hidden, key="mail:77", what="A secret")
    sent = {"client_id": mine.pk, "at": NOON.isoformat(), "direction": "out"}
    sent |= {"medium": "call", "purpose": "give", "key": "mail:77"}
    reply = a_caller(max_)("POST", "/touches", sent)
    assert reply.status_code == 422
    assert "A secret" not in reply.text


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/nope", 404, {""}),
        ("GET", "/clients/", 404, {""}),
        ("DELETE", "/clients/1", 405, {"GET", "PATCH"}),
        ("PUT", "/orders", 405, {"GET", "POST"}),
    ],
)
def test_an_error_at_the_edge_is_a_problem_too(api, method, path, status, allow):
    reply = api(method, path)
    assert (reply.status_code, reply["Content-Type"]) == (status, PROBLEM)
    assert reply.json()["status"] == status
    assert set(reply.headers.get("Allow", "").split(", ")) == allow
    assert reply["X-Content-Type-Options"] == "nosniff"


def test_a_request_turned_away_before_any_view_is_a_problem_too(api):
    strict = Browser(enforce_csrf_checks=True)
    reply = strict.post("/api/v1/openapi.json", headers={"Authorization": "Bearer x"})
    assert (reply["Content-Type"], reply.json()["status"]) == (PROBLEM, reply.status_code)
    lost = Browser().get("/api/v1/clients", headers={"Host": "evil.example"})
    assert (lost["Content-Type"], lost.status_code) == (PROBLEM, 400)


def test_a_fault_of_ours_is_a_problem_that_says_nothing_of_it(api, monkeypatch):
    def breaks(*_args, **_more):
        raise RuntimeError("a secret")

    monkeypatch.setattr("fondly.clients.api.orders.page_of", breaks)
    reply = api("GET", "/orders")
    assert (reply.status_code, reply["Content-Type"]) == (500, PROBLEM)
    assert "secret" not in reply.text


def test_a_page_that_is_not_there_stays_a_page(api):
    assert api.browser.get("/nope").headers["Content-Type"].startswith("text/html")


def test_pages_of_signals_go_on_after_everybody_was_scored_anew(api):
    clients = [a_client(name=f"Client {place}") for place in range(5)]
    # As a run writes them: in an order of its own.
    for client in reversed(clients):
        signals(client)
    first = api("GET", "/signals?limit=3").json()
    ScoreRun.objects.update(is_current=False)
    anew = a_run()
    for client in reversed(clients):
        signals(client, run=anew)
    rest = api("GET", f"/signals?limit=3&after={first['next']}").json()
    seen = [row["client_id"] for row in first["items"] + rest["items"]]
    assert seen == sorted(client.pk for client in clients)
    assert rest["next"] is None


def kept(month, *clients, **about):
    """Keep a month of signals of these clients; return its end."""
    as_of = date.fromisoformat(f"{month}-28")
    row = {"state": "shown", "as_of": as_of, "written_at": timezone.now(), **about}
    end = MonthEnd.objects.create(month=as_of.replace(day=1), **row)
    for client in clients:
        MonthlySignal.objects.create(
            month_end=end, client=client, p_active=0.88, stage="active"
        )
    return end


def test_a_month_of_signals_comes_by_pages_which_go_on_when_it_was_computed_anew(api):
    clients = [a_client(name=f"Client {place}") for place in range(5)]
    end = kept("2026-03", *reversed(clients))
    kept("2026-04", *clients)
    first = api("GET", "/signals/history?month=2026-03&limit=3").json()
    assert first["items"][0] | {"client_id": 0} == {
        "client_id": 0,
        "month": "2026-03",
        "as_of": "2026-03-28",
        "is_reckoned": False,
        "p_active": 0.88,
        "worth_24m": None,
        "tier": "",
        "stage": "active",
        "orders": 0,
        "orders_12m": 0,
        "revenue_12m": 0,
        "gap_days": None,
        "days_since_order": None,
        "first_order_on": None,
    }
    MonthEnd.objects.filter(pk=end.pk).update(state="left")
    kept("2026-03", *clients, is_reckoned=True)
    asked = f"/signals/history?month=2026-03&limit=3&after={first['next']}"
    rest = api("GET", asked).json()
    seen = [row["client_id"] for row in first["items"] + rest["items"]]
    assert seen == [client.pk for client in clients]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("month", "status"),
    [("2026-03", 404), ("2026-13", 422), ("2026-3", 422), ("x", 422), ("2026-03-01", 422)],
)
def test_a_month_that_is_not_kept_or_no_month_is_refused(api, month, status):
    kept("2026-03", a_client(), state="writing")
    assert api("GET", f"/signals/history?month={month}").status_code == status


def test_the_months_of_a_client_come_in_order_and_only_those_that_are_shown(api):
    ada, boris = a_client(name="Ada"), a_client(name="Boris")
    kept("2026-04", ada, boris)
    kept("2025-12", ada)
    kept("2026-05", ada, state="writing")
    found = api("GET", f"/clients/{ada.pk}/signals/history").json()
    assert [row["month"] for row in found] == ["2025-12", "2026-04"]
    assert {row["client_id"] for row in found} == {ada.pk}
