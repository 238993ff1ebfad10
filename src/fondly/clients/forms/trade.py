"""Forms about orders, contracts and consent."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fondly.base.money import exact_minor
from fondly.base.seen import SeenForm
from fondly.clients.forms.widgets import Amount, Day, Moment
from fondly.clients.models import Channel, Client, Contact, Order, Purpose

PRICES = ("price", "promo_price", "next_price")


class OrderForm(forms.Form):
    """An order, or a refund of one."""

    placed_at = Moment(label=_("When"))
    amount = Amount(label=_("Amount"), help_text=_("Below zero for a refund."))
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)
    number = forms.CharField(label=_("Number"), max_length=80, required=False)
    refund_of = forms.ModelChoiceField(
        label=_("Refund of"),
        queryset=Order.objects.none(),
        required=False,
        empty_label=_("Not known, or no refund"),
        help_text=_("For a refund, where it is known."),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        refundable: Any = self.fields["refund_of"]
        recent = client.orders.filter(amount__gt=0).order_by("-placed_at", "-pk")
        newest = list(recent.values_list("pk", flat=True)[:50])
        refundable.queryset = client.orders.filter(pk__in=newest).order_by("-placed_at")

    @property
    def values(self) -> dict[str, Any]:
        """Return what was typed as an action takes it: in minor units."""
        row = dict(self.cleaned_data)
        row["currency"] = row["currency"].upper()
        return row | {"amount": exact_minor(row["amount"], row["currency"])}


class ContractForm(SeenForm):
    """A recurring agreement."""

    name = forms.CharField(label=_("What"), max_length=200)
    number = forms.CharField(label=_("Number"), max_length=80, required=False)
    started_on = Day(label=_("Started on"))
    price = Amount(label=_("Price a period"), min_value=0)
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)
    months = forms.IntegerField(
        label=_("Months a period"), min_value=1, max_value=120, initial=1
    )
    promo_price = Amount(label=_("Promo price"), required=False, min_value=0)
    promo_ends_on = Day(label=_("Promo ends on"), required=False)
    next_price = Amount(label=_("Next price"), required=False, min_value=0)
    next_price_from = Day(label=_("Next price from"), required=False)
    renews_on = Day(label=_("Renews on"), required=False)
    renewal_months = forms.IntegerField(
        label=_("Renews for months"), min_value=1, max_value=120, initial=12
    )
    notice_days = forms.IntegerField(
        label=_("Notice in days"), min_value=0, max_value=1000, initial=30
    )
    ends_on = Day(label=_("Ends on"), required=False)

    @property
    def values(self) -> dict[str, Any]:
        """Return what was typed as an action takes it: prices in minor units."""
        row = dict(self.cleaned_data)
        row["currency"] = row["currency"].upper()
        priced = {key: row[key] for key in PRICES if row[key] is not None}
        return row | {key: exact_minor(v, row["currency"]) for key, v in priced.items()}


class ConsentForm(forms.Form):
    """One grant or withdrawal, with its evidence."""

    is_granted = forms.TypedChoiceField(
        label=_("What they said"),
        choices=[("yes", _("You may")), ("no", _("You may not, or no longer"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    channel = forms.ChoiceField(label=_("By which way"), choices=Channel)
    purpose = forms.ChoiceField(label=_("What for"), choices=Purpose)
    contact = forms.ModelChoiceField(
        label=_("Who"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=_("Everybody there"),
    )
    at = Moment(label=_("When they said so"))
    source = forms.CharField(
        label=_("Where it was given"),
        max_length=120,
        help_text=_("As in “sign-up sheet at the open house, 4 May”."),
    )
    wording = forms.CharField(
        label=_("The words they agreed to"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when they said yes."),
    )

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contact: Any = self.fields["contact"]
        contact.queryset = client.contacts.all()
