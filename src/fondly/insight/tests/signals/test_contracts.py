"""Contracts as signals: renewals, what they are worth, and the price steps ahead."""

from datetime import date, timedelta

import numpy as np
import pytest
from django.urls import reverse

from fondly.clients.models import Client, Contract, Rate
from fondly.insight import actions
from fondly.insight.models import Signal
from fondly.insight.scoring.renewals import learn_renewals
from fondly.testing import NOON, TODAY, a_business, a_client, an_order, olive
from tenure import ShiftedBetaGeometric

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _business():
    a_business()


def years_ago(count, *, days=0):
    return TODAY.replace(year=TODAY.year - count) + timedelta(days=days)


def a_contract(client=None, **about):
    row = {"name": "Care", "price": 100_00, "currency": "EUR", "renewal_months": 12} | about
    client = client or a_client(name=f"C{Contract.objects.count()}")
    return Contract.objects.create(client=client, **row)


def many_contracts():
    """Contracts of six and of three years: many leave at first, then ever fewer."""
    for began, gone in ((6, (9, 5, 3, 2, 1)), (3, (8, 4))):
        for year, leavers in enumerate(gone, start=1):
            for _ in range(leavers):
                start = years_ago(began, days=-10)
                end = start.replace(year=start.year + year) - timedelta(days=1)
                a_contract(started_on=start, ends_on=end)
        for _ in range(12):
            a_contract(started_on=years_ago(began, days=-10))


def score():
    return actions.score_all(as_of=TODAY, now=NOON)


def shown(client):
    return Signal.objects.current().get(client=client)


def test_renewals_are_learned_from_what_became_of_every_contract():
    many_contracts()
    newcomer = a_contract(started_on=years_ago(0, days=-40)).client
    regular = a_contract(started_on=years_ago(6, days=-40)).client
    fit = score().fit["model"]
    periods = [1] * 9 + [2] * 5 + [3] * 3 + [4] * 2 + [5] + [1] * 8 + [2] * 4
    left = [1] * len(periods) + [0] * 26
    periods += [6] * 12 + [3] * 12 + [0, 6]
    wanted = ShiftedBetaGeometric().fit(periods, left)
    assert fit["renewals"] == pytest.approx(tuple(wanted.parameters_))
    assert (fit["contracts"], fit["contracts_left"]) == (58, 32)
    assert shown(newcomer).p_renew == pytest.approx(wanted.probability_of_renewal(1, 0)[0])
    assert shown(regular).p_renew == pytest.approx(wanted.probability_of_renewal(1, 6)[0])
    assert shown(newcomer).p_renew < shown(regular).p_renew
    assert shown(regular).p_renew_low < shown(regular).p_renew < shown(regular).p_renew_high


def test_a_contract_is_worth_what_is_paid_until_the_renewal_and_likely_after_it():
    many_contracts()
    ada = a_contract(started_on=years_ago(2, days=-122)).client  # renews in 8 months
    fit = score().fit["model"]
    law = ShiftedBetaGeometric(**dict(zip(("alpha", "beta"), fit["renewals"], strict=True)))
    once, twice = law.probability_of_renewal([1, 2], [2, 2])
    found = shown(ada)
    assert found.worth_12m == pytest.approx(100_00 * (8 + 4 * once), abs=1)
    assert found.worth_24m == pytest.approx(100_00 * (8 + 12 * once + 4 * twice), abs=1)
    assert found.worth_24m_low <= found.worth_24m <= found.worth_24m_high <= 24 * 100_00


def test_too_few_endings_say_nothing_about_renewals():
    ada = a_contract(started_on=years_ago(2)).client
    run = score()
    assert run.fit["model"]["renewals_finding"] == "too few"
    assert (shown(ada).p_renew, shown(ada).worth_24m) == (None, None)
    assert shown(ada).recurring_12m == 1200_00


def test_a_contract_that_goes_on_under_a_new_number_was_renewed():
    client = a_client()
    start = years_ago(3, days=-10)
    a_contract(client, started_on=start, ends_on=years_ago(1, days=-11))
    a_contract(client, started_on=years_ago(1, days=-10))
    gone = a_contract(started_on=start, ends_on=years_ago(1, days=-10)).client
    fit = score().fit["model"]
    assert (fit["contracts"], fit["contracts_left"]) == (3, 1)
    assert (shown(client).contracts, shown(gone).contracts) == (1, 0)
    assert (shown(client).stage, shown(gone).stage) == ("active", "lapsed")


def test_what_is_known_to_end_is_not_renewed():
    many_contracts()
    ends = TODAY + timedelta(days=100)
    ada = a_contract(started_on=years_ago(4, days=-10), ends_on=ends).client
    score()
    found = shown(ada)
    assert (found.p_renew, found.renews_on, found.notice_by) == (0, None, None)
    assert found.worth_24m == 3 * 100_00


def test_a_promo_cliff_and_the_next_price_are_seen_ahead():
    cliff = a_contract(
        started_on=years_ago(0, days=-30),
        price=120_00,
        promo_price=80_00,
        promo_ends_on=TODAY + timedelta(days=20),
    ).client
    dearer = a_contract(
        started_on=years_ago(2, days=-30),
        next_price=110_00,
        next_price_from=TODAY + timedelta(days=50),
    ).client
    past = a_contract(
        started_on=years_ago(2),
        next_price=130_00,
        next_price_from=TODAY,
        promo_price=1,
        promo_ends_on=TODAY - timedelta(days=1),
    ).client
    score()
    assert shown(cliff).price_step_on == TODAY + timedelta(days=21)
    assert shown(cliff).price_step == pytest.approx(0.5)
    assert shown(cliff).recurring_12m == 12 * 80_00
    assert shown(dearer).price_step_on == TODAY + timedelta(days=50)
    assert shown(dearer).price_step == pytest.approx(0.1)
    assert (shown(past).price_step_on, shown(past).recurring_12m) == (None, 12 * 130_00)


def test_the_next_renewal_is_the_earliest_and_has_its_last_day_of_notice():
    client = a_client()
    a_contract(client, started_on=date(2024, 1, 31), renewal_months=1, notice_days=3)
    a_contract(client, started_on=years_ago(1), renews_on=TODAY + timedelta(days=400))
    score()
    found = shown(client)
    assert TODAY < found.renews_on <= TODAY + timedelta(days=31)
    assert found.notice_by == found.renews_on - timedelta(days=3) or (
        found.renews_on - timedelta(days=3) < TODAY
    )
    assert found.contracts == 2


def test_money_of_contracts_is_converted_and_without_a_rate_left_out():
    Rate.objects.create(currency="USD", from_day=years_ago(1), rate="0.5")
    usd = a_contract(started_on=years_ago(1), currency="USD").client
    chf = a_contract(started_on=years_ago(1), currency="CHF", months=3).client
    score()
    assert shown(usd).recurring_12m == 600_00
    assert (shown(chf).recurring_12m, shown(chf).contracts) == (None, 1)


def test_worth_is_not_counted_twice_where_invoices_are_orders_too():
    many_contracts()
    for n in range(200):
        client = a_client(name=f"O{n}")
        # They buy at paces of their own, and some stopped long ago.
        for back in range(20 + (n * 37) % 500, 720, 15 + (n * 13) % 60):
            an_order(client, on=TODAY - timedelta(days=back), amount=1_000)
    both = a_contract(started_on=years_ago(2, days=-122)).client
    for back in range(15, 700, 30):
        an_order(both, on=TODAY - timedelta(days=back), amount=100_00)
    alone = a_contract(started_on=years_ago(2, days=-122)).client
    assert score().model == "bgnbd"
    assert shown(alone).worth_24m <= shown(both).worth_24m < 2 * shown(alone).worth_24m
    assert shown(both).stage == "active"


def test_a_few_are_scored_as_all_are():
    many_contracts()
    ada = a_contract(
        started_on=years_ago(2), next_price=120_00, next_price_from=TODAY
    ).client
    score()
    names = [f.name for f in Signal._meta.concrete_fields if f.name != "id"]
    before = Signal.objects.current().filter(client=ada).values(*names).get()
    actions.score_some([ada.pk], as_of=TODAY, now=NOON)
    assert Signal.objects.current().filter(client=ada).values(*names).get() == before


def test_nobody_s_contracts_are_no_reason_to_fail():
    found = learn_renewals([])
    assert found["renewals_finding"] == "too few"
    assert np.isfinite(found["contracts"])


def test_one_that_ended_where_it_began_counts_and_spoils_nothing():
    many_contracts()
    day = years_ago(1)
    a_contract(started_on=day, ends_on=day)
    fit = score().fit["model"]
    assert (fit["contracts"], fit["contracts_left"]) == (57, 33)
    assert fit["renewals_finding"] == ""


def test_without_a_rate_a_contract_renews_and_is_worth_nothing_known(client):
    many_contracts()
    client.force_login(olive())
    chf = a_contract(started_on=years_ago(2), currency="CHF").client
    closed = a_contract(started_on=years_ago(2)).client
    Client.objects.filter(pk=closed.pk).update(closed_on=TODAY)
    score()
    assert shown(chf).p_renew > 0.5
    assert (shown(chf).worth_24m, shown(closed).p_renew) == (None, None)
    for one in (chf, closed):
        text = client.get(reverse("insight:figures", args=[one.pk])).content.decode()
        assert "Too few contracts" not in text


def test_the_client_page_says_what_lies_ahead(client):
    client.force_login(olive())
    ada = a_contract(
        started_on=years_ago(1, days=-30),
        promo_price=80_00,
        promo_ends_on=TODAY + timedelta(days=20),
        renews_on=TODAY + timedelta(days=90),
    ).client
    score()
    text = client.get(reverse("insight:figures", args=[ada.pk])).content.decode()
    assert "it costs 25 % more" in text
    assert "Agreed:" in text
    assert "Too few contracts have ended" in text
