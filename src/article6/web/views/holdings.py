"""Units, accounts, transactions and batches."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from article6.domain.kinds import Kind
from article6.domain.orders import TransactionId
from article6.services import certificates, listings, lookup
from article6.services.log import browsing
from article6.services.paging import Asked, Page
from article6.services.titles import transaction_types
from article6.web import holding_tables
from article6.web.doors import page, reader, registry_of
from article6.web.pictures import life
from article6.web.tables import Source, first_file

SHOWN = 25
"""Lines of each table on a page of several."""


def unit(request: HttpRequest, registry: str, party: str, serial: int) -> HttpResponse:
    """Where is this unit, and how did it get there?"""
    found = lookup.unit(registry, party, serial)
    if found is None:
        raise Http404
    leaves = browsing.of_transactions(event["transaction_id"] for event in found.history)
    events = [{**event, "leaf": leaves.get(event["transaction_id"])} for event in found.history]
    drawn = [each.written("life") for each in life.pictures(found)]
    return page(request, "unit", unit=found, events=events, pictures=drawn)


def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts, or those of a section."""
    sections = [each["code"] for each in lookup.sections()]
    source = Source(listings.accounts, listings.SORTS["accounts"])
    nothing = {
        "title": _("No account is open yet."),
        "text": _("Units are held in accounts. An administrator opens them."),
    }
    table = holding_tables.accounts(source, request, sections, prefix="", empty=nothing)
    return table.file() or page(request, "accounts", table=table, section=request.GET.get("section", ""))


def account(request: HttpRequest, number: str) -> HttpResponse:
    """One account: what it holds, its blocks, its transactions."""
    found = lookup.account(number)
    registry = registry_of(request)
    is_crediting = registry is not None and registry["kind"] == Kind.CREDITING
    holdings = holding_tables.holdings(found["holdings"], request, is_crediting=is_crediting)
    blocks = holding_tables.blocks(
        Source(lambda asked: lookup.blocks(number, asked.after, asked.limit)), request, with_account=False, size=SHOWN
    )
    moves = holding_tables.transactions(
        Source(lambda asked: listings.transactions(asked, account=number)), request, size=SHOWN
    )
    return first_file(holdings, blocks, moves) or page(
        request, "account", account=found, holdings=holdings, blocks=blocks, transactions=moves
    )


def transactions(request: HttpRequest) -> HttpResponse:
    """Transactions, newest first."""
    number = request.GET.get("account") or None
    own_order = Source(lambda asked: listings.transactions(asked, account=number))
    source = Source(listings.transactions, listings.SORTS["transactions"]) if number is None else own_order
    types = transaction_types() if number is None else []
    nothing = {"title": _("No transaction yet."), "text": _("What is proposed and completed stands here, for good.")}
    table = holding_tables.transactions(source, request, types, prefix="", empty=nothing)
    return table.file() or page(request, "transactions", table=table, account=number)


def transaction(request: HttpRequest, number: int) -> HttpResponse:
    """One transaction and its lines in the journal."""
    by = reader(request)
    found = lookup.transaction(number, limit=1, by=by)

    def entries(asked: Asked) -> Page:
        more = lookup.transaction(number, after=asked.after, limit=asked.limit, by=by)
        return Page(more["entries"], more["entries_total"], more["entries_next"])

    journal = holding_tables.journal(Source(entries), request)
    is_certified = by is not None and certificates.is_for(TransactionId(number), by)
    return journal.file() or page(request, "transaction", transaction=found, journal=journal, is_certified=is_certified)


def batch(request: HttpRequest, number: int) -> HttpResponse:
    """One batch: its attributes, and where its units are now."""
    found: dict[str, Any] | None = lookup.batch(number) if number < 2**63 else None
    if found is None:
        raise Http404
    blocks = holding_tables.blocks(
        Source(lambda asked: lookup.blocks_of_batch(number, asked.after, asked.limit)), request,
        with_account=True, size=SHOWN,
    )  # fmt: skip
    standing = holding_tables.standing(found["standing"], request)
    return first_file(blocks, standing) or page(request, "batch", batch=found, blocks=blocks, standing=standing)
