"""The Today page: whose cards, how many, what the buttons do, and what it costs."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from fondly.base.models import ReasonSetting
from fondly.base.tasks.worker import Worker
from fondly.clients.models import Arrival, Client
from fondly.insight.models import ScoreRun
from fondly.team.models import RowRule
from fondly.testing import (
    a_business,
    a_client,
    a_contact,
    a_run,
    a_touch,
    a_user,
    an_order,
    olive,
    signals,
    vera,
)
from fondly.today.models import Absence, Action, ActionReason
from fondly.touches.models import Touch

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = NOW.date()
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def business():
    return a_business(time_zone="UTC")


@pytest.fixture
def max_():
    return a_user(name="Max Mohr", capacity_minutes=30)


def a_card(client, assignee=None, *, because="Silent for 71.", **about):
    row = {
        "client": client,
        "assignee": assignee,
        "suggestion": "Call Jonas. Ask how he is.",
        "due": TODAY,
        "created_at": NOW,
        "stake": 50_000,
        "rank": 1,
    }
    action = Action.objects.create(**row | about)
    ActionReason.objects.create(
        action=action,
        client=client,
        reason="rhythm.quiet",
        subject="quiet:1",
        because=because,
        suggestion=action.suggestion,
        due=action.due,
        stake=action.stake,
    )
    return action


def shown(client, address="/today/"):
    return client.get(address).content.decode()


def test_a_card_says_who_why_and_with_what(client, max_):
    ada = a_client(name="Hartmann Bakery", tier="A")
    a_contact(ada, name="Jonas Hartmann", phone="+4912345")
    signals(ada, p_active=0.31)
    a_card(ada, max_)
    client.force_login(max_)
    page = shown(client)

    assert "Hartmann Bakery" in page
    assert "Jonas Hartmann" in page
    assert "Silent for 71." in page
    assert "<b>Call Jonas.</b> Ask how he is." in page
    assert "31% likely still active" in page
    assert 'href="tel:+4912345"' in page
    assert "One client to look after today, about 10 min." in page
    assert "€ 500" in page


def test_the_list_ends_where_the_day_does_and_says_how_many_wait(client, max_):
    for n in range(5):
        a_card(a_client(name=f"Client number {n}"), max_, rank=n)
    client.force_login(max_)
    page = shown(client)

    assert page.count("data-action-card") == 3, "thirty minutes hold three of ten"
    assert "Client number 4" in page
    assert "Client number 1" not in page
    assert "more than fits today: 2 waiting" in page


def test_what_is_done_counts_against_the_day(client, max_):
    for n in range(5):
        a_card(a_client(name=f"Client number {n}"), max_, rank=n)
    client.force_login(max_)
    first = Action.objects.order_by("-rank").first()
    client.post(f"/today/{first.pk}/done/", {"what": "Called", "purpose": "give"})
    page = shown(client)

    assert page.count("data-action-card") == 2
    assert "1 of 3 done" in page


def test_each_sees_their_own_and_managers_what_is_nobodys(client, max_):
    a_card(a_client(name="Of Max"), max_)
    a_card(a_client(name="Of nobody"))
    client.force_login(max_)
    page = shown(client)
    assert "Of Max" in page
    assert "Of nobody" not in page

    client.force_login(olive())
    page = shown(client)
    assert "Of nobody" in page
    assert "Of Max" not in page


def test_a_manager_may_look_at_a_colleagues_day_and_a_member_may_not(client, max_):
    a_card(a_client(name="Of Max"), max_)
    client.force_login(olive())
    assert "Of Max" in shown(client, f"/today/?of={max_.pk}")
    client.force_login(a_user(name="Mia"))
    assert client.get(f"/today/?of={max_.pk}").status_code == 404


def test_one_who_only_views_sees_all_and_has_no_buttons(client, max_):
    a_card(a_client(name="Of Max"), max_)
    client.force_login(vera())
    page = shown(client)
    assert "Of Max" in page
    assert "data-key" not in page.split('id="today"')[1].split("</article>")[0].replace(
        'data-key="c"', ""
    ).replace('data-key="w"', "")


def test_the_row_rule_hides_a_card_and_its_sums(client, max_):
    a_business(time_zone="UTC", members_see=RowRule.OWN)
    a_card(a_client(name="Hidden", owner=olive()), max_)
    client.force_login(max_)
    page = shown(client)
    assert "Hidden" not in page
    assert "€ 500" not in page


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


def test_a_day_that_is_no_day_is_refused_in_words(client, max_):
    card = a_card(a_client(), max_)
    client.force_login(max_)
    reply = client.post(f"/today/{card.pk}/snooze/", {"until": "soon"}, headers=HTMX)
    assert reply.status_code == 422
    assert Action.objects.get().state == "open"


def test_empty_days_say_what_to_do(client, max_):
    client.force_login(max_)
    assert "Nobody here yet" in shown(client)
    a_run()  # the one of a night before anybody was brought in
    assert "Nobody here yet" in shown(client)
    ScoreRun.objects.all().delete()
    a_client()
    assert "signals are being computed" in shown(client)
    a_run()
    assert "Nobody waits for you today" in shown(client)


def test_a_client_that_is_hidden_again_has_no_card(client, max_):
    arrival = Arrival.objects.create(is_published=True)
    a_card(a_client(name="Ada", arrival=arrival), max_)
    arrival.is_published = False
    arrival.save()
    client.force_login(max_)
    assert "Ada" not in shown(client)


def test_old_signals_are_admitted(client, max_):
    a_run(as_of=TODAY - timedelta(days=5))
    client.force_login(max_)
    assert "The signals are of" in shown(client)


def test_another_day_is_looked_at_without_changing_anything(client):
    owner = olive()
    client.force_login(owner)
    then = date(2011, 12, 10)
    page = shown(client, f"/today/?as_of={then}")
    assert "This day has not been computed" in page

    boris = a_client(name="Boris")
    run = a_run(as_of=then, is_current=False, is_look=True)
    signals(
        boris,
        run=run,
        orders=12,
        gap_days=34,
        days_since_order=71,
        cycles_silent=2.1,
        last_order_on=date(2011, 9, 30),
        next_until=date(2011, 11, 10),
        p_active=0.4,
        worth_24m=10_000,
    )
    page = shown(client, f"/today/?as_of={then}")
    assert "You are looking at another day" in page
    assert "Orders about every 34 days; silent for 71." in page
    assert "/done/" not in page
    assert not Action.objects.exists()


@pytest.mark.parametrize("day", ["2999-01-01", "yesterday", "0001-01-01"])
def test_a_day_that_has_not_been_is_refused(client, max_, day):
    client.force_login(max_)
    assert client.get(f"/today/?as_of={day}").status_code == 422
    asked = client.post("/today/look/", {"as_of": day})
    assert asked.status_code == 422
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_computes_another_day_that_somebody_asks_for(client):
    a_business()
    then = date(2011, 12, 10)
    ada = a_client()
    for days in (400, 370, 340, 310, 280, 90):
        an_order(ada, on=then - timedelta(days=days), amount=10_000)
    client.force_login(olive())
    asked = client.post("/today/look/", {"as_of": then}, follow=True)
    assert "being computed" in asked.text
    Worker().drain()
    page = shown(client, f"/today/?as_of={then}")
    assert "Orders about every 30 days; silent for 90." in page
    assert ScoreRun.current() is None
    assert not Action.objects.exists()


def test_the_team_page_counts_each_persons_day(client, max_):
    a_card(a_client(name="Ada"), max_, minutes=20)
    done = a_card(a_client(name="Boris"), max_)
    client.force_login(max_)
    client.post(f"/today/{done.pk}/done/")
    client.force_login(olive())
    row = shown(client, "/today/team/").split("Max Mohr</a>")[1].split("</tr>")[0]
    assert ">1 · 10 min<" in row
    assert ">20 min<" in row


def test_handing_over_moves_the_clients_and_their_cards(
    client, max_, django_capture_on_commit_callbacks
):
    ada = a_client(owner=max_)
    a_card(ada, max_)
    owner = olive()
    client.force_login(owner)
    sent = {"from": max_.pk, "to": owner.pk}
    asked = client.post("/today/team/hand-over/", sent).text
    assert f"1 client of {max_} goes to {owner}" in " ".join(asked.split())
    assert Client.objects.get().owner == max_, "nothing moves before one is sure"
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/today/team/hand-over/", sent | {"sure": "yes"})
    assert Client.objects.get().owner == owner
    assert Action.objects.get().assignee == owner


def test_while_away_the_stand_in_has_the_cards(client, max_):
    mia = a_user(name="Mia")
    a_card(a_client(owner=max_), max_)
    client.force_login(max_)
    sent = {
        "user": max_.pk,
        "from_day": TODAY,
        "until_day": TODAY + timedelta(days=7),
        "stand_in": mia.pk,
    }
    client.post("/today/absences/", sent)
    assert Action.objects.get().assignee == mia

    client.post(f"/today/absences/{Absence.objects.get().pk}/remove/")
    assert Action.objects.get().assignee == max_


def test_one_who_sees_only_their_own_clients_cannot_stand_in(client, max_):
    a_business(time_zone="UTC", members_see=RowRule.OWN)
    mia = a_user(name="Mia")
    client.force_login(max_)
    sent = {"user": max_.pk, "from_day": TODAY, "until_day": TODAY, "stand_in": mia.pk}
    reply = client.post("/today/absences/", sent)
    assert reply.status_code == 422
    assert not Absence.objects.exists()


def test_reasons_are_switched_off_and_shares_are_set(client):
    client.force_login(olive())
    sent = {"on:rhythm.quiet": "on", "share:rhythm.quiet": "10"}
    client.post("/today/reasons/", sent)
    saved = {row.reason: row for row in ReasonSetting.objects.all()}
    assert saved["rhythm.quiet"].is_on
    assert saved["rhythm.quiet"].holdout_share == pytest.approx(0.1)
    assert not saved["moments.dates"].is_on
    assert client.post("/today/reasons/", {"share:rhythm.quiet": "80"}).status_code == 422


def test_the_aside_tells_the_client(client, max_):
    ada = a_client(name="Ada", owner=max_, notes="Two shops")
    signals(ada, p_active=0.31, p_active_low=0.22, p_active_high=0.41, worth_24m=410_000)
    client.force_login(max_)
    page = shown(client, f"/today/client/{ada.pk}/")
    assert "31%" in page
    assert "22–41%" in page
    assert "€ 4,100" in page
    assert "looked after by you" in page


def test_beside_a_look_at_another_day_stands_the_client_as_of_then(client, max_):
    ada = a_client(name="Ada", owner=max_, tier="C")
    day = TODAY - timedelta(days=400)
    now, then = a_run(), a_run(as_of=day, is_current=False)
    signals(ada, run=now, p_active=0.01, tier="C")
    signals(ada, run=then, p_active=0.31, tier="A")
    a_touch(ada, at=NOW - timedelta(days=500), what="Before")
    a_touch(ada, at=NOW - timedelta(days=5), what="Since")
    client.force_login(max_)
    page = shown(client, f"/today/client/{ada.pk}/?as_of={day}")
    assert "31%" in page
    assert "Before" in page
    assert "Since" not in page
    assert f"size=compact&amp;as_of={day}" in page
    page = shown(client, f"/today/client/{ada.pk}/")
    assert "Since" in page
    assert "31%" not in page


def test_the_page_costs_as_many_queries_for_three_cards_as_for_thirty(
    client, django_assert_max_num_queries
):
    boss = olive(capacity_minutes=600)
    client.force_login(boss)
    run = ScoreRun.current() or a_run()

    def some(count):
        for n in range(count):
            ada = a_client(name=f"C{n}", owner=boss)
            a_contact(ada, email=f"c{ada.pk}@example.org", phone=f"+49{ada.pk}")
            signals(ada, run=run, p_active=0.5)
            a_card(ada, boss)

    some(3)
    client.get("/today/")
    with django_assert_max_num_queries(20) as few:
        assert shown(client).count("data-action-card") == 3
    some(27)
    with django_assert_max_num_queries(20) as many:
        page = client.get("/today/")
    assert len(many) == len(few)
    assert page.text.count("data-action-card") == 30
    assert len(page.content) < 100_000
