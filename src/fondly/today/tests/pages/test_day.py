"""Whose cards a day has, how many, what else the page says, and what it costs."""

from datetime import timedelta

import pytest

from fondly.clients.models import Arrival
from fondly.insight.models import ScoreRun
from fondly.team.models import RowRule
from fondly.testing import (
    a_business,
    a_client,
    a_contact,
    a_run,
    a_user,
    olive,
    signals,
    vera,
)
from fondly.today.models import Action
from fondly.today.tests.pages.cards import TODAY, a_card, shown

pytestmark = pytest.mark.django_db


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
    assert "€\u00a0500" in page


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
    assert "€\u00a0500" not in page


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
