"""What the buttons of a card do, with HTMX and without."""

from datetime import timedelta

import pytest

from fondly.testing import a_client
from fondly.today.forms import snooze_days
from fondly.today.models import Action
from fondly.today.tests.pages.cards import HTMX, TODAY, a_card, shown
from fondly.touches.models import Touch

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without script", "with htmx"])
def test_done_is_told_with_a_way_back(client, max_, headers):
    card = a_card(a_client(name="Ada"), max_)
    client.force_login(max_)
    sent = {"what": "Called", "purpose": "service", "direction": "both"}
    reply = client.post(f"/today/{card.pk}/done/", sent, headers=headers, follow=True)

    assert reply.status_code == 200
    assert "Done for <b>Ada</b>" in reply.text
    assert f"/today/{card.pk}/undo/" in reply.text
    assert [(t.what, t.purpose, t.direction) for t in Touch.objects.all()] == [
        ("Called", "service", "both")
    ]
    client.post(f"/today/{card.pk}/undo/", headers=headers)
    assert not Touch.objects.exists()
    assert "data-action-card" in shown(client)


def test_the_forms_are_fragments_for_htmx_and_pages_without(client, max_):
    card = a_card(a_client(name="Ada"), max_)
    client.force_login(max_)
    for what in ("done", "snooze"):
        page = client.get(f"/today/{card.pk}/{what}/").text
        part = client.get(f"/today/{card.pk}/{what}/", headers=HTMX).text
        assert "<html" in page
        assert "<html" not in part
        assert "<form" in part


def test_snooze_and_not_needed(client, max_):
    card = a_card(a_client(name="Ada"), max_)
    client.force_login(max_)
    until = TODAY + timedelta(days=7)
    sent = {"until": until.isoformat(), "reason": "On holiday"}
    reply = client.post(f"/today/{card.pk}/snooze/", sent, follow=True)
    assert "<b>Ada</b> sleeps until" in reply.text
    assert "data-action-card" not in reply.text

    client.post(f"/today/{card.pk}/not-needed/", {"reason": "Moved away"})
    card.refresh_from_db()
    assert (card.state, card.note) == ("not_needed", "Moved away")


def test_a_day_of_ones_own_goes_with_the_reason(client, max_):
    card = a_card(a_client(name="Ada"), max_)
    client.force_login(max_)
    until = TODAY + timedelta(days=18)
    sent = {"reason": "On holiday till spring", "day": until.isoformat()}
    client.post(f"/today/{card.pk}/snooze/", sent)
    card.refresh_from_db()
    assert (card.state, card.note) == ("snoozed", "On holiday till spring")
    assert card.snoozed_until == until

    part = client.get(f"/today/{card.pk}/snooze/", headers=HTMX).text
    assert part.count("<form") == 1, "whatever is clicked, all that was typed goes with it"
    assert "Choose a day" in client.post(f"/today/{card.pk}/snooze/", {"day": ""}).text


def test_no_day_is_offered_twice():
    for day in range(7):
        offered = [until for until, _ in snooze_days(TODAY + timedelta(days=day))]
        assert len(set(offered)) == len(offered)
    sunday = TODAY + timedelta(days=6 - TODAY.weekday())
    assert str(snooze_days(sunday)[0][1]) == "Monday"


def test_a_day_that_is_no_day_is_refused_in_words(client, max_):
    card = a_card(a_client(), max_)
    client.force_login(max_)
    reply = client.post(f"/today/{card.pk}/snooze/", {"until": "soon"}, headers=HTMX)
    assert reply.status_code == 422
    assert Action.objects.get().state == "open"
