"""What people may type about the team; rules are in actions."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.translation import gettext_lazy as _

from fondly.base.errors import Refusal
from fondly.team import rules
from fondly.team.models import Business, Invitation, Role, User

WEEK = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
SCOPES = [
    ("read", _("Read clients, orders and actions")),
    ("write", _("Write: add and change them")),
    ("import", _("Import files")),
]
LASTS = [
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("1 year")),
    ("", _("No end")),
]
DAY = 24 * 60


@contextmanager
def words_on(form: forms.BaseForm) -> Iterator[None]:
    """Show a refusal above the form, with everything typed still in it."""
    try:
        yield
    except Refusal as refusal:
        form.add_error(None, str(refusal))


@cache
def time_zones() -> list[tuple[str, str]]:
    """Return UTC and the places of the world by which time is told; read once."""
    places = sorted(z for z in available_timezones() if "/" in z and "Etc/" not in z)
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in places)]


def roles_for(giver: str) -> list[tuple[str, Any]]:
    """Return the roles that somebody with the role `giver` may give."""
    return [(r.value, r.label) for r in Role if rules.may_give(r.value, giver=giver)]


class BusinessForm(forms.ModelForm[Business]):
    """The business: its money, time and days of work, and who sees which clients."""

    currency = forms.ChoiceField(
        label=_("Reporting currency"),
        choices=[(code, code) for code in rules.CURRENCIES],
        help_text=_("Orders in other currencies are added up in this one."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    workdays = forms.TypedMultipleChoiceField(
        label=_("Workdays"),
        choices=WEEK,
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
        help_text=_(
            "A week's minutes are counted on these days, and a birthday on another day is "
            "greeted on the workday before."
        ),
    )

    class Meta:
        model = Business
        fields = [
            "name",
            "currency",
            "time_zone",
            "workdays",
            "members_see",
            "asks_second_factor",
        ]
        labels = {
            "name": _("Name of the business"),
            "members_see": _("Members see"),
            "asks_second_factor": _("Everybody needs a second factor"),
        }
        help_texts = {
            "asks_second_factor": _(
                "Whoever has no authenticator app or passkey is asked to set one up before"
                " they go on. Single sign-on counts as one."
            ),
        }


class NewBusinessForm(BusinessForm):
    """The business as its founder describes it."""

    class Meta(BusinessForm.Meta):
        fields = ["name", "currency", "time_zone", "workdays"]


def new_password() -> forms.CharField:
    """Return the field for a new password, which may be shown by password managers."""
    return forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html(),
    )


class AcceptForm(forms.Form):
    """A new colleague's name and password."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = new_password()


class OwnerForm(AcceptForm):
    """The first owner, and the code that shows they run the server."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    field_order = ["name", "email", "password"]


class InviteForm(forms.ModelForm[Invitation]):
    """Whom to invite, and as what."""

    def __init__(self, *args: Any, giver: str, **more: Any) -> None:
        super().__init__(*args, **more)
        role: Any = self.fields["role"]
        role.choices = roles_for(giver)

    class Meta:
        model = Invitation
        fields = ["email", "role"]


class ProfileForm(forms.ModelForm[User]):
    """What people may change about themselves."""

    name = forms.CharField(label=_("Name"), max_length=120)
    capacity_minutes = forms.IntegerField(
        label=_("Minutes a day for clients"),
        min_value=0,
        max_value=DAY,
        help_text=_("Today stops proposing work when these are full."),
    )

    class Meta:
        model = User
        fields = ["name", "capacity_minutes"]


class PersonForm(ProfileForm):
    """What managers and owners may change about a colleague."""

    def __init__(self, *args: Any, giver: str, **more: Any) -> None:
        super().__init__(*args, **more)
        role: Any = self.fields["role"]
        role.choices = roles_for(giver)

    class Meta(ProfileForm.Meta):
        fields = ["name", "role", "capacity_minutes"]


class TokenForm(forms.Form):
    """A token for a program: its name, what it may do, and for how long."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Which program will use it.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=SCOPES,
        widget=forms.CheckboxSelectMultiple,
        initial=["read"],
    )
    lasts = forms.ChoiceField(label=_("Ends after"), choices=LASTS, initial="90")
    lasts.required = False

    def __init__(self, *args: Any, role: str, **more: Any) -> None:
        super().__init__(*args, **more)
        allowed = rules.scopes_for(role)
        scopes: Any = self.fields["scopes"]
        scopes.choices = [pair for pair in SCOPES if pair[0] in allowed]
