"""The language of the access matrix: one row says who may do what at one address.

HOW TO ADD YOURS. Make (or open) `tests/access/rows/<app>.py` with a list ROWS; nothing else
needs to be registered. Every URL name of the site needs exactly one row:

    from tests.access.row import api, form, page, post, public

    ROWS = [
        page("clients:list"),                                   # GET, any role
        page("clients:client", about="client"),                 # 404 outside the row rule
        form("clients:edit", needs="member", about="client"),   # GET and POST
        post("clients:close", needs="member", about="client"),  # POST only
        page("insight:tiers", needs="manager"),
        api("api/v1/clients", GET="viewer", POST="member"),
        api("api/v1/clients/<int:client_id>", GET="viewer", about="client"),
        public("team:invitation"),  # strangers too
    ]

- `needs` is the least role (viewer, member, manager, owner). Those below get 403,
  strangers are sent to sign in (pages) or get 401 (routes that begin with `api/`, where
  everybody comes with an API token of all scopes their role may have).
- `about="client"`: the address is about the client Ada, whom Max looks after and Mia does
  not. The row rule is “own”, so Mia (a member) must get 404 and nothing changed.
- `about="own"`: the thing at the address is Max's own (let THINGS make it for
  `cast.member`); everybody else gets 404. `about="own or owner"`: owners see it too.
- Methods that a row does not name must give 405 (403 or 404 may come first).
- URL arguments are filled by name from THINGS: `client_id` is Ada's. For others put a
  function into a dict THINGS of your rows file: `{"order_id": lambda cast: …pk}`. It may
  create what it needs; it is called once per test. `kwargs=lambda cast: {…}` on one row
  overrides.
- A GET answers 200 and a write anything in ANSWERS; say `answers={"GET": {302}}` otherwise.
  `sends={…}` (or a function of the cast) is the form of a POST; JSON for `api/`.
- On 401, 403, 404, 405, on every GET and HEAD, and when sent to sign in, no table may
  change. And no page shown to Mia may contain Ada's name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ROLES = ("owner", "manager", "member", "viewer")
ANYONE = "anyone"
# What a write may answer to somebody who may: done, gone elsewhere, or a word about it.
WRITTEN = frozenset({200, 201, 202, 204, 302, 303, 400, 409, 422})
ANSWERS: Mapping[str, frozenset[int]] = {
    "GET": frozenset({200}),
    "HEAD": frozenset({200, 405}),
    **dict.fromkeys(("POST", "PUT", "PATCH", "DELETE"), WRITTEN),
}
Asked = Mapping[str, Any] | Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """Who may use which method at one address, and what they are answered."""

    name: str
    needs: Mapping[str, str]
    about: str = ""
    kwargs: Callable[[Any], Mapping[str, Any]] | None = None
    sends: Asked = field(default_factory=dict)
    answers: Mapping[str, set[int]] = field(default_factory=dict)

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api/")

    @property
    def is_public(self) -> bool:
        return ANYONE in self.needs.values()

    def role_for(self, method: str) -> str | None:
        """Return the least role for the method; None where it is not offered."""
        return self.needs.get("GET" if method == "HEAD" else method)

    def is_for(self, name: str) -> bool:
        """Tell whether the thing at the address exists for this one of the cast."""
        if self.about.startswith("own"):
            return name == "member" or (name == "owner" and self.about != "own")
        return not self.about or name != "mia"

    def welcomes(self, method: str) -> frozenset[int]:
        """Return what those who may are answered."""
        given = self.answers.get("GET" if method == "HEAD" else method)
        if given is None:
            return ANSWERS[method]
        return frozenset(given) | ({405} if method == "HEAD" else set())

    def expected(self, person: str, method: str, *, sees: bool) -> frozenset[int]:
        """Return the statuses this person may get: `person` is a role, or “anonymous”."""
        role = self.role_for(method)
        if self.is_api and method == "HEAD" and "HEAD" not in self.needs:
            role = None  # the API offers no HEAD
        if person == "anonymous" and not self.is_public:
            return frozenset({401} if self.is_api else {302})
        if role is None:
            return frozenset({405} | self._earlier(person, sees=sees))
        # A view may offer GET alone, and say so before it looks at who asks.
        no_head = {405} if method == "HEAD" else set()
        if not may(person, role):
            return frozenset(({403} if person != "anonymous" else {302}) | no_head)
        if self.about and not sees:
            return frozenset({404} | no_head)
        return self.welcomes(method)

    def _earlier(self, person: str, *, sees: bool) -> set[int]:
        """Return the refusals that may come before a method is looked at."""
        denied = any(not may(person, role) for role in self.needs.values())
        hidden = self.about and not sees
        return ({403} if denied else set()) | ({404} if hidden else set())


def may(person: str, role: str) -> bool:
    """Tell whether a person with this role (or a stranger) has what is needed."""
    if role == ANYONE:
        return True
    return person in ROLES and ROLES.index(person) <= ROLES.index(role)


def page(name: str, *, needs: str = "viewer", **more: Any) -> Row:
    """Return the row of a page to look at."""
    return Row(name=name, needs={"GET": needs}, **more)


def post(name: str, *, needs: str = "member", **more: Any) -> Row:
    """Return the row of something to do."""
    return Row(name=name, needs={"POST": needs}, **more)


def form(name: str, *, needs: str = "viewer", **more: Any) -> Row:
    """Return the row of a page with its form."""
    return Row(name=name, needs={"GET": needs, "POST": needs}, **more)


def public(name: str, *, methods: str = "GET POST", **more: Any) -> Row:
    """Return the row of a page open to strangers."""
    return Row(name=name, needs=dict.fromkeys(methods.split(), ANYONE), **more)


def gone(name: str, **more: Any) -> Row:
    """Return the row of an address that is 404 for everybody as things stand."""
    everything = {method: {404} for method in METHODS}
    needs = dict.fromkeys((m for m in METHODS if m != "HEAD"), ANYONE)
    return Row(name=name, needs=needs, answers=everything, **more)


def api(route: str, *, about: str = "", **needs: Any) -> Row:
    """Return the row of a route of the API: a role per method, other keywords as in Row."""
    methods = {key: value for key, value in needs.items() if key in METHODS}
    more = {key: value for key, value in needs.items() if key not in METHODS}
    return Row(name=route, needs=methods, about=about, **more)
