"""The pages of django-allauth that we open. What is not listed here does not exist."""

from collections.abc import Callable

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as sso
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]
Patterns = list[URLPattern | URLResolver]


def form(view: View) -> View:
    """Open a page with a form; allauth's own views would take PUT and PATCH as well."""
    return require_http_methods(["GET", "HEAD", "POST"])(view)


def page(view: View) -> View:
    """Open a page to look at."""
    return require_http_methods(["GET", "HEAD"])(view)


@login_not_required
def nowhere(_request: HttpRequest) -> HttpResponse:
    """Answer 404: allauth wants the address of its sign-up, and there is none."""
    raise Http404


# allauth does not mark these two as open to strangers.
passkey_sign_in = login_not_required(form(passkeys.login_webauthn))
sign_in_failed = login_not_required(page(social.login_error))
PASSWORD: Patterns = [
    path("change/", form(account.password_change), name="account_change_password"),
    path("set/", form(account.password_set), name="account_set_password"),
    path("reset/", form(account.password_reset), name="account_reset_password"),
    path(
        "reset/done/", page(account.password_reset_done), name="account_reset_password_done"
    ),
    path(
        "reset/key/done/",
        page(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        form(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
]
RECOVERY_CODES = [
    path("", page(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "generate/", form(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"
    ),
    path(
        "download/", page(codes.download_recovery_codes), name="mfa_download_recovery_codes"
    ),
]
PASSKEYS = [
    path("", page(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("add/", form(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path(
        "reauthenticate/",
        form(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("<int:pk>/remove/", form(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("<int:pk>/edit/", form(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    # Sign-in itself, which allauth does not mark as open to strangers.
    path(
        "login/",
        login_not_required(form(passkeys.login_webauthn)),
        name="mfa_login_webauthn",
    ),
]
SECOND_FACTOR: Patterns = [
    path("", page(mfa.index), name="mfa_index"),
    path("authenticate/", form(mfa.authenticate), name="mfa_authenticate"),
    path("reauthenticate/", form(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("totp/activate/", form(totp.activate_totp), name="mfa_activate_totp"),
    path("totp/deactivate/", form(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("recovery-codes/", include(RECOVERY_CODES)),
    path("passkeys/", include(PASSKEYS)),
]
SINGLE_SIGN_ON = [
    path("cancelled/", page(social.login_cancelled), name="socialaccount_login_cancelled"),
    path("error/", sign_in_failed, name="socialaccount_login_error"),
]
urlpatterns: Patterns = [
    path("login/", form(account.login), name="account_login"),
    path("logout/", form(account.logout), name="account_logout"),
    path("signup/", nowhere, name="account_signup"),
    path("inactive/", page(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", form(account.reauthenticate), name="account_reauthenticate"),
    path("password/", include(PASSWORD)),
    path("2fa/", include(SECOND_FACTOR)),
    path("sso/", include(SINGLE_SIGN_ON)),
    path("oidc/<slug:provider_id>/login/", form(sso.login), name="openid_connect_login"),
    path(
        "oidc/<slug:provider_id>/login/callback/",
        page(sso.callback),
        name="openid_connect_callback",
    ),
]
