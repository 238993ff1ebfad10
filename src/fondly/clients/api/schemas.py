"""What clients, contacts, orders and contracts look like in JSON."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from fondly.base.rest import Code, Currency, Id, Line, Minor, Moment, Name, Note, Prose
from fondly.clients.models import Contact, ContactPoint

Score = Annotated[int, Field(ge=1, le=5)]
Days = Annotated[int, Field(ge=1, le=3650)]
Amount = Annotated[int, Field(ge=0, le=10**15, description="minor units")]
ClientKind = Literal["person", "organisation"]
StageName = Literal[
    "prospect", "onboarding", "active", "quiet", "lapsed", "won_back", "closed"
]


class Strict(Schema):
    """A body in which a field that is not documented is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class ClientOut(Schema):
    """A client."""

    id: Id
    number: str
    kind: ClientKind
    name: str
    industry: str
    influence: int | None
    growth_potential: int | None
    time_zone: str
    language: str
    owner_id: int | None
    client_since: date | None
    notes: str
    extra: dict[str, object]
    stage: StageName
    tier: str
    ideal_days: int | None
    maximum_days: int | None
    closed_on: date | None
    leaving_reason: str
    last_touch_at: datetime | None
    first_unanswered_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


class ClientFields(Strict):
    """What may be said of a client."""

    number: Line = ""
    kind: ClientKind = "organisation"
    industry: Line = ""
    influence: Score | None = None
    growth_potential: Score | None = None
    time_zone: Line = ""
    language: Code = ""
    owner_id: Id | None = None
    client_since: date | None = None
    notes: Prose = ""
    extra: dict[str, str | int | float | bool | None] = {}
    ideal_days: Days | None = None
    maximum_days: Days | None = None


class ClientIn(ClientFields):
    """A new client."""

    name: Name


class ClientPatch(ClientFields):
    """What is to be changed; what is left out stays."""

    name: Name = Field(default_factory=str)


class PointOut(Schema):
    """An e-mail address or a phone number."""

    id: Id
    kind: Literal["email", "phone"]
    value: str
    is_dead: bool


class ContactOut(Schema):
    """A person at a client."""

    id: Id
    client_id: Id
    name: str
    title: str
    is_primary: bool
    notes: str
    points: list[PointOut]

    @staticmethod
    def resolve_points(contact: Contact) -> list[ContactPoint]:
        """Return the addresses that were fetched with the contact."""
        return list(contact.points.all())


class ContactIn(Strict):
    """A new contact, with its addresses."""

    name: Name
    title: Line = ""
    is_primary: bool = False
    notes: Note = ""
    emails: Annotated[list[Name], Field(max_length=10)] = []
    phones: Annotated[list[Line], Field(max_length=10)] = []


class OrderLineIn(Strict):
    """One line of an order: its amount in minor units, and what it was if that is known."""

    sku: Line = ""
    description: Note = ""
    quantity: Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)] = 1
    amount: Minor


class OrderIn(Strict):
    """A purchase, or a refund: a negative amount, with the order it refunds if known."""

    client_id: Id
    number: Line = ""
    placed_at: Moment
    amount: Minor
    currency: Currency
    refund_of_id: Id | None = None
    note: Note = ""
    lines: Annotated[list[OrderLineIn], Field(max_length=1000)] = []


class OrderOut(Schema):
    """A purchase or a refund."""

    id: Id
    client_id: Id
    number: str
    placed_at: datetime
    placed_on: date
    amount: int
    currency: str
    refund_of_id: int | None
    note: str


class ContractFields(Strict):
    """What a contract says. Prices are for one period of `months`, in minor units."""

    number: Line = ""
    months: Annotated[int, Field(ge=1, le=120)] = 1
    promo_price: Amount | None = None
    promo_ends_on: date | None = None
    next_price: Amount | None = None
    next_price_from: date | None = None
    renews_on: date | None = None
    renewal_months: Annotated[int, Field(ge=1, le=120)] = 12
    notice_days: Annotated[int, Field(ge=0, le=1000)] = 30
    ends_on: date | None = None


class ContractIn(ContractFields):
    """A new contract."""

    client_id: Id
    name: Name
    started_on: date
    price: Amount
    currency: Currency


class ContractPatch(ContractFields):
    """What is to be changed; what is left out stays."""

    name: Name = Field(default_factory=str)
    price: Amount = Field(default=0)


class ContractOut(Schema):
    """A recurring agreement."""

    id: Id
    client_id: Id
    number: str
    name: str
    started_on: date
    months: int
    price: int
    currency: str
    promo_price: int | None
    promo_ends_on: date | None
    next_price: int | None
    next_price_from: date | None
    renews_on: date | None
    renewal_months: int
    notice_days: int
    ends_on: date | None
    version: int
