"""How moments joins the house."""

from django.utils.translation import gettext_lazy as _

from fondly.base.practice import Practice, Reason
from fondly.practices.moments import reasons

GROUP = (_("Moments"), _("Birthdays, anniversaries, firsts."))
ANSWERED = frozenset({"touch:out"})

practice = Practice(
    slug="moments",
    title=_("Moments"),
    reasons=[
        Reason(
            slug="dates",
            title=_("Birthdays and dates that matter"),
            explanation=_("A greeting on the day, as the client's own calendar has it."),
            group=GROUP,
            rows=reasons.birthdays,
            answered_by=ANSWERED,
            consent="cards",
        ),
        Reason(
            slug="years",
            title=_("Years as a client"),
            explanation=_("A thank-you after one, two, three and then every five years."),
            group=GROUP,
            rows=reasons.years,
            answered_by=ANSWERED,
            consent="cards",
        ),
        Reason(
            slug="milestones",
            title=_("First, tenth, hundredth order"),
            explanation=_("A welcome or a thank-you within two weeks of the order."),
            group=GROUP,
            rows=reasons.milestones,
            answered_by=ANSWERED,
        ),
    ],
)
