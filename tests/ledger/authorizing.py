"""A registry with a cooperative approach, for stories of authorizations."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from ledger.books import NOW, Books, found_registry

from article6.domain.authorizations import Authorization, FirstTransferDefinition, Purpose
from article6.domain.orders import Outcome
from article6.domain.serials import SeriesRange
from article6.services import accounts, authorization_acts, authorizations, transactions
from article6.services.authorizations import NewAuthorization

PLAIN = NewAuthorization("GHA-1", "GHA", "CA0001", date(2023, 1, 1), Purpose.NDC)


def with_approach(definition: FirstTransferDefinition | None = None) -> Books:
    """Accounts A and B of Ghana, C of Switzerland, D of Thailand; 1,000 units of Ghana in A."""
    books = found_registry()
    for name, section in (("A", "GHA"), ("B", "GHA"), ("C", "CHE"), ("D", "THA")):
        books.open(name, section=section)
    new = authorizations.NewApproach("CA0001", "Any", ("GHA", "CHE", "THA"), definition)
    authorizations.record_approach(new, by=books.admin, now=NOW)
    books.issue("A", 1000)
    return books


def record(books: Books, **more: Any) -> Authorization:
    return authorizations.record_authorization(replace(PLAIN, **more), by=books.admin, now=NOW)


def lay(books: Books, *serials: tuple[int, int], code: str = "GHA-1", **more: Any) -> object:
    ranges = [SeriesRange(1, first, last) for first, last in serials]
    return authorization_acts.authorize_units(code, ranges, **{"by": books.admin, "now": NOW, **more})


def approved(books: Books, outcome: Outcome) -> Outcome:
    return transactions.approve(outcome.transaction_id, by=books.bo, now=NOW)


def abroad(books: Books, source: str, target: str, *serials: tuple[int, int]) -> Outcome:
    return approved(books, books.move(source, target, None, *serials, type_="international_transfer"))


def held_by(books: Books, name: str, holder: str, type_: str = "holding", section: str = "GHA") -> None:
    new = accounts.NewAccount(type_, section, name, holder=holder)
    books.accounts[name] = accounts.open_account(new, by=books.admin, now=NOW)
