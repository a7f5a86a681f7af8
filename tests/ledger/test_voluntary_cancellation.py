"""Who may cancel A6.4ERs voluntarily: any holder, or, where the registry is switched so, participants only."""

from __future__ import annotations

import pytest
from ledger.books import NOW, Books, audit_is_clean
from ledger.mechanism_books import issue, mechanism_books, refusal, state

from article6.domain.declarations import Subject
from article6.domain.kinds import Role
from article6.domain.mechanism import Statement
from article6.domain.orders import PersonId
from article6.domain.refusals import Code
from article6.services import declarations, people, statements, transactions
from article6.services.declarations import NewDeclaration
from article6.services.statements import Participant


@pytest.fixture
def books(database: object) -> Books:
    books = mechanism_books()
    state(books, Statement.CONTRIBUTION)
    books.open("Alp", section="CHE", holder="Alp AG")  # type: ignore[arg-type]
    books.open("Else", section="CHE", holder="Else AG")  # type: ignore[arg-type]
    books.open("gone", "cancellation_voluntary", section="CHE")
    issue(books, 1000, ("Alp", 930))
    books.move("Alp", "Else", 100)
    books.move("Alp", "CHE", 100)
    return books


def switch(books: Books, value: str, di: PersonId) -> None:
    new = NewDeclaration(Subject.SWITCH, "voluntary_cancellation", {"value": value})
    version = declarations.draft(new, by=books.admin, now=NOW).version
    declarations.approve(Subject.SWITCH, "voluntary_cancellation", version, by=di, now=NOW)


def cancel(books: Books, source: str) -> None:
    asked = books.move(source, "gone", 10, type_="cancellation_voluntary")
    transactions.approve(asked.transaction_id, by=books.bo, now=NOW)


def test_any_holder_cancels_until_it_is_switched_to_participants(books: Books) -> None:
    di = people.add_person("di", "Di", by=books.admin, now=NOW)
    people.give_role(di, 0, Role.ADMINISTRATOR, by=books.admin, now=NOW)
    for source in ("Alp", "Else", "CHE"):
        cancel(books, source)
    waiting = books.move("Else", "gone", 5, type_="cancellation_voluntary")
    switch(books, "participants", di)
    only = (Code.CANCELLATION_PARTICIPANTS_ONLY,)
    for source in ("Else", "CHE"):
        assert refusal(cancel, books, source) == only
    assert refusal(transactions.approve, waiting.transaction_id, by=books.bo, now=NOW) == only
    cancel(books, "Alp")
    books.move("Else", "Alp", 1)
    statements.record_participant("THA", "77", Participant("CHE", "Switzerland", "LoA 6"), by=books.admin, now=NOW)
    cancel(books, "CHE")
    switch(books, "any_holder", di)
    cancel(books, "Else")
    audit_is_clean()
