"""Stories of changes and revocation: shown before they are confirmed; reaching back only where the terms say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from ledger.authorizing import PLAIN, abroad, lay, record, with_approach
from ledger.books import NOW, Books, audit_is_clean
from ledger.test_refusals import refusal

from article6.domain.authorizations import ChangeTerms, Duration
from article6.domain.refusals import Code
from article6.domain.serials import SeriesRange
from article6.services import authorization_acts, authorization_changes, transactions
from article6.services.authorization_changes import Part, change, preview_change, preview_revocation, revoke
from article6.store.database import one, rows
from article6.store.queries import authorizations as reading

REACHING = ChangeTerms("by agreement", "both Parties book it", may_reach_back=True)


@pytest.fixture
def books(database: object) -> Books:
    return with_approach()


def versions() -> list[tuple[int, int, int | None]]:
    return rows(
        """SELECT b.lo, b.hi, a.version FROM block b LEFT JOIN party_authorization a ON a.id = b.authorization_id
           WHERE b.account_id IS NOT NULL ORDER BY b.hi"""
    )


def spans(parts: tuple[Part, ...]) -> list[tuple[int, int]]:
    return [(each.first, each.last) for each in parts]


def story(books: Books, **more: object) -> None:
    """Units 1-100 under version 1, of which 1-40 were first transferred, 31-40 used; 91-100 of another vintage."""
    record(books, **more)
    lay(books, (1, 100))
    abroad(books, "A", "C", (1, 40))
    books.open("ndc", "retirement", "CHE", period_first=2021, period_last=2030)
    used = books.move("C", "ndc", None, (31, 40), type_="use_ndc", use_year=2024)
    transactions.approve(used.transaction_id, by=books.bo, now=NOW)


def test_a_change_is_shown_before_it_is_confirmed(books: Books) -> None:
    story(books)
    books.move("A", "B", None, (51, 60))
    new = replace(PLAIN, version=2, quantity=200, parties=("CHE",))
    seen = preview_change(new, now=NOW)
    assert (spans(seen.carried), spans(seen.withdrawn)) == ([(41, 50), (51, 60), (61, 100)], [])
    assert spans(seen.untouched) == [(1, 30), (31, 40)]
    assert sum(each.quantity for each in seen.carried) == 60
    assert versions()[0] == (1, 30, 1)  # nothing was written
    changed = change(new, reason="a second Party", by=books.admin, now=NOW, token=seen.token, key="once")
    assert changed.version == 2
    assert versions() == [
        (1, 30, 1), (31, 40, 1), (41, 50, 2), (51, 60, 2), (61, 100, 2), (101, 1000, None),
    ]  # fmt: skip
    assert change(new, reason="a second Party", by=books.admin, now=NOW, token=seen.token, key="once") == changed
    audit_is_clean()


def test_what_the_new_version_does_not_cover_loses_its_authorization(books: Books) -> None:
    story(books)
    new = replace(PLAIN, version=2, quantity=40, year_first=2025)  # the units are of 2023
    seen = preview_change(new, now=NOW)
    assert (spans(seen.carried), spans(seen.withdrawn)) == ([], [(41, 100)])
    change(new, reason="narrower", by=books.admin, now=NOW, token=seen.token)
    assert versions() == [(1, 30, 1), (31, 40, 1), (41, 1000, None)]
    assert reading.count_under("GHA", "GHA-1") == 40
    taken = one("SELECT type, quantity FROM ledger_transaction WHERE type = 'authorization_withdrawal'")
    assert taken == ("authorization_withdrawal", 60)
    assert refusal(books.move, "A", "C", 5, type_="international_transfer") == (Code.UNIT_NOT_AUTHORIZED,)
    audit_is_clean()


def test_a_preview_that_is_no_longer_true_is_not_confirmed(books: Books) -> None:
    story(books)
    new = replace(PLAIN, version=2)
    seen = preview_change(new, now=NOW)
    books.move("A", "B", None, (41, 45))
    assert refusal(change, new, reason="x", by=books.admin, now=NOW, token=seen.token) == (
        Code.AUTHORIZATION_PREVIEW_OUTDATED,
    )
    change(new, reason="x", by=books.admin, now=NOW, token=preview_change(new, now=NOW).token)
    assert refusal(change, new, reason="y", by=books.admin, now=NOW) == (Code.AUTHORIZATION_EXISTS,)
    assert refusal(change, replace(new, version=3), reason="y", by=books.ama, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    none = replace(PLAIN, code="NONE")
    assert refusal(change, none, reason="y", by=books.admin, now=NOW) == (Code.AUTHORIZATION_UNKNOWN,)
    audit_is_clean()


def test_a_change_cannot_lower_the_ceiling_below_what_was_first_transferred(books: Books) -> None:
    story(books)
    new = replace(PLAIN, version=2, quantity=39, year_first=2025)
    assert refusal(change, new, reason="x", by=books.admin, now=NOW) == (Code.AUTHORIZATION_CEILING_EXCEEDED,)
    change(replace(new, quantity=40), reason="x", by=books.admin, now=NOW)
    audit_is_clean()


def test_reserved_units_are_decided_first(books: Books) -> None:
    story(books)
    waiting = books.move("A", "C", None, (41, 50), type_="international_transfer")
    new = replace(PLAIN, version=2)
    assert spans(preview_change(new, now=NOW).reserved) == [(41, 50)]
    assert refusal(change, new, reason="x", by=books.admin, now=NOW) == (Code.BLOCK_RESERVED,)
    assert refusal(revoke, "GHA-1", reason="x", by=books.admin, now=NOW) == (Code.BLOCK_RESERVED,)
    transactions.reject(waiting.transaction_id, by=books.bo, now=NOW, reason="no")
    change(new, reason="x", by=books.admin, now=NOW)
    audit_is_clean()


def test_a_change_does_not_reach_back(books: Books) -> None:
    story(books)
    new = replace(PLAIN, version=2)
    assert refusal(preview_change, new, now=NOW, reach_back=True) == (Code.AUTHORIZATION_WOULD_REACH_BACK,)
    assert refusal(change, new, reason="x", by=books.admin, now=NOW, reach_back=True) == (
        Code.AUTHORIZATION_WOULD_REACH_BACK,
    )
    record(books, version=2)
    assert refusal(lay, books, (1, 10)) == (Code.AUTHORIZATION_WOULD_REACH_BACK,)


def test_a_change_reaches_back_where_the_terms_say_so_and_the_mark_stays(books: Books) -> None:
    story(books, changes=REACHING)
    new = replace(PLAIN, version=2, changes=REACHING, parties=("CHE",))
    seen = preview_change(new, now=NOW, reach_back=True)
    assert (spans(seen.reached_back), spans(seen.untouched)) == ([(1, 30)], [(31, 40)])  # what was used is final
    before = one("SELECT first_transfer_id FROM block WHERE hi = 30")
    change(new, reason="by agreement", by=books.admin, now=NOW, token=seen.token, reach_back=True)
    assert versions()[:2] == [(1, 30, 2), (31, 40, 1)]
    assert one("SELECT first_transfer_id FROM block WHERE hi = 30") == before
    assert one("SELECT count(*) FROM entry WHERE is_first_transfer") == (1,)
    audit_is_clean()


def test_a_revocation_takes_the_authorization_from_what_was_not_first_transferred(books: Books) -> None:
    story(books)
    books.move("A", "B", None, (51, 60))
    seen = preview_revocation("GHA-1", now=NOW)
    assert spans(seen.withdrawn) == [(41, 50), (51, 60), (61, 100)]
    assert refusal(revoke, "GHA-1", reason="", by=books.admin, now=NOW) == (Code.REQUEST_MALFORMED,)
    assert refusal(revoke, "GHA-9", reason="x", by=books.admin, now=NOW) == (Code.AUTHORIZATION_UNKNOWN,)
    done = revoke("GHA-1", reason="withdrawn by the minister", by=books.admin, now=NOW, token=seen.token)
    assert (done.version, done.is_revoked, done.remark) == (2, True, "withdrawn by the minister")
    assert versions() == [(1, 30, 1), (31, 40, 1), (41, 50, None), (51, 60, None), (61, 1000, None)]
    assert refusal(lay, books, (41, 50)) == (Code.AUTHORIZATION_REVOKED,)
    assert refusal(revoke, "GHA-1", reason="x", by=books.admin, now=NOW) == (Code.AUTHORIZATION_REVOKED,)
    assert refusal(record, books, version=3) == (Code.AUTHORIZATION_REVOKED,)
    used = books.move("C", "ndc", None, (1, 5), type_="use_ndc", use_year=2025)  # first transferred: still good
    transactions.approve(used.transaction_id, by=books.bo, now=NOW)
    audit_is_clean()


def test_a_revocation_that_reaches_back_stops_the_use_of_first_transferred_units(books: Books) -> None:
    story(books, changes=REACHING)
    revoke("GHA-1", reason="fraud", by=books.admin, now=NOW, reach_back=True)
    assert versions() == [(1, 30, 2), (31, 40, 1), (41, 1000, None)]
    assert refusal(books.move, "C", "ndc", None, (1, 5), type_="use_ndc", use_year=2025) == (
        Code.AUTHORIZATION_REVOKED,
    )
    audit_is_clean()


def test_only_units_under_it_are_withdrawn_and_none_first_transferred(books: Books) -> None:
    story(books)
    record(books, code="GHA-2")

    def withdraw(code: str, first: int, last: int) -> object:
        ranges = [SeriesRange(1, first, last)]
        return authorization_acts.withdraw_units(code, ranges, reason="x", by=books.admin, now=NOW)

    assert refusal(withdraw, "GHA-2", 41, 45) == (Code.AUTHORIZATION_UNKNOWN,)
    assert refusal(withdraw, "GHA-1", 100, 101) == (Code.AUTHORIZATION_UNKNOWN,)
    assert refusal(withdraw, "GHA-1", 21, 30) == (Code.AUTHORIZATION_WOULD_REACH_BACK,)
    assert refusal(withdraw, "NONE", 41, 45) == (Code.AUTHORIZATION_UNKNOWN,)
    withdraw("GHA-1", 41, 45)
    assert (41, 45, None) in versions()
    audit_is_clean()


def test_a_change_that_ends_an_authorization_withdraws_what_was_not_first_transferred(books: Books) -> None:
    story(books)
    ended = replace(PLAIN, version=2, duration=Duration(ends_on=date(2024, 1, 1)))
    assert spans(preview_change(ended, now=NOW).withdrawn) == [(41, 100)]
    assert authorization_changes.change(ended, reason="over", by=books.admin, now=NOW).version == 2
    audit_is_clean()
