"""One router for all that clients owns."""

from ninja import Router

from fondly.clients.api.clients import router as clients
from fondly.clients.api.contacts import router as contacts
from fondly.clients.api.contracts import router as contracts
from fondly.clients.api.orders import router as orders

router = Router()
router.add_router("", clients)
router.add_router("", contacts)
router.add_router("", orders)
router.add_router("", contracts)
