"""Bad input: refused with a code, and nothing written. Each story has a neighbour that just passes."""

from __future__ import annotations

from datetime import date

import pytest
from ledger.books import NOW, Books, audit_is_clean, found_registry

from article6.domain.authorizations import Entity, FirstTransferDefinition, Purpose
from article6.domain.entities import Document
from article6.domain.kinds import Kind
from article6.domain.orders import Filter, Issuance, Order
from article6.domain.refusal_sentences import SENTENCES
from article6.domain.refusals import Code, Refused
from article6.domain.serials import SERIAL_LIMIT
from article6.domain.units import BatchAttributes, UnitType
from article6.services import accounts, authorizations, issuance, people, recorded, registry, transactions
from article6.store.database import one


@pytest.fixture
def books(database: object) -> Books:
    books = found_registry()
    for name in ("A", "B"):
        books.open(name)
    books.open("C", section="CHE")
    books.issue("A", 100)
    return books


def refusal(act: object, *arguments: object, **more: object) -> tuple[Code, ...]:
    """The codes of a refusal, after which the ledger is as it was."""
    before = _written()
    with pytest.raises(Refused) as no:
        act(*arguments, **more)  # type: ignore[operator]
    assert _written() == before
    return no.value.codes


def _written() -> object:
    tables = ("ledger_transaction", "entry", "batch", "audit_event", "account", "party_authorization")
    return one("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables))


def test_every_code_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Code)


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        (0, Code.QUANTITY_NOT_POSITIVE),
        (-1, Code.QUANTITY_NOT_POSITIVE),
        (101, Code.QUANTITY_EXCEEDS_HOLDING),
        (SERIAL_LIMIT, Code.QUANTITY_EXCEEDS_HOLDING),
        (SERIAL_LIMIT + 1, Code.QUANTITY_TOO_LARGE),
    ],
)
def test_quantities(books: Books, quantity: int, code: Code) -> None:
    assert refusal(books.move, "A", "B", quantity) == (code,)
    books.move("A", "B", 100)


def test_serials(books: Books) -> None:
    assert refusal(books.move, "A", "B", 10, (1, 11)) == (Code.QUANTITY_RANGE_MISMATCH,)
    assert refusal(books.move, "A", "B", None, (1, 10), (10, 12)) == (Code.SERIALS_REPEATED,)
    assert refusal(books.move, "A", "B", None, (95, 101)) == (Code.BLOCK_NOT_HELD,)
    assert refusal(books.move, "B", "A", None, (1, 1)) == (Code.BLOCK_NOT_HELD,)
    assert refusal(books.move, "A", "B", None) == (Code.REQUEST_MALFORMED,)
    books.move("A", "B", 10, (1, 10))


def test_accounts(books: Books) -> None:
    nowhere = Order("transfer", "INT-100-9999-0-11", books.accounts["B"].number, 1)
    assert refusal(transactions.propose, nowhere, by=books.ama, now=NOW)[0] == Code.ACCOUNT_UNKNOWN
    assert refusal(books.move, "A", "A", 1) == (Code.ACCOUNTS_SAME,)
    assert refusal(books.move, "A", "C", 1) == (Code.TRANSACTION_WRONG_ACCOUNTS,)
    assert refusal(books.move, "A", "B", 1, type_="conjuring") == (Code.TRANSACTION_TYPE_UNKNOWN,)
    assert refusal(books.move, "A", "B", 1, type_="issuance") == (Code.TRANSACTION_TYPE_UNKNOWN,)
    assert refusal(books.move, "A", "B", 1, by=books.cy) == (Code.PERSON_NOT_PERMITTED,)
    assert refusal(books.move, "A", "B", 1, by=12345) == (Code.PERSON_UNKNOWN,)
    admin = {"by": books.admin, "now": NOW}
    assert refusal(accounts.open_account, accounts.NewAccount("hoard", "GHA", "x"), **admin) == (
        Code.ACCOUNT_TYPE_UNKNOWN,
    )
    assert refusal(accounts.open_account, accounts.NewAccount("holding", "ZZZ", "x"), **admin) == (
        Code.SECTION_UNKNOWN,
    )
    retirement = accounts.NewAccount("retirement", "GHA", "x")
    assert refusal(accounts.open_account, retirement, **admin) == (Code.REQUEST_MALFORMED,)


def test_every_reason_is_given_most_important_first(books: Books) -> None:
    accounts.set_status(books.accounts["B"].number, "blocked", reason="court order", by=books.admin, now=NOW)
    found = refusal(books.move, "A", "B", 500, by=books.cy)
    assert found == (Code.PERSON_NOT_PERMITTED, Code.ACCOUNT_NOT_OPEN, Code.QUANTITY_EXCEEDS_HOLDING)


def test_issuance(books: Books) -> None:
    assert refusal(books.issue, "A", 5, first=100) == (Code.SERIALS_ALREADY_ISSUED,)
    assert refusal(books.issue, "A", 5, first=101, last=106) == (Code.QUANTITY_RANGE_MISMATCH,)
    assert refusal(books.issue, "A", 0) == (Code.QUANTITY_NOT_POSITIVE,)
    assert refusal(books.issue, "A", SERIAL_LIMIT + 1) == (Code.QUANTITY_TOO_LARGE,)
    assert refusal(books.issue, "A", SERIAL_LIMIT) == (Code.SERIAL_MALFORMED,)
    assert refusal(books.issue, "A", 5, first=0) == (Code.SERIAL_MALFORMED,)
    assert refusal(books.issue, "A", 5, party="XXX") == (Code.PARTY_UNKNOWN,)
    assert refusal(books.issue, "A", 5, vintage=1989) == (Code.VINTAGE_OUT_OF_RANGE,)
    assert refusal(books.issue, "A", 5, vintage=2027) == (Code.VINTAGE_OUT_OF_RANGE,)
    assert Code.UNIT_TYPE_UNKNOWN in refusal(books.issue, "A", 5, unit_type=UnitType.CER)
    assert books.issue("A", 5, first=101, last=105, vintage=2026) == (101, 105)
    assert books.issue("A", 5, party="EUE") == (1, 5)


def test_batch_attributes(books: Books) -> None:
    def issue(batch: BatchAttributes) -> object:
        wanted = Issuance(books.accounts["A"].number, "GHA01", "GHA", 10, batch)
        return issuance.issue(wanted, by=books.admin, now=NOW)

    good = {"unit_type": UnitType.MO, "vintage_year": 2024}
    assert refusal(issue, BatchAttributes(**good, attributes={"a": 1}, attributes_schema="nope")) == (
        Code.ATTRIBUTES_INVALID,
    )
    assert refusal(issue, BatchAttributes(**good, attributes={"a": 1.5}, attributes_schema="open/1")) == (
        Code.ATTRIBUTES_INVALID,
    )
    under = {"underlying_registry": "GS", "underlying_first": 1}
    assert refusal(issue, BatchAttributes(**good, **under, underlying_last=11)) == (Code.UNDERLYING_NOT_ONE_TO_ONE,)
    issue(BatchAttributes(**good, **under, underlying_last=10, attributes={"a": 1}, attributes_schema="open/1"))


def approach(books: Books, **more: object) -> int:
    new = authorizations.NewApproach("CA0001", "Cookstoves", ("GHA", "CHE"), **more)  # type: ignore[arg-type]
    return authorizations.record_approach(new, by=books.admin, now=NOW)


def authorization(books: Books, **more: object) -> object:
    values = {
        "code": "GHA-1", "party": "GHA", "approach": "CA0001", "authorized_on": date(2023, 1, 1),
        "purposes": Purpose.NDC,
        "parties": ("CHE",), "year_first": 2021, "year_last": 2030, **more,
    }  # fmt: skip
    new = authorizations.NewAuthorization(**values)  # type: ignore[arg-type]
    return authorizations.record_authorization(new, by=books.admin, now=NOW)


def test_approaches_and_authorizations(books: Books) -> None:
    admin = {"by": books.admin, "now": NOW}
    assert refusal(authorization, books) == (Code.APPROACH_UNKNOWN,)
    bad = authorizations.NewApproach("X1", "?", ("GHA",))
    assert refusal(authorizations.record_approach, bad, **admin) == (Code.APPROACH_UNKNOWN,)
    bad = authorizations.NewApproach("CA0001", "?", ("GHA", "XYZ"))
    assert refusal(authorizations.record_approach, bad, **admin) == (Code.PARTY_UNKNOWN,)
    bad = authorizations.NewApproach(
        "CA0001", "?", ("GHA",), sectors=("Moonshine",), documents=(Document("agreement", "ref", "not a digest"),)
    )
    assert set(refusal(authorizations.record_approach, bad, **admin)) == {
        Code.NOMENCLATURE_UNKNOWN_VALUE, Code.REQUEST_MALFORMED,
    }  # fmt: skip
    approach(books)
    assert refusal(approach, books) == (Code.APPROACH_EXISTS,)
    assert refusal(authorization, books, party="THA") == (Code.AUTHORIZATION_MALFORMED,)
    assert refusal(authorization, books, code="GHA/1") == (Code.AUTHORIZATION_MALFORMED,)
    assert refusal(authorization, books, parties=("XYZ",)) == (Code.PARTY_UNKNOWN,)
    assert refusal(authorization, books, entities=(Entity("E", "XX", "1"),)) == (Code.PARTY_UNKNOWN,)
    assert refusal(authorization, books, quantity=0) == (Code.QUANTITY_NOT_POSITIVE,)
    assert refusal(authorization, books, year_last=2020) == (Code.AUTHORIZATION_MALFORMED,)
    assert set(refusal(authorization, books, purposes=Purpose.OIMP)) == {Code.AUTHORIZATION_MALFORMED}
    authorization(books)
    assert refusal(authorization, books) == (Code.AUTHORIZATION_EXISTS,)
    authorization(books, version=2)


def test_an_authorization_stays_within_its_approach(books: Books) -> None:
    paper = Document("agreement", "Bilateral agreement of 2020", "0" * 64)
    named = authorizations.NewApproach(
        "CA0001", "Energy", ("GHA", "CHE"), sectors=("Energy generation",), metrics=("GHG",), documents=(paper,)
    )
    authorizations.record_approach(named, by=books.admin, now=NOW)
    found = recorded.approach("CA0001")
    assert found is not None
    assert (found["sectors"], found["activity_types"], found["metrics"]) == (["Energy generation"], [], ["GHG"])
    assert found["documents"] == [{"kind": "agreement", "reference": paper.reference, "sha256": paper.sha256}]
    assert refusal(authorization, books, sectors=("Transportation",)) == (Code.AUTHORIZATION_MALFORMED,)
    outside = {"metric": "non-GHG", "metric_unit": "MWh", "conversion": "0.5 t CO2 eq per MWh"}
    assert refusal(authorization, books, **outside) == (Code.AUTHORIZATION_MALFORMED,)
    authorization(books, sectors=("Energy generation",), activity_types=("Biogas",))


def authorize(books: Books, code: str, *serials: tuple[int, int], by: int | None = None) -> object:
    return books.move("A", "A", None, *serials, type_="authorization", authorization=code, by=by or books.admin)


def test_only_what_is_authorized_goes_abroad(books: Books) -> None:
    assert refusal(books.move, "A", "C", 10, type_="international_transfer") == (Code.UNIT_NOT_AUTHORIZED,)
    assert refusal(authorize, books, "GHA-1", (1, 60)) == (Code.AUTHORIZATION_UNKNOWN,)
    approach(books)
    authorization(books)
    assert refusal(authorize, books, "GHA-1", (1, 60), by=books.ama) == (Code.PERSON_NOT_PERMITTED,)
    authorize(books, "GHA-1", (1, 60))
    books.open("T", section="THA")
    assert refusal(books.move, "A", "T", 10, type_="international_transfer") == (Code.AUTHORIZATION_PARTY_NOT_COVERED,)
    assert refusal(books.move, "A", "C", None, (55, 65), type_="international_transfer") == (Code.UNIT_NOT_AUTHORIZED,)
    sent = books.move("A", "C", None, (51, 60), type_="international_transfer")
    transactions.approve(sent.transaction_id, by=books.bo, now=NOW)
    assert books.holds("C") == [(51, 60)]
    audit_is_clean()


def test_an_authorization_covers_its_own_party_vintage_and_nothing_first_transferred(books: Books) -> None:
    approach(books)
    authorization(books)
    authorization(books, code="GHA-2")
    authorization(books, code="GHA-3", year_first=2025)
    authorization(books, code="CHE-1", party="CHE", parties=())
    assert refusal(authorize, books, "CHE-1", (1, 5)) == (Code.AUTHORIZATION_NOT_THIS_PARTY,)
    assert refusal(authorize, books, "GHA-3", (1, 5)) == (Code.AUTHORIZATION_VINTAGE_NOT_COVERED,)
    authorize(books, "GHA-1", (1, 50))
    sent = books.move("A", "C", None, (1, 10), type_="international_transfer")
    transactions.approve(sent.transaction_id, by=books.bo, now=NOW)
    back = books.move("C", "A", None, (1, 10), type_="international_transfer")
    transactions.approve(back.transaction_id, by=books.bo, now=NOW)
    assert refusal(authorize, books, "GHA-2", (1, 5)) == (Code.AUTHORIZATION_WOULD_REACH_BACK,)
    authorize(books, "GHA-2", (11, 20))
    audit_is_clean()


def test_use_towards_an_ndc(books: Books) -> None:
    approach(books)
    authorization(books)
    books.open("ndc", "retirement", "CHE", period_first=2021, period_last=2030)
    books.open("own", "retirement", "GHA", period_first=2021, period_last=2030)
    books.open("late", "retirement", "CHE", period_first=2031, period_last=2035)
    books.open("oimp", "cancellation_oimp", "CHE")
    authorize(books, "GHA-1", (1, 50))
    sent = books.move("A", "C", None, (1, 20), type_="international_transfer")
    transactions.approve(sent.transaction_id, by=books.bo, now=NOW)
    use = {"type_": "use_ndc", "use_year": 2024}
    assert refusal(books.move, "A", "own", 5, **use) == (Code.USE_BY_OWN_PARTY,)
    assert refusal(books.move, "C", "ndc", 5, type_="use_ndc") == (
        Code.TRANSACTION_TERMS_MISSING,
        Code.USE_OUTSIDE_PERIOD,
    )
    assert refusal(books.move, "C", "ndc", 5, type_="use_ndc", use_year=2031) == (Code.USE_OUTSIDE_PERIOD,)
    assert refusal(books.move, "C", "late", 5, type_="use_ndc", use_year=2031) == (Code.USE_OUTSIDE_PERIOD,)
    assert refusal(books.move, "C", "oimp", 5, type_="cancellation_oimp", purpose="CORSIA") == (
        Code.AUTHORIZATION_PURPOSE_NOT_COVERED,
    )
    used = books.move("C", "ndc", 5, **use)
    transactions.approve(used.transaction_id, by=books.bo, now=NOW)
    assert refusal(books.move, "ndc", "C", 5) == (Code.BLOCK_FINAL, Code.UNIT_NOT_AUTHORIZED)[:1]
    audit_is_clean()


def test_the_first_transfer_for_oimp_is_as_the_approach_defines(books: Books) -> None:
    approach(books, first_transfer_oimp=FirstTransferDefinition.AUTHORIZATION)
    authorization(books, purposes=Purpose.OIMP, oimp="CORSIA")
    authorize(books, "GHA-1", (1, 10))
    assert one("SELECT count(*), sum(hi - lo + 1) FROM entry WHERE is_first_transfer") == (1, 10)
    sent = books.move("A", "C", None, (1, 10), type_="international_transfer")
    transactions.approve(sent.transaction_id, by=books.bo, now=NOW)
    assert one("SELECT count(*) FROM entry WHERE is_first_transfer") == (1,)
    audit_is_clean()


def test_a_registry_is_founded_once(database: object) -> None:
    nothing = Order("transfer", "a", "b", 1)
    assert refusal(transactions.propose, nothing, by=1, now=NOW)[0] in (Code.REGISTRY_MISSING, Code.PERSON_UNKNOWN)
    books = found_registry()
    identity = registry.RegistryIdentity(Kind.PARTY, "X", "X")
    assert refusal(registry.init, identity, administrator=("x", "X"), now=NOW) == (Code.REGISTRY_EXISTS,)
    assert refusal(registry.add_sections, ["QQQ"], by=books.admin, now=NOW) == (Code.PARTY_UNKNOWN,)
    assert refusal(registry.add_sections, ["CHE"], by=books.ama, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    assert refusal(people.add_person, "ama", "Twin", by=books.admin, now=NOW) == (Code.REQUEST_MALFORMED,)


def test_kyoto_units_do_not_enter_article_6_accounts(database: object) -> None:
    books = found_registry(Kind.CREDITING)
    books.open("pending", "pending", "ADM")
    assert Code.ACCOUNT_REFUSES_UNIT in refusal(books.issue, "pending", 5, unit_type=UnitType.A64ER)


def test_a_filter_that_fits_nothing(books: Books) -> None:
    order = books.order("A", "B", 1, wanted=Filter(party="CHE"))
    assert refusal(transactions.propose, order, by=books.ama, now=NOW) == (Code.QUANTITY_EXCEEDS_HOLDING,)
