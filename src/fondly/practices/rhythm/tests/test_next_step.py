"""After a call the next step is one tap away, and knows what was said."""

import pytest
from django.test import Client as Browser

from fondly.testing import a_business, a_client, a_touch, a_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("after", ["", "x", "9" * 40, "theirs"])
def test_a_reminder_begins_empty_without_a_touch_of_this_client(after):
    a_business()
    mine, ada = Browser(), a_client()
    mine.force_login(a_user(password=None))
    theirs = a_touch(a_client(), what="Between others")
    asked = {"after": str(theirs.pk) if after == "theirs" else after}
    page = mine.get(f"/rhythm/clients/{ada.pk}/plan/add/", asked)
    assert page.status_code == 200
    assert "Between others" not in page.text


def test_a_reminder_begins_with_what_was_said():
    a_business()
    mine, ada = Browser(), a_client()
    mine.force_login(a_user(password=None))
    touch = a_touch(ada, what="Second shop in January")
    page = mine.get(f"/rhythm/clients/{ada.pk}/plan/add/", {"after": touch.pk})
    assert 'value="Second shop in January"' in page.text
