"""The form to sign in with, in our words."""

from typing import Any

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _

LABELS = {"login": _("E-mail"), "password": _("Password"), "remember": _("Remember me")}


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """Says what belongs where by labels that stay, not by placeholders that go."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, label in LABELS.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
