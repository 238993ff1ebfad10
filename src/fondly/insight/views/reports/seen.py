"""Whose clients a report is about, as of which day, and what a page of cards needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fondly.base.errors import Refusal
from fondly.insight.listing.scope import Scope
from fondly.insight.models import Report, SavedView, ScoreRun, Standing
from fondly.insight.models.report import ALL
from fondly.insight.reports.totals import Rows
from fondly.insight.telling.reports.card import Card, Condition, Ground
from fondly.team.access import Signed

TABS = (
    ("equity", gettext_lazy("Equity")),
    ("retention", gettext_lazy("Retention")),
    ("leaving", gettext_lazy("Leaving")),
    ("quality", gettext_lazy("How good is this?")),
)


@dataclass(frozen=True)
class Seen:
    """What this person sees of the reports: all, or those of their own clients.

    Who sees all may ask for those of one person (`owner`) and of a day (`as_of`).
    """

    request: Signed

    @cached_property
    def scope(self) -> Scope:
        """Return who asks and what stands."""
        return Scope(self.request.user)

    @cached_property
    def sees_all(self) -> bool:
        """Tell whether the row rule hides nothing."""
        business = self.scope.business
        return business is None or self.request.user.sees_all(business)

    @cached_property
    def whose(self) -> int:
        """Return whose clients the report is about."""
        if not self.sees_all:
            return self.request.user.pk
        asked = self.request.GET.get("owner", "")
        return int(asked) if asked in self.team or asked == "0" else ALL

    @cached_property
    def team(self) -> dict[str, str]:
        """Return the names of the team by key."""
        return {str(user.pk): str(user) for user in self.scope.team}

    @cached_property
    def views(self) -> dict[str, str]:
        """Return the names of the shared views that reports are cut by, by key."""
        rows = SavedView.objects.that_cut().values_list("pk", "name")
        return {str(key): name for key, name in rows}

    @cached_property
    def as_of(self) -> date | None:
        """Return the day asked for."""
        typed = self.request.GET.get("as_of", "")
        if not typed:
            return None
        try:
            day = parse_date(typed)
        except ValueError:
            day = None
        if day is None:
            raise Refusal(_("A day is written like 2026-03-09."))
        return day

    @cached_property
    def run(self) -> ScoreRun | None:
        """Return the run that is reported on."""
        return Report.objects.run_shown(self.as_of)

    def rows(self, *names: str) -> dict[str, Rows]:
        """Return the rows of some reports, by name."""
        return Report.objects.filter(run=self.run).rows_of(*names, whose=self.whose)

    def url(self, **more: str) -> str:
        """Return the page's address with what was asked, up to its next parameter."""
        kept = {
            key: self.request.GET[key]
            for key in ("owner", "as_of", "tier", "view", "by")
            if self.request.GET.get(key)
        }
        query = urlencode(kept | more)
        return f"{self.request.path}?{query}&" if query else f"{self.request.path}?"

    @property
    def ground(self) -> Ground:
        """Return what the cards of the page share."""
        return Ground(
            currency=self.scope.currency,
            url=self.url(),
            team=self.team,
            views=self.views,
            among=self.among,
            shared=self.shared,
            is_live=self.as_of is None,
            is_told=self.is_told,
        )

    @property
    def shared(self) -> tuple[tuple[str, object], ...]:
        """Return what narrows every number of the page, as addresses say it."""
        owner = () if self.whose == ALL else (("owner", self.whose),)
        return (*owner, *((("as_of", self.as_of),) if self.as_of else ()))

    @cached_property
    def is_told(self) -> bool:
        """Tell whether who stands behind the numbers was kept; earlier versions did not."""
        if self.run is None:
            return False
        of_run = Standing.objects.of_run(self.run.pk)
        return not self.run.clients or of_run.exists()

    @property
    def among(self) -> tuple[Condition, ...]:
        """Return what narrows the client list to those that are reported on."""
        if not self.sees_all or self.whose == ALL:
            return ()
        if not self.whose:
            return (("owner", "empty", "", ""),)
        return (("owner", "is", self.whose, ""),)

    def page(self, tab: str, cards: Sequence[Card | None], **more: object) -> HttpResponse:
        """Show the cards of a page."""
        found = [card for card in cards if card is not None]
        context = {
            "tab": tab,
            "tabs": TABS,
            "cards": found,
            "run": self.run,
            "as_of": self.as_of,
            "is_told": self.is_told,
            "is_own": not self.sees_all,
            "owners": self.scope.team if self.sees_all else [],
            "whose": self.whose,
            "currency": self.scope.currency,
            "tiers": self.scope.tiers,
            "tier": self.request.GET.get("tier", ""),
            "views": self.views.items(),
            "view": self.request.GET.get("view", ""),
            "query": self.request.GET.urlencode(),
            "kept": urlencode(self.shared),  # from page to page
        }
        return render(self.request, "insight/reports/page.html", context | more)
