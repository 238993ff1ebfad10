"""What the client page shows of signals, and what it says where there are none."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fondly.insight.scoring.model import Model
from fondly.insight.telling import strip
from fondly.insight.telling.because import because
from fondly.testing import (
    NOON,
    TODAY,
    a_business,
    a_client,
    a_run,
    a_touch,
    a_user,
    an_order,
    olive,
    signals,
)

pytestmark = pytest.mark.django_db
PANELS = ["figures", "rhythm", "give-and-ask", "why"]
FITTED = Model(kind="bgnbd", history_days=900, orders=[0.8, 6.0, 0.9, 3.0]).to_json()


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.fixture
def ada():
    a_business()
    ada = a_client()
    for days in (171, 137, 103, 71):
        an_order(ada, on=ago(days))
    a_touch(ada, at=NOON - timedelta(days=40))
    signals(
        ada,
        run=a_run(fit={"model": FITTED}, verdict="Learned from 120 clients."),
        orders=4,
        first_order_on=ago(171),
        last_order_on=ago(71),
        gap_days=34,
        days_since_order=71,
        next_from=ago(41),
        next_until=ago(33),
        p_active=0.31,
        p_active_low=0.22,
        p_active_high=0.41,
        worth_24m=410_000,
        worth_24m_low=230_000,
        worth_24m_high=620_000,
        gives_12m=5,
        asks_12m=7,
        services_12m=3,
        balance=-2,
    )
    return ada


@pytest.fixture
def shown(client, ada):
    client.force_login(olive())

    def show(panel, *, of=ada, **asked):
        return client.get(reverse(f"insight:{panel}", args=[of.pk]), asked).text

    return show


def test_figures_say_the_range_and_the_silence(shown):
    text = shown("figures")
    worth = ("€\u00a04,100", "€\u00a02,300 to €\u00a06,200")
    for words in ("31%", "22–41%", *worth, "34 days"):
        assert words in text
    assert "silent for 71" in text
    assert "5 : 7" in text


def test_a_number_that_cannot_be_supported_is_not_shown_but_explained(shown):
    boris = a_client(name="Boris")
    signals(boris, orders=1, first_order_on=ago(9), last_order_on=ago(9))
    text = shown("figures", of=boris)
    assert "one order says nothing about a rhythm" in text
    assert "%" not in text.split("<dl")[1].split("</dl>")[0]


def test_a_client_newer_than_the_run_has_panels_too(shown):
    guest = a_client(name="Guest")
    for panel in PANELS:
        assert "Guest" in shown(panel, of=guest)


def test_the_strip_has_a_dot_a_day_a_tick_a_touch_and_the_window(shown):
    text = shown("rhythm")
    drawing = text.split('<svg class="rhythm"')[1].split("</svg>")[0]
    assert len(re.findall("<circle", drawing)) == 4
    assert len(re.findall(r'd="M[\d.]+ 56v8"', drawing)) == 1
    assert "<rect" in drawing
    assert "Orders about every 34 days since September 2025, none for 71 days." in text
    assert "style=" not in drawing


def test_the_compact_strip_is_narrow(shown):
    assert 'viewBox="0 0 320 92"' in shown("rhythm", size="compact")


def test_why_has_parts_that_add_up(shown, ada):
    signal = ada.signals.get()
    found = because(signal.run, signal)
    assert found.population + found.frequency + found.silence == pytest.approx(found.total)
    text = shown("why")
    for part in (found.population, found.frequency, found.silence, found.total):
        assert f"{part:.2f}" in text
    assert "Learned from 120 clients." in text


def test_the_balance_says_when_we_asked_more_than_we_gave(shown):
    text = shown("give-and-ask")
    assert "5 gave something useful · 3 service · 7 asked for something" in text
    assert "We asked more often than we gave" in text


@pytest.mark.parametrize("panel", PANELS)
def test_panels_of_a_hidden_client_are_not_found(client, ada, panel):
    a_business(members_see="own")
    client.force_login(a_user())
    assert client.get(reverse(f"insight:{panel}", args=[ada.pk])).status_code == 404


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_asks_the_same_few_questions_however_much_there_is(client, ada, panel):
    client.force_login(olive())
    address = reverse(f"insight:{panel}", args=[ada.pk])

    def asked():
        with CaptureQueriesContext(connection) as questions:
            client.get(address, headers={"HX-Request": "1"})
        return len(questions)

    few = asked()
    for days in range(1, 60):
        an_order(ada, on=ago(days))
    assert asked() == few <= 12


def test_a_net_of_nothing_has_no_dot_and_sizes_are_within_a_currency():
    rows = [
        (ago(9), "EUR", 100),
        (ago(9), "EUR", -100),
        (ago(8), "EUR", 50),
        (ago(7), "EUR", 200),
        (ago(6), "JPY", 90_000),
    ]
    assert strip.shares(rows) == [(ago(8), 0.25), (ago(7), 1.0), (ago(6), 1.0)]


def test_everything_drawn_stays_on_the_strip():
    drawn = strip.draw(
        orders=[(ago(900), 1.0), (ago(700), 0.1), (ago(3), 1.0)],
        touches=[ago(800), ago(1)],
        expected=(TODAY + timedelta(days=400), TODAY + timedelta(days=2_000)),
        today=TODAY,
    )
    assert len(drawn.dots) == 2
    assert all(0 <= dot.x <= drawn.size.width for dot in drawn.dots)
    assert 0 < drawn.today < drawn.size.width
    assert drawn.window is None or drawn.window[0] + drawn.window[1] <= drawn.size.width


def test_a_client_without_orders_has_a_strip_too():
    drawn = strip.draw(orders=[], touches=[], expected=None, today=TODAY)
    assert (drawn.dots, drawn.window) == ([], None)


def test_a_client_of_a_large_number_keeps_its_places_on_the_page(client):
    a_business()
    client.force_login(olive())
    many = a_client(pk=20_142, name="Ada")
    signals(many, orders=3, p_active=0.5, p_active_low=0.4, p_active_high=0.6)
    # “20,142”, as numbers are written for people, is no address and no name of a place.
    text = client.get(reverse("insight:figures", args=[many.pk])).text
    assert 'id="why-20142"' in text
    assert "20,142" not in text
