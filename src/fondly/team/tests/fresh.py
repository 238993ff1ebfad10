"""A session whose password was given just now."""

from time import time

from allauth.account.internal.flows import login


def enter(client, user):
    """Sign `user` in, as if they had also just been asked for their password again."""
    client.force_login(user)
    session = client.session
    record = {"method": "password", "at": time(), "reauthenticated": True}
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [record]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client
