"""The API keeps what its OpenAPI document says, whatever it is sent."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis.specs.openapi.checks import positive_data_acceptance

from fondly.site.wsgi import application
from fondly.testing import NOON, TODAY, a_client, a_contact, a_touch, an_order
from fondly.today.models import Action, ActionReason
from tests.api.conftest import a_caller

DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture
def one_connection():
    """Keep the test's connection open, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations(api):
    reply = api("GET", "/openapi.json")
    for path, methods in reply.json()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_the_document_is_valid_openapi(api):
    validate(api("GET", "/openapi.json").json())


def test_every_operation_is_described_tagged_and_names_its_errors(api):
    found = dict(operations(api))
    assert len(found) > 25
    for name, operation in found.items():
        assert operation.get("summary"), name
        assert operation.get("description"), name
        assert operation.get("tags"), name
        assert operation.get("security"), name
        assert {"401", "403", "404", "422"} <= set(operation["responses"]), name
    ids = [operation["operationId"] for operation in found.values()]
    assert len(ids) == len(set(ids))


def test_whatever_is_sent_is_answered_as_documented(owner, one_connection):
    """Schemathesis draws requests for every operation from the document itself."""
    headers = {"Authorization": f"Bearer {a_caller(owner).token}"}
    ada = a_client(number="1")
    a_contact(ada, email="ada@example.org")
    an_order(ada)
    a_touch(ada)
    about = {"client": ada, "suggestion": "Call", "due": TODAY}
    action = Action.objects.create(created_at=NOON, **about)
    ActionReason.objects.create(
        action=action, reason="rhythm.quiet", subject="quiet", because="Silent", **about
    )
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, application, headers=headers)
    checked = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=20,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def answer(case):
            # A rule may refuse what the document allows: 422 with its words is an answer.
            case.call_and_validate(
                headers=headers, excluded_checks=[positive_data_acceptance]
            )

        answer()
        checked += 1
    assert checked > 25
