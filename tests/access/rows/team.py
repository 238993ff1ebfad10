"""Sign-in, the team and the settings."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from fondly.team.actions import invitations
from tests.access.row import form, gone, page, post, public

# Whoever is signed in already, or not far enough yet, is sent on.
ON = {"GET": {200, 302}}


def a_passkey(user):
    """Return a saved passkey of `user`."""
    about = {"name": "Laptop", "credential": {}}
    return Authenticator.objects.create(user=user, type="webauthn", data=about)


def with_totp(cast):
    """Give everybody a second factor; the address itself has no arguments."""
    for _, user in cast.people():
        if user:
            TOTP.activate(user, generate_totp_secret())
            # allauth notes on a GET that the codes were seen for the first time.
            RecoveryCodes.activate(user).mark_as_viewed()
    return {}


def an_invitation(cast):
    """Return an open invitation and its secret."""
    at = timezone.now()
    return invitations.invite("new@example.org", role="member", by=cast.owner, now=at)


SIGN_IN = [
    public("account_login", answers=ON),
    public("account_logout", answers=ON),
    gone("account_signup"),
    public("account_inactive", methods="GET"),
    form("account_reauthenticate"),
    form("account_change_password", answers=ON),
    form("account_set_password", answers={"GET": {302}}),
    public("account_reset_password"),
    public("account_reset_password_done", methods="GET"),
    public("account_reset_password_from_key_done", methods="GET"),
    public(
        "account_reset_password_from_key",
        kwargs=lambda _: {"uidb36": "1", "key": "set-password"},
    ),
]
SECOND_FACTOR = [
    page("mfa_index"),
    public("mfa_authenticate", answers=ON),
    form("mfa_reauthenticate", kwargs=with_totp),
    form("mfa_activate_totp"),
    form("mfa_deactivate_totp", kwargs=with_totp),
    page("mfa_view_recovery_codes", kwargs=with_totp),
    form("mfa_generate_recovery_codes", kwargs=with_totp),
    page("mfa_download_recovery_codes", kwargs=with_totp),
    page("mfa_list_webauthn"),
    form("mfa_add_webauthn"),
    form("mfa_reauthenticate_webauthn", answers=ON),
    public("mfa_login_webauthn", answers=ON),
    form("mfa_edit_webauthn", about="own"),
    form("mfa_remove_webauthn", about="own"),
]
NO_PROVIDER = {"kwargs": lambda _: {"provider_id": "none"}}
NOWHERE = {"GET": {404}, "POST": {404}}
SINGLE_SIGN_ON = [
    public("socialaccount_login_cancelled", methods="GET"),
    public("socialaccount_login_error", methods="GET", answers={"GET": {401}}),
    public("openid_connect_login", answers=NOWHERE, **NO_PROVIDER),
    public("openid_connect_callback", methods="GET", answers=NOWHERE, **NO_PROVIDER),
]
ENTRANCE = [
    public("team:welcome", answers=NOWHERE),  # somebody lives here already
    public("team:invitation", methods="GET", answers={"GET": {302}}),
    public("team:accept", answers=NOWHERE),  # no link was opened
]
SETTINGS = [
    page("team:settings"),
    form("team:profile"),
    post("team:end_own_sessions", needs="viewer"),
    post("team:end_sessions", needs="manager"),
    form("team:business", needs="owner"),
    page("team:team", needs="manager"),
    post("team:invite", needs="manager"),
    post("team:withdraw", needs="manager"),
    form("team:person", needs="manager"),
    post("team:deactivate", needs="manager"),
    post("team:reactivate", needs="manager"),
    post("team:reset_link", needs="owner"),
    form("team:tokens"),
    post("team:revoke", needs="viewer", about="own or owner"),
    page("team:audit", needs="owner"),
]
ROWS = [*ENTRANCE, *SETTINGS, *SIGN_IN, *SECOND_FACTOR, *SINGLE_SIGN_ON]
THINGS = {
    "pk": lambda cast: a_passkey(cast.member).pk,
    "person_id": lambda cast: cast.mia.pk,
    "secret": lambda cast: an_invitation(cast)[1],
    "invitation_id": lambda cast: an_invitation(cast)[0].pk,
    "token_id": lambda cast: cast.member.api_tokens.get().pk,
}
