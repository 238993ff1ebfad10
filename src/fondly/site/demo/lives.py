"""What happens to the demo's clients: orders, contracts, touches, consent, partings."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from fondly.site.demo import words
from fondly.site.demo.characters import PARTNERS, Character

YEARS = 6
REASONS = ("price", "quality", "service", "competitor", "no_need", "closed_down", "ours")


@dataclass(frozen=True)
class Sale:
    """An order; `refund` is what was paid back of it, and when."""

    at: datetime
    amount: int
    refund: int = 0
    refund_at: datetime | None = None


@dataclass(frozen=True)
class Said:
    """A touch."""

    at: datetime
    direction: str
    medium: str
    purpose: str
    what: str
    is_called_off: bool = False


@dataclass(frozen=True)
class Agreement:
    """A contract."""

    name: str
    started_on: date
    price: int
    renews_on: date
    promo_price: int | None = None
    promo_ends_on: date | None = None
    next_price: int | None = None
    next_price_from: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Word:
    """A consent given or withdrawn, by e-mail unless said otherwise."""

    at: datetime
    purpose: str
    is_granted: bool
    channel: str = "email"


@dataclass
class Life:
    """Everything that happened to one client until today."""

    since: date
    sales: list[Sale] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    consents: list[Word] = field(default_factory=list)
    closed_on: date | None = None
    leaving_reason: str = ""


def a_life(dice: Random, who: Character, today: date) -> Life:
    """Return the life of `who` until today."""
    life = Life(since=_beginning(dice, who.part, today))
    life.sales = _sales(dice, who, life.since, today)
    life.said = _talk(dice, who, life, today)
    if who.part == "contract":
        life.agreements = [_agreement(dice, life.since, today)]
    life.consents = _consents(dice, who, life.since)
    if who.part == "closed":
        last = life.sales[-1].at.date() if life.sales else life.since
        life.closed_on = min(last + timedelta(days=dice.randint(20, 90)), today)
        life.leaving_reason = dice.choice(REASONS)
    return life


def at_work(dice: Random, day: date) -> datetime:
    """Return some moment in the opening hours of `day`."""
    return datetime.combine(day, time(9), UTC) + timedelta(minutes=dice.randrange(480))


def _beginning(dice: Random, part: str, today: date) -> date:
    """More clients came lately than long ago, as in a business that grows."""
    if part in {"newcomer", "prospect"}:
        return today - timedelta(days=dice.randint(3, 75))
    least = 500 if part == "quiet_best" else 120
    span = YEARS * 365 - least
    return today - timedelta(days=least + int(span * dice.random() ** 1.3))


def _sales(dice: Random, who: Character, since: date, today: date) -> list[Sale]:
    """Orders with a rhythm of one's own; after each the client may be gone for good."""
    if who.part == "prospect" or who.part in PARTNERS:
        return []
    if who.part == "gifts":
        return _gifts(dice, since, today)
    gap, mean, leaves = _rhythm(dice, who)
    # Nothing of today: the hour of the day is not yet known.
    until = today - timedelta(days=1)
    if who.part == "quiet_best":
        until = today - timedelta(days=int(gap * dice.uniform(2.4, 4.0)))
    if who.part == "closed":
        until = today - timedelta(days=dice.randint(60, 700))
    sales, day = [], since
    while day <= until:
        sales.append(_sale(dice, day, mean, today))
        if dice.random() < leaves:
            break
        # Gamma with shape 3: more regular than chance, as people are.
        wait = max(1, round(dice.gammavariate(3, gap / 3) * _season(day)))
        day += timedelta(days=wait)
    return sales


def _rhythm(dice: Random, who: Character) -> tuple[float, float, float]:
    """Return usual gap in days, mean order in minor units, chance to leave after one."""
    if who.part == "quiet_best":
        return dice.uniform(12, 24), dice.uniform(45_000, 110_000), 0.0
    leaves = dice.betavariate(0.7, 17)
    if who.kind == "organisation":
        return dice.uniform(10, 45), dice.lognormvariate(9.9, 0.5), leaves
    return dice.uniform(18, 80), dice.lognormvariate(8.2, 0.4), leaves


def _season(day: date) -> float:
    """Before Christmas people order sooner, in August later."""
    return {11: 0.8, 12: 0.65, 8: 1.4}.get(day.month, 1.0)


def _sale(dice: Random, day: date, mean: float, today: date) -> Sale:
    busy = 1.35 if day.month == 12 else 1.0
    amount = max(450, round(mean * busy * dice.lognormvariate(0, 0.25) / 10) * 10)
    sale = Sale(at_work(dice, day), amount)
    back = day + timedelta(days=dice.randint(2, 12))
    if dice.random() < 0.015 and back < today:
        part = amount if dice.random() < 0.3 else amount // 3
        return Sale(sale.at, amount, part, at_work(dice, back))
    return sale


def _gifts(dice: Random, since: date, today: date) -> list[Sale]:
    """Buys before Christmas, and sometimes at Easter."""
    mean = dice.lognormvariate(8.7, 0.4)
    days = [since]
    for year in range(since.year, today.year + 1):
        if dice.random() < 0.75:
            days.append(date(year, 12, dice.randint(1, 20)))
        if dice.random() < 0.25:
            days.append(date(year, 4, dice.randint(1, 15)))
    return [_sale(dice, day, mean, today) for day in sorted(days) if since <= day < today]


def _talk(dice: Random, who: Character, life: Life, today: date) -> list[Said]:
    """Return a few touches a year, more for firms, and those that wait for us."""
    if who.part in PARTNERS:
        return _company(dice, who.part, life.since, today)
    often = 75 if who.kind == "organisation" else 190
    end = life.sales[-1].at.date() + timedelta(days=90) if life.sales else today
    said, day = [], life.since + timedelta(days=dice.randint(1, 20))
    while day <= min(end, today - timedelta(days=1)):
        said.append(_touch(dice, at_work(dice, day)))
        day += timedelta(days=1 + int(dice.expovariate(1 / often)))
    if who.part == "waiting":
        lately = today - timedelta(days=dice.randint(1, 6))
        words_ = dice.choice(words.WAITING)
        said = [touch for touch in said if touch.at.date() < lately]
        said.append(Said(at_work(dice, lately), "in", "email", "service", words_))
    return said


def _company(dice: Random, part: str, since: date, today: date) -> list[Said]:
    """Who never orders writes and answers; some fall silent, some ever later and off."""
    gap, until = dice.uniform(10, 24), today - timedelta(days=9)
    if part == "partner_quiet":
        until = today - timedelta(days=int(gap * dice.uniform(3.0, 5.0)) + 9)
    said, day = [], max(since, today - timedelta(days=800))
    while day <= until:
        at = at_work(dice, day)
        is_late = part == "partner_slower" and (today - day).days < 190
        answers = timedelta(hours=dice.uniform(60, 140) if is_late else dice.uniform(1, 9))
        said += [
            Said(at, "out", "email", "give", dice.choice(words.SHARED)),
            Said(at + answers, "in", "email", "service", dice.choice(words.ANSWERED)),
            Said(
                at + answers + timedelta(hours=1), "out", "email", "service", "Thanked them"
            ),
        ]
        if is_late and dice.random() < 0.5:
            off = at + answers + timedelta(minutes=30)
            said.append(Said(off, "in", "call", "service", words.OFF, is_called_off=True))
        day += timedelta(days=max(7, round(dice.gammavariate(4, gap / 4))))
    return said


def _touch(dice: Random, at: datetime) -> Said:
    purpose = dice.choices(["give", "ask", "service", "call", "in"], [30, 22, 25, 15, 8])[0]
    if purpose == "call":
        medium = dice.choice(["call", "visit"])
        return Said(at, "both", medium, "service", dice.choice(words.CALLED))
    if purpose == "in":
        # Answered the same day, in one line of the ledger: a conversation.
        return Said(at, "both", "email", "service", dice.choice(words.CAME_IN))
    texts = {"give": words.GAVE, "ask": words.ASKED, "service": words.SERVED}[purpose]
    medium = dice.choice(["email", "email", "post" if purpose == "give" else "call"])
    return Said(at, "out", medium, purpose, dice.choice(texts))


def _agreement(dice: Random, since: date, today: date) -> Agreement:
    """Return a care plan: some promos end, prices rise or renewals come within weeks."""
    price = dice.choice([4_900, 7_900, 9_900, 14_900])
    soon = today + timedelta(days=dice.randint(5, 50))
    later = today + timedelta(days=dice.randint(60, 330))
    turn = dice.choices(["promo", "rise", "renewal", "plain"], [2, 2, 3, 5])[0]
    name = dice.choice(["Machine care plan", "Weekly beans", "Water filter service"])
    ended = _ended(dice, since, today)
    if ended:
        return Agreement(name, since, price, renews_on=ended, ends_on=ended)
    plan = Agreement(name, since, price, renews_on=later)
    if turn == "promo":
        promo = round(price * 0.7)
        return replace(plan, promo_price=promo, promo_ends_on=soon)
    if turn == "rise":
        rise = round(price * 1.12)
        return replace(plan, next_price=rise, next_price_from=soon)
    return replace(plan, renews_on=soon) if turn == "renewal" else plan


def _ended(dice: Random, since: date, today: date) -> date | None:
    """Return the day before the anniversary on which they left, if they did: each client
    has a chance of their own to leave, so the longest with us are the surest to stay."""
    leaves = dice.betavariate(0.8, 3.2)
    for year in range(1, today.year - since.year + 1):
        day = since + timedelta(days=round(365.25 * year) - 1)
        if day < today and dice.random() < leaves:
            return day
    return None


def _consents(dice: Random, who: Character, since: date) -> list[Word]:
    """Most gave some consent with the first order; some took it back; one closed all."""
    at = at_work(dice, since)
    if who.part == "never":
        ways = [(c, p) for c in ("email", "phone", "post", "message") for p in PURPOSES]
        return [Word(at, purpose, is_granted=False, channel=way) for way, purpose in ways]
    given = [Word(at, p, is_granted=True) for p in PURPOSES if dice.random() < 0.6]
    late = at + timedelta(days=2)
    return given + [
        Word(late, word.purpose, is_granted=False) for word in given if dice.random() < 0.05
    ]


PURPOSES = ("news", "offers", "cards", "surveys")
