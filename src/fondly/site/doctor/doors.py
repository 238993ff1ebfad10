"""Checks of how the world reaches us and how our mail reaches the world."""

from urllib.parse import urlsplit

from django.conf import settings

from fondly.site.doctor.finding import Finding, warn, well, wrong

LOCAL = {"localhost", "127.0.0.1", "::1"}


def address() -> Finding:
    """Check that strangers' networks cannot read along."""
    where = urlsplit(settings.FONDLY_URL)
    if where.scheme not in {"http", "https"} or not where.hostname:
        mend = "Write it like https://fondly.example.org."
        return wrong("address", f"FONDLY_URL is no address: {settings.FONDLY_URL}", mend)
    if where.scheme == "http" and where.hostname not in LOCAL:
        return wrong(
            "address",
            f"{settings.FONDLY_URL} is not encrypted, so passwords travel in the open",
            "Put a proxy with a certificate in front and set FONDLY_URL=https://….",
        )
    return well("address", settings.FONDLY_URL)


def debugging() -> Finding:
    """Check that errors do not show our insides to visitors."""
    if settings.DEBUG:
        mend = "Unset FONDLY_DEBUG wherever others can reach it."
        return warn("debugging", "error pages show the program's insides", mend)
    return well("debugging", "off")


def mail() -> Finding:
    """Check that mail goes out."""
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return warn(
            "mail",
            "no mail server: letters are kept as files, links are shown to copy",
            "Set EMAIL_URL=smtp://user:password@host:587?tls=1 and FONDLY_MAIL_FROM.",
        )
    by_smtp = settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")
    if by_smtp and settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        mend = "Set FONDLY_MAIL_FROM to an address of yours."
        return wrong("mail", f"the sender is {settings.DEFAULT_FROM_EMAIL}", mend)
    return well("mail", f"by {settings.EMAIL_HOST}, from {settings.DEFAULT_FROM_EMAIL}")
