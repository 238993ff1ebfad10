"""What moved a probability since last month: parts that add up, on the client page too."""

from datetime import timedelta

import pytest
from django.urls import reverse
from scipy.special import logit

from fondly.insight.models import MonthEnd, MonthlySignal
from fondly.insight.scoring.model import Model
from fondly.insight.telling.because import because, moved
from fondly.testing import NOON, TODAY, a_business, a_client, a_run, olive, signals

pytestmark = pytest.mark.django_db
THEN = Model(kind="bgnbd", history_days=900, orders=[0.8, 6.0, 0.9, 3.0])
NOW = Model(kind="bgnbd", history_days=930, orders=[0.85, 5.5, 0.8, 3.1])
MONTH = (TODAY.replace(day=1) - timedelta(days=1)).replace(day=1)
LAST_DAY = TODAY.replace(day=1) - timedelta(days=1)


def chance(model, *, orders, first, last, day):
    """Return the probability as scoring does."""
    weeks = [(last - first).days / 7], [(day - first).days / 7]
    return float(model.of_orders.probability_alive([orders - 1.0], *weeks)[0])


def history(*, orders, first, last, day, model):
    return {
        "orders": orders,
        "first_order_on": first,
        "days_since_order": (day - last).days,
        "p_active": chance(model, orders=orders, first=first, last=last, day=day),
    }


def ada(*, model=NOW, orders=9, last=60):
    """Return Ada's run, her signals of today and the row of her last month."""
    a_business()
    client = a_client()
    first, silent = TODAY - timedelta(days=400), TODAY - timedelta(days=60)
    run = a_run(fit={"model": model.to_json()})
    last_on = TODAY - timedelta(days=last)
    now = history(orders=orders, first=first, last=last_on, day=TODAY, model=model)
    signal = signals(client, run=run, last_order_on=last_on, **now)
    end = MonthEnd.objects.create(
        month=MONTH,
        as_of=LAST_DAY,
        written_at=NOON,
        state="shown",
        model=THEN.to_json(),
    )
    then = history(orders=9, first=first, last=silent, day=LAST_DAY, model=THEN)
    month = MonthlySignal.objects.create(month_end=end, client=client, **then)
    return run, signal, month


def total(found):
    parts = (found.population, found.frequency, found.silence, found.refit)
    return round(sum(parts), 2)


def test_the_parts_add_up_to_the_change_of_the_log_odds():
    run, signal, month = ada()
    found = moved(run, signal, month)
    assert total(found) == found.total
    assert found.total == pytest.approx(
        logit(signal.p_active) - logit(month.p_active), abs=0.011
    )
    assert found.total == round(
        because(run, signal).total - round(logit(month.p_active), 2), 2
    )
    assert found.refit != 0


def test_silence_alone_moves_who_only_waited():
    run, signal, month = ada(model=THEN)
    found = moved(run, signal, month)
    assert (found.population, found.frequency, found.refit) == (0, 0, 0)
    assert found.silence == found.total < 0


def test_an_order_ends_the_silence_and_counts_for_the_frequency():
    run, signal, month = ada(model=THEN, orders=10, last=2)
    found = moved(run, signal, month)
    assert found.frequency > 0
    assert found.silence > 0
    assert found.after > found.before


def test_nothing_is_said_of_a_month_without_a_probability():
    run, signal, month = ada()
    month.p_active = None
    assert moved(run, signal, month) is None


def test_the_parts_are_those_of_the_day_on_which_a_client_was_scored():
    run, signal, _month = ada()
    run.as_of = TODAY - timedelta(days=1)  # scored again after midnight
    found = because(run, signal)
    assert found.total == pytest.approx(logit(found.probability), abs=0.006)


@pytest.fixture(autouse=True)
def _signed_in(client):
    client.force_login(olive())


def shown(client, panel, of):
    return client.get(reverse(f"insight:{panel}", args=[of.client_id])).text


def test_the_client_page_says_what_moved_it(client):
    run, signal, month = ada()
    text = shown(client, "why", signal)
    assert "This is what moved it." in text
    assert f"{month.p_active:.0%}" in text
    assert f"−{-moved(run, signal, month).silence:.2f}" in text


def test_the_client_page_draws_the_months_and_says_when_it_fell(client):
    _run, signal, month = ada()
    MonthlySignal.objects.update(p_active=0.95)
    signal.p_active = 0.31
    signal.save()
    text = shown(client, "figures", signal)
    assert 'class="spark"' in text
    assert f"was 95% in {month.month_end.month:%B}" in text
    assert "style=" not in text
    assert '<td class="num">95%</td>' in text


def test_a_month_that_is_not_all_there_is_not_shown(client):
    _run, signal, _month = ada()
    MonthEnd.objects.update(state="writing")
    assert "spark" not in shown(client, "figures", signal)
    assert "moved it" not in shown(client, "why", signal)


def test_a_client_page_asks_for_its_months_in_two_questions(
    client, django_assert_max_num_queries
):
    _run, signal, month = ada()
    for n in range(2, 20):
        start = (MONTH.replace(day=1) - timedelta(days=28 * n)).replace(day=1)
        if MonthEnd.objects.filter(month=start).exists():
            continue
        end = MonthEnd.objects.create(
            month=start, as_of=start, written_at=NOON, state="shown"
        )
        MonthlySignal.objects.create(month_end=end, client=month.client, p_active=0.5)
    with django_assert_max_num_queries(12):
        client.get(reverse("insight:figures", args=[signal.client_id]))
