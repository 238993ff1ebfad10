"""Each chance that is shown has parts that add up to it, and a day by which to act."""

from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse
from scipy.special import expit

from fondly.clients.models import Contract
from fondly.insight import actions
from fondly.insight.models import MonthlySignal, ScoreRun, Signal
from fondly.insight.telling.why import changed, why
from fondly.insight.tests.ties.talk import a_choir, a_relation, said, score, shown
from fondly.team.actions import keys
from fondly.testing import NOON, TODAY, a_business, a_client, an_order, olive

pytestmark = pytest.mark.django_db(transaction=True)


def ago(days):
    return TODAY - timedelta(days=int(days))


def buyers(count, dice):
    for n in range(count):
        client = a_client(name=f"Buyer {n}")
        for days in np.cumsum(1 + dice.poisson(20, dice.integers(1, 9))):
            an_order(client, on=ago(days))


def holders(count, dice):
    for n in range(count):
        start = ago(dice.integers(30, 2_400))
        left = dice.random() < 0.45
        ends = start + timedelta(days=364 * int(dice.integers(1, 4)))
        Contract.objects.create(
            client=a_client(name=f"Holder {n}"),
            name="Care",
            price=5_000,
            currency="EUR",
            renewal_months=12,
            started_on=start,
            ends_on=ends if left else None,
        )


def speakers(count, dice):
    for n in range(count):
        client = a_relation(name=f"Speaker {n}")
        days = np.cumsum(1 + dice.poisson(14, dice.integers(1, 12))) + dice.integers(0, 90)
        said(client, *days.tolist())
        said(client, *(days + dice.integers(1, 4)).tolist(), direction="out")
        if n % 5 == 0:
            said(client, int(days[0]), is_called_off=True, medium="visit")


@pytest.mark.parametrize("seed", [1, 2])
def test_of_generated_clients_of_all_three_kinds_the_reasons_add_up(seed):
    a_business()
    dice = np.random.default_rng(seed)
    buyers(40, dice)
    holders(90, dice)
    speakers(60, dice)
    run = score()
    seen = set()
    for signal in Signal.objects.current():
        told = why(run, signal)
        chances = [p for p in (signal.p_active, signal.p_renew) if p is not None]
        assert [one.probability for one in told] == chances
        for one in told:
            seen.add(one.basis)
            assert one.act_by is not None
            assert sum(part.weight for part in one.parts) == pytest.approx(
                one.total, abs=1e-9
            )
            if not one.is_certain:
                assert expit(one.total) == pytest.approx(one.probability, abs=0.002)
                assert one.parts[-1].after == one.probability
    assert seen == {"orders", "contract", "touches"}


def test_the_page_says_why_in_words_and_what_moved_it():
    a_business()
    a_choir()
    ada = a_relation(name="Ada")
    said(ada, *range(45, 300, 12))
    said(ada, *(n + 2 for n in range(45, 300, 12)), direction="out")
    said(ada, 50, is_called_off=True, medium="visit")
    score()
    actions.reckon(months=1, today=TODAY, now=NOON)
    run, signal = ScoreRun.current(), shown(ada)
    month = MonthlySignal.objects.of_client(ada.pk).order_by("month_end__month").first()
    moved = changed(run, signal, month)
    assert sum(step for _words, step in moved.parts) == pytest.approx(moved.total, abs=1e-9)
    assert moved.after < moved.before


def test_client_page_list_and_api_show_it(client):
    a_business()
    a_choir()
    ada = a_relation(name="Ada")
    said(ada, *range(45, 300, 12))
    said(ada, *(n + 2 for n in range(45, 300, 12)), direction="out")
    score()
    user = olive()
    client.force_login(user)
    figures = client.get(reverse("insight:figures", args=[ada.pk])).text
    assert "12 days" in figures
    assert "Act by" in figures
    text = client.get(reverse("insight:why", args=[ada.pk])).text
    assert "Silent for 45 days, 3.8 of their own cycles of 12" in text
    assert "They answer after about 2 days" in text
    assert "modest assumption" in text
    a_client(name="Boris")
    rows = client.get("/clients/?c=basis&c=last_heard&field=basis&op=is&value=touches").text
    assert "Ada" in rows
    assert "Boris" not in rows
    _token, secret = keys.make(user, name="t", scopes=["read"], now=NOON)
    bearer = {"Authorization": f"Bearer {secret}"}
    about = client.get(f"/api/v1/clients/{ada.pk}/signals", headers=bearer).json()
    assert (about["basis"], about["told"]) == ("touches", {})
    [told] = client.get(f"/api/v1/clients/{ada.pk}/signals/why", headers=bearer).json()
    assert told["probability"] == about["p_active"]
    assert sum(part["weight"] for part in told["parts"]) == pytest.approx(told["total"])
    assert told["act_by"] == about["act_by"]


def test_one_who_spoke_once_is_told_so(client):
    a_business()
    a_choir()
    ada = a_relation(name="Ada")
    said(ada, 3)
    score()
    client.force_login(olive())
    assert (
        "one word says nothing"
        in client.get(reverse("insight:figures", args=[ada.pk])).text
    )
