"""What is asked when a card is settled."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fondly.touches.models import Direction, Medium, Purpose


class DoneForm(forms.Form):
    """The outcome in one line, and one tap for what it was."""

    what = forms.CharField(label=_("What happened?"), required=False, max_length=2000)
    medium = forms.ChoiceField(label=_("How"), choices=Medium, required=False)
    direction = forms.ChoiceField(
        label=_("Did they answer?"),
        choices=[(Direction.BOTH, _("We spoke")), (Direction.OUT, _("No answer yet"))],
        required=False,
    )
    purpose = forms.ChoiceField(label=_("What it was"), choices=Purpose, required=False)


class SnoozeForm(forms.Form):
    """Until when, and why."""

    until = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)


class NotNeededForm(forms.Form):
    """Why not."""

    reason = forms.CharField(label=_("Why"), required=False, max_length=300)


def snooze_days(today: date) -> list[tuple[date, Any]]:
    """Return the days a card is most often put off to."""
    to_monday = 7 - today.weekday()
    return [
        (today + timedelta(days=1), _("Tomorrow")),
        (today + timedelta(days=to_monday), _("Monday")),
        (today + timedelta(days=14), _("In two weeks")),
        (today + timedelta(days=30), _("In a month")),
    ]
