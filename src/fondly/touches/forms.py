"""The ten-second log, as it is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fondly.clients.forms.widgets import Moment
from fondly.clients.models import Client, Contact
from fondly.touches.models import Direction, Medium, Purpose


class LogForm(forms.Form):
    """One line, one tap for the purpose; the rest is right as it stands after a call."""

    what = forms.CharField(
        label=_("What happened?"),
        max_length=5000,
        widget=forms.TextInput(
            attrs={
                "placeholder": _("Second shop opens in January …"),
                "autocomplete": "off",
            }
        ),
    )
    purpose = forms.ChoiceField(
        label=_("What for"),
        choices=Purpose,
        initial=Purpose.SERVICE,
        widget=forms.RadioSelect,
    )
    medium = forms.ChoiceField(label=_("By which way"), choices=Medium, initial=Medium.CALL)
    direction = forms.ChoiceField(
        label=_("Who spoke"), choices=Direction, initial=Direction.BOTH
    )
    contact = forms.ModelChoiceField(
        label=_("With whom"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=_("Nobody in particular"),
    )
    is_called_off = forms.BooleanField(
        label=_("A meeting was called off, by who spoke"), required=False
    )
    # Made with the empty form, so that a log sent twice is recorded once.
    key = forms.RegexField(r"^[0-9a-f]{16}$", widget=forms.HiddenInput)
    at = Moment(label=_("When"), required=False, help_text=_("Empty: just now."))

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contact: Any = self.fields["contact"]
        contact.queryset = client.contacts.all()
