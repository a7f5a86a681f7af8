"""Certificates on PostgreSQL: who gets one, for what, disclosing what; as files; and that they hold."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import psycopg
import pytest
from conftest import Database
from ledger.authorizing import abroad, held_by, lay, record, with_approach
from ledger.books import NOW, Books
from services.logs import run, with_units

from article6.domain.kinds import Role
from article6.domain.orders import TransactionId
from article6.domain.refusals import Code, Refused
from article6.services import audit, certificate_files, certificates, people, transactions
from article6.services.log import keeping
from article6.store.database import one
from article6.transparency import certificate_files as reading
from article6.transparency import certificates as checking
from article6.transparency.certificates import Act

SECRET_NAME = "Zora Neale"  # the beneficiary, whose name must not be told unasked


@pytest.fixture
def books(database: object) -> Books:
    books = with_units()
    books.open("gone", "cancellation_voluntary")
    return books


def cancelled(books: Books, quantity: int = 40, **terms: object) -> TransactionId:
    """Units cancelled by Ama and Bo, and in the log."""
    outcome = books.move("A", "gone", quantity, type_="cancellation_voluntary", **terms)
    transactions.approve(outcome.transaction_id, by=books.bo, now=NOW)
    run()
    return outcome.transaction_id


def refused_with(code: Code, number: TransactionId, *disclosing: str, by: int) -> None:
    with pytest.raises(Refused) as no:
        certificates.issue(number, disclosing, by=by, now=NOW)  # type: ignore[arg-type]
    assert no.value.codes == (code,)


def test_a_cancellation_is_certified_and_the_certificate_holds_with_the_logs_key_alone(books: Books) -> None:
    number = cancelled(books, purpose="Company footprint", beneficiary=SECRET_NAME)
    issued = certificates.issue(number, by=books.ama, now=NOW, address="https://registry.example.org/")
    whole = certificates.shown(issued["code"], by=books.ama)["certificate"]
    found = checking.verify(whole, keeping.verifiers(keeping.Role.LOG)[0])
    assert (found.act, found.quantity, found.transaction) == (Act.CANCELLATION, 40, str(number))
    assert [(each.first, each.last) for each in found.units] == [("MO-GHA01-GHA-1-2023", "MO-GHA01-GHA-40-2023")]
    assert found.particulars == {"purpose": "Company footprint"}
    assert found.withheld == ("beneficiary",)
    assert SECRET_NAME not in json.dumps(whole)
    assert found.is_trusted
    assert found.digest == issued["digest"]
    assert found.verify_at == f"https://registry.example.org/verify?code={issued['code']}"


def test_what_is_asked_for_is_disclosed_and_nothing_else(books: Books) -> None:
    held_by(books, "A", "Volta River Authority")
    books.issue("A", 100)
    number = cancelled(books, purpose="Company footprint", beneficiary=SECRET_NAME, entity="ACME")
    assert certificates.parts(number, by=books.ama) == ["beneficiary", "entity", "holder.from"]
    plain = certificates.issue(number, by=books.ama, now=NOW)
    assert "Volta River" not in json.dumps(certificates.shown(plain["code"], by=books.ama)["certificate"])
    issued = certificates.issue(number, ["beneficiary", "holder.from"], by=books.ama, now=NOW)
    found = checking.verify(certificates.shown(issued["code"], by=books.ama)["certificate"])
    assert found.source is not None
    assert found.source.holder == "Volta River Authority"
    assert found.particulars == {"beneficiary": SECRET_NAME, "purpose": "Company footprint"}
    assert found.withheld == ("entity",)
    assert not found.is_trusted
    refused_with(Code.CERTIFICATE_PART_UNKNOWN, number, "digest", by=books.ama)
    refused_with(Code.CERTIFICATE_PART_UNKNOWN, number, "holder.to", by=books.ama)  # nobody's


def test_transfers_and_uses_are_certified_and_other_transactions_are_not(books: Books) -> None:
    moved = books.move("A", "B", 10).transaction_id
    run()
    assert certificates.issue(moved, by=books.ama, now=NOW)["act"] == Act.TRANSFER
    refused_with(Code.CERTIFICATE_NOT_OF_THIS, TransactionId(1), by=books.ama)  # the issuance
    waits = books.move("A", "gone", 5, type_="cancellation_voluntary").transaction_id
    refused_with(Code.CERTIFICATE_NOT_OF_THIS, waits, by=books.ama)
    refused_with(Code.TRANSACTION_UNKNOWN, TransactionId(9999), by=books.ama)


def test_a_log_that_lags_is_waited_for(books: Books) -> None:
    run()
    moved = books.move("A", "B", 10).transaction_id
    refused_with(Code.LOG_LEAF_UNKNOWN, moved, by=books.ama)
    run()
    assert certificates.issue(moved, by=books.ama, now=NOW)["transaction_id"] == moved


def test_who_has_no_part_in_it_gets_no_certificate(books: Books) -> None:
    number = cancelled(books)
    with pytest.raises(Refused) as no:
        certificates.issue(number, by=books.cy, now=NOW)
    assert no.value.codes == (Code.TRANSACTION_UNKNOWN,)  # the registry is closed, and Cy sees nothing of it
    people.give_role(
        books.cy, one("SELECT id FROM section WHERE code = 'CHE'")[0], Role.AUDITOR, by=books.admin, now=NOW
    )
    with pytest.raises(Refused) as no:
        certificates.issue(number, by=books.cy, now=NOW)
    assert no.value.codes == (Code.TRANSACTION_UNKNOWN,)
    issued = certificates.issue(number, by=books.ama, now=NOW)
    with pytest.raises(Refused) as no:
        certificates.shown(issued["code"], by=books.cy)
    assert no.value.codes == (Code.CERTIFICATE_UNKNOWN,)


def test_the_same_command_given_again_issues_nothing_new(books: Books) -> None:
    number = cancelled(books)
    first = certificates.issue(number, by=books.ama, now=NOW, key="k1")
    again = certificates.issue(number, by=books.ama, now=NOW + timedelta(days=1), key="k1")
    assert again == first
    assert len(certificates.of_transaction(number)) == 1
    with pytest.raises(Refused) as no:
        certificates.issue(number, ["beneficiary"], by=books.ama, now=NOW, key="k1")
    assert no.value.codes == (Code.IDEMPOTENCY_CONTENT_DIFFERS,)


def test_whoever_has_the_code_learns_whether_it_was_issued_and_nothing_else(books: Books) -> None:
    issued = certificates.issue(cancelled(books), by=books.ama, now=NOW)
    found = certificates.looked_up(issued["code"].lower(), issued["digest"])
    assert found == {"code": issued["code"], "is_issued": True, "issued_at": NOW, "digest": issued["digest"],
                     "is_same": True}  # fmt: skip
    assert certificates.looked_up(issued["code"], "0" * 64)["is_same"] is False
    assert certificates.looked_up("0000-0000-0000-0000")["is_issued"] is False


def test_who_sees_one_side_discloses_no_holder_of_the_other(database: object) -> None:
    """The units of Ghana's section go to an account of Switzerland's, whose holder Ghana's people do not see."""
    books = with_approach()
    [ghana, swiss] = (one("SELECT id FROM section WHERE code = %s", (code,))[0] for code in ("GHA", "CHE"))
    held_by(books, "K", "KliK", section="CHE")
    record(books)
    lay(books, (1, 100))
    outcome = abroad(books, "A", "K", (1, 10))
    run()
    people.give_role(books.cy, ghana, Role.AUDITOR, by=books.admin, now=NOW)
    refused_with(Code.CERTIFICATE_PART_UNKNOWN, outcome.transaction_id, "holder.to", by=books.cy)
    issued = certificates.issue(outcome.transaction_id, by=books.cy, now=NOW)
    assert issued["section"] == "GHA"
    dan = people.add_person("dan", "Dan", by=books.admin, now=NOW)
    people.give_role(dan, swiss, Role.AUDITOR, by=books.admin, now=NOW)
    with pytest.raises(Refused) as no:
        certificates.shown(issued["code"], by=dan)
    assert no.value.codes == (Code.CERTIFICATE_UNKNOWN,)
    theirs = certificates.issue(outcome.transaction_id, ["holder.to"], by=dan, now=NOW)
    found = checking.verify(certificates.shown(theirs["code"], by=dan)["certificate"])
    assert found.target is not None
    assert (found.target.holder, found.act) == ("KliK", Act.TRANSFER)
    assert all(each.is_first_transfer for each in found.units)


def test_the_pdf_is_in_the_readers_language(books: Books) -> None:
    number = cancelled(books, purpose="Reise nach Zürich")
    issued = certificates.issue(number, by=books.ama, now=NOW, address="https://registry.example.org")
    texts = {}
    for language in ("en", "fr", "ar", "zh-hans"):
        _name, pdf = certificate_files.copy(issued["code"], "pdf", by=books.ama, language=language)
        texts[language] = pdf
    assert len(set(texts.values())) == 4
    assert len({json.dumps(reading.read(pdf)) for pdf in texts.values()}) == 1


def test_a_letter_that_no_font_has_makes_no_pdf_and_the_json_is_there(books: Books) -> None:
    issued = certificates.issue(cancelled(books, purpose="\U000f0001"), by=books.ama, now=NOW)
    with pytest.raises(Refused) as no:
        certificate_files.copy(issued["code"], "pdf", by=books.ama)
    assert no.value.codes == (Code.REPORT_LETTERS,)
    _name, text = certificate_files.copy(issued["code"], "json", by=books.ama)
    assert checking.verify(reading.read(text)).particulars == {"purpose": "\U000f0001"}


def test_the_pdf_has_the_certificate_attached(books: Books) -> None:
    issued = certificates.issue(cancelled(books, purpose="Reise nach Zürich"), by=books.ama, now=NOW)
    name, pdf = certificate_files.copy(issued["code"], "pdf", by=books.ama)
    assert (name, pdf[:5]) == (f"certificate-{issued['transaction_id']}-{issued['code'][:4]}.pdf", b"%PDF-")
    whole = certificates.shown(issued["code"], by=books.ama)["certificate"]
    assert reading.read(pdf) == whole
    _name, text = certificate_files.copy(issued["code"], "json", by=books.ama)
    assert reading.read(text) == whole
    assert io.BytesIO(text).readline() == b"{\n"


def test_the_audit_stays_clean(books: Books) -> None:
    certificates.issue(cancelled(books), by=books.ama, now=NOW)
    run()
    assert [each for each in audit.run() if not each.ok] == []


def test_what_was_issued_stays_as_it_was(books: Books, database: Database) -> None:
    certificates.issue(cancelled(books), by=books.ama, now=NOW)
    for url in (database.owner_url, database.app_url):
        for statement in ("UPDATE certificate SET signature = ''", "DELETE FROM certificate", "TRUNCATE certificate"):
            with psycopg.connect(url, autocommit=True) as open_, pytest.raises(psycopg.Error):
                open_.execute(statement)
    with psycopg.connect(database.app_url, autocommit=True) as open_:
        assert open_.execute("SELECT count(*) FROM certificate").fetchone() == (0,)  # out of sight
