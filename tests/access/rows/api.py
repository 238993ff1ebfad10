"""The API: every address, by method."""

from fondly.clients.models import Client, Contact, Contract, Order
from fondly.testing import NOON, a_contact, a_contract, a_touch, an_order
from fondly.touches.models import Touch
from tests.access.row import api

V, M = "viewer", "member"


def ada(cast):
    return Client.objects.get(pk=cast.ada.pk)


THINGS = {
    "contact_id": lambda cast: (Contact.objects.first() or a_contact(ada(cast))).pk,
    "order_id": lambda cast: (Order.objects.first() or an_order(ada(cast))).pk,
    "contract_id": lambda cast: (Contract.objects.first() or a_contract(ada(cast))).pk,
    "touch_id": lambda cast: (Touch.objects.first() or a_touch(ada(cast))).pk,
}


def an_order_of_ada(cast):
    about = {"client_id": cast.ada.pk, "placed_at": NOON.isoformat()}
    return about | {"amount": 100, "currency": "EUR"}
