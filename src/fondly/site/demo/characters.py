"""Who the demo's clients are: people and firms, made up from lists of words."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from fondly.base.text import fold
from fondly.site.demo import words

Birthday = tuple[int, int, int | None]  # day, month, year


@dataclass(frozen=True)
class Someone:
    """A person at a client."""

    name: str
    title: str
    email: str
    phone: str
    birthday: Birthday | None
    is_dead: bool = False


@dataclass(frozen=True)
class Character:
    """One client before anything has happened. `part` is the part they play."""

    number: str
    part: str
    kind: str
    name: str
    people: tuple[Someone, ...]
    town: words.Town
    street: str
    trade: str
    looked_after_by: str
    influence: int | None
    growth: int | None
    tags: tuple[str, ...]
    interests: tuple[str, ...]
    notes: str = ""
    extra: dict[str, str | int | bool] = field(default_factory=dict)


def a_character(dice: Random, *, number: int, part: str, today: date) -> Character:
    """Return the client with this number, who plays this part."""
    is_firm = part in FIRMS or (part not in PERSONS and dice.random() < 0.4)
    trade = dice.choice(list(words.TRADES)) if is_firm else ""
    town = dice.choice(words.TOWNS)
    people = _people(dice, number, town, is_firm=is_firm, today=today)
    return Character(
        number=f"C-{number:04}",
        part=part,
        kind="organisation" if is_firm else "person",
        name=_firm(dice, trade) if is_firm else people[0].name,
        people=people,
        town=town,
        street=f"{dice.randint(1, 90)} {dice.choice(words.STREETS)}",
        trade=trade,
        looked_after_by=_owner(dice, part),
        influence=dice.choice([None, None, 1, 2, 3, 3, 4, 5]),
        growth=dice.choice([None, None, 1, 2, 3, 4, 5]),
        tags=tuple(dice.sample(words.TAGS, dice.choice([0, 0, 1, 1, 2]))),
        interests=tuple(dice.sample(words.INTERESTS, dice.randint(0, 3))),
        notes=dice.choice(words.NOTES) if dice.random() < 0.2 else "",
        extra=_extra(dice, today) if is_firm else {},
    )


PARTNERS = frozenset({"partner", "partner_quiet", "partner_slower"})
FIRMS = frozenset({"firm", "quiet_best", "contract"}) | PARTNERS
PERSONS = frozenset({"regular", "gifts"})


def _owner(dice: Random, part: str) -> str:
    if part == "quiet_best" or part in PARTNERS:
        return "maya"
    return dice.choices(["maya", "tom", "ines", "jonas"], [10, 15, 38, 37])[0]


def _people(
    dice: Random, number: int, town: words.Town, *, is_firm: bool, today: date
) -> tuple[Someone, ...]:
    count = dice.choice([1, 1, 2, 3]) if is_firm else 1
    return tuple(
        _someone(dice, f"{number}{'abc'[place]}", town, is_firm=is_firm, today=today)
        for place in range(count)
    )


def _someone(
    dice: Random, code: str, town: words.Town, *, is_firm: bool, today: date
) -> Someone:
    first = dice.choice(words.FIRST)
    last = "".join(dice.choice(part) for part in words.SURNAME)
    at = "example.com" if is_firm else "example.org"
    has_phone, has_email = dice.random() < 0.75, dice.random() < 0.93
    is_british = town.phone.startswith("+44")
    tail = dice.randrange(100, 1_000) if is_british else dice.randrange(100)
    return Someone(
        name=f"{first} {last}",
        title=dice.choice(words.TITLES) if is_firm else "",
        email=f"{fold(first)}.{fold(last)}.{code}@{at}" if has_email else "",
        phone=f"{town.phone}{tail:02}" if has_phone else "",
        birthday=_birthday(dice, today) if dice.random() < 0.6 else None,
        is_dead=dice.random() < 0.03,
    )


def _birthday(dice: Random, today: date) -> Birthday:
    """Return any day of the year; for a third the year is not known."""
    day = date(today.year, 1, 1) + timedelta(days=dice.randrange(365))
    year = today.year - dice.randint(22, 75)
    return day.day, day.month, None if dice.random() < 0.35 else year


def _firm(dice: Random, trade: str) -> str:
    second = dice.choice(words.PLACE).lower()
    name = dice.choice(words.PLACE)
    both = f"{name} & {second.capitalize()}" if dice.random() < 0.4 else f"The {name}"
    return f"{both} {dice.choice(words.TRADES[trade])}"


def _extra(dice: Random, today: date) -> dict[str, str | int | bool]:
    serviced = today - timedelta(days=dice.randint(20, 500))
    return {
        "machine": dice.choice(["Lever", "One group", "Two groups", "Filter only"]),
        "seats": dice.randint(8, 120),
        "grinder_serviced": serviced.isoformat(),
        "own_cups": dice.random() < 0.5,
    }
