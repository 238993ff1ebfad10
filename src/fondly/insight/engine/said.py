"""What the child says when it cannot answer, and how its asker understands it."""

import json

from fondly.base.errors import Refusal

REFUSED = 3  # its exit code; the last line of stderr has the words
MOST = 4_000


class EngineFailed(Exception):  # noqa: N818 - says what happened
    """The child ended without an answer; the message is what it wrote to stderr."""


def refusal_as_text(refusal: Refusal) -> str:
    """Return a refusal as the last line of what the child says."""
    return "\n" + json.dumps({"words": refusal.words, "values": refusal.values})


def failure(code: int | None, said: bytes) -> Exception:
    """Return what is to be raised when the child ended with this code and these words."""
    text = said.decode(errors="replace")
    if code == REFUSED:
        row = json.loads(text.splitlines()[-1])
        return Refusal(row["words"], **row["values"])
    return EngineFailed(text[-MOST:])
