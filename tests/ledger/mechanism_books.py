"""A mechanism registry for stories: Thailand and Rwanda (an LDC) host, Switzerland takes part, Ghana does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from ledger.books import NOW, Books, found_registry

from article6.domain.authorizations import Purpose
from article6.domain.cers import CerTransfer
from article6.domain.kinds import Kind, Role
from article6.domain.mechanism import Statement
from article6.domain.orders import PersonId, TransactionId
from article6.domain.refusals import Code, Refused
from article6.services import authorizations, cers, issuance, mechanism, people, role_changes, statements
from article6.services.mechanism import Act, Instruction, NewA64
from article6.services.statements import NewStatement, Participant
from article6.store.database import one, rows
from article6.store.queries import registries


def appoint(books: Books, person: PersonId, section: str, role: Role) -> None:
    """Give a person a role in a section, with Bo as the second person where one is asked for."""
    change = people.give_role(person, registries.sections()[section], role, by=books.admin, now=NOW)
    if change.status != role_changes.APPROVED:
        role_changes.decide(change.id or 0, approve=True, by=books.bo, now=NOW)


def mechanism_books() -> Books:
    """Activity 77 of Thailand and of Rwanda, a holding account of each Party, the administrator's accounts."""
    books = found_registry(Kind.MECHANISM, ("THA", "CHE", "RWA", "GHA"))
    for type_ in ("pending", "share_of_proceeds", "cancellation_omge"):
        books.open(type_, type_, "ADM")
    for party in ("THA", "CHE", "RWA", "GHA"):
        books.open(party, section=party)
    for party in ("THA", "RWA"):
        issuance.record_activity(issuance.NewActivity("77", party, "Wind"), by=books.admin, now=NOW)
        statements.record_participant(party, "77", Participant("CHE", "Alp AG", "LoA 5"), by=books.admin, now=NOW)
    return books


def with_more_accounts() -> Books:
    """The same with cancellation and retirement accounts, and an authorization of Thailand's."""
    books = mechanism_books()
    books.open("voluntary", "cancellation_omge_voluntary", "CHE")
    books.open("voluntary at home", "cancellation_omge_voluntary", "THA")
    books.open("ndc", "retirement", "CHE", period_first=2021, period_last=2030)
    books.open("ndc later", "retirement", "CHE", period_first=2031, period_last=2035)
    authorize(books)
    return books


def authorize(books: Books, code: str = "THA-1", party: str = "THA", **more: object) -> None:
    """Record an authorization, by default for NDCs, under a cooperative approach of its own."""
    approach = f"CA{len(rows('SELECT 1 FROM cooperative_approach')) + 1:04}"
    new = authorizations.NewApproach(approach, "A6.4", (party, "CHE"), more.pop("first", None))  # type: ignore[arg-type]
    authorizations.record_approach(new, by=books.admin, now=NOW)
    values = {"purposes": Purpose.NDC, "authorized_on": date(2025, 1, 1), **more}
    given = authorizations.NewAuthorization(code=code, party=party, approach=approach, **values)  # type: ignore[arg-type]
    authorizations.record_authorization(given, by=books.admin, now=NOW)


def state(books: Books, statement: Statement, party: str = "THA", **more: object) -> int:
    new = NewStatement(party, "77", statement, date(2025, 2, 1), "letter", **more)  # type: ignore[arg-type]
    return statements.record_statement(new, by=books.admin, now=NOW)


def instructions(books: Books, *forwardings: tuple[object, ...]) -> tuple[Instruction, ...]:
    """Instructions from (account's name, quantity, contribution, vintage), the last two as needed."""
    return tuple(
        Instruction(books.accounts[str(name)].number, *rest) for name, *rest in forwardings  # type: ignore[arg-type]
    )  # fmt: skip


def issue(books: Books, quantity: int, *forwardings: tuple[object, ...], party: str = "THA", **more: object) -> Act:
    key, by = more.pop("key", None), more.pop("by", books.admin)
    values = {"vintage_year": 2023, "reference": "SB 20/1", **more}
    new = NewA64(party, "77", quantity, forwardings=instructions(books, *forwardings), **values)  # type: ignore[arg-type]
    return mechanism.issue_a64(new, by=by, now=NOW, key=key)  # type: ignore[arg-type]


def forward(books: Books, act: Act, *forwardings: tuple[object, ...], key: str | None = None) -> Act:
    wanted = instructions(books, *forwardings)
    return mechanism.forward(act.transaction_id, wanted, by=books.admin, now=NOW, key=key)


def later_by(
    books: Books, act: Act | TransactionId, by: int | None = None, reference: str = "letter", code: str = "THA-1"
) -> Act:
    number = act.transaction_id if isinstance(act, Act) else act
    return mechanism.authorize_later(
        number, code, reference=reference, by=by or books.admin, now=NOW  # type: ignore[arg-type]
    )  # fmt: skip


def kyoto(books: Books, first: int, last: int, account: str = "CHE", **more: object) -> CerTransfer:
    values = {"unit": 5, "registered_on": date(2013, 1, 1), "project": 1234, **more}
    first_serial, last_serial = (f"IN-{values['unit']}-{each}-2-2-0-{values['project']}" for each in (first, last))
    return CerTransfer(first_serial, last_serial, books.accounts[account].number, values["registered_on"])  # type: ignore[arg-type]


def take(books: Books, *transfers: CerTransfer, key: str | None = None) -> list[cers.Taken]:
    return cers.take_over(transfers, by=books.admin, now=NOW, key=key)


def marks(act: Act) -> list[tuple[str, int, bool]]:
    """Type, quantity and first transfer of an act's parts."""
    return [(each.type, each.quantity, each.is_first_transfer) for each in act.parts]


WRITTEN = ("ledger_transaction", "entry", "batch", "audit_event", "host_statement", "cer_taken_over", "fee_payment",
           "fee_refund")  # fmt: skip


def written() -> tuple[object, ...]:
    """How much was written so far."""
    return one("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in WRITTEN))


def refusal(act: Callable[..., object], *arguments: object, **more: object) -> tuple[Code, ...]:
    before = written()
    with pytest.raises(Refused) as no:
        act(*arguments, **more)
    assert written() == before
    return no.value.codes
