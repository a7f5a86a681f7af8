"""Units, accounts, transactions and batches."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from article6.domain.orders import Status, TransactionId
from article6.services import certificates, lookup
from article6.web.doors import page, reader

ENTRIES_SHOWN = 100


def unit(request: HttpRequest, registry: str, party: str, serial: int) -> HttpResponse:
    """Where is this unit, and how did it get there?"""
    found = lookup.unit(registry, party, serial)
    if found is None:
        raise Http404
    return page(request, "unit", unit=found)


def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts, or those of a section."""
    section = request.GET.get("section") or None
    found = lookup.accounts(request.GET.get("after"), section=section)
    return page(request, "accounts", found=found, section=section)


def account(request: HttpRequest, number: str) -> HttpResponse:
    """One account: what it holds, its blocks, its transactions."""
    return page(
        request,
        "account",
        account=lookup.account(number),
        blocks=lookup.blocks(number, request.GET.get("after"), limit=25),
        transactions=lookup.transactions(limit=10, account=number),
    )


def transactions(request: HttpRequest) -> HttpResponse:
    """Transactions, newest first."""
    status = request.GET.get("status") or None
    account_number = request.GET.get("account") or None
    found = lookup.transactions(request.GET.get("after"), account=account_number, status=status)
    return page(request, "transactions", found=found, wanted=status, statuses=list(Status), account=account_number)


def transaction(request: HttpRequest, number: int) -> HttpResponse:
    """One transaction and its lines in the journal."""
    by = reader(request)
    found = lookup.transaction(number, after=request.GET.get("after"), limit=ENTRIES_SHOWN, by=by)
    is_certified = by is not None and certificates.is_for(TransactionId(number), by)
    return page(request, "transaction", transaction=found, is_certified=is_certified)


def batch(request: HttpRequest, number: int) -> HttpResponse:
    """One batch: its attributes, and where its units are now."""
    found = lookup.batch(number) if number < 2**63 else None
    if found is None:
        raise Http404
    blocks = lookup.blocks_of_batch(number, request.GET.get("after"), limit=25)
    return page(request, "batch", batch=found, blocks=blocks)
