"""Every address × person × method is answered as its row says, and no refusal writes."""

import json
from collections import Counter

import pytest
from django.db import transaction
from django.test import Client as Browser

from fondly.team.tests.fresh import enter
from tests.access.addresses import addresses, all_rows, things_for
from tests.access.cast import SECRET, Cast, assemble
from tests.access.row import METHODS, Row
from tests.access.tables import changed, fingerprint, writes

ROWS = {row.name: row for row in all_rows()}
ADDRESSES = {str(address): address for address in addresses()}
SIGN_IN = "/accounts/login/"


def test_every_address_has_a_row():
    assert sorted(set(ADDRESSES) - set(ROWS)) == [], "see tests/access/row.py"


def test_every_row_is_about_an_address_that_exists():
    assert sorted(set(ROWS) - set(ADDRESSES)) == []


def test_no_address_has_two_rows():
    assert [
        n for n, times in Counter(r.name for r in all_rows()).items() if times > 1
    ] == []


@pytest.fixture
def cast(db, settings) -> Cast:
    # Limits of how often one may try have their own tests.
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False
    return assemble()


def browser_for(person: str, cast: Cast, row: Row) -> Browser:
    if person == "anonymous":
        return Browser()
    if row.is_api:
        return Browser(headers={"Authorization": f"Bearer {cast.secrets[person]}"})
    return enter(Browser(), getattr(cast, person))


def ask(browser: Browser, method: str, path: str, row: Row, cast: Cast):
    sends = row.sends(cast) if callable(row.sends) else row.sends
    if method in ("GET", "HEAD"):
        return getattr(browser, method.lower())(path)
    if method == "POST" and not row.is_api:
        return browser.post(path, sends)
    return browser.generic(method, path, json.dumps(sends), "application/json")


def is_sent_to_sign_in(answer) -> bool:
    return answer.status_code == 302 and answer.url.startswith(SIGN_IN)


@pytest.mark.parametrize("name", sorted(set(ROWS) & set(ADDRESSES)))
def test_it_answers_as_its_row_says(name, cast):
    row, address = ROWS[name], ADDRESSES[name]
    path = address.path(things_for(address, row, cast))
    wrong = []
    for person, user in cast.people():
        browser = browser_for(person, cast, row)
        before = fingerprint()
        for method in METHODS:
            # What a permitted write did is taken back before the next one tries.
            with transaction.atomic():
                with writes() as written:
                    answer = ask(browser, method, path, row, cast)
                touched = changed(before) if written else []
                transaction.set_rollback(True)
            expected = row.expected(
                user.role if user else "anonymous", method, sees=row.is_for(person)
            )
            words = [
                *about_status(answer, expected),
                *about_writes(answer, method, touched),
            ]
            words += about_sign_in(answer, row, person) + about_secret(answer, person)
            wrong += [f"{method} {path} as {person}: {word}" for word in words]
    assert wrong == []


def about_status(answer, expected) -> list[str]:
    status = answer.status_code
    return [] if status in expected else [f"{status}, expected {sorted(expected)}"]


def about_writes(answer, method: str, touched: list[str]) -> list[str]:
    refused = answer.status_code in (401, 403, 404, 405) or is_sent_to_sign_in(answer)
    if not refused and method not in ("GET", "HEAD"):
        return []
    return [f"{answer.status_code}, yet it changed {table}" for table in touched]


def about_sign_in(answer, row: Row, person: str) -> list[str]:
    if row.is_public or answer.status_code != 302:
        return []
    if is_sent_to_sign_in(answer) == (person == "anonymous"):
        return []
    return [f"was sent to {answer.url}"]


def about_secret(answer, person: str) -> list[str]:
    if person != "mia" or answer.streaming or SECRET not in answer.text:
        return []
    return ["shows the name of a client who is not hers"]
