"""What looks back teach, how it is applied, and how it is told."""

from dataclasses import asdict
from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse
from scipy.special import logit

from fondly.insight import actions
from fondly.insight.backtest.drift import drift
from fondly.insight.backtest.looks import Look, look
from fondly.insight.backtest.teaching import best_family, teach
from fondly.insight.models import Backtest, MonthEnd, MonthlySignal, ScoreRun, Signal
from fondly.insight.scoring.history import History
from fondly.insight.scoring.model import Model
from fondly.insight.scoring.taught import Taught, shifted
from fondly.insight.telling.because import because, moved
from fondly.insight.tests.signals.test_quality import DAYS, orders
from fondly.testing import NOON, TODAY, a_business, a_client, olive
from tenure import MBGNBD

TRUTH = {"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 2.5}


def drawn(seed, *, clients=3_000, law=None):
    """Return a history, what came in the next half year, and the history after it."""
    ages = np.random.default_rng(seed).uniform(30, 90, clients)
    found = (law or MBGNBD(**TRUTH)).simulate(ages, seed=seed, horizon=26.0)
    zero = np.zeros(clients)
    history = History(
        client_ids=np.arange(clients),
        x=found.frequency,
        recency=found.recency,
        age=found.T,
        log_gaps=zero,
        spend=zero * np.nan,
        usual_gap=None,
    )
    return history, found.bought


MODEL = Model(kind="bgnbd", orders=list(TRUTH.values()), taught={"family": "mbg"})


def a_look(seed, *, apart=0.0, tier_apart=0.0, are_of_then=True) -> Look:
    """Return a look at a world in which chances of being active are higher than said."""
    history, _ = drawn(seed)
    tiers = np.array(["A", "B", "C"], dtype=object)[np.arange(len(history.x)) % 3]
    said = look(
        MODEL,
        history,
        bought=np.zeros(len(history.x)),
        tiers=tiers,
        are_of_then=are_of_then,
        everybody=history,
        as_of=TODAY - timedelta(days=seed),
        days=DAYS,
    )
    chance, expected = said.at(np.where(tiers == "A", apart + tier_apart, apart))
    rng = np.random.default_rng(seed + 100)
    again = rng.uniform(size=len(chance)) < chance
    return said._replace(bought=np.where(again, np.maximum(1, expected / chance), 0.0))


def test_a_right_model_is_left_as_it_is():
    taught = teach([a_look(n) for n in (1, 2, 3)], family="mbg")
    assert abs(taught.shift) < 0.1
    assert taught.level == pytest.approx(1, abs=0.05)
    assert all(abs(shift - taught.shift) < 0.2 for shift, _ in taught.by_tier.values())


def test_what_all_looks_agree_on_is_learned_and_less_of_it():
    taught = teach([a_look(n, apart=0.8) for n in (1, 2, 3)], family="mbg")
    assert 0.4 < taught.shift < 0.8
    odd = [a_look(1, apart=0.8), a_look(2, apart=-0.8), a_look(3, apart=0.8)]
    assert teach(odd, family="mbg").is_nothing
    assert teach(odd[:1], family="mbg").is_nothing


def test_a_tier_that_differs_is_corrected_on_its_own():
    looks = [a_look(n, tier_apart=1.5) for n in (1, 2, 3)]
    taught = teach(looks, family="mbg")
    assert taught.of("A")[0] > taught.of("B")[0] + 0.5
    # A tier of today knows who came since: nothing is learned from it.
    today = [one._replace(are_of_then=False) for one in looks]
    assert not teach(today, family="mbg").by_tier


def test_the_other_kind_of_model_must_be_better_at_every_look():
    assert best_family([{"bg": 0.5, "mbg": 0.49}, {"bg": 0.4, "mbg": 0.39}]) == "mbg"
    assert best_family([{"bg": 0.5, "mbg": 0.49}, {"bg": 0.4, "mbg": 0.41}]) == "bg"
    assert best_family([{"bg": 0.5, "mbg": 0.4}]) == best_family([]) == "bg"
    assert best_family([{"bg": 0.5}, {"bg": 0.5, "mbg": 0.4}]) == "bg"


def test_chances_and_totals_are_corrected_as_parts_of_one_law():
    found = {
        "p_active": np.array([0.5, np.nan, 0.5]),
        "p_active_low": np.array([0.4, np.nan, 0.4]),
        "expected_orders_12m": np.array([2.0, 1.0, 2.0]),
        "worth_24m": np.array([100.0, np.nan, 100.0]),
        "p_renew": np.array([0.9, 0.9, 0.9]),
    }
    alive, tier = np.array([0.5, 1.0, 0.5]), np.array(["A", "A", "B"], dtype=object)
    taught = Taught(shift=0.0, level=1.1, by_tier={"A": (1.0, 2.0)})
    given = taught.applied(found, alive=alive, tier=tier)
    active = 1 / (1 + np.exp(-1.0))
    assert given["p_active"][0] == pytest.approx(active)
    assert given["p_active_low"][0] < given["p_active"][0]
    assert given["expected_orders_12m"] == pytest.approx([8 * active, 2, 2.2])
    assert given["worth_24m"][0] == round(400 * active)
    assert given["p_renew"] is found["p_renew"]
    before = taught.applied(found, alive=alive)
    assert before["expected_orders_12m"] == pytest.approx([2.2, 1.1, 2.2])
    assert Taught().applied(found, alive=alive, tier=tier) is found
    assert Taught.from_json(asdict(taught) | {"days_known": 3}) == taught


def test_whatever_the_shift_a_chance_stays_one():
    for shift in (-50.0, 0.0, 50.0):
        given = shifted(np.array([0.0, 1e-300, 0.5, 1.0, np.nan]), shift)
        assert (given[:1] == 0).all()
        assert given[3] == 1
        assert np.isnan(given[4])
        assert ((given[:4] >= 0) & (given[:4] <= 1)).all()


@pytest.mark.django_db(transaction=True)
def test_the_parts_add_up_to_the_shown_score_with_what_was_taught():
    a_business()
    orders(300, 700)
    given = {"family": "mbg", "shift": -0.4, "level": 1.2, "by_tier": {}}
    Backtest.objects.create(as_of=TODAY, made_at=NOON, taught=given)
    run = actions.score_all(as_of=TODAY, now=NOON)
    shown = Signal.objects.current().filter(orders__gte=3, p_active__range=(0.02, 0.98))
    for signal in shown[:20]:
        found = because(run, signal)
        parts = (found.population, found.frequency, found.silence, found.taught)
        assert found.taught == -0.4
        assert round(sum(parts), 2) == found.total
        assert found.total == pytest.approx(logit(signal.p_active), abs=0.011)
        # On the day on which it falls below one half it is below one half, not before.
        is_past = found.doubtful_on is not None and found.doubtful_on <= TODAY
        assert is_past == (found.probability <= 0.5) or found.doubtful_on == TODAY
    # Who is scored alone gets the same.
    one = shown.first()
    actions.score_some([one.client_id], as_of=TODAY, now=NOON)
    again = Signal.objects.current().get(client_id=one.client_id)
    assert (again.p_active, again.worth_24m) == (one.p_active, one.worth_24m)


@pytest.mark.django_db(transaction=True)
def test_tiers_of_then_are_those_of_the_month_before(client):
    a_business()
    orders(400, 1_000)
    actions.score_all(as_of=TODAY, now=NOON)
    for back in (0, 91, 182):
        day = TODAY - timedelta(days=DAYS + back)
        end = MonthEnd.objects.create(
            month=day.replace(day=1), as_of=day, written_at=NOON, state="shown"
        )
        MonthlySignal.objects.bulk_create(
            MonthlySignal(month_end=end, client_id=key, tier="AB"[key % 2])
            for key in Signal.objects.current().values_list("client_id", flat=True)
        )
    made = actions.look_back(as_of=TODAY, now=NOON)
    newest = made.judged[0]
    assert newest.are_of_then
    assert set(newest.by_tier) == {"A", "B"}
    assert sum(part.clients for part in newest.by_tier.values()) == newest.clients
    client.force_login(olive())
    page = client.get(reverse("insight:quality")).text
    assert "Tier by tier" in page
    assert "no season has been seen twice" in page or "every season once" in page
    assert "Tiers are those of today" not in page
    assert page.count('class="diagram"') == 3
    # The tenths of a tier are in a table below its diagram, and in a file.
    address = reverse("insight:report-file", args=["quality", "tier-2-b"])
    assert address in page
    lines = client.get(address).content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Tenth,Chance that was said,Bought again,Clients"
    part = newest.by_tier["B"]
    assert sum(int(line.split(",")[3]) for line in lines[1:]) == part.clients
    assert f"off by {round(100 * part.calibration_error, 1)} points" in page


def test_clients_who_stay_as_they_were_have_not_drifted_and_others_have():
    ages = np.random.default_rng(5).uniform(30, 90, 4_000)
    law = MBGNBD(**TRUTH)
    then, _ = drawn(5, clients=4_000, law=law)
    fitted = MBGNBD().fit(then.x, then.recency, then.age)
    model = Model(kind="bgnbd", orders=list(fitted.parameters_), taught={"family": "mbg"})
    new = MBGNBD(**TRUTH).simulate(ages, seed=9)
    quick = MBGNBD(**(TRUTH | {"alpha": 3.0})).simulate(ages, seed=9)
    joined = [
        then._replace(
            x=np.concatenate([then.x, more.frequency]),
            recency=np.concatenate([then.recency, more.recency]),
            age=np.concatenate([then.age, more.T]),
        )
        for more in (new, quick)
    ]
    same, other = (drift(model, then, now, since=TODAY) for now in joined)
    assert same.p_value > 0.01
    assert not same.is_noticed
    assert other.is_noticed
    assert other.pace > 1.3
    assert drift(model, then, then, since=TODAY) is None


@pytest.mark.django_db
def test_a_change_of_what_was_taught_is_a_part_of_what_moved_it():
    day = TODAY - timedelta(days=30)
    old = Model(kind="bgnbd", orders=[0.5, 8.0, 0.8, 2.5])
    new = Model(
        kind="bgnbd", orders=[0.5, 8.0, 0.8, 2.5], taught={"by_tier": {"A": [0.7, 1]}}
    )
    run = ScoreRun.objects.create(
        as_of=TODAY, started_at=NOON, is_current=True, fit={"model": new.to_json()}
    )
    ada, first = a_client(), TODAY - timedelta(days=400)
    last = TODAY - timedelta(days=60)
    signal = Signal(
        run=run,
        client=ada,
        tier="A",
        orders=9,
        first_order_on=first,
        last_order_on=last,
        days_since_order=60,
        p_active=0.5,
    )
    end = MonthEnd(month=day.replace(day=1), as_of=day, model=old.to_json())
    month = MonthlySignal(
        month_end=end,
        client=ada,
        tier="A",
        orders=9,
        first_order_on=first,
        days_since_order=30,
        p_active=0.6,
    )
    found = moved(run, signal, month)
    parts = (found.population, found.frequency, found.silence, found.refit, found.taught)
    assert found.taught == 0.7
    assert round(sum(parts), 2) == found.total
