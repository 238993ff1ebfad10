"""Whatever happens in whatever order: one live card per client, no occasion twice."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from fondly.base.errors import Refusal
from fondly.testing import NOON, TODAY, a_client, a_run, a_user
from fondly.today import actions
from fondly.today.models import LIVE, Action, ActionReason
from fondly.today.tests.world import World, practice_of, proposal
from fondly.touches.models import Touch

CLIENTS, SUBJECTS = 3, "abc"


class Days(RuleBasedStateMachine):
    """Days go by, proposals come and go, people settle cards and take it back."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.world, self.day, self.settled = World(), 0, set()
        self.run, self.max = a_run(), a_user()
        self.clients = [a_client(name=f"C{n}") for n in range(CLIENTS)]

    @property
    def now(self):
        return NOON + timedelta(days=self.day)

    @property
    def today(self):
        return TODAY + timedelta(days=self.day)

    @rule(
        said=st.lists(
            st.tuples(
                st.sampled_from(["one", "two"]),
                st.integers(0, CLIENTS - 1),
                st.sampled_from(SUBJECTS),
                st.integers(0, 9),
            ),
            max_size=6,
        )
    )
    def refresh(self, said):
        for slug in ("one", "two"):
            rows = {
                (n, subject): proposal(self.clients[n], subject, stake=stake)
                for reason, n, subject, stake in said
                if reason == slug
            }
            self.world.says(slug, *rows.values())
        with practice_of(self.world):
            actions.refresh(run_id=self.run.pk, today=self.today, now=self.now)

    @rule(days=st.integers(1, 3))
    def sleep(self, days):
        self.day += days

    @rule(
        what=st.sampled_from(["done", "not_needed", "snooze", "undo"]),
        which=st.integers(0, 20),
    )
    def settle(self, what, which):
        found = list(Action.objects.order_by("pk"))
        if not found:
            return
        action = found[which % len(found)]
        about = {"by": self.max, "now": self.now}
        if what in ("snooze", "undo"):
            about["today"] = self.today
        if what == "snooze":
            about["until"] = self.today + timedelta(days=2)
        try:
            getattr(actions, what)(action, **about)
        except Refusal:
            return
        keys = set(action.reasons.values_list("client", "reason", "subject"))
        if what in ("done", "not_needed"):
            self.settled |= {
                key
                for key in keys
                if ActionReason.objects.filter(
                    client=key[0], reason=key[1], subject=key[2], state=what
                ).exists()
            }
        if what == "undo":
            live = ActionReason.objects.filter(state__in=LIVE)
            self.settled -= set(live.values_list("client", "reason", "subject"))

    @invariant()
    def one_live_card_per_client(self):
        live = Action.objects.filter(state__in=LIVE).values_list("client", flat=True)
        assert all(count == 1 for count in Counter(live).values())

    @invariant()
    def a_live_card_has_a_live_reason_and_a_settled_one_has_none(self):
        for action in Action.objects.all():
            live = action.reasons.filter(state__in=LIVE).exists()
            assert live == (action.state in LIVE), (action.state, live)

    @invariant()
    def what_was_settled_stays_settled(self):
        for client, reason, subject in getattr(self, "settled", ()):
            row = ActionReason.objects.get(client=client, reason=reason, subject=subject)
            assert row.state not in LIVE

    @invariant()
    def every_done_card_has_its_touch_and_no_other_touch_is_there(self):
        done = Action.objects.filter(state="done").count()
        assert Touch.objects.count() == done


@pytest.mark.django_db
def test_one_live_card_per_client_and_no_occasion_twice():
    run_state_machine_as_test(
        Days, settings=settings(max_examples=25, stateful_step_count=25, deadline=None)
    )
