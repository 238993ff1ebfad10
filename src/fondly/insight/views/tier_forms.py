"""The fields of the tiers page; what they may hold is decided in `tiering`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fondly.clients.models import FieldDefinition
from fondly.insight.models import TierScheme
from fondly.insight.tiering import Scheme, TierLine

# What may count, in the order of the page. Fields of one's own that are numbers follow.
SOURCES = {
    "revenue_12m": _("Revenue of the last 12 months"),
    "orders_12m": _("Orders of the last 12 months"),
    "worth_24m": _("Expected worth of the next 24 months"),
    "service_days": _("Length of service"),
    "growth_potential": _("Growth potential"),
    "influence": _("Influence"),
}
MOST_TIERS = 6
WEIGHT = "weight_"
BY_SHARE = TierScheme.Cut.SHARE


def sources() -> dict[str, Any]:
    """Return everything that may count, with its name."""
    own = FieldDefinition.objects.filter(kind="number").values_list("slug", "label")
    return SOURCES | {f"field:{slug}": label for slug, label in own}


class SchemeForm(forms.Form):
    """How points are counted and cut."""

    all_optional = True  # of the weights, each; saying so at each would be noise

    cut = forms.ChoiceField(
        label=_("Cut"), choices=TierScheme.Cut.choices, widget=forms.RadioSelect
    )
    hysteresis = forms.FloatField(
        label=_("Points past the border before a client moves"),
        min_value=0,
        max_value=50,
        help_text=_("So that a client who hovers around a border stays where they are."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sources = sources()
        for source, label in self.sources.items():
            self.fields[WEIGHT + source] = forms.FloatField(
                label=label, min_value=0, max_value=100, required=False
            )

    @property
    def weights(self) -> list[forms.BoundField]:
        """Return the fields of the weights."""
        return [self[WEIGHT + source] for source in self.sources]


class TierForm(forms.Form):
    """One tier; without a name it does not exist."""

    name = forms.CharField(label=_("Name"), max_length=12, required=False)
    border = forms.FloatField(label=_("Border"), min_value=0, max_value=100, required=False)
    ideal_days = forms.IntegerField(
        label=_("Ideal days"), min_value=1, max_value=3_650, required=False
    )
    maximum_days = forms.IntegerField(
        label=_("At most"), min_value=1, max_value=3_650, required=False
    )
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=1, max_value=480, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Ask a tier with a name for its cadence."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("name"):
            for name in ("ideal_days", "maximum_days", "minutes"):
                if values.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Needed."))
        return values


TierForms = forms.formset_factory(
    TierForm, extra=0, max_num=MOST_TIERS, validate_max=True, absolute_max=MOST_TIERS
)


def filled(scheme: Scheme) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what the forms show of a scheme; shares are written as per cent."""
    first: dict[str, Any] = {WEIGHT + source: weight for source, weight in scheme.criteria}
    first["cut"] = BY_SHARE if scheme.by_share else TierScheme.Cut.THRESHOLD
    first["hysteresis"] = scheme.hysteresis
    scale = 100 if scheme.by_share else 1
    lines = [
        vars(tier) | {"border": round(tier.border * scale, 2)} for tier in scheme.tiers
    ]
    return first, lines + [{} for _ in range(MOST_TIERS - len(lines))]


def read(form: SchemeForm, tiers: Any) -> Scheme:
    """Return the scheme that valid forms describe."""
    by_share = form.cleaned_data["cut"] == BY_SHARE
    scale = 100 if by_share else 1
    weights = {source: form.cleaned_data[WEIGHT + source] for source in form.sources}
    return Scheme(
        criteria=tuple((source, weight) for source, weight in weights.items() if weight),
        tiers=tuple(
            TierLine(**row | {"border": (row["border"] or 0) / scale})
            for row in (one.cleaned_data for one in tiers)
            if row.get("name")
        ),
        by_share=by_share,
        hysteresis=form.cleaned_data["hysteresis"],
    )
