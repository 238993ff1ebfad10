"""How team joins the house."""

from typing import Any

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from fondly.base.clock import now
from fondly.base.registry import MenuItem, menu
from fondly.team.sign_in import idle

OWNER = frozenset({"owner"})
MANAGERS = frozenset({"owner", "manager"})
# What allauth and Django tell us about sign-in, and the words for the audit log.
# By name: allauth's signals import models, which are not ready when this file is read.
TOLD = {
    "sign_in": "django.contrib.auth.signals.user_logged_in",
    "sign_out": "django.contrib.auth.signals.user_logged_out",
    "sign_in.failed": "django.contrib.auth.signals.user_login_failed",
    "password.changed": "allauth.account.signals.password_changed",
    "password.set": "allauth.account.signals.password_set",
    "password.reset": "allauth.account.signals.password_reset",
    "second_factor.added": "allauth.mfa.signals.authenticator_added",
    "second_factor.removed": "allauth.mfa.signals.authenticator_removed",
    "recovery_codes.made": "allauth.mfa.signals.authenticator_reset",
}


class TeamConfig(AppConfig):
    """Registers the pages of the team, and hears of sign-ins."""

    name = "fondly.team"
    label = "team"

    def ready(self) -> None:
        """Join the menu and the audit log."""
        add_pages()
        for what, signal in TOLD.items():
            receiver = self.hear(what)
            import_string(signal).connect(receiver, weak=False, dispatch_uid=what)
        import_string(TOLD["sign_in"]).connect(begin_session, dispatch_uid="idle")

    def hear(self, what: str) -> Any:
        """Return a receiver that writes `what` into the audit log."""
        entries: Any = self.get_model("AuditEntry")

        def receiver(user: Any = None, **_more: Any) -> None:
            # A failed sign-in names nobody: an address typed wrong is not ours to keep.
            entries.objects.create(at=now(), user=user, what=what)

        return receiver


def begin_session(request: Any = None, **_more: Any) -> None:
    """Count from the sign-in how long a session is left alone."""
    if request is not None:
        idle.begin(request.session, now=now())


def add_pages() -> None:
    """Register the settings and the pages under them."""
    menu.add(
        "settings",
        MenuItem(slug="settings", title=_("Settings"), url_name="team:settings", order=90),
    )
    for order, (slug, title, roles) in enumerate(PAGES):
        item = MenuItem(
            slug=slug,
            title=title,
            url_name=f"team:{slug}",
            place="settings",
            order=10 + order,
            roles=roles,
        )
        menu.add(slug, item)


EVERYBODY = MANAGERS | {"member", "viewer"}
PAGES: list[tuple[str, Any, frozenset[str]]] = [
    ("profile", _("You"), EVERYBODY),
    ("business", _("Business"), OWNER),
    ("team", _("Team"), MANAGERS),
    ("tokens", _("API tokens"), EVERYBODY),
    ("audit", _("Audit log"), OWNER),
]
