"""The API: every address, by method."""

from fondly.clients.models import Client, Contact, Contract, Order
from fondly.intake.models import Import
from fondly.testing import NOON, a_contact, a_contract, a_touch, an_order
from fondly.touches.models import Touch
from tests.access.row import METHODS, Row, api

V, M = "viewer", "member"


def ada(cast):
    return Client.objects.get(pk=cast.ada.pk)


THINGS = {
    "import_id": lambda _: (
        Import.objects.create(about="orders", filename="a.csv", created_at=NOON).pk
    ),
    "contact_id": lambda cast: (Contact.objects.first() or a_contact(ada(cast))).pk,
    "order_id": lambda cast: (Order.objects.first() or an_order(ada(cast))).pk,
    "contract_id": lambda cast: (Contract.objects.first() or a_contract(ada(cast))).pk,
    "touch_id": lambda cast: (Touch.objects.first() or a_touch(ada(cast))).pk,
}


def an_order_of_ada(cast):
    about = {"client_id": cast.ada.pk, "placed_at": NOON.isoformat()}
    return about | {"amount": 100, "currency": "EUR"}


R = "api/v1/"
ONE = "client"
# The address is not about Ada, but what is sent to it is: Mia is told there is no such.
NEXT_YEAR = {"until": "2027-01-01"}
UNSEEN = {"POST": {201, 404}}
ROWS = [
    # A document: whatever the method, it is read.
    api(f"{R}openapi.json", **dict.fromkeys(METHODS, V)),
    api(f"{R}clients", GET=V, POST=M, sends={"name": "New"}),
    api(f"{R}clients/<client_id>", GET=V, PATCH=M, about=ONE, sends={"influence": 2}),
    api(f"{R}clients/<client_id>/contacts", POST=M, about=ONE, sends={"name": "Robin"}),
    api(f"{R}clients/<client_id>/signals", GET=V, about=ONE),
    api(f"{R}clients/<client_id>/signals/history", GET=V, about=ONE),
    api(f"{R}clients/<client_id>/signals/why", GET=V, about=ONE),
    api(f"{R}contacts", GET=V),
    api(f"{R}contacts/<contact_id>", GET=V, DELETE=M, about=ONE),
    api(f"{R}orders", GET=V, POST=M, sends=an_order_of_ada, answers=UNSEEN),
    api(f"{R}orders/<order_id>", GET=V, about=ONE),
    api(f"{R}contracts", GET=V, POST=M),
    api(f"{R}contracts/<contract_id>", GET=V, PATCH=M, about=ONE, sends={"months": 3}),
    api(f"{R}touches", GET=V, POST=M),
    api(f"{R}touches/<touch_id>", GET=V, about=ONE),
    api(f"{R}signals", GET=V),
    api(f"{R}signals/run", GET=V),
    api(f"{R}signals/quality", GET=V),
    api(f"{R}signals/history", GET=V, answers={"GET": {422}, "HEAD": {405, 422}}),
    # Without a run that has reports there are none.
    *(
        api(f"{R}insight/{name}", GET=V, answers={"GET": {404}})
        for name in ("equity", "bridge", "cohorts", "leaving", "calendar")
    ),
    api(f"{R}actions", GET=V),
    api(f"{R}actions/today", GET=V),
    api(f"{R}actions/<action_id>", GET=V, about=ONE),
    api(f"{R}actions/<action_id>/done", POST=M, about=ONE, sends={"what": "Called"}),
    api(f"{R}actions/<action_id>/undo", POST=M, about=ONE),
    api(f"{R}actions/<action_id>/snooze", POST=M, about=ONE, sends=NEXT_YEAR),
    api(f"{R}actions/<action_id>/not-needed", POST=M, about=ONE),
    api(f"{R}imports", GET="manager", POST="manager"),
    *(
        api(f"{R}imports/<import_id>/{wish}", POST="manager")
        for wish in ("mapping", "publish", "cancel", "undo")
    ),
    api(f"{R}imports/<import_id>", GET="manager"),
    Row(
        name=R,
        needs=dict.fromkeys(METHODS, V),
        answers={method: {404} for method in METHODS},
    ),
]
