"""What is asked about a plan and a cadence."""

from django import forms
from django.utils.translation import gettext_lazy as _

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ReminderForm(forms.Form):
    """What to do, when, and whether again."""

    what = forms.CharField(label=_("What"), max_length=200)
    next_due = forms.DateField(label=_("When"), widget=DAY)
    every_days = forms.IntegerField(
        label=_("Again every so many days"),
        min_value=1,
        max_value=3660,
        required=False,
        help_text=_("Empty: once only. Any real contact starts the days anew."),
    )


class CadenceForm(forms.Form):
    """How often this client should hear from us, where it differs from the tier."""

    ideal_days = forms.IntegerField(
        label=_("Ideally every so many days"),
        min_value=1,
        max_value=3660,
        required=False,
        help_text=_("Empty: as for the client's tier."),
    )
    maximum_days = forms.IntegerField(
        label=_("At the latest after"), min_value=1, max_value=3660, required=False
    )


class SpecialForm(forms.Form):
    """Something special for one of the ten."""

    special = forms.CharField(label=_("Something special"), max_length=300, required=False)
