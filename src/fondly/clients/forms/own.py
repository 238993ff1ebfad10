"""Forms of the settings: fields of one's own, rates, names in bulk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fondly.clients.forms.widgets import Day
from fondly.clients.models import FieldKind


class FieldForm(forms.Form):
    """A field of one's own."""

    label = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("What it holds"), choices=FieldKind)
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, for “One of a list”."),
    )


class RateForm(forms.Form):
    """What one unit of another currency is worth from a day on."""

    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)
    from_day = Day(label=_("From"))
    rate = forms.DecimalField(
        label=_("Worth in your currency"),
        max_digits=18,
        decimal_places=8,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}),
    )


class NamesForm(forms.Form):
    """Numbers and names, a client a line."""

    lines = forms.CharField(
        label=_("Number and name, a client a line"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=_(
            "As in “12346, Hartmann Bakery”; a tab or a semicolon will do as well."
        ),
    )
