"""Plans and the ten best follow what becomes of their cards; their pages."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from fondly.base.news import News
from fondly.insight.models import ScoreRun
from fondly.practices.rhythm import actions
from fondly.practices.rhythm.models import PlanReminder, TopTen
from fondly.practices.rhythm.personal import erase, export_rows
from fondly.testing import (
    NOON,
    TODAY,
    a_business,
    a_client,
    a_touch,
    a_user,
    signals,
)
from fondly.today import actions as today
from fondly.today.models import Action

pytestmark = pytest.mark.django_db
BEFORE = NOON - timedelta(days=60)


@pytest.fixture
def ada():
    ada = a_client()
    signals(ada, worth_24m=4_000)
    return ada


def refreshed():
    run = ScoreRun.current()
    today.refresh(run_id=run.pk, today=TODAY, now=NOON)


def news(client, kind, detail=""):
    actions.hear(News(kind=kind, client_ids=[client.pk], at=NOON, detail=detail))


def test_a_reminder_for_once_ends_with_its_card_and_comes_back_with_it(ada):
    row = actions.plan(ada, what="Ask about the second shop", next_due=TODAY, now=BEFORE)
    refreshed()
    max_ = a_user()
    today.done(Action.objects.get(), by=max_, now=NOON)
    news(ada, "action", "done")
    row.refresh_from_db()
    assert not row.is_active

    today.undo(Action.objects.get(), by=max_, today=TODAY, now=NOON)
    news(ada, "action", "undone")
    row.refresh_from_db()
    assert row.is_active


def test_a_call_does_not_settle_what_was_to_be_remembered_once(ada):
    actions.plan(ada, what="Ask about the second shop", next_due=TODAY, now=BEFORE)
    refreshed()
    news(ada, "touch", "out")
    assert Action.objects.live().exists()
    assert PlanReminder.objects.get().is_active


def test_a_recurring_reminder_that_was_done_waits_its_days(ada):
    actions.plan(ada, what="Call", next_due=TODAY, every_days=30, now=BEFORE)
    refreshed()
    today.done(Action.objects.get(), by=a_user(), now=NOON)
    news(ada, "touch", "out")
    assert PlanReminder.objects.get().next_due == TODAY + timedelta(days=30)
    refreshed()
    assert not Action.objects.live().exists()


def due():
    return PlanReminder.objects.get().next_due


def test_a_recurring_reminder_that_was_not_needed_comes_again_after_its_days(ada):
    due_on = TODAY - timedelta(days=2)
    actions.plan(ada, what="Call", next_due=due_on, every_days=30, now=BEFORE)
    refreshed()
    max_, card = a_user(), Action.objects.get()
    today.not_needed(card, by=max_, now=NOON)
    news(ada, "action", "not_needed")
    assert due() == TODAY + timedelta(days=30)
    refreshed()
    assert not Action.objects.live().exists()

    then = TODAY + timedelta(days=30)
    run = ScoreRun.current()
    today.refresh(run_id=run.pk, today=then, now=NOON + timedelta(days=30))
    assert Action.objects.live().get().suggestion == "Call"


def test_taking_back_that_it_was_not_needed_gives_the_day_back(ada):
    due_on = TODAY - timedelta(days=2)
    actions.plan(ada, what="Call", next_due=due_on, every_days=30, now=BEFORE)
    refreshed()
    max_, card = a_user(), Action.objects.get()
    today.not_needed(card, by=max_, now=NOON)
    news(ada, "action", "not_needed")
    today.undo(card, by=max_, today=TODAY, now=NOON)
    news(ada, "action", "undone")
    assert due() == due_on
    refreshed()
    assert Action.objects.live().get() == card


def test_a_recurring_reminder_settled_by_their_own_call_comes_again_as_well(ada):
    actions.plan(ada, what="Call", next_due=TODAY, every_days=30, now=BEFORE)
    refreshed()
    today.done(Action.objects.get(), by=a_user(), now=NOON, direction="in")
    news(ada, "touch", "in")
    assert due() == TODAY + timedelta(days=30)


def test_of_two_reminders_only_the_one_that_was_settled_starts_anew(ada):
    soon = TODAY + timedelta(days=5)
    for what, day in (("Call", TODAY), ("Visit", soon)):
        actions.plan(ada, what=what, next_due=day, every_days=30, now=BEFORE)
    refreshed()
    today.not_needed(Action.objects.get(), by=a_user(), now=NOON)
    news(ada, "action", "not_needed")
    days = dict(PlanReminder.objects.values_list("what", "next_due"))
    assert days == {"Call": TODAY + timedelta(days=30), "Visit": soon}


def test_a_place_among_the_ten_is_done_with_its_card(ada):
    actions.choose_top_ten(run_id=signals_run(ada), today=TODAY)
    refreshed()
    today.done(Action.objects.get(), by=a_user(), now=NOON)
    news(ada, "action", "done")
    assert TopTen.objects.get().done_on == TODAY
    refreshed()
    assert not Action.objects.live().exists()


def signals_run(client):
    return client.signals.get().run_id


def test_new_signals_for_everybody_choose_the_ten(ada):
    actions.hear(News(kind="signals", client_ids=[], at=NOON))
    assert [place.client for place in TopTen.objects.all()] == [ada]


def test_the_plan_is_kept_on_the_clients_page(client, ada):
    client.force_login(a_user())
    day = timezone.now().date() + timedelta(days=3)
    sent = {"what": "Send the energy guide", "next_due": day, "every_days": 90}
    client.post(f"/rhythm/clients/{ada.pk}/plan/add/", sent)
    page = client.get(f"/rhythm/clients/{ada.pk}/plan/").text
    assert "Send the energy guide" in page
    assert "in 3 days" in page
    assert "every 3 months" in page

    row = PlanReminder.objects.get()
    client.post(f"/rhythm/clients/{ada.pk}/plan/{row.pk}/stop/")
    assert "Send the energy guide" not in client.get(f"/rhythm/clients/{ada.pk}/plan/").text


def test_the_next_step_after_a_call_brings_its_words_along(client, ada):
    client.force_login(a_user())
    touch = a_touch(ada, what="Send the guide")
    page = client.get(f"/rhythm/clients/{ada.pk}/plan/add/?after={touch.pk}").text
    assert 'value="Send the guide"' in page
    # Somebody else's words stay with them.
    other = a_touch(a_client(name="Boris"), what="A secret")
    page = client.get(f"/rhythm/clients/{ada.pk}/plan/add/?after={other.pk}").text
    assert "A secret" not in page


def test_a_cadence_of_ones_own(client, ada):
    client.force_login(a_user())
    address = f"/rhythm/clients/{ada.pk}/cadence/"
    client.post(address, {"ideal_days": 20, "maximum_days": 30})
    ada.refresh_from_db()
    assert (ada.ideal_days, ada.maximum_days) == (20, 30)
    wrong = client.post(address, {"ideal_days": 40, "maximum_days": 30})
    assert wrong.status_code == 422
    client.post(address, {"ideal_days": "", "maximum_days": ""})
    ada.refresh_from_db()
    assert (ada.ideal_days, ada.maximum_days) == (None, None)


def test_something_special_is_chosen_on_the_page_of_the_ten(client, ada):
    actions.choose_top_ten(run_id=signals_run(ada), today=timezone.now().date())
    client.force_login(a_user())
    place = TopTen.objects.get()
    sent = {"special": "A tasting for two"}
    client.post(f"/rhythm/top-ten/{place.pk}/special/", sent)
    assert "A tasting for two" in client.get("/rhythm/top-ten/").text


def test_a_place_among_the_ten_goes_to_the_next_best_who_has_none(client, ada):
    run_id = signals_run(ada)
    actions.choose_top_ten(run_id=run_id, today=timezone.now().date())
    boris = a_client(name="Boris")
    run = ScoreRun.objects.get(pk=run_id)
    signals(boris, run=run, orders=2, worth_24m=50)
    client.force_login(a_user())
    place = TopTen.objects.get()
    client.post(f"/rhythm/top-ten/{place.pk}/special/", {"special": "A letter"})
    client.post(f"/rhythm/top-ten/{place.pk}/replace/")
    place.refresh_from_db()
    assert (place.client, place.special) == (boris, "")
    client.post(f"/rhythm/top-ten/{place.pk}/replace/")
    assert TopTen.objects.get().client == ada  # the best who is not among them
    boris.delete()
    refused = client.post(f"/rhythm/top-ten/{place.pk}/replace/")
    assert refused.status_code == 422
    TopTen.objects.update(done_on=TODAY)
    assert client.post(f"/rhythm/top-ten/{place.pk}/replace/").status_code == 422


def test_a_reminder_starts_anew_on_the_business_s_own_day(ada):
    a_business(time_zone="Pacific/Auckland")
    due = TODAY - timedelta(days=30)
    row = actions.plan(ada, what="Call", next_due=due, every_days=10, now=BEFORE)
    a_touch(ada, at=datetime.combine(TODAY, time(22), UTC))  # tomorrow over there
    actions.reset_reminders([ada.pk])
    row.refresh_from_db()
    assert row.next_due == TODAY + timedelta(days=11)


def test_a_plan_is_handed_out_and_erased(ada):
    actions.plan(ada, what="Ask about her mother", next_due=TODAY, now=BEFORE)
    assert [row["what"] for row in export_rows(ada.pk)] == ["Ask about her mother"]
    erase(ada.pk)
    assert not list(export_rows(ada.pk))
