"""Forms of an import: the upload, and which column is what."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fondly.intake.models import Import
from fondly.intake.rules.fields import titles
from fondly.intake.rules.reading import DELIMITERS, ENCODINGS, Mapping, Reading

DATES = (
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y%m%d",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d %b %Y",
    "%b %d, %Y",
)
SHOWN = {"%Y": "2026", "%y": "26", "%m": "12", "%d": "31", "%b": "Dec"}
OWN = "own:"


class UploadForm(forms.Form):
    """A file and what its rows are."""

    about = forms.ChoiceField(
        label=_("What is in it"), choices=Import.About, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("File"), help_text=_("CSV or XLSX, or a CSV packed as .gz")
    )
    odd_dates = forms.BooleanField(
        label=_("Reject single lines with impossible dates instead of refusing the file"),
        required=False,
    )


def as_words(style: str) -> str:
    """Return a date style as the last day of 2026 would be written."""
    for sign, digits in SHOWN.items():
        style = style.replace(sign, digits)
    return style


class MappingForm(forms.Form):
    """Which column is what, and how its values are written."""

    delimiter = forms.ChoiceField(
        label=_("Between the columns"), choices=list(DELIMITERS.items())
    )
    encoding = forms.ChoiceField(label=_("Encoding"), choices=[(e, e) for e in ENCODINGS])
    has_header = forms.BooleanField(label=_("The first row holds headings"), required=False)
    date = forms.ChoiceField(label=_("31 December 2026 is written"), required=False)
    decimal = forms.ChoiceField(
        label=_("Before the decimals stands"),
        choices=[
            ("", _("not known")),
            (".", _("a point: 1,234.50")),
            (",", _("a comma: 1.234,50")),
        ],
        required=False,
    )
    currency = forms.CharField(
        label=_("Currency where none is named"), max_length=3, required=False
    )
    time_zone = forms.CharField(
        label=_("Time zone of the times"), max_length=60, required=False
    )
    odd_dates = forms.BooleanField(
        label=_("Reject single lines with impossible dates instead of refusing the file"),
        required=False,
    )

    def __init__(
        self, *args: Any, source: Import, own: dict[str, str], **more: Any
    ) -> None:
        self.reading = Reading.from_json(source.reading)
        self.own = own
        mapping = Mapping.from_json(source.mapping)
        more["initial"] = _initial(self.reading, mapping)
        super().__init__(*args, **more)
        self._offer(source.about, mapping)

    # Nearly every field is: saying so at each would be noise.
    all_optional = True

    def clean(self) -> dict[str, Any]:
        """Refuse two columns that are said to be the same."""
        typed: dict[str, Any] = super().clean() or {}
        seen: dict[str, str] = {}
        for index, name in enumerate(self.reading.columns):
            meant = typed.get(f"column_{index}")
            if meant and meant in seen:
                words = _("“%(first)s” is said to be the same.") % {"first": seen[meant]}
                self.add_error(f"column_{index}", words)
            seen[meant or ""] = name
        return typed

    def _offer(self, about: str, mapping: Mapping) -> None:
        """Offer the styles of dates, and for each column what it may be."""
        styles = dict.fromkeys([*filter(None, [mapping.date]), *DATES])
        self.fields["date"] = forms.ChoiceField(
            label=self.fields["date"].label,
            choices=[("", _("not known")), *((s, as_words(s)) for s in styles)],
            required=False,
        )
        if about == "clients":
            del self.fields["currency"]
        if self.reading.format != "csv":
            del self.fields["delimiter"], self.fields["encoding"]
        kinds = [("", _("not taken")), *titles(about).items()]
        if about == "clients":
            kinds += [(f"{OWN}{slug}", label) for slug, label in self.own.items()]
        of = {name: slug for slug, name in mapping.columns.items()}
        of |= {name: f"{OWN}{slug}" for slug, name in mapping.extra.items()}
        for index, name in enumerate(self.reading.columns):
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=name, choices=kinds, required=False, initial=of.get(name, "")
            )

    def columns(self) -> list[Any]:
        """Return the fields of the columns."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    def others(self) -> list[Any]:
        """Return the other fields."""
        return [self[name] for name in self.fields if not name.startswith("column_")]

    def told_reading(self) -> Reading:
        """Return the reading as it was told."""
        typed = self.cleaned_data
        given = self.reading.as_json()
        for name in ("delimiter", "encoding"):
            given[name] = typed.get(name) or given[name]
        return Reading.from_json(given | {"has_header": typed["has_header"]})

    def told(self) -> dict[str, Any]:
        """Return the mapping as it was told."""
        typed = self.cleaned_data
        chosen = {
            typed[f"column_{index}"]: name
            for index, name in enumerate(self.reading.columns)
            if typed.get(f"column_{index}")
        }
        return {
            "columns": {k: v for k, v in chosen.items() if not k.startswith(OWN)},
            "extra": {
                k.removeprefix(OWN): v for k, v in chosen.items() if k.startswith(OWN)
            },
            "date": typed["date"],
            "decimal": typed["decimal"],
            "currency": typed.get("currency", "").upper(),
            "time_zone": typed["time_zone"],
            "odd_dates": "reject" if typed["odd_dates"] else "refuse",
        }


def _initial(reading: Reading, mapping: Mapping) -> dict[str, Any]:
    return {
        "delimiter": reading.delimiter,
        "encoding": reading.encoding,
        "has_header": reading.has_header,
        "date": mapping.date,
        "decimal": mapping.decimal,
        "currency": mapping.currency,
        "time_zone": mapping.time_zone,
        "odd_dates": mapping.odd_dates == "reject",
    }
