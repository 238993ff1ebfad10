"""A session that nobody uses ends: whoever finds the desk left alone finds it locked."""

from datetime import datetime

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

SEEN_AT = "seen_at"
# A use is noted no more often than this part of the limit: looking must not mean writing.
NOTED = 20


def begin(session: SessionBase, *, now: datetime) -> None:
    """Note that somebody signed in."""
    session[SEEN_AT] = int(now.timestamp())


def is_over(session: SessionBase, *, now: datetime) -> bool:
    """Tell whether the session was left alone for too long; note that it is used now."""
    longest = limit(session)
    since = now.timestamp() - session.get(SEEN_AT, 0)
    if SEEN_AT not in session or longest / NOTED <= since < longest:
        begin(session, now=now)
        return False
    return bool(since >= longest)


def limit(session: SessionBase) -> float:
    """Return for how many seconds this session may be left alone."""
    remembered = not session.get_expire_at_browser_close()
    minutes = settings.IDLE_MINUTES_REMEMBERED if remembered else settings.IDLE_MINUTES
    return float(minutes * 60)
