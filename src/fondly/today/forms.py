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
    """Until when, by a button or by a day of one's own, and why."""

    until = forms.DateField(label=_("Until"), required=False)
    day = forms.DateField(label=_("Or until"), required=False)
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        """Take the day of the button, else the one that was typed."""
        given: dict[str, Any] = super().clean() or {}
        given["until"] = given.get("until") or given.get("day")
        if not given["until"] and not self.errors:
            raise forms.ValidationError(_("Until when shall it sleep? Choose a day."))
        return given


class NotNeededForm(forms.Form):
    """Why not."""

    reason = forms.CharField(label=_("Why"), required=False, max_length=300)


def snooze_days(today: date) -> list[tuple[date, Any]]:
    """Return the days a card is most often put off to."""
    to_monday = 7 - today.weekday()
    ahead = (
        {1: _("Tomorrow"), to_monday: _("Monday")} if to_monday > 1 else {1: _("Monday")}
    )
    ahead |= {14: _("In two weeks"), 30: _("In a month")}
    return [(today + timedelta(days=days), words) for days, words in ahead.items()]
