"""The BG/NBD and its family: one likelihood and one law, checked the long way round."""

import numpy as np
import pytest
from scipy import integrate, special, stats

from tenure import BGCNBD, BGNBD, MBGCNBD, MBGNBD, BadInput, NotFitted
from tenure.bgnbd import fitting
from tenure.bgnbd.fitting import compressed
from tenure.bgnbd.law import Law
from tenure.bgnbd.likelihood import Likelihood, Rows
from tenure.bgnbd.parameters import Kind, Parameters
from tenure.checks import History
from tenure.tests.published import cdnow

AT = Parameters(r=1.4, alpha=6.0, a=0.7, b=2.2)
KINDS = [Kind(k, m) for k in (1, 2, 3, 5) for m in (0, 1)]
PASTS = [(0, 0.0, 9.0), (1, 4.0, 9.0), (3, 5.0, 30.0), (6, 28.0, 30.0), (2, 7.0, 7.0)]


def of(kind, at=AT):
    if kind.k == 1:
        return (MBGNBD if kind.m else BGNBD)(**at._asdict())
    return (MBGCNBD if kind.m else BGCNBD)(**at._asdict(), k=kind.k)


def averaged(function):
    """Integrate over λ and p, quantile by quantile: no formula of ours is used."""
    nodes, weights = np.polynomial.legendre.leggauss(160)
    nodes, weights = (nodes + 1) / 2, weights / 2
    # Squeezing the nodes into both ends tames what is steep there.
    u, du = nodes**3 * (10 - 15 * nodes + 6 * nodes**2), 30 * (nodes * (1 - nodes)) ** 2
    rate = stats.gamma.ppf(u, AT.r, scale=1 / AT.alpha)[:, None]
    leave = stats.beta.ppf(u, AT.a, AT.b)[None, :]
    shares = (weights * du)[:, None] * (weights * du)[None, :]
    return (function(rate, leave) * shares).sum()


def lived(kind, past, rate, leave):
    """Density of the purchase times of one client, alive in each stage and gone."""
    (k, m), (x, t_x, T) = kind, past
    times = rate ** (k * x) * np.exp(-rate * t_x)
    wait = rate * (T - t_x)
    alive = [
        times * (1 - leave) ** (x + m) * np.exp(-wait) * wait**j / special.factorial(j)
        for j in range(k)
    ]
    gone = times * leave * (1 - leave) ** (x + m - 1) if x + m else np.zeros_like(wait)
    return alive, gone + 0 * wait


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("past", PASTS)
def test_likelihood_and_chance_of_being_active_equal_brute_force(kind, past):
    whole = averaged(
        lambda *who: sum(lived(kind, past, *who)[0]) + lived(kind, past, *who)[1]
    )
    alive = averaged(lambda *who: sum(lived(kind, past, *who)[0]))
    model = of(kind)
    assert model.probability_alive(*past) == pytest.approx([alive / whole], rel=1e-5)
    bare = {"log_gaps": 0.0} if kind.k > 1 else {}
    if kind.k > 1 and past[0]:
        # Alike gaps, whose own term is then taken away again.
        x, t_x, _ = past
        bare = {"log_gaps": x * np.log(t_x / x)}
    fixed = (kind.k - 1) * bare.get("log_gaps", 0) - past[0] * special.gammaln(kind.k)
    found = model.log_likelihood(*past, **bare) - fixed
    assert found == pytest.approx([np.log(whole)], abs=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("past", PASTS)
def test_the_law_of_purchases_to_come_equals_brute_force(kind, past):
    horizon, k = 12.0, kind.k

    def exactly(n):
        def chance(rate, leave):
            alive, gone = lived(kind, past, rate, leave)
            total = gone if n == 0 else 0.0
            for j, share in enumerate(alive):

                def upto(y, j=j):
                    return stats.poisson.cdf(k * y + k - 1 - j, rate * horizon)

                would = upto(n) - (upto(n - 1) if n else 0.0)
                beyond = 1 - upto(n)
                stays = (1 - leave) ** n
                leaves = leave * (1 - leave) ** (n - 1) if n else 0.0
                total = total + share * (would * (stays + leaves) + beyond * leaves)
            return total

        return averaged(chance)

    masses = np.array([exactly(n) for n in range(4)])
    whole = averaged(
        lambda *who: sum(lived(kind, past, *who)[0]) + lived(kind, past, *who)[1]
    )
    found = np.exp(of(kind).log_score(horizon, [0, 1, 2, 3], *past))
    assert found == pytest.approx(masses / whole, rel=1e-4, abs=1e-9)
    some = of(kind).probability_of_purchase(horizon, *past)
    assert some == pytest.approx([1 - masses[0] / whole], rel=1e-4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("horizon", [0.01, 3.0, 60.0])
def test_the_mean_is_the_sum_over_the_law_and_the_law_sums_to_one(kind, horizon):
    n = np.arange(0, 600)
    for past in PASTS:
        law = np.exp(of(kind).log_score(horizon, n, *past))
        assert law.sum() == pytest.approx(1, abs=1e-9)
        mean = of(kind).expected_purchases(horizon, *past)
        assert mean == pytest.approx([law @ n], rel=1e-7)
        low, high = of(kind).purchases_interval(horizon, *past, level=0.8)
        upto = np.cumsum(law)
        assert low == np.argmax(upto >= 0.1)
        below = np.concatenate([[0], upto])[int(low[0])]
        assert high == np.argmax(upto >= 0.8 + below - 1e-12)


@pytest.mark.parametrize("at", [AT, AT._replace(a=1.0, b=0.2), AT._replace(a=1e-6, b=1e6)])
@pytest.mark.parametrize("kind", [Kind(2, 0), Kind(3, 1), Kind(4, 1)])
def test_the_mean_of_regular_buyers_holds_at_the_edges(at, kind):
    same = np.ones(20_000)
    for x, t_x, T, horizon in [(40, 38, 40, 200.0), (3, 2, 9, 1e-4), (900, 90, 91, 30.0)]:
        law = Law(at, kind, History(x * same, t_x * same, T * same), horizon * same)
        reached = law.reaches(np.arange(1.0, 20_001)).sum()
        alive = of(kind, at).probability_alive(x, t_x, T)
        mean = of(kind, at).expected_purchases(horizon, x, t_x, T)
        assert mean == pytest.approx(reached * alive, rel=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_predictions_come_true_in_simulation(kind):
    model = of(kind)
    T = np.random.default_rng(2).uniform(5, 40, 40_000)
    drawn = model.simulate(T, seed=4, horizon=20)
    past = drawn[:3]
    expected = model.expected_purchases(20, *past)
    chance = model.probability_of_purchase(20, *past)
    for who in (drawn.frequency == 0, drawn.frequency > 2, chance < 0.3, chance > 0.6):
        noise = drawn.bought[who].std() / np.sqrt(who.sum())
        assert abs(drawn.bought[who].mean() - expected[who].mean()) < 4 * noise
        assert (drawn.bought[who] > 0).mean() == pytest.approx(
            chance[who].mean(), abs=0.025
        )
    low, high = model.purchases_interval(20, *past, level=0.8)
    assert ((drawn.bought >= low) & (drawn.bought <= high)).mean() >= 0.8


def sample(kind, clients=3_000, at=AT, seed=1):
    T = np.random.default_rng(seed).uniform(20, 60, clients)
    drawn = of(kind, at).simulate(T, seed=seed)
    return drawn[:-1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("values", [AT, (0.25, 5, 0.8, 2.5), (3, 0.4, 20, 0.2)])
def test_derivatives_equal_finite_differences(kind, values):
    x, t_x, T, *_ = sample(kind, 200)
    objective = Likelihood(Rows(x, t_x, T, np.linspace(0.5, 2, len(x))), kind)
    point, h = np.log(values), 1e-5
    here, axes = objective(point), np.eye(4) * h
    ends = [(objective(point + e), objective(point - e)) for e in axes]
    slope = [(up.value - down.value) / (2 * h) for up, down in ends]
    bend = [(up.gradient - down.gradient) / (2 * h) for up, down in ends]
    scale = np.abs(here.gradient).max()
    assert np.allclose(here.gradient, slope, rtol=1e-6, atol=1e-7 * scale)
    assert np.allclose(here.hessian, bend, rtol=1e-5, atol=1e-6 * scale)


@pytest.mark.parametrize("kind", KINDS)
def test_parameters_are_recovered_and_k_is_found(kind):
    columns = sample(kind)
    model = type(of(kind))()
    model.fit(*columns)
    if kind.k > 1:
        assert model.k_ == kind.k
    off = (np.log(model.parameters_) - AT.logs) / np.sqrt(np.diag(model.log_covariance_))
    assert (np.abs(off) < 3.5).all()
    assert model.log_likelihood(*columns).sum() == pytest.approx(model.log_likelihood_)


def test_regular_buyers_without_regularity_are_the_plain_family():
    columns = sample(Kind(1, 1))
    gaps = MBGCNBD(**AT._asdict(), k=1).simulate(columns[2], seed=1).log_gaps
    plain, regular = MBGNBD().fit(*columns), MBGCNBD().fit(*columns, gaps)
    assert regular.k_ == 1
    assert regular.parameters_ == plain.parameters_
    assert regular.log_likelihood_ == pytest.approx(plain.log_likelihood_)


def test_years_choose_the_k_that_days_choose():
    x, t_x, T, gaps = sample(Kind(3, 1))
    days, years = MBGCNBD().fit(x, t_x, T, gaps), MBGCNBD()
    years.fit(x, t_x / 365, T / 365, gaps - x * np.log(365))
    assert (days.k_, days.r_) == (years.k_, pytest.approx(years.r_, rel=1e-6))
    assert years.alpha_ * 365 == pytest.approx(days.alpha_, rel=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_act_by_is_when_silence_crosses_the_threshold(kind):
    model = of(kind)
    wait = model.act_by(6, 28, 30, threshold=0.4)
    assert model.probability_alive(6, 28, 30 + wait) == pytest.approx([0.4])
    (newcomer,) = model.act_by(0, 0, 1, threshold=0.4)
    assert np.isfinite(newcomer) == bool(kind.m)


@pytest.mark.parametrize("kind", KINDS)
def test_slopes_of_the_chance_equal_those_by_differences(kind):
    model = type(of(kind)).of(AT, log_covariance=np.diag([0.02, 0.03, 0.05, 0.04]))
    if kind.k > 1:
        model.k_ = kind.k
    low, high = model.probability_alive_interval(3, 5, 30)
    ends = model._ends(lambda at: of(kind, at).reasons(3, 5, 30).score, level=0.9)
    again = special.expit(ends).ravel()
    assert again == pytest.approx([low[0], high[0]], rel=1e-6)


def test_mbgnbd_on_cdnow_gives_the_parameters_that_were_printed():
    log = cdnow()
    model = MBGNBD().fit(log.x, log.t_x, log.T)
    found = [round(v, 3) for v in model.parameters_]
    assert found == [0.525, 6.183, 0.891, 1.614]


def test_gaps_that_cannot_be_and_unknown_k_are_refused():
    with pytest.raises(BadInput, match="log_gaps is not a sum"):
        MBGCNBD().fit([2], [4], [5], [np.log(2) * 2 + 0.1])
    with pytest.raises(BadInput, match="log_gaps is not a sum"):
        MBGCNBD().fit([2, 0], [4, 0], [5, 5], [1.0, 1.0])
    with pytest.raises(BadInput, match="3 log_gaps for 2 rows"):
        MBGCNBD().fit([2, 0], [4, 0], [5, 5], [1.0, 0, 0])
    with pytest.raises(BadInput, match="Give k"):
        BGCNBD(**AT._asdict())
    with pytest.raises(BadInput, match="whole numbers from 1"):
        BGCNBD(k=0)
    with pytest.raises(NotFitted):
        BGCNBD().probability_alive(1, 1, 2)
    with pytest.raises(BadInput, match="bought must be a whole"):
        of(Kind(2, 1)).log_score(1, 0.5, 1, 1, 2)


def test_many_rows_begin_at_the_optimum_of_a_few_and_end_at_the_same(monkeypatch):
    T = np.random.default_rng(5).uniform(20, 60, 90_000)
    x, t_x, T, _ = of(Kind(1, 1)).simulate(T, seed=3)
    log = compressed(History(x, t_x, T), None)
    assert log.few is not None
    assert len(log.few.x) < len(log.rows.x) / 4
    fitted = MBGNBD().fit(x, t_x, T)
    monkeypatch.setattr(fitting, "MANY", 10**9)
    plain = MBGNBD().fit(x, t_x, T)
    assert fitted.passes_ <= 4 < plain.passes_
    assert fitted.parameters_ == pytest.approx(plain.parameters_, rel=1e-9)


def test_the_brute_force_itself_is_right():
    assert averaged(lambda rate, leave: 1 + 0 * rate * leave) == pytest.approx(1, abs=1e-9)
    mean = integrate.quad(lambda v: v * stats.gamma.pdf(v, AT.r, scale=1 / AT.alpha), 0, 9)[
        0
    ]
    assert averaged(lambda rate, leave: rate + 0 * leave) == pytest.approx(mean, rel=1e-7)


@pytest.mark.parametrize("kind", [Kind(1, 0), Kind(1, 1), Kind(2, 1)])
def test_many_horizons_at_once_are_the_sum_of_each(kind):
    past = [np.array(values, dtype=float) for values in zip(*PASTS, strict=True)]
    horizons, weights = np.array([1.0, 7.0, 50.0]), np.array([0.5, 2.0, 1.0])
    model = of(kind)
    each = [
        w * model.expected_purchases(t, *past)
        for t, w in zip(horizons, weights, strict=True)
    ]
    alive, found = model.combined_purchases(horizons, weights, *past)
    assert found == pytest.approx(sum(each), rel=1e-12)
    assert (alive == model.probability_alive(*past)).all()
    both = model.combined_purchases(horizons, np.stack([weights, 2 * weights]), *past)
    assert both.purchases == pytest.approx(np.stack([found, 2 * found]), rel=1e-12)
    apart = model.expected_purchases(np.full(5, 7.0), *past)
    assert model.expected_purchases(7.0, *past) == pytest.approx(apart, rel=1e-12)
