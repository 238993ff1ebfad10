"""The whole story: who plays which part, and the few things every day must show."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from random import Random

from fondly.site.demo.characters import Character, Someone, a_character
from fondly.site.demo.lives import Life, a_life

# How many clients play which part. 1,200 in all.
PARTS = {
    "regular": 388,
    "firm": 270,
    "contract": 130,
    "gifts": 130,
    "newcomer": 90,
    "prospect": 80,
    "closed": 60,
    "waiting": 25,
    "quiet_best": 14,
    "never": 1,
    # They never order: they send guests, lend a room, speak well of the roastery.
    "partner": 5,
    "partner_quiet": 4,
    "partner_slower": 3,
}
SEED = 1848  # any number; another one makes another business
THIS_WEEK = (0, 0, 1, 2, 3, 4, 5, 6)  # days until the birthdays of the first regulars


def tell(today: date) -> list[tuple[Character, Life]]:
    """Return all clients and their lives, the same for the same day."""
    dice = Random(SEED)
    parts = [part for part, count in PARTS.items() for _ in range(count)]
    dice.shuffle(parts)
    story = []
    known: Counter[str] = Counter()
    for number, part in enumerate(parts, start=1):
        who = a_character(dice, number=number, part=part, today=today)
        known[who.name] += 1
        if known[who.name] > 1 and who.kind == "organisation":
            place = f"{who.town.name} {known[who.name]}".removesuffix(" 2")
            who = replace(who, name=f"{who.name}, {place}")
        story.append((who, a_life(dice, who, today)))
    return _with_birthdays(story, today)


def checksum(story: list[tuple[Character, Life]]) -> str:
    """Return a fingerprint of the whole story."""
    return sha256(repr(story).encode()).hexdigest()


def _with_birthdays(
    story: list[tuple[Character, Life]], today: date
) -> list[tuple[Character, Life]]:
    """Give the first regulars a birthday this week, and the next one 29 February."""
    days: list[tuple[int, int, int | None]] = []
    for place, ahead in enumerate(THIS_WEEK):
        day = today + timedelta(days=ahead)
        known = None if place % 3 == 2 else today.year - 30 - 7 * place
        days.append((day.day, day.month, known))
    days.append((29, 2, 1988))
    left = iter(days)
    told = []
    for who, life in story:
        if who.part == "regular" and (birthday := next(left, None)):
            first: Someone = replace(who.people[0], birthday=birthday)
            told.append((replace(who, people=(first, *who.people[1:])), life))
        else:
            told.append((who, life))
    return told
