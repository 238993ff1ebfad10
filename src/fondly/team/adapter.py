"""How people come in: by invitation only, by password, passkey or single sign-on."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves."""

    def is_open_for_signup(self, request):  # type: ignore[no-untyped-def]  # noqa: ARG002, D102
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on lets in those who were invited or already belong."""

    def is_open_for_signup(self, request, sociallogin):  # type: ignore[no-untyped-def]  # noqa: ARG002, D102
        return False
