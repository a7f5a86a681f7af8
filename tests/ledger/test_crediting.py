"""A crediting programme's registry: issuance in parts, buffer, labels, locks for ITMOs recorded elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from ledger.books import NOW, Books, audit_is_clean
from ledger.programme import found_programme

from article6.domain.crediting import NewCredits, Share
from article6.domain.orders import Outcome, Status
from article6.domain.refusals import Code, Refused
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes, UnitType
from article6.services import crediting, issuance, labels, lookup, transactions
from article6.services.crediting import Credited, NewLock
from article6.services.issuance import NewActivity
from article6.services.labels import NewLabel
from article6.store.database import close, one, rows

LABEL = NewLabel("Article 6 Authorized - NDC use", "Letter of authorization 4150", date(2026, 3, 1))
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def books(database: object) -> Books:
    """The registry of a programme of two Parties."""
    return found_programme()


def credits_of(books: Books, *shares: Share, quantity: int = 1_001, **more: object) -> NewCredits:
    values: dict[str, object] = {"buffer_percent": Fraction(10), **more}
    return NewCredits(
        "JCM", "MNG", "MN001", quantity, 2024, date(2024, 1, 1), date(2024, 12, 31), "Joint Committee 12",
        shares or (Share(books.accounts["host"].number),), **values,  # type: ignore[arg-type]
    )  # fmt: skip


def split(books: Books, **more: object) -> NewCredits:
    host = Share(books.accounts["host"].number, ratio=Fraction(1, 3), issued_on=date(2026, 2, 20))
    partner = Share(books.accounts["partner"].number, ratio=Fraction(2, 3), issued_on=date(2026, 2, 25))
    return credits_of(books, host, partner, **more)


def issued(books: Books, new: NewCredits | None = None) -> Credited:
    return crediting.issue(new or credits_of(books), by=books.admin, now=NOW)


def refusal(act: Callable[..., object], *arguments: object, **more: object) -> tuple[Code, ...]:
    tables = ("ledger_transaction", "entry", "batch", "audit_event", "unit_label")
    written = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    before = one(written)
    with pytest.raises(Refused) as no:
        act(*arguments, **more)
    assert one(written) == before
    return no.value.codes


def approve(outcome: Outcome, books: Books) -> Status:
    assert outcome.status is Status.PROPOSED
    return transactions.approve(outcome.transaction_id, by=books.bo, now=NOW).status


def test_one_issuance_goes_to_two_parties_on_different_days_and_no_unit_is_lost(books: Books) -> None:
    act = crediting.issue(split(books), by=books.admin, now=NOW, key="issue 1")
    shown = [(each.type, each.quantity, each.first, each.last, each.issued_at.date()) for each in act.parts]
    assert shown == [
        ("programme_issuance", 300, 1, 300, date(2026, 2, 20)),
        ("programme_issuance", 600, 301, 900, date(2026, 2, 25)),
        ("buffer_withholding", 101, 901, 1_001, date(2026, 3, 1)),
    ]
    assert (act.quantity, act.withheld) == (1_001, 101)
    assert [books.quantity(name) for name in ("host", "partner", "buffer")] == [300, 600, 101]
    assert crediting.issue(split(books), by=books.admin, now=NOW, key="issue 1") == act
    assert crediting.issuance_of(act.transaction_id) == act
    assert refusal(crediting.issuance_of, act.parts[1].transaction_id) == (Code.TRANSACTION_UNKNOWN,)
    linked = rows("SELECT terms ->> 'issuance' FROM ledger_transaction ORDER BY id")
    assert linked == [(None,), (str(act.transaction_id),), (str(act.transaction_id),)]
    [unit] = lookup.find("CR-JCM-MNG-MN001-301-2024")
    assert unit.block["account"]["number"] == books.accounts["partner"].number
    assert unit.batch["attributes"] == {
        "programme": "JCM", "methodology": "MN_AM003", "monitoring_start": "2024-01-01", "monitoring_end": "2024-12-31"
    }  # fmt: skip
    audit_is_clean()


def test_what_a_programme_demands_of_an_issuance(books: Books) -> None:
    good = credits_of(books)

    def codes(**change: object) -> tuple[Code, ...]:
        return refusal(issued, books, replace(good, **change))  # type: ignore[arg-type]

    host = books.accounts["host"].number
    assert codes(programme=" ", reference="") == (Code.CREDITING_INCOMPLETE,) * 2
    assert codes(monitoring_start=date(2025, 1, 1)) == (Code.CREDITING_INCOMPLETE,)
    assert codes(vintage_year=2023) == (Code.VINTAGE_OUT_OF_RANGE,)
    assert codes(monitoring_end=date(2027, 1, 1)) == (Code.CREDITING_INCOMPLETE,)
    assert codes(shares=(Share(host, issued_on=date(2024, 12, 30)),)) == (Code.CREDITING_INCOMPLETE,)
    assert codes(shares=(Share(host, issued_on=date(2026, 3, 2)),)) == (Code.CREDITING_INCOMPLETE,)
    assert codes(shares=(Share(host, 900), Share(host, 1))) == (Code.CREDITING_DIVISION,)
    assert codes(shares=()) == (Code.CREDITING_DIVISION,)
    assert codes(shares=(Share(books.accounts["locked"].number),)) == (Code.TRANSACTION_WRONG_ACCOUNTS,)
    assert codes(activity="MN002") == (Code.ACTIVITY_UNKNOWN,)
    assert codes(quantity=0) == (Code.QUANTITY_NOT_POSITIVE,)
    bare = NewActivity("MN002", "MNG")
    issuance.record_activity(bare, by=books.admin, now=NOW)
    assert codes(activity="MN002") == (Code.CREDITING_INCOMPLETE,)
    assert refusal(crediting.issue, good, by=books.ama, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    assert issued(books, replace(good, shares=(Share(host, 900),))).withheld == 101


def test_credits_are_issued_under_the_programmes_rules_only(books: Books) -> None:
    batch = BatchAttributes(UnitType.CREDIT, vintage_year=2024)
    for target in ("host", "buffer"):
        wanted = issuance.Issuance(books.accounts[target].number, "JCM", "MNG", 10, batch)
        assert Code.TRANSACTION_WRONG_ACCOUNTS in refusal(issuance.issue, wanted, by=books.admin, now=NOW)


def test_the_buffer_is_released_or_cancelled_by_two_administrators_with_a_reason(books: Books) -> None:
    issued(books)
    assert refusal(books.move, "buffer", "host", 1, type_="buffer_release", by=books.ama, reason="x") == (
        Code.PERSON_NOT_PERMITTED,
    )
    assert refusal(books.move, "buffer", "host", 1, type_="buffer_release", by=books.admin) == (
        Code.TRANSACTION_TERMS_MISSING,
    )
    assert refusal(books.move, "buffer", "host", 1, by=books.admin) == (Code.TRANSACTION_WRONG_ACCOUNTS,)
    first = books.move("buffer", "host", 40, type_="buffer_release", by=books.admin, reason="No reversal in ten years")
    assert refusal(transactions.approve, first.transaction_id, by=books.admin, now=NOW) == (Code.PERSON_APPROVES_OWN,)
    assert approve(first, books) is Status.COMPLETED
    second = books.move("buffer", "gone", 61, type_="buffer_cancellation", by=books.admin, reason="Fire of July")
    approve(second, books)
    assert [books.quantity(name) for name in ("host", "buffer", "gone")] == [940, 0, 61]
    audit_is_clean()


def locked(books: Books, *serials: tuple[int, int], record: str = "CA0001 block 1") -> Outcome:
    units = tuple(SeriesRange(1, first, last) for first, last in serials)
    new = NewLock(books.accounts["host"].number, "CHE01", record, ranges=units)
    return crediting.lock(new, by=books.ama, now=NOW)


def test_locked_units_go_nowhere(books: Books) -> None:
    issued(books)
    lock = locked(books, (101, 200))
    assert books.holds("locked") == [(101, 200)]
    for type_, target in (
        ("transfer", "host"), ("transfer_across", "partner"), ("cancellation_voluntary", "voluntary"),
        ("cancellation_administrative", "gone"),
    ):  # fmt: skip
        codes = refusal(books.move, "locked", target, 1, type_=type_, by=books.admin, reason="x")
        assert Code.BLOCK_LOCKED in codes
    for type_, target in (("lock_release", "host"), ("conversion", "converted")):
        codes = refusal(books.move, "locked", target, 1, type_=type_, by=books.admin, lock=lock.transaction_id)
        assert codes == (Code.TRANSACTION_NOT_ALONE,)
    assert refusal(books.move, "host", "other", None, (150, 250)) == (Code.BLOCK_NOT_HELD,)
    assert refusal(locked, books, (200, 210)) == (Code.BLOCK_NOT_HELD,)
    assert refusal(crediting.lock, NewLock(books.accounts["host"].number, "CHE01", "", 1), by=books.ama, now=NOW) == (
        Code.TRANSACTION_TERMS_MISSING,
    )
    nowhere = NewLock("nowhere", "CHE01", "x", 1)
    assert refusal(crediting.lock, nowhere, by=books.ama, now=NOW) == (Code.ACCOUNT_UNKNOWN,)
    abroad = NewLock(books.accounts["partner"].number, "CHE01", "x", 1)
    assert refusal(crediting.lock, abroad, by=books.ama, now=NOW) == (Code.MECHANISM_ACCOUNT_MISSING,)
    audit_is_clean()


def test_a_lock_is_released_to_where_the_units_came_from_or_converted_for_ever(books: Books) -> None:
    issued(books)
    lock = locked(books, (101, 200), (301, 310)).transaction_id
    part = [SeriesRange(1, 101, 150)]
    asked = {"by": books.admin, "now": NOW, "key": "release 1", "reason": "The record was struck", "ranges": part}
    freed = crediting.release(lock, **asked)  # type: ignore[arg-type]
    assert crediting.release(lock, **asked).transaction_id == freed.transaction_id  # type: ignore[arg-type]
    assert refusal(transactions.approve, freed.transaction_id, by=books.admin, now=NOW) == (Code.PERSON_APPROVES_OWN,)
    approve(freed, books)
    assert books.holds("host") == [(1, 150), (201, 300), (311, 900)]
    assert refusal(crediting.convert, lock, by=books.admin, now=NOW, ranges=[SeriesRange(1, 140, 160)]) == (
        Code.CREDITING_LOCK_UNKNOWN,
    )
    approve(crediting.convert(lock, by=books.admin, now=NOW), books)
    assert books.holds("converted") == [(151, 200), (301, 310)]
    [terms] = one("SELECT terms FROM ledger_transaction WHERE type = 'conversion'")
    assert terms == {"lock": lock, "itmo_registry": "CHE01", "itmo_record": "CA0001 block 1"}
    assert refusal(crediting.release, lock, reason="x", by=books.admin, now=NOW) == (Code.CREDITING_LOCK_UNKNOWN,)
    assert refusal(crediting.lock_of, freed.transaction_id) == (Code.CREDITING_LOCK_UNKNOWN,)
    assert Code.BLOCK_FINAL in refusal(books.move, "converted", "host", 1, by=books.admin)
    audit_is_clean()


def test_a_lock_holds_what_no_later_lock_took(books: Books) -> None:
    issued(books)
    first = locked(books, (1, 100)).transaction_id
    approve(crediting.release(first, reason="Struck", by=books.admin, now=NOW, ranges=[SeriesRange(1, 41, 60)]), books)
    second = locked(books, (51, 60), record="CA0001 block 2").transaction_id
    assert crediting.lock_of(first)["standing"] == [SeriesRange(1, 1, 40), SeriesRange(1, 61, 100)]
    assert [(each["transaction_id"], each["held"]) for each in crediting.locks()] == [(first, 80), (second, 10)]
    approve(crediting.convert(first, by=books.admin, now=NOW), books)
    assert books.holds("locked") == [(51, 60)]


def test_only_administrators_undo_a_lock(books: Books) -> None:
    issued(books)
    lock = locked(books, (1, 10)).transaction_id
    assert refusal(crediting.release, lock, reason="x", by=books.ama, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    assert refusal(crediting.release, lock, reason="", by=books.admin, now=NOW) == (Code.TRANSACTION_TERMS_MISSING,)
    assert refusal(crediting.convert, lock, by=books.cy, now=NOW) == (Code.PERSON_NOT_PERMITTED,)


def test_units_that_are_locked_while_they_are_transferred_do_one_of_both(books: Books) -> None:
    issued(books)
    starts = threading.Barrier(2)
    outcomes: dict[str, object] = {}

    def run(name: str, act: Callable[[], object]) -> None:
        starts.wait()
        try:
            act()
            outcomes[name] = "done"
        except Refused as no:
            outcomes[name] = no.codes
        finally:
            close()

    acts = {"lock": lambda: locked(books, (1, 900)), "move": lambda: books.move("host", "other", None, (1, 900))}
    threads = [threading.Thread(target=run, args=each) for each in acts.items()]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(map(str, outcomes.values())) == ["(<Code.BLOCK_NOT_HELD: 'block.not_held'>,)", "done"]
    assert books.quantity("locked") + books.quantity("other") == 900
    audit_is_clean()


def test_a_label_stands_until_a_later_statement_takes_it_away(books: Books) -> None:
    act = issued(books)
    batch = act.parts[0].batch_id
    labels.state(replace(LABEL, batch=batch), by=books.admin, now=NOW, key="label 1")
    labels.state(replace(LABEL, batch=batch), by=books.admin, now=NOW, key="label 1")
    later = replace(LABEL, source="Letter 2", stands=False, ranges=(SeriesRange(1, 101, 200),))
    labels.state(later, by=books.admin, now=NOW)
    other = replace(LABEL, label="CORSIA - First Phase", ranges=(SeriesRange(1, 200, 1_001),))
    labels.state(other, by=books.admin, now=NOW)
    whole = SeriesRange(1, 1, 1_001)
    assert [(each["label"], each["first"], each["last"]) for each in labels.on(whole)] == [
        (LABEL.label, 1, 100), (LABEL.label, 201, 900), (other.label, 200, 1_001)
    ]  # fmt: skip
    assert [each["stands"] for each in labels.said_of("JCM", "MNG", 1, 1_001) or ()] == [True, False, True]
    assert labels.said_of("JCM", "JPN", 1, 2) is None
    assert refusal(labels.said_of, "JCM", "MNG", 2, 1) == (Code.SERIAL_MALFORMED,)
    for serial, stands in ((100, [LABEL.label]), (101, []), (200, [other.label]), (201, [LABEL.label, other.label])):
        [unit] = lookup.find(f"CR-JCM-MNG-MN001-{serial}-2024")
        assert [each["label"] for each in unit.labels] == stands
    assert refusal(labels.state, later, by=books.admin, now=NOW) == (Code.LABEL_NOT_IN_FORCE,)
    assert refusal(labels.state, replace(LABEL, ranges=(SeriesRange(1, 1_001, 1_002),)), by=books.admin, now=NOW) == (
        Code.LABEL_NO_UNITS,
    )
    assert refusal(labels.state, replace(LABEL, batch=99), by=books.admin, now=NOW) == (Code.LABEL_NO_UNITS,)
    empty = NewLabel("", " ", date(2026, 3, 2))
    assert refusal(labels.state, empty, by=books.admin, now=NOW) == (Code.REQUEST_MALFORMED,) * 4
    with pytest.raises(Exception, match=r"permission denied|append_only"):
        rows("UPDATE unit_label SET label = 'x' RETURNING 1")
