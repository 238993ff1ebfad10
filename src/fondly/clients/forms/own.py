"""Forms of the settings: fields of one's own, rates, names in bulk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fondly.base.text import fold
from fondly.clients.forms.widgets import Day
from fondly.clients.models import FieldKind, Label


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


class LabelForm(forms.Form):
    """What a tag or an interest is called."""

    name = forms.CharField(label=_("Name"), max_length=60)


class MergeForm(forms.Form):
    """Into which other label of its kind a label goes."""

    into_name = forms.CharField(
        label=_("Merge into"),
        max_length=60,
        help_text=_("The name of another one; whoever has this one gets that instead."),
        widget=forms.TextInput(attrs={"list": "others", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, label: Label, **more: Any) -> None:
        super().__init__(*args, **more)
        self.label = label
        self.into: Label | None = None

    @property
    def others(self) -> list[str]:
        """Return names to choose from as one types."""
        rows = Label.objects.filter(kind=self.label.kind).exclude(pk=self.label.pk)
        return list(rows.values_list("name", flat=True)[:300])

    def clean_into_name(self) -> str:
        """Find the other label."""
        name: str = self.cleaned_data["into_name"]
        rows = Label.objects.filter(
            kind=self.label.kind, folded=fold(" ".join(name.split()))
        )
        self.into = rows.exclude(pk=self.label.pk).first()
        if self.into is None:
            raise forms.ValidationError(_("There is no other one of this name."))
        return name
