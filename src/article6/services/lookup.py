"""Reading the ledger: units, the search box, totals, and lists by the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from article6.domain import roles
from article6.domain.kinds import KINDS, Kind
from article6.domain.orders import PersonId, TransactionId
from article6.domain.parties import PARTIES
from article6.domain.refusals import Code, Refused, refused
from article6.domain.roles import Right
from article6.domain.serials import SERIAL_LIMIT
from article6.domain.units import UnitType, shown_as
from article6.services.figures import counted, kept, timeline, totals
from article6.services.paging import Page
from article6.services.paging import cursor as _cursor
from article6.services.paging import page as _page
from article6.services.titles import account_of, account_title, identifiers, shown_terms, transaction_title
from article6.services.units import Found, find, quantity_tco2e, same_number, unit
from article6.store.queries import accounts as account_queries
from article6.store.queries import batches as batch_queries
from article6.store.queries import blocks as block_queries
from article6.store.queries import facts, registries, underlying
from article6.store.queries import lookup as queries
from article6.store.queries import transactions as transaction_queries
from article6.store.queries.lookup import Series

__all__ = ["Found", "Page", "find", "search", "timeline", "totals", "unit"]

ENTRIES_AT_ONCE = 1000
"""How many lines of the journal a transaction shows at once."""


def registry() -> dict[str, Any] | None:
    """The registry: kind, code, name, operator, is_public, remark, created_at, kind_title; None before `init`."""
    found = registries.identity()
    return {**found, "kind_title": _(KINDS[Kind(found["kind"])].title)} if found else None


def sections() -> list[dict[str, Any]]:
    """The registry's sections: code, party (None: the administrator's), name, itmo_registry."""
    return registries.section_list()


def search(text: str, limit: int = 20) -> dict[str, Any]:
    """What a search box finds: units, projects, parties, accounts, transactions, each a list.

    `units` are `Found`. When an identifier finds nothing because it states what is not so, `units` has the units with
    the same Party and number, and `is_near` is true.
    """
    wanted = " ".join(text.split())
    units, near = _search_units(wanted)
    return {
        "units": units[:limit],
        "is_near": near,
        "projects": queries.activities_like(wanted, limit) if wanted else [],
        "parties": _search_parties(wanted)[:limit] if wanted else [],
        "accounts": _with_titles(queries.accounts_like(wanted, limit)) if wanted else [],
        "transactions": _search_transactions(wanted),
    }


def _search_units(wanted: str) -> tuple[list[Found], bool]:
    if not any(character.isdigit() for character in wanted):
        return [], False
    try:
        if exact := find(wanted):
            return exact, False
        near = same_number(wanted)
    except Refused as no:
        if Code.SERIAL_MALFORMED not in no.codes:
            raise
        return [], False
    return near, bool(near)


def _search_parties(wanted: str) -> list[dict[str, str]]:
    text = wanted.casefold()
    return [
        {"code": each.code, "alpha2": each.alpha2, "name": each.name}
        for each in PARTIES.values()
        if text in (each.code.casefold(), each.alpha2.casefold()) or (len(text) > 2 and text in each.name.casefold())
    ]


def _search_transactions(wanted: str) -> list[dict[str, Any]]:
    if not re.fullmatch(r"\d{1,18}", wanted):
        return []
    found = queries.transaction(int(wanted))
    return [shown_transaction(found)] if found else []


def accounts(after: str | None = None, limit: int = 50, section: str | None = None, type_: str | None = None) -> Page:
    """Accounts in order of opening, with the units they hold: as `store.queries.accounts.page`, and type_title."""
    [start] = _cursor(after, 1)
    name = f"accounts {start} {limit} {section} {type_}"
    items = kept(name, lambda: account_queries.page(start, limit + 1, section, type_))
    return _page(
        _with_titles(items), limit, lambda last: f"{last['id']}", (account_queries.count(section, type_), False)
    )


def account(number: str) -> dict[str, Any]:
    """All that is public of an account, its type_title, its holdings and its quantity.

    Raises:
        Refused: there is no such account.
    """
    found = account_queries.account(number)
    if found is None:
        raise refused(Code.ACCOUNT_UNKNOWN, number)
    holdings = kept(f"holdings {found['id']}", lambda: account_queries.holdings(found["id"]))
    holdings = [{**each, "unit_type_shown": _shown(each, each["is_first_transferred"])} for each in holdings]
    [titled] = _with_titles([found])
    return {**titled, "holdings": holdings, "quantity": sum(each["quantity"] for each in holdings)}


def blocks(account_number: str, after: str | None = None, limit: int = 50) -> Page:
    """Blocks in an account, in serial order.

    Each is series_id, registry, party, first, last, quantity, unit_type, unit_type_shown, vintage_year, activity,
    cooperative_approach, authorization (code or None), first_transfer_transaction, reserved_by, is_final, batch_id,
    identifier_first, identifier_last.

    Raises:
        Refused: there is no such account.
    """
    found = facts.accounts([account_number]).get(account_number)
    if found is None:
        raise refused(Code.ACCOUNT_UNKNOWN, account_number)
    series_id, last = _cursor(after, 2)
    items = block_queries.of_account(found.id, (series_id, last), limit + 1)
    total = counted(block_queries.OF_ACCOUNT_COUNTED, {"account": found.id})
    return _page(_with_identifiers(items), limit, lambda each: f"{each['series_id']}-{each['last']}", total)


def blocks_of_batch(batch_id: int, after: str | None = None, limit: int = 50) -> Page:
    """Blocks of a batch, in serial order; items as in `blocks`, and account."""
    [start] = _cursor(after, 1)
    items = _with_identifiers(block_queries.of_batch(batch_id, start, limit + 1))
    for each in items:
        each["account"] = account_of(each["account_id"])
    total = counted(block_queries.OF_BATCH_COUNTED, {"batch": batch_id})
    return _page(items, limit, lambda each: f"{each['last']}", total)


def blocks_of_range(series: Series, first: int, last: int, after: str | None = None, limit: int = 50) -> Page:
    """Blocks that have any of these serials of a series, in serial order; items as in `blocks_of_batch`."""
    [start] = _cursor(after, 1)
    items = _with_identifiers(block_queries.of_range(series.id, first, last, start, limit + 1))
    for each in items:
        each["account"] = account_of(each["account_id"])
    total = counted(block_queries.OF_RANGE_COUNTED, {"series": series.id, "first": first, "last": last})
    return _page(items, limit, lambda each: f"{each['last']}", total)


def batches(after: str | None = None, limit: int = 50, party: str | None = None, activity: str | None = None) -> Page:
    """Batches in order of issuance, as `store.queries.batches.page`."""
    [start] = _cursor(after, 1)
    total = kept(f"batches {party} {activity}", lambda: batch_queries.count(party, activity))
    items = batch_queries.page(start, limit + 1, party, activity)
    items = [{**each, "quantity_tco2e": quantity_tco2e(each)} for each in items]
    return _page(items, limit, lambda each: f"{each['id']}", (total, False))


def batch(batch_id: int) -> dict[str, Any] | None:
    """One batch: as `store.queries.batches.batch`, with identifier_first and identifier_last as issued, and `standing`:
    where its units are now (account, quantity, blocks), the exact quantity_tco2e, and the latest word on its underlying
    units (underlying_status, underlying_reference, underlying_stated_on). None when there is none."""
    found = batch_queries.batch(batch_id)
    if found is None:
        return None
    first, last = identifiers(found, found["unit_type"], found["first"], found["last"])
    standing = kept(f"batch {batch_id}", lambda: block_queries.standing_of_batch(batch_id))
    amounts = {"quantity_tco2e": quantity_tco2e(found), **underlying.latest(batch_id)}
    named = {"identifier_first": first, "identifier_last": last}
    return {**found, **amounts, **named, "standing": _with_accounts(standing)}


def projects(after: str | None = None, limit: int = 50, party: str | None = None) -> Page:
    """Activities in the order in which they were recorded: id, code, party, title, sectors, activity_types,
    methodology, issued, batches."""
    [start] = _cursor(after, 1)
    total = counted(queries.ACTIVITIES_COUNTED, {"party": party})
    return _page(queries.activities(start, limit + 1, party), limit, lambda each: f"{each['id']}", total)


def project(party: str, code: str) -> dict[str, Any] | None:
    """One activity as in `projects`, and `standing`: where its units are now (account, quantity, blocks)."""
    found = queries.activity(party, code)
    if found is None:
        return None
    standing = kept(f"project {found['id']}", lambda: block_queries.standing_of_activity(found["id"]))
    return {**found, "standing": _with_accounts(standing)}


def transactions(
    after: str | None = None,
    limit: int = 50,
    account: str | None = None,
    status: str | None = None,
    type_: str | None = None,
) -> Page:
    """Transactions, newest first: id, type, type_title, status, source and target (account or None), quantity, terms,
    proposed_at, expires_at, decided_at, decision_reason."""
    [start] = _cursor(after, 1)
    items = queries.transactions(start or SERIAL_LIMIT, limit + 1, account, status, type_)
    total = counted(*queries.transactions_counted(account, status, type_))
    return _page([shown_transaction(each) for each in items], limit, lambda each: f"{each['id']}", total)


def transaction(
    transaction_id: int, *, after: str | None = None, limit: int = ENTRIES_AT_ONCE, by: PersonId | None = None
) -> dict[str, Any]:
    """A transaction as in `transactions`, with its journal: `entries`, `entries_total`, `entries_next`.

    An entry is entry_id, series_id, registry, party, first, last, quantity, from_account, to_account, batch_id,
    authorization, is_first_transfer, identifier_first, identifier_last. People are named (`proposed_by_name`,
    `decided_by_name`) to a person with a role in a section concerned, and to nobody else.

    Raises:
        Refused: there is none (`transaction.unknown`).
    """
    found = queries.transaction(transaction_id) if 1 <= transaction_id < 2**63 else None
    if found is None:
        raise refused(Code.TRANSACTION_UNKNOWN, str(transaction_id))
    series_id, first = _cursor(after, 2)
    items = queries.entries(transaction_id, (series_id, first), limit + 1)
    total = counted(queries.ENTRIES_COUNTED, {"transaction": transaction_id})
    page = _page([_entry(each) for each in items], limit, lambda each: f"{each['series_id']}-{each['first']}", total)
    shown = shown_transaction(found)
    journal = {"entries": page.items, "entries_total": page.total, "entries_next": page.next}
    return {**shown, **journal, **(_named(found, by) if by is not None else {})}


def _entry(line: dict[str, Any]) -> dict[str, Any]:
    batch = queries.batch(line["batch_id"])
    first, last = identifiers(batch, _shown(batch, line.pop("is_first_transferred")), line["first"], line["last"])
    number = line.pop("authorization_id")
    return {
        **line,
        "from_account": account_of(line.pop("from_id")),
        "to_account": account_of(line.pop("to_id")),
        "authorization": queries.authorization(number)["code"] if number else None,
        "identifier_first": first,
        "identifier_last": last,
    }


def _shown(line: Mapping[str, Any], is_first_transferred: bool) -> str:
    return str(shown_as(UnitType(line["unit_type"]), is_first_transferred))


def _named(found: Mapping[str, Any], by: PersonId) -> dict[str, str]:
    actor = facts.actor(by)
    sections = {found["section_id"], *transaction_queries.sections(TransactionId(found["id"]))}
    if not any(roles.may(actor, Right.READ, section) for section in sections):
        return {}
    names = queries.names([each for each in (found["proposed_by"], found["decided_by"]) if each])
    return {
        "proposed_by_name": names.get(found["proposed_by"], ""),
        "decided_by_name": names.get(found["decided_by"], ""),
    }


def shown_transaction(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line of `store.queries.lookup.transactions` as `transactions` shows it."""
    return {
        "id": line["id"],
        "type": line["type"],
        "type_title": transaction_title(line["type"]),
        "status": line["status"],
        "source": account_of(line["source_id"]),
        "target": account_of(line["target_id"]),
        "quantity": line["quantity"],
        "terms": shown_terms(line["terms"]),
        "proposed_at": line["proposed_at"],
        "expires_at": line["expires_at"],
        "decided_at": line["decided_at"],
        "decision_reason": line["decision_reason"],
    }


def _with_titles(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**each, "type_title": account_title(each["type"])} for each in items]


def _with_accounts(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**each, "account": account_of(each["account_id"])} for each in items]


def _with_identifiers(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    shown = []
    for each in items:
        unit_type = _shown(each, each["first_transfer_transaction"] is not None)
        first, last = identifiers(each, unit_type, each["first"], each["last"])
        number = each["authorization_id"]
        code = queries.authorization(number)["code"] if number else None
        more = {"unit_type_shown": unit_type, "identifier_first": first, "identifier_last": last, "authorization": code}
        shown.append({**each, **more})
    return shown
