"""Forms about people, addresses and dates."""

from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from fondly.base.seen import SeenForm
from fondly.clients.models import Client, Contact, ImportantDate

OF_A_PERSON = ("name", "title", "is_primary", "time_zone", "notes")


class ContactForm(SeenForm):
    """A person at a client, with their points one a line."""

    name = forms.CharField(label=_("Name"), max_length=200)
    title = forms.CharField(label=_("Role there"), max_length=120, required=False)
    emails = forms.CharField(
        label=_("E-mail addresses"),
        help_text=_("One a line, the usual one first."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "inputmode": "email"}),
    )
    phones = forms.CharField(
        label=_("Phone numbers"),
        help_text=_("One a line, the usual one first."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "inputmode": "tel"}),
    )
    is_primary = forms.BooleanField(label=_("First to write to"), required=False)
    time_zone = forms.CharField(
        label=_("Time zone"), max_length=60, required=False, help_text=_("If their own.")
    )
    notes = forms.CharField(label=_("Good to know"), max_length=500, required=False)

    @property
    def person(self) -> dict[str, Any]:
        """Return what is said of the person."""
        return {key: self.cleaned_data[key] for key in OF_A_PERSON}

    @property
    def points(self) -> dict[str, Any]:
        """Return how they are reached."""
        return {key: self.cleaned_data[key].splitlines() for key in ("emails", "phones")}


def initial_of(contact: Contact) -> dict[str, Any]:
    """Return what the form shows of a contact before anybody types."""
    points = list(contact.points.all())
    row = {key: getattr(contact, key) for key in OF_A_PERSON}
    return row | {
        "emails": "\n".join(p.value for p in points if p.kind == "email"),
        "phones": "\n".join(p.value for p in points if p.kind == "phone"),
    }


class AddressForm(SeenForm):
    """A postal address."""

    street = forms.CharField(label=_("Street"), max_length=200, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=120, required=False)
    region = forms.CharField(label=_("Region"), max_length=120, required=False)
    country = forms.CharField(label=_("Country"), max_length=80, required=False)


class DateForm(SeenForm):
    """A date that matters; the year may be unknown."""

    kind = forms.ChoiceField(
        label=_("What"), choices=ImportantDate.Kind, widget=forms.RadioSelect
    )
    label = forms.CharField(
        label=_("In your words"),
        max_length=80,
        required=False,
        help_text=_("As in “first shop opened”."),
    )
    day = forms.IntegerField(label=_("Day"), min_value=1, max_value=31)
    month = forms.TypedChoiceField(
        label=_("Month"), choices=list(MONTHS.items()), coerce=int
    )
    year = forms.IntegerField(
        label=_("Year"), required=False, help_text=_("Leave it empty if it is not known.")
    )
    contact = forms.ModelChoiceField(
        label=_("Whose"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=_("Nobody's in particular"),
    )

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contact: Any = self.fields["contact"]
        contact.queryset = client.contacts.all()
