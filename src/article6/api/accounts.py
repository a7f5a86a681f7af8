"""Accounts and what stands in them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from article6.api import outputs, problems
from article6.api.access import administering, caller, now, reading
from article6.api.answers import answer, created, page
from article6.api.inputs import AccountIn, AccountStatusIn, After, IdempotencyKey, Limit, NumberInPath, Wanted
from article6.services import accounts, lookup
from article6.services.accounts import NewAccount

router = Router(auth=reading, tags=["accounts"])


@router.get("/accounts", response=outputs.PageOut[outputs.AccountOut], operation_id="list_accounts")
def list_accounts(
    request: HttpRequest, after: After = None, limit: Limit = 50, section: Wanted = None, type: Wanted = None  # noqa: A002 - the name in the address
) -> HttpResponse:  # fmt: skip
    """Accounts in the order in which they were opened, with the units in them."""
    return page(lookup.accounts(after=after, limit=limit, section=section, type_=type))


@router.post(
    "/accounts", response={problems.CREATED: outputs.AccountOut}, operation_id="open_account", auth=administering
)
def open_account(request: HttpRequest, body: AccountIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Open an account. Needs the scope `administer`."""
    new = NewAccount(**body.model_dump())
    opened = accounts.open_account(new, by=caller(request), now=now(), key=idempotency_key)
    return created(_without_holdings(opened.number), f"{request.path}/{opened.number}")


@router.get("/accounts/{number}", response=outputs.AccountOut, operation_id="get_account")
def get_account(request: HttpRequest, number: NumberInPath) -> HttpResponse:
    """One account."""
    return answer(_without_holdings(number))


def _without_holdings(number: str) -> dict[str, object]:
    found = lookup.account(number)
    return {name: value for name, value in found.items() if name not in ("holdings", "id")}


@router.get("/accounts/{number}/holdings", response=list[outputs.HoldingOut], operation_id="list_holdings")
def holdings(request: HttpRequest, number: NumberInPath) -> HttpResponse:
    """The units in an account by unit type, Party, vintage and state."""
    return answer(lookup.account(number)["holdings"])


@router.get("/accounts/{number}/blocks", response=outputs.PageOut[outputs.BlockOut], operation_id="list_blocks")
def blocks(request: HttpRequest, number: NumberInPath, after: After = None, limit: Limit = 50) -> HttpResponse:
    """The blocks in an account, in serial order."""
    return page(lookup.blocks(number, after=after, limit=limit))


@router.post(
    "/accounts/{number}/status", response=outputs.AccountOut, operation_id="set_account_status", auth=administering
)
def set_status(
    request: HttpRequest, number: NumberInPath, body: AccountStatusIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Open, block or close an account. Needs the scope `administer`."""
    accounts.set_status(number, body.status, reason=body.reason, by=caller(request), now=now(), key=idempotency_key)
    return answer(_without_holdings(number))
