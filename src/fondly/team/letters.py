"""Letters to colleagues. Without a mail server none is sent: there is a link to copy."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

from fondly.team.models import Business, Invitation

log = logging.getLogger(__name__)


def send_invitation(invitation: Invitation, *, url: str) -> bool:
    """Mail the link of an invitation; tell whether it went out."""
    if not settings.MAIL_IS_SET:
        return False
    context = {"invitation": invitation, "url": url, "business": Business.current()}
    text = render_to_string("entrance/invitation.txt", context)
    subject, _blank, body = text.strip().partition("\n")
    try:
        send_mail(subject.strip(), body.strip(), None, [invitation.email])
    except (SMTPException, OSError) as error:
        log.warning("an invitation could not be mailed: %s", type(error).__name__)
        return False
    return True
