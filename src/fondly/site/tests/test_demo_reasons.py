"""In the demo every chance that is shown has reasons that add up, and a day to act by."""

from datetime import UTC, date, datetime

import pytest
from scipy.special import expit

from fondly.base.practice import Asked
from fondly.insight import actions
from fondly.insight.models import Basis, Signal
from fondly.insight.telling.why import why
from fondly.practices.rhythm import reasons
from fondly.site.demo import business

TODAY = date(2026, 3, 9)
NOW = datetime(2026, 3, 9, 7, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


def test_reasons_add_up_and_partners_who_fell_silent_come_on_today():
    business.make(today=TODAY, now=NOW)
    run = actions.score_all(as_of=TODAY, now=NOW)
    shown = dict.fromkeys(Basis, 0)
    for signal in Signal.objects.current():
        told = why(run, signal)
        chances = [p for p in (signal.p_active, signal.p_renew) if p is not None]
        assert [one.probability for one in told] == chances
        for one in told:
            shown[one.basis] += 1
            assert one.act_by is not None
            assert sum(part.weight for part in one.parts) == pytest.approx(one.total)
            if not one.is_certain:
                assert expit(one.total) == pytest.approx(one.probability, abs=0.002)
    assert all(shown.values())
    assert shown[Basis.TOUCHES] == 12
    by_part = Signal.objects.current().filter(basis=Basis.TOUCHES)
    assert by_part.filter(called_off_12m__gt=0).count() == 3
    assert (
        by_part.exclude(stage__in=["active", "quiet", "lapsed", "onboarding"]).count() == 0
    )
    said = [found.because for found in reasons.quiet(Asked(today=TODAY, run_id=run.pk))]
    assert any(because.startswith("Usually speaks about every") for because in said)
