"""The client page, its panels and forms, and the settings that clients give."""

from datetime import date

from fondly.clients.models import ContactPoint, FieldDefinition, ImportantDate, Label, Rate
from fondly.testing import a_contract
from tests.access.row import form, page, post

ADA = {"about": "client"}
A_DAY = {"kind": "birthday", "month": 2, "day": 29}
LINE = {"what": "Called", "purpose": "give", "medium": "call", "direction": "both"}
ROWS = [
    form("clients:new", needs="member"),
    form("clients:names", needs="member"),
    page("clients:client", **ADA),
    form("clients:edit", needs="member", **ADA),
    form("clients:close", needs="member", **ADA, sends={"on": "2026-01-01"}),
    post("clients:reopen", **ADA),
    form("clients:stage", needs="member", **ADA, sends={"stage": "active"}),
    page("clients:people", **ADA),
    page("clients:labels", **ADA),
    post("clients:put_labels", **ADA, sends={"tags": "VIP"}),
    page("clients:contracts", **ADA),
    page("clients:consent", **ADA),
    page("clients:own_fields", **ADA),
    page("clients:notes", **ADA),
    post("clients:put_notes", **ADA, sends={"notes": "Likes rye"}),
    form("clients:add_contact", needs="member", **ADA, sends={"name": "Mia"}),
    form("clients:contact", needs="member", **ADA, sends={"name": "Mia"}),
    post("clients:remove_contact", **ADA),
    post("clients:point_dead", **ADA),
    form("clients:add_address", needs="member", **ADA, sends={"city": "Bremen"}),
    form("clients:address", needs="member", **ADA, sends={"city": "Bremen"}),
    post("clients:remove_address", **ADA),
    form("clients:add_date", needs="member", **ADA, sends=A_DAY),
    form("clients:date", needs="member", **ADA, sends=A_DAY),
    post("clients:remove_date", **ADA),
    form("clients:add_order", needs="member", **ADA),
    page("clients:order", **ADA),
    form("clients:add_contract", needs="member", **ADA),
    form("clients:contract", needs="member", **ADA),
    form("clients:add_consent", needs="member", **ADA),
    post("clients:export", needs="manager", **ADA),
    form("clients:erase", needs="owner", **ADA),
    form("clients:fields", needs="manager", sends={"label": "Size", "kind": "number"}),
    form("clients:field", needs="manager", sends={"label": "Size", "kind": "number"}),
    post("clients:remove_field", needs="manager"),
    page("clients:settings_labels", needs="manager"),
    form("clients:label", needs="manager", sends={"name": "VIP"}),
    post("clients:merge_label", needs="manager", sends={"into_name": "Fair"}),
    post("clients:remove_label", needs="manager"),
    form("clients:rates", needs="manager"),
    post("clients:remove_rate", needs="manager"),
    page("touches:log", **ADA),
    post("touches:record", **ADA, sends=LINE | {"key": "0" * 16}),
    page("touches:timeline", **ADA),
    post("touches:withdraw", **ADA),
]


def a_date(cast):
    """Return Ada's birthday, saved."""
    return ImportantDate.objects.create(client=cast.ada, **A_DAY)


def a_label():
    """Return a tag, beside another that it may be merged into."""
    Label.objects.create(kind="tag", name="Fair", folded="fair")
    return Label.objects.create(kind="tag", name="Regular", folded="regular")


THINGS = {
    "contact_id": lambda cast: cast.ada.contacts.get().pk,
    "point_id": lambda cast: ContactPoint.objects.filter(contact__client=cast.ada)[0].pk,
    "address_id": lambda cast: cast.ada.addresses.create(city="Bremen").pk,
    "date_id": lambda cast: a_date(cast).pk,
    "order_id": lambda cast: cast.ada.orders.get().pk,
    "contract_id": lambda cast: a_contract(cast.ada).pk,
    "touch_id": lambda cast: (
        cast.ada.touches.create(
            at="2026-01-01T00:00Z", direction="out", medium="call", purpose="give"
        ).pk
    ),
    "field_id": lambda _: (
        FieldDefinition.objects.create(slug="size", label="Size", kind="number").pk
    ),
    "label_id": lambda _: a_label().pk,
    "rate_id": lambda _: (
        Rate.objects.create(currency="USD", from_day=date(2026, 1, 1), rate="0.9").pk
    ),
}
