"""Contracts by API."""

from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Router, Status

from fondly.base.clock import now
from fondly.base.rest import PROBLEMS, Cursor, Id, Limit, Page, page_of
from fondly.clients.actions import contracts as actions
from fondly.clients.api.schemas import ContractIn, ContractOut, ContractPatch
from fondly.clients.models import Client, Contract
from fondly.team.tokens import bearer

router = Router(tags=["contracts"])


def _seen_by(user: Any) -> Any:
    return Contract.objects.filter(client__in=Client.objects.seen_by(user))


@router.get(
    "/contracts", response={200: Page[ContractOut], **PROBLEMS}, auth=bearer("read")
)
def list_contracts(
    request: Any,
    client_id: Id | None = None,
    after: Cursor | None = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """List contracts by id, of one client or of all that may be seen."""
    rows = _seen_by(request.user)
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    return page_of(rows, after=after, limit=limit)


@router.post("/contracts", response={201: ContractOut, **PROBLEMS}, auth=bearer("write"))
def add_contract(request: Any, sent: ContractIn) -> Any:
    """Add a contract to a client."""
    client = get_object_or_404(Client.objects.seen_by(request.user), pk=sent.client_id)
    about = sent.dict(exclude={"client_id"})
    return Status(201, actions.add(client, by=request.user, now=now(), **about))


@router.get(
    "/contracts/{contract_id}", response={200: ContractOut, **PROBLEMS}, auth=bearer("read")
)
def get_contract(request: Any, contract_id: Id) -> Contract:
    """Return one contract."""
    contract: Contract = get_object_or_404(_seen_by(request.user), pk=contract_id)
    return contract


@router.patch(
    "/contracts/{contract_id}",
    response={200: ContractOut, **PROBLEMS},
    auth=bearer("write"),
)
def change_contract(request: Any, contract_id: Id, sent: ContractPatch) -> Contract:
    """Change what is sent; the rest stays."""
    contract: Contract = get_object_or_404(_seen_by(request.user), pk=contract_id)
    fields = sent.dict(exclude_unset=True)
    actions.change(contract, by=request.user, now=now(), **fields)
    return contract
