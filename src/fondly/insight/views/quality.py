"""How good is this: forecasts of earlier days against what came, in plain words."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fondly.insight.models import Backtest, ScoreRun
from fondly.insight.telling.proof import proven
from fondly.insight.telling.quality import EDGE, SIZE, dots, findings, tiers
from fondly.team.access import Signed


@require_safe
def quality(request: Signed) -> HttpResponse:
    """Show chances, totals, ranking and ranges as they turned out."""
    made, run = Backtest.newest(), ScoreRun.current()
    looks = made.judged if made else []
    context = {
        "made": made,
        "run": run,
        "proof": proven(run) if run else [],
        "looks": looks,
        "last": looks[0] if looks else None,
        "findings": findings(made) if made else [],
        "tiers": tiers(made) if made else [],
        "dots": dots(looks[0]) if looks else [],
        "size": SIZE,
        "edge": EDGE,
        "far": SIZE - EDGE,
    }
    return render(request, "insight/quality.html", context)
