"""Forms about the client as such."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fondly.base.seen import SeenForm
from fondly.clients.forms.widgets import Day
from fondly.clients.models import Client, FieldDefinition, Kind, LeavingReason, Stage
from fondly.team.models import Business, User

ONE_TO_FIVE = [("", "–"), *((str(n), str(n)) for n in range(1, 6))]
OWN = "own_"


class ClientForm(SeenForm):
    """A client's own fields, and the fields one has defined."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Kind, initial=Kind.ORGANISATION, widget=forms.RadioSelect
    )
    owner = forms.ModelChoiceField(
        label=_("Looked after by"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
    )
    number = forms.CharField(
        label=_("Number"),
        max_length=80,
        required=False,
        help_text=_("Your own key for this client, as in the till or the accounts."),
    )
    industry = forms.CharField(label=_("Industry"), max_length=80, required=False)
    client_since = Day(label=_("Client since"), required=False)
    influence = forms.TypedChoiceField(
        label=_("Influence"),
        choices=ONE_TO_FIVE,
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("5: their word counts with many others."),
    )
    growth_potential = forms.TypedChoiceField(
        label=_("Growth potential"),
        choices=ONE_TO_FIVE,
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("5: could buy much more than today."),
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        required=False,
        help_text=_("As in “Europe/Berlin”; empty where it is the same as yours."),
    )
    language = forms.CharField(label=_("Language"), max_length=10, required=False)
    ideal_days = forms.IntegerField(
        label=_("Ideally in touch every so many days"),
        min_value=1,
        max_value=3650,
        required=False,
        help_text=_("Only where it differs from the tier's."),
    )
    maximum_days = forms.IntegerField(
        label=_("At most"), min_value=1, max_value=3650, required=False
    )

    def __init__(self, *args: Any, visitor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definitions = list(FieldDefinition.objects.all())
        for definition in self.definitions:
            name = OWN + definition.slug
            self.fields[name] = field_for(definition, self.initial.get(name))
        owner: Any = self.fields["owner"]
        owner.queryset = possible_owners(visitor, self.initial.get("owner"))

    @property
    def values(self) -> dict[str, Any]:
        """Return what was typed as an action takes it."""
        plain = {k: v for k, v in self.cleaned_data.items() if not k.startswith(OWN)}
        own = [definition.slug for definition in self.definitions]
        return plain | {"extra": {slug: self.cleaned_data[OWN + slug] for slug in own}}


def initial_of(client: Client) -> dict[str, Any]:
    """Return what the form shows of a client before anybody types."""
    names = [name for name in ClientForm.base_fields if name != "owner"]
    own = {OWN + slug: _shown(value) for slug, value in client.extra.items()}
    return (
        {name: getattr(client, name) for name in names} | own | {"owner": client.owner_id}
    )


def _shown(value: Any) -> Any:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def possible_owners(visitor: User, current: int | None = None) -> Any:
    """Return whom this visitor may give a client to, and who looks after it now."""
    business = Business.current()
    people = User.objects.to_be_given_clients(by=visitor, business=business)
    return (people | User.objects.filter(pk=current)).order_by("name")


def field_for(definition: FieldDefinition, value: Any = None) -> forms.Field:
    """Return the form field in which a value of one's own field is typed.

    A value that is no choice any more stays one for the client who has it.
    """
    common: dict[str, Any] = {"label": definition.label, "required": False}
    if definition.kind == "date":
        return Day(**common)
    if definition.kind == "number":
        # Typed as text and read exactly; the keyboard of a phone shows digits.
        number = forms.TextInput(attrs={"inputmode": "decimal"})
        return forms.CharField(max_length=40, widget=number, **common)
    if definition.kind == "yes_no":
        choices: Iterable[Any] = [("", "–"), ("yes", _("Yes")), ("no", _("No"))]
        return forms.ChoiceField(choices=choices, **common)
    if definition.kind == "choice":
        names = list(dict.fromkeys([*definition.choices, *([value] if value else [])]))
        choices = [("", "–"), *((name, name) for name in names)]
        return forms.ChoiceField(choices=choices, **common)
    return forms.CharField(max_length=500, **common)


class CloseForm(forms.Form):
    """Why and when we parted."""

    reason = forms.ChoiceField(
        label=_("Reason for leaving"), choices=LeavingReason, widget=forms.RadioSelect
    )
    on = Day(label=_("On"))
    note = forms.CharField(label=_("In their words"), max_length=500, required=False)


class StageForm(forms.Form):
    """A stage set by hand, for a while."""

    stage = forms.ChoiceField(
        label=_("Stage"),
        required=False,
        choices=[
            ("", _("As Fondly sees it")),
            *(pair for pair in Stage.choices if pair[0] != Stage.CLOSED),
        ],
    )
    until = Day(label=_("Until"), required=False)


class LabelsForm(SeenForm):
    """Tags and interests, with commas between."""

    tags = forms.CharField(label=_("Tags"), max_length=1000, required=False)
    interests = forms.CharField(label=_("Interests"), max_length=1000, required=False)


class NotesForm(SeenForm):
    """Whatever is good to know."""

    notes = forms.CharField(
        label=_("Notes"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class EraseForm(forms.Form):
    """The name once more: there is no way back."""

    name = forms.CharField(
        label=_("Their name, typed once more"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
