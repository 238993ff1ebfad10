"""Looking back: earlier forecasts, by what was known then, against what came."""

from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from fondly.base.news import News
from fondly.clients.models import Client, Order
from fondly.insight import actions, tasks
from fondly.insight.backtest.measures import auc, bins, calibration_error, level, log_loss
from fondly.insight.models import Backtest, ScoreRun, Signal
from fondly.testing import NOON, TODAY, a_business, a_client, an_order, olive
from tenure import MBGNBD

DAYS = 182


def test_measures_are_those_of_the_textbook():
    chance = np.array([0.9, 0.6, 0.6, 0.2])
    came = np.array([True, True, False, False])
    losses = [-np.log(0.9), -np.log(0.6), -np.log(0.4), -np.log(0.8)]
    assert log_loss(chance, came) == pytest.approx(np.mean(losses))
    # Of four pairs three are in order and one is a tie.
    assert auc(chance, came) == 3.5 / 4
    assert auc(chance, came | True) is None
    assert log_loss(np.array([0.0]), np.array([True])) < 14


def test_tenths_hold_everybody_once_and_their_error_is_the_mean_distance():
    rng = np.random.default_rng(7)
    chance = rng.uniform(size=1_003)
    came = rng.uniform(size=1_003) < chance
    tenths = bins(chance, came)
    assert (len(tenths), sum(count for *_, count in tenths)) == (10, 1_003)
    assert calibration_error(tenths) < 0.06
    assert calibration_error(bins(chance, ~came)) > 0.3
    assert calibration_error([(0.5, 0.4, 3), (0.8, 0.8, 1)]) == pytest.approx(0.075)


def test_a_level_is_shrunk_and_withheld_where_looks_disagree():
    assert level([1.2, 1.2, 1.2]) == pytest.approx(1.2**0.75)
    assert level([1.2, 0.9, 1.3]) == level([1.4]) == level([]) == 1.0
    assert level([0.8, 0.8]) == pytest.approx(0.8 ** (2 / 3))


def orders(clients, days):
    """Make clients who buy at paces of their own and leave one after the other."""
    rng = np.random.default_rng(11)
    for n in range(clients):
        client = a_client(name=f"C{n}")
        day, pace = days - int(rng.integers(0, days // 2)), rng.gamma(2, 15) + 4
        while day > 0:
            an_order(client, on=TODAY - timedelta(days=day), amount=1_000)
            if rng.uniform() < 0.12:
                break
            day -= max(1, round(rng.exponential(pace)))


@pytest.mark.django_db(transaction=True)
def test_looks_know_only_what_was_known_then():
    a_business()
    orders(400, 1_000)
    actions.score_all(as_of=TODAY, now=NOON)
    made = actions.look_back(as_of=TODAY, now=NOON)
    looks = made.judged
    begins = [TODAY - timedelta(days=DAYS + back) for back in (0, 91, 182)]
    assert [look.day for look in looks] == begins
    # The middle one by hand, from the orders themselves.
    begin, end = begins[1], begins[1] + timedelta(days=DAYS)
    bought = {}
    for key, day in Order.objects.order_by("placed_on").values_list(
        "client_id", "placed_on"
    ):
        bought.setdefault(key, set()).add(day)
    known = {key: sorted(d for d in days if d <= begin) for key, days in bought.items()}
    known = {key: days for key, days in sorted(known.items()) if days}
    later = [sum(begin < d <= end for d in bought[key]) for key in known]
    x = [len(days) - 1 for days in known.values()]
    t_x = [(days[-1] - days[0]).days / 7 for days in known.values()]
    age = [(begin - days[0]).days / 7 for days in known.values()]
    # Whoever came once may have left: the kind of model that knows so foretold better.
    assert made.lessons.family == "mbg"
    model = MBGNBD().fit(x, t_x, age)
    expected = model.expected_purchases(DAYS / 7, x, t_x, age)
    look = looks[1]
    assert (look.clients, look.actual) == (len(known), sum(later))
    assert look.expected == pytest.approx(float(expected.sum()), rel=1e-4)
    assert look.again == pytest.approx(np.mean([count > 0 for count in later]))
    assert sum(count for _, _, count in look.tiers.values()) == look.clients
    assert [one.losses["mbg"] < one.losses["bg"] for one in looks] == [True] * 3
    assert made.level == made.lessons.level
    assert {one.pk for one in Backtest.objects.all()} == {made.pk}


@pytest.mark.django_db(transaction=True)
def test_totals_are_corrected_from_the_next_run_on_and_never_for_a_day_before():
    a_business()
    orders(300, 700)
    actions.score_all(as_of=TODAY, now=NOON)
    plain = dict(Signal.objects.current().values_list("client_id", "expected_orders_12m"))
    Backtest.objects.create(as_of=TODAY, made_at=NOON, level=1.5)
    run = actions.score_all(as_of=TODAY, now=NOON)
    assert run.model == "bgnbd"
    now = dict(Signal.objects.current().values_list("client_id", "expected_orders_12m"))
    assert [now[key] for key in plain] == pytest.approx(
        [1.5 * value for value in plain.values()]
    )
    # Who is scored alone is scored by the same.
    key = Client.objects.first().pk
    actions.score_some([key], as_of=TODAY, now=NOON)
    assert Signal.objects.current().get(client_id=key).expected_orders_12m == now[key]
    before = actions.score_all(as_of=TODAY - timedelta(days=1), now=NOON, look=True)
    assert before.fit["model"]["level"] == 1


@pytest.mark.django_db(transaction=True)
def test_a_short_history_is_said_to_be_short(client):
    a_business()
    an_order(a_client(), on=TODAY - timedelta(days=90))
    actions.score_all(as_of=TODAY, now=NOON)
    made = actions.look_back(as_of=TODAY, now=NOON)
    assert (made.origins, made.level) == ([], 1.0)
    client.force_login(olive())
    page = client.get(reverse("insight:quality")).content.decode()
    assert "do not reach back nine months" in page


@pytest.mark.django_db
def test_a_look_back_follows_a_run_once_a_week():
    news = News(kind="signals", client_ids=[], at=NOON)
    path = "fondly.insight.tasks.look_back"
    tasks.hear(news)
    assert DBTaskResult.objects.filter(task_path=path).count() == 1
    DBTaskResult.objects.all().delete()
    Backtest.objects.create(as_of=TODAY, made_at=NOON - timedelta(days=6))
    tasks.hear(news)
    assert not DBTaskResult.objects.filter(task_path=path).exists()


@pytest.mark.django_db
def test_the_page_says_whether_recency_would_do(client):
    client.force_login(olive())
    ScoreRun.objects.create(as_of=TODAY, started_at=NOON, is_current=True)
    look = {
        "as_of": "2026-01-01",
        "days": DAYS,
        "clients": 500,
        "again": 0.4,
        "log_loss": 0.5,
        "log_loss_of_all_alike": 0.67,
        "auc": 0.801,
        "auc_of_recency": 0.8,
        "expected": 900.0,
        "actual": 990,
        "inside": 0.7,
        "calibration_error": 0.021,
        "tenths": [[0.1, 0.12, 250], [0.7, 0.68, 250]],
        "tiers": {"A": [400.0, 410, 100]},
    }
    Backtest.objects.create(as_of=TODAY, made_at=NOON, origins=[look], level=1.0)
    page = client.get(reverse("insight:quality")).content.decode()
    assert "Chances were right: on average 2.1 points" in page
    assert "+10\N{NO-BREAK SPACE}%" in page
    assert "the days since the last order suffice" in page
    assert "Ranges are too narrow: 70 %" in page
    assert page.count("<circle") >= 2
    assert page.count('aria-current="page">How good is this?') == 1
    assert f'href="{reverse("insight:retention")}"' in page
