"""The aside beside the cards, and another day than today."""

from datetime import date, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from fondly.base.tasks.worker import Worker
from fondly.insight.models import ScoreRun
from fondly.testing import a_business, a_client, a_run, a_touch, an_order, olive, signals
from fondly.today.models import Action
from fondly.today.tests.pages.cards import NOW, TODAY, shown

pytestmark = pytest.mark.django_db


def test_the_aside_tells_the_client(client, max_):
    ada = a_client(name="Ada", owner=max_, notes="Two shops")
    signals(ada, p_active=0.31, p_active_low=0.22, p_active_high=0.41, worth_24m=410_000)
    client.force_login(max_)
    page = shown(client, f"/today/client/{ada.pk}/")
    assert "31%" in page
    assert "22–41%" in page
    assert "€\u00a04,100" in page
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
