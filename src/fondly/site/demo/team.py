"""The demo's business: its people, its rates, its own fields, its labels."""

from datetime import date, datetime, timedelta

from fondly.base.text import fold
from fondly.clients.models import FieldDefinition, Label, Rate
from fondly.site.demo import words
from fondly.team.models import Business, User

# Printed by the command and known to everybody: the demo listens on this machine only.
PASSWORD = "a-good-morning"
TEAM = {
    "maya": ("Maya Oakenfield", "owner", 150),
    "tom": ("Tom Quillbrook", "manager", 60),
    "ines": ("Ines Larkmere", "member", 180),
    "jonas": ("Jonas Fenwick-Rowe", "member", 180),
    "pat": ("Pat Elderstead", "viewer", 0),
}
RATES = {
    "GBP": ("1.13", "1.17", "1.15"),
    "CHF": ("0.93", "1.01", "1.05"),
    "USD": ("0.84", "0.95", "0.91"),
}
FIELDS = [
    ("machine", "Machine", "choice", ["Lever", "One group", "Two groups", "Filter only"]),
    ("seats", "Seats", "number", []),
    ("grinder_serviced", "Grinder serviced", "date", []),
    ("own_cups", "Buys our cups", "yes_no", []),
]


def address_of(key: str) -> str:
    """Return the e-mail address by which one of the team signs in."""
    return f"{key}@hollow-oak.example"


def found_the_business() -> Business:
    """Make the business."""
    return Business.objects.create(
        pk=1,
        name="Hollow Oak Coffee Roasters",
        currency="EUR",
        time_zone="Europe/Dublin",
        workdays=[0, 1, 2, 3, 4],
        is_demo=True,
    )


def hire(now: datetime) -> dict[str, User]:
    """Make the team, by key."""
    return {
        key: User.objects.create_user(
            address_of(key),
            PASSWORD,
            name=name,
            role=role,
            capacity_minutes=minutes,
            date_joined=now,
        )
        for key, (name, role, minutes) in TEAM.items()
    }


def set_up(today: date) -> dict[tuple[str, str], Label]:
    """Make rates, own fields and labels; return the labels by kind and name."""
    Rate.objects.bulk_create(
        Rate(
            currency=currency,
            from_day=today - timedelta(days=2_500 - 900 * place),
            rate=rate,
        )
        for currency, rates in RATES.items()
        for place, rate in enumerate(rates)
    )
    FieldDefinition.objects.bulk_create(
        FieldDefinition(slug=slug, label=label, kind=kind, choices=choices, position=place)
        for place, (slug, label, kind, choices) in enumerate(FIELDS)
    )
    kinds = {Label.Kind.TAG: words.TAGS, Label.Kind.INTEREST: words.INTERESTS}
    labels = Label.objects.bulk_create(
        Label(kind=kind, name=name, folded=fold(name))
        for kind, names in kinds.items()
        for name in names
    )
    return {(label.kind, label.name): label for label in labels}
