"""Who they are, in tables."""

from fondly.clients.models.arrival import Arrival
from fondly.clients.models.client import Client, Kind, LeavingReason, Stage
from fondly.clients.models.consent import Channel, ConsentEntry, Purpose
from fondly.clients.models.contact import Address, Contact, ContactPoint, ImportantDate
from fondly.clients.models.contract import Contract
from fondly.clients.models.field import FieldDefinition, FieldKind
from fondly.clients.models.label import Label
from fondly.clients.models.order import Order, OrderLine
from fondly.clients.models.rate import Rate
from fondly.clients.models.search import SearchWord

__all__ = [
    "Address",
    "Arrival",
    "Channel",
    "Client",
    "ConsentEntry",
    "Contact",
    "ContactPoint",
    "Contract",
    "FieldDefinition",
    "FieldKind",
    "ImportantDate",
    "Kind",
    "Label",
    "LeavingReason",
    "Order",
    "OrderLine",
    "Purpose",
    "Rate",
    "SearchWord",
    "Stage",
]
