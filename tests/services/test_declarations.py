"""Account types, flows and switches that administrators declare, and what accounts are for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from ledger.books import NOW, Books, audit_is_clean, found_registry

from article6.domain.authorizations import Purpose
from article6.domain.declarations import Declaration, Subject
from article6.domain.kinds import Kind, Role
from article6.domain.refusals import Code, Refused
from article6.services import (
    authorizations,
    declarations,
    lookup,
    nomenclatures,
    people,
    registry,
    role_changes,
    transactions,
    trusted_accounts,
)
from article6.services.authorizations import NewApproach, NewAuthorization
from article6.services.declarations import NewDeclaration
from article6.store.database import one
from article6.store.queries import nomenclatures as listed

LATER = NOW + timedelta(days=10)
ESCROW = {"title": "Escrow", "number": 150, "holds": ["MO", "ITMO"]}
CORSIA = {"title": "Cancellation for CORSIA", "number": 231, "holds": ["MO", "ITMO"], "like": "cancellation_oimp"}
TYPE, FLOW, SWITCH = Subject.ACCOUNT_TYPE, Subject.FLOW, Subject.SWITCH


def second_administrator(books: Books) -> Any:
    """Di, who approves what the first administrator drafted."""
    di = people.add_person("di", "Di", by=books.admin, now=NOW)
    change = people.give_role(di, 0, Role.ADMINISTRATOR, by=books.admin, now=NOW)
    assert change.status == role_changes.APPROVED
    return di


@pytest.fixture
def books(database: object) -> Books:
    books = found_registry()
    for name in ("A", "B"):
        books.open(name)
    books.open("C", section="CHE")
    books.issue("A", 100)
    return books


def declare(books: Books, di: Any, subject: Subject, name: str, content: Mapping[str, Any], **more: Any) -> Declaration:
    drafted = declarations.draft(NewDeclaration(subject, name, content), by=books.admin, now=NOW)
    return declarations.approve(subject, name, drafted.version, by=di, now=NOW, **more)


def flow(sources: list[str], targets: list[str], **more: Any) -> dict[str, Any]:
    return {"title": "Declared", "sources": sources, "targets": targets, **more}


def refused(act: object, *arguments: object, **more: object) -> tuple[Code, ...]:
    before = one("SELECT (SELECT count(*) FROM ledger_transaction), (SELECT count(*) FROM audit_event)")
    with pytest.raises(Refused) as no:
        act(*arguments, **more)  # type: ignore[operator]
    assert one("SELECT (SELECT count(*) FROM ledger_transaction), (SELECT count(*) FROM audit_event)") == before
    return no.value.codes


def test_a_declared_account_type_and_its_flows_are_used_like_built_in_ones(books: Books) -> None:
    di = second_administrator(books)
    assert refused(books.open, "E", "escrow") == (Code.ACCOUNT_TYPE_UNKNOWN,)
    declare(books, di, TYPE, "escrow", ESCROW)
    assert refused(books.open("E", "escrow") and books.move, "A", "E", 10, type_="into_escrow") == (
        Code.TRANSACTION_TYPE_UNKNOWN,
    )
    declare(books, di, FLOW, "into_escrow", flow(["holding"], ["escrow"], terms=["deal"]))
    declare(books, di, FLOW, "out_of_escrow", flow(["escrow"], ["holding"]))
    assert refused(books.move, "A", "E", 10, type_="into_escrow") == (Code.TRANSACTION_TERMS_MISSING,)
    books.move("A", "E", 10, type_="into_escrow", deal="7")
    assert refused(books.move, "E", "B", 10) == (Code.TRANSACTION_WRONG_ACCOUNTS,)
    assert refused(books.move, "E", "C", 10, type_="out_of_escrow") == (Code.TRANSACTION_WRONG_ACCOUNTS,)
    books.move("E", "B", 4, type_="out_of_escrow")
    assert (books.quantity("E"), books.quantity("B")) == (6, 4)
    found = lookup.account(books.accounts["E"].number)
    assert (found["type_title"], found["number"][4:7]) == ("Escrow", "150")
    audit_is_clean()


def test_an_account_trusts_one_of_a_declared_type_like_any_other(books: Books) -> None:
    di = second_administrator(books)
    declare(books, di, TYPE, "escrow", ESCROW)
    declare(books, di, FLOW, "into_escrow", flow(["holding"], ["escrow"]))
    books.open("E", "escrow")
    claims = {"title": "Claims", "number": 281, "holds": ["MO", "ITMO"], "like": "cancellation_voluntary"}
    declare(books, di, TYPE, "cancellation_claims", claims)
    into = flow(["holding"], ["cancellation_claims"], like="cancellation_voluntary")
    declare(books, di, FLOW, "cancellation_claims", into)
    books.open("X", "cancellation_claims")
    number = books.accounts["A"].number
    for change, trusted in (("demand", None), ("trust", books.accounts["E"].number)):
        if trusted is not None:
            assert refused(books.move, "A", "E", 10, type_="into_escrow") == (Code.ACCOUNT_NOT_TRUSTED,)
        asked = trusted_accounts.propose(number, change, trusted, by=books.ama, now=NOW)
        trusted_accounts.decide(asked.id, approve=True, by=books.bo, now=NOW)
    books.move("A", "E", 10, type_="into_escrow")
    # What is final goes nowhere, and needs no trust.
    assert str(books.move("A", "X", 10, type_="cancellation_claims").status) == "proposed"


def test_a_declared_cancellation_has_the_consequences_of_the_built_in_one(books: Books) -> None:
    di = second_administrator(books)
    approach = NewApproach("CA0001", "Ghana - Switzerland", ("GHA", "CHE"), None)
    authorizations.record_approach(approach, by=books.admin, now=NOW)
    given = NewAuthorization("GHA 1", "GHA", "CA0001", NOW.date(), Purpose.NDC)
    authorizations.record_authorization(given, by=books.admin, now=NOW)
    books.move("A", "A", 50, type_="authorization", authorization="GHA 1", by=books.admin)
    declare(books, di, TYPE, "cancellation_corsia", CORSIA)
    like = {"like": "cancellation_oimp"}
    declare(books, di, FLOW, "cancellation_corsia", flow(["holding"], ["cancellation_corsia"], **like))
    books.open("X", "cancellation_corsia")
    codes = refused(books.move, "A", "X", 10, type_="cancellation_corsia")
    assert codes == (Code.TRANSACTION_TERMS_MISSING, Code.AUTHORIZATION_PURPOSE_NOT_COVERED)
    assert refused(books.move, "B", "X", None, (60, 61), type_="cancellation_corsia", purpose="CORSIA")[-1] in (
        Code.BLOCK_NOT_HELD, Code.UNIT_NOT_AUTHORIZED,
    )  # fmt: skip
    assert refused(books.move, "A", "X", 10, type_="cancellation_voluntary") == (Code.TRANSACTION_WRONG_ACCOUNTS,)


def test_what_was_cancelled_in_a_declared_account_never_leaves_it(books: Books) -> None:
    di = second_administrator(books)
    claims = {"title": "Claims", "number": 281, "holds": ["MO", "ITMO"], "like": "cancellation_voluntary"}
    declare(books, di, TYPE, "cancellation_claims", claims)
    declare(
        books, di, FLOW, "cancellation_claims",
        flow(["holding"], ["cancellation_claims"], like="cancellation_voluntary", terms=["beneficiary"]),
    )  # fmt: skip
    books.open("X", "cancellation_claims")
    asked = books.move("A", "X", 10, type_="cancellation_claims", beneficiary="Airline")
    assert str(asked.status) == "proposed"
    transactions.approve(asked.transaction_id, by=books.bo, now=NOW)
    assert refused(books.move, "X", "A", 10) == (Code.BLOCK_FINAL,)
    assert lookup.transaction(asked.transaction_id)["type_title"] == "Declared"
    audit_is_clean()


def test_nobody_approves_or_retires_their_own_draft_and_a_stranger_drafts_none(books: Books) -> None:
    di = second_administrator(books)
    new = NewDeclaration(TYPE, "escrow", ESCROW)
    assert refused(declarations.draft, new, by=books.ama, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    declarations.draft(new, by=books.admin, now=NOW)
    assert refused(declarations.approve, TYPE, "escrow", by=books.admin, now=NOW) == (Code.PERSON_APPROVES_OWN,)
    assert refused(declarations.approve, TYPE, "escrow", by=books.bo, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    assert refused(declarations.approve, TYPE, "vault", by=di, now=NOW) == (Code.DECLARATION_UNKNOWN,)
    assert refused(declarations.retire, TYPE, "escrow", by=di, now=NOW) == (Code.DECLARATION_UNKNOWN,)
    declarations.approve(TYPE, "escrow", by=di, now=NOW)
    assert refused(declarations.approve, TYPE, "escrow", by=di, now=NOW) == (Code.DECLARATION_ALREADY_DECIDED,)
    assert refused(declarations.retire, TYPE, "escrow", by=books.admin, now=NOW) == (Code.PERSON_APPROVES_OWN,)
    past = NOW - timedelta(days=1)
    bury = NewDeclaration(FLOW, "bury", flow(["holding"], ["retirement"]))
    assert refused(declarations.draft, bury, by=books.admin, now=NOW) == (Code.DECLARATION_WEAKENS_LAW,)
    odd = NewDeclaration(FLOW, "odd", {"title": "x"})
    assert refused(declarations.draft, odd, by=books.admin, now=NOW) == (Code.DECLARATION_MALFORMED,)
    declarations.draft(NewDeclaration(FLOW, "into", flow(["holding"], ["escrow"])), by=books.admin, now=NOW)
    assert refused(declarations.approve, FLOW, "into", by=di, now=NOW, in_force_from=past) == (Code.REQUEST_MALFORMED,)


def test_the_database_keeps_four_eyes_and_forgets_nothing(books: Books, database_urls: tuple[str, str]) -> None:
    declarations.draft(NewDeclaration(TYPE, "escrow", ESCROW), by=books.admin, now=NOW)
    act = """INSERT INTO declaration_act (declaration_id, act, person_id, at, effective_from)
             SELECT id, 'approved', drafted_by, now(), now() FROM declaration WHERE name = 'escrow'"""
    with psycopg.connect(database_urls[1], autocommit=True) as owner:
        for statement, code in (
            (act, "person.approves_own"),
            ("DELETE FROM declaration_act", "ledger.append_only"),
            ("UPDATE declaration SET content = '{}'", "ledger.append_only"),
        ):
            with pytest.raises(psycopg.errors.Error) as no:
                owner.execute(statement)
            assert str(no.value.diag.message_primary) == code


def test_a_declaration_holds_from_its_moment_and_ends_when_it_is_retired(books: Books) -> None:
    di = second_administrator(books)
    declare(books, di, TYPE, "escrow", ESCROW)
    books.open("E", "escrow")
    declare(books, di, FLOW, "into_escrow", flow(["holding"], ["escrow"]), in_force_from=LATER)
    order = books.order("A", "E", 10, type_="into_escrow")
    before = LATER - timedelta(seconds=1)
    assert refused(transactions.propose, order, by=books.ama, now=before) == (Code.TRANSACTION_TYPE_UNKNOWN,)
    transactions.propose(order, by=books.ama, now=LATER)
    end = LATER + timedelta(days=1)
    declarations.retire(FLOW, "into_escrow", by=di, now=LATER, retired_from=end)
    transactions.propose(order, by=books.ama, now=end - timedelta(seconds=1))
    assert refused(transactions.propose, order, by=books.ama, now=end) == (Code.TRANSACTION_TYPE_UNKNOWN,)
    declarations.retire(TYPE, "escrow", by=di, now=NOW)
    assert refused(books.open, "F", "escrow") == (Code.ACCOUNT_TYPE_UNKNOWN,)
    # Accounts of a retired type go on.
    declare(books, di, FLOW, "out_of_escrow", flow(["escrow"], ["holding"]))
    books.move("E", "A", 20, type_="out_of_escrow")
    [into] = [each for each in declarations.listed(by=None) if each["name"] == "into_escrow"]
    assert into["retired_from"] == end
    audit_is_clean()


def test_a_later_version_takes_the_place_of_the_one_before(books: Books) -> None:
    di = second_administrator(books)
    declare(books, di, TYPE, "escrow", ESCROW)
    books.open("E", "escrow")
    declare(books, di, FLOW, "into_escrow", flow(["holding"], ["escrow"]))
    books.move("A", "E", 10, type_="into_escrow")
    declare(books, di, FLOW, "into_escrow", flow(["holding"], ["escrow"], terms=["deal"]))
    assert refused(books.move, "A", "E", 10, type_="into_escrow") == (Code.TRANSACTION_TERMS_MISSING,)


def test_the_same_key_drafts_and_approves_once(books: Books) -> None:
    di = second_administrator(books)
    new = NewDeclaration(TYPE, "escrow", ESCROW)
    first, again = (declarations.draft(new, by=books.admin, now=NOW, key="k") for _ in range(2))
    assert (first.version, again.version) == (1, 1)
    for _ in range(2):
        assert declarations.approve(TYPE, "escrow", by=di, now=NOW, key="k").version == 1


# --- The switches


def test_issuance_in_a_section_waits_for_the_service(database: object) -> None:
    books = found_registry(sections=("GHA",))
    registry.add_sections(["RWA"], by=books.admin, now=NOW)
    books.open("R", section="RWA")
    assert refused(books.issue, "R", 10, party="RWA") == (Code.SERVICE_NOT_AGREED,)
    name = "issuance_service.RWA"
    asked = NewDeclaration(SWITCH, name, {"value": "on"})
    assert refused(declarations.draft, asked, by=books.cy, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    declarations.draft(asked, by=books.ama, now=NOW)
    assert refused(books.issue, "R", 10, party="RWA") == (Code.SERVICE_NOT_AGREED,)
    assert refused(declarations.approve, SWITCH, name, by=books.bo, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    declarations.approve(SWITCH, name, by=books.admin, now=NOW)
    books.issue("R", 10, party="RWA")
    declarations.retire(SWITCH, name, by=books.admin, now=NOW)
    assert refused(books.issue, "R", 10, party="RWA") == (Code.SERVICE_NOT_AGREED,)


def test_a_registry_of_a_party_needs_no_service(database: object) -> None:
    books = found_registry(Kind.PARTY, ("GHA",))
    books.open("A")
    books.issue("A", 10)
    wrong = NewDeclaration(SWITCH, "issuance_service.GHA", {"value": "on"})
    assert refused(declarations.draft, wrong, by=books.admin, now=NOW) == (Code.DECLARATION_MALFORMED,)


# --- What accounts are for


def test_a_cancellation_account_has_a_purpose_from_the_list(books: Books) -> None:
    phase = {"purpose": "CORSIA", "sub_purpose": "First phase 2024-2026"}
    opened = books.open("X", "cancellation_oimp", **phase)  # type: ignore[arg-type]
    assert (opened.purpose, opened.sub_purpose) == ("CORSIA", "First phase 2024-2026")
    for wrong, code in (
        ({"purpose": "Corsia"}, Code.NOMENCLATURE_UNKNOWN_VALUE),
        ({"purpose": "CORSIA", "sub_purpose": "Ninth phase"}, Code.NOMENCLATURE_UNKNOWN_VALUE),
        ({"sub_purpose": "First phase 2024-2026"}, Code.ACCOUNT_PURPOSE),
    ):
        assert refused(books.open, "Y", "cancellation_oimp", **wrong) == (code,)
    assert refused(books.open, "Y", "holding", purpose="CORSIA") == (Code.ACCOUNT_PURPOSE,)
    assert refused(books.open, "Y", "holding", metric=" MWh") == (Code.METRIC_INCOMPLETE,)
    assert listed.uses("cancellationPurpose", "CORSIA: First phase 2024-2026") == [f"account:{opened.number}"]


def test_a_withdrawn_purpose_opens_no_account(books: Books) -> None:
    file = b'{"cancellationPurpose": ["CORSIA", "CORSIA: Second phase 2027-2035"]}'
    today = NOW.date()
    shown = nomenclatures.preview(file, on=today)
    nomenclatures.apply(file, shown=shown.digest, source="test", on=today, by=books.admin, now=NOW)
    phase = {"purpose": "CORSIA", "sub_purpose": "First phase 2024-2026"}
    assert refused(books.open, "X", "cancellation_oimp", **phase) == (Code.NOMENCLATURE_WITHDRAWN_VALUE,)


def test_a_cancellation_takes_its_purpose_from_the_account_or_agrees_with_it(books: Books) -> None:
    phase = {"purpose": "CORSIA", "sub_purpose": "First phase 2024-2026"}
    books.open("X", "cancellation_voluntary", **phase)  # type: ignore[arg-type]

    def cancel(**terms: str) -> dict[str, Any]:
        done = books.move("A", "X", 5, type_="cancellation_voluntary", **terms)
        transactions.approve(done.transaction_id, by=books.bo, now=NOW)
        return dict(lookup.transaction(done.transaction_id)["terms"])

    assert cancel() == phase
    assert cancel(purpose="CORSIA") == phase
    wrong = {"type_": "cancellation_voluntary", "purpose": "claims"}
    assert refused(books.move, "A", "X", 5, **wrong) == (Code.TRANSACTION_PURPOSE_DIFFERS,)
