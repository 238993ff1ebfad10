"""Tiers change in the open: previewed, applied as previewed, explained."""

from datetime import timedelta

import pytest
from django.urls import reverse

from fondly.base.errors import Refusal
from fondly.base.news import listen
from fondly.clients.models import Client, FieldDefinition
from fondly.insight import actions
from fondly.insight.models import ScoreRun, Signal, Tier
from fondly.insight.tiering import Scheme, TierLine, check
from fondly.team.models import AuditEntry
from fondly.testing import (
    NOON,
    TODAY,
    a_business,
    a_client,
    a_run,
    a_user,
    olive,
    signals,
    vera,
)

pytestmark = pytest.mark.django_db


def tier(name, border, ideal=30, most=60, minutes=10):
    return TierLine(
        name=name, border=border, ideal_days=ideal, maximum_days=most, minutes=minutes
    )


def scheme(**changes):
    plain = {
        "criteria": (("revenue_12m", 1.0),),
        "tiers": (tier("Gold", 0.2, 14, 28, 20), tier("Plain", 0, 70, 140, 10)),
    }
    return Scheme(**plain | changes)


@pytest.fixture
def base():
    """Ten clients; client n had a revenue of n thousand and was in tier A, B or C."""
    a_business()
    people = []
    for n in range(1, 11):
        client = a_client(name=f"Client {n}", tier="ABC"[n % 3])
        waiting = {"days_since_touch": n, "ideal_days": 10, "days_over_cadence": n - 10}
        signals(client, revenue_12m=n * 100_000, tier=client.tier, **waiting)
        people.append(client)
    return people


def test_the_preview_says_how_many_and_how_much_work_and_writes_nothing(base):
    owner = olive(capacity_minutes=60)
    a_user(capacity_minutes=90)
    vera(capacity_minutes=500)
    found = actions.preview(scheme(), user=owner)
    gold, plain = found.lines
    assert (gold.clients, plain.clients) == (2, 8)
    assert gold.touches == pytest.approx(2 * 7 / 14)
    assert found.minutes == pytest.approx(1 * 20 + 0.8 * 10)
    assert found.capacity == (60 + 90) * 5
    assert found.fresh == 10
    assert not Client.objects.filter(tier="Gold").exists()


def test_the_preview_names_who_rises_and_who_falls(base):
    Client.objects.filter(pk__in=[base[9].pk, base[0].pk]).update(tier="Plain")
    Client.objects.filter(pk=base[4].pk).update(tier="Gold")
    found = actions.preview(scheme(), user=olive())
    assert [(m.name, m.before, m.after) for m in found.up] == [
        ("Client 10", "Plain", "Gold")
    ]
    assert [(m.name, m.after) for m in found.down] == [("Client 5", "Plain")]
    assert (found.ups, found.downs, found.fresh) == (1, 1, 7)


def test_what_is_applied_is_what_was_previewed(base):
    owner = olive()
    before = actions.preview(scheme(), user=owner)
    actions.adopt(scheme(), by=owner, now=NOON)
    assert actions.give_tiers(now=NOON) == 10
    given = dict(Client.objects.values_list("name", "tier"))
    assert {name for name, tier in given.items() if tier == "Gold"} == {
        "Client 9",
        "Client 10",
    }
    counts = [(line.name, line.clients) for line in before.lines]
    after = [(n, Client.objects.filter(tier=n).count()) for n in ("Gold", "Plain")]
    assert counts == after
    assert actions.give_tiers(now=NOON) == 0
    assert AuditEntry.objects.filter(what="tiers.applied", user=owner).exists()
    assert list(Tier.objects.values_list("name", flat=True)) == ["Gold", "Plain"]


def test_signals_carry_the_new_tier_its_parts_and_its_cadence(base):
    Client.objects.filter(pk=base[9].pk).update(ideal_days=7, maximum_days=9)
    actions.adopt(scheme(), by=olive(), now=NOON)
    actions.give_tiers(now=NOON)
    ninth = Signal.objects.current().get(client=base[8])
    assert (ninth.tier, ninth.ideal_days, ninth.maximum_days) == ("Gold", 14, 28)
    assert ninth.days_over_cadence == 9 - 14
    assert sum(ninth.tier_parts.values()) == pytest.approx(ninth.tier_points)
    own = Signal.objects.current().get(client=base[9])
    assert (own.ideal_days, own.maximum_days) == (7, 9)
    assert ScoreRun.current().fit["tiers"]["borders"] == [90.0]


def test_a_client_we_parted_with_keeps_the_tier(base):
    Client.objects.filter(pk=base[9].pk).update(closed_on="2026-01-01")
    actions.adopt(scheme(), by=olive(), now=NOON)
    actions.give_tiers(now=NOON)
    assert Client.objects.get(pk=base[9].pk).tier == base[9].tier
    assert Client.objects.get(pk=base[8].pk).tier == "Gold"


def test_a_number_of_ones_own_may_count(base):
    FieldDefinition.objects.create(slug="seats", label="Seats", kind="number")
    Client.objects.filter(pk=base[0].pk).update(extra={"seats": 80})
    Client.objects.filter(pk=base[1].pk).update(extra={"seats": "many"})
    by_seats = scheme(criteria=(("field:seats", 1.0),))
    actions.adopt(by_seats, by=olive(), now=NOON)
    actions.give_tiers(now=NOON)
    assert Client.objects.get(pk=base[0].pk).tier == "Gold"
    assert Signal.objects.current().get(client=base[1]).tier_points == 0


@pytest.mark.django_db(transaction=True)
def test_those_who_moved_are_told_of(base):
    heard = []
    listen(heard.append)
    actions.adopt(scheme(), by=olive(), now=NOON)
    actions.give_tiers(now=NOON)
    told = {key for news in heard if news.kind == "signals" for key in news.client_ids}
    assert told == {client.pk for client in base}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "plain", [tier("Plain", 0, 60, 140), tier("Plain", 0, 70, 150)], ids=["ideal", "most"]
)
def test_whose_cadence_changes_is_told_of_without_having_moved(base, plain):
    """The two in gold keep their days, and so does whoever has a cadence of their own."""
    actions.adopt(scheme(), by=olive(), now=NOON)
    actions.give_tiers(now=NOON)
    Client.objects.filter(pk=base[0].pk).update(ideal_days=7, maximum_days=9)
    Signal.objects.filter(client=base[0]).update(ideal_days=7, maximum_days=9)
    heard = []
    listen(heard.append)
    changed = scheme(tiers=(tier("Gold", 0.2, 14, 28, 20), plain))
    actions.adopt(changed, by=a_user(role="owner"), now=NOON)
    assert actions.give_tiers(now=NOON) == 0
    told = [news.client_ids for news in heard if news.kind == "signals"]
    assert told == [[client.pk for client in base[1:8]]]


def test_a_preview_takes_a_bounded_number_of_queries(base, django_assert_max_num_queries):
    owner = olive()
    with django_assert_max_num_queries(8):
        actions.preview(scheme(), user=owner)


FAULTY = {
    "at least one tier": scheme(tiers=()),
    "same name": scheme(tiers=(tier("A", 0.1), tier("a", 0))),
    "weight above 0": scheme(criteria=(("revenue_12m", 0.0),)),
    "below 100": scheme(tiers=(tier("A", 0.6), tier("B", 0.6), tier("C", 0))),
    "fewer points": scheme(
        by_share=False, tiers=(tier("A", 10), tier("B", 60), tier("C", 0))
    ),
    "cannot be shorter": scheme(tiers=(tier("A", 0.1, 30, 20), tier("B", 0))),
}


@pytest.mark.parametrize("words", FAULTY)
def test_a_scheme_that_cannot_work_is_refused_in_words(words):
    with pytest.raises(Refusal, match=words):
        check(FAULTY[words])


# The page.


def typed(**changes):
    """Return what a browser sends of the form."""
    sent = {
        "cut": "share",
        "hysteresis": "3",
        "weight_revenue_12m": "1",
        "tier-TOTAL_FORMS": "6",
        "tier-INITIAL_FORMS": "6",
        "tier-0-name": "Gold",
        "tier-0-border": "20",
        "tier-0-ideal_days": "14",
        "tier-0-maximum_days": "28",
        "tier-0-minutes": "20",
        "tier-1-name": "Plain",
        "tier-1-ideal_days": "70",
        "tier-1-maximum_days": "140",
        "tier-1-minutes": "10",
    }
    return sent | changes


@pytest.fixture
def browser(client, base):
    client.force_login(olive())
    return client


def test_the_page_shows_the_scheme_in_force(browser):
    page = browser.get(reverse("insight:tiers")).content.decode()
    assert 'name="weight_revenue_12m" value="3.0"' in page
    assert 'name="tier-0-border" value="10.0"' in page
    assert page.count("-ideal_days") >= 6


def test_a_preview_in_the_address_changes_nothing(browser):
    page = browser.get(reverse("insight:tiers"), typed(preview="1")).content.decode()
    assert "What it would do" in page
    assert not Tier.objects.filter(name="Gold").exists()


def test_applying_leads_back_to_the_page_with_tiers_given(browser):
    answer = browser.post(reverse("insight:tiers-apply"), typed(), follow=True)
    assert answer.redirect_chain == [(reverse("insight:tiers"), 302)]
    assert "Clients that moved: 10" in answer.content.decode()
    assert Client.objects.filter(tier="Gold").count() == 2


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(browser):
    wrong = typed(**{"tier-1-name": "Gold", "tier-0-minutes": "17"})
    answer = browser.post(reverse("insight:tiers-apply"), wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Two tiers have the same name." in page
    assert 'value="17"' in page
    lacking = browser.post(
        reverse("insight:tiers-apply"), typed(**{"tier-0-ideal_days": ""})
    )
    assert lacking.status_code == 422
    assert "Needed." in lacking.content.decode()
    assert not Tier.objects.filter(name="Gold").exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"cut": "guess"},
        {"hysteresis": "-1"},
        {"weight_revenue_12m": "nan"},
        {"tier-TOTAL_FORMS": "100000"},
        {"tier-TOTAL_FORMS": "x"},
        {"tier-0-border": "1e999"},
        {"tier-0-name": "a name too long for it"},
    ],
)
def test_no_form_breaks_the_page(browser, broken):
    answer = browser.get(reverse("insight:tiers"), typed(preview="1", **broken))
    assert answer.status_code == 200
    assert "What it would do" not in answer.content.decode()
    assert browser.post(reverse("insight:tiers-apply"), typed(**broken)).status_code == 422


def test_a_tier_is_explained_by_its_parts(browser, base):
    browser.post(reverse("insight:tiers-apply"), typed())
    page = browser.get(reverse("insight:tier-why", args=[base[9].pk])).content.decode()
    assert "Tier Gold: 100 of 100 points." in page
    assert "Revenue of the last 12 months" in page
    part = browser.get(
        reverse("insight:tier-why", args=[base[9].pk]), headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in part
    figures = browser.get(reverse("insight:figures", args=[base[9].pk])).content.decode()
    assert "Tier Gold with 100 of 100 points" in figures
    assert reverse("insight:tier-why", args=[base[9].pk]) in figures


def test_a_tier_of_another_day_is_explained_by_the_parts_of_that_day(browser, base):
    browser.post(reverse("insight:tiers-apply"), typed())
    then = TODAY - timedelta(days=30)
    look = a_run(as_of=then, is_current=False, is_look=True)
    parts = {"revenue_12m": 12.0}
    signals(base[9], run=look, tier="Plain", tier_points=12, tier_parts=parts)
    address = reverse("insight:tier-why", args=[base[9].pk])
    assert "Tier Plain: 12 of 100 points." in browser.get(f"{address}?as_of={then}").text
    figures = reverse("insight:figures", args=[base[9].pk])
    assert f"{address}?as_of={then}" in browser.get(f"{figures}?as_of={then}").text


def test_without_a_run_the_page_says_that_nobody_has_been_scored(client):
    a_business()
    client.force_login(olive())
    page = client.get(reverse("insight:tiers"), typed(preview="1")).content.decode()
    assert "What it would do" in page
    assert "Nobody" in page
