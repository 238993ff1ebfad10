"""How rhythm joins the house."""

from django.utils.translation import gettext_lazy as _

from fondly.base.practice import Practice, Reason
from fondly.practices.rhythm import actions, reasons

practice = Practice(
    slug="rhythm",
    title=_("Rhythm"),
    urls="fondly.practices.rhythm.urls",
    reasons=[
        Reason(
            slug="plan",
            title=_("Planned, again and again"),
            explanation=_(
                "Recurring reminders of a client's plan; any contact resets them."
            ),
            group=(_("Planned"), _("You said you would.")),
            rows=reasons.plan,
            answered_by=frozenset({"touch:out"}),
            is_obligation=True,
        ),
        Reason(
            slug="reminder",
            title=_("Planned, once"),
            explanation=_("Reminders for one day; they stay until they are done."),
            group=(_("Planned"), _("You said you would.")),
            rows=reasons.reminder,
            is_obligation=True,
        ),
        Reason(
            slug="quiet",
            title=_("Going quiet"),
            explanation=_(
                "They have not left. They may not know yet that they are leaving."
            ),
            rows=reasons.quiet,
            answered_by=frozenset({"order", "touch:out"}),
        ),
        Reason(
            slug="top-ten",
            title=_("The ten best"),
            explanation=_("This quarter's ten best clients: something special for each."),
            rows=reasons.top_ten,
        ),
        Reason(
            slug="cadence",
            title=_("Due for a word"),
            explanation=_("You have not spoken for longer than you mean to."),
            rows=reasons.cadence,
            answered_by=frozenset({"touch:out"}),
        ),
    ],
    on_news=actions.hear,
)
