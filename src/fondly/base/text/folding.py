"""Text made comparable: folded for search, digits of a phone, an address in lower case."""

import re
import unicodedata

# Letters that do not decompose, as people without the key type them.
LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
    }
)
WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return `text` without case and diacritics: “Élise Groß” becomes “elise gross”."""
    if text.isascii():  # most are, and there may be a million of them
        return text.lower()
    lowered = unicodedata.normalize("NFKD", text.casefold()).translate(LETTERS)
    return "".join(c for c in lowered if not unicodedata.combining(c))


def words_of(text: str) -> set[str]:
    """Return the folded words in `text`."""
    return set(WORD.findall(fold(text)))


def digits_of(text: str) -> str:
    """Return only the digits."""
    return "".join(c for c in text if c.isdecimal())
