"""How good is this: forecasts of earlier days against what came, in plain words."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fondly.insight.models import Backtest, ScoreRun
from fondly.insight.telling.proof import proven
from fondly.insight.telling.quality import findings
from fondly.insight.telling.quality_cards import cards, tier_cards
from fondly.insight.views.reports.seen import TABS
from fondly.team.access import Signed


@require_safe
def quality(request: Signed) -> HttpResponse:
    """Show chances, totals, ranking and ranges as they turned out."""
    made, run = Backtest.newest(), ScoreRun.current()
    said = findings(made) if made else []
    drawn = cards(made)
    context = {
        "tab": "quality",
        "tabs": TABS,
        "made": made,
        "cards": drawn,
        "tier_cards": tier_cards(made),
        # Chances and totals head cards of their own.
        "limits": [*(said[2:] if drawn else said), *_of_the_run(run)],
    }
    return render(request, "insight/quality.html", context)


def _of_the_run(run: ScoreRun | None) -> list[str]:
    return [run.verdict, *proven(run)] if run else []
