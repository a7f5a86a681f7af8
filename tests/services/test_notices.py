"""Notices: written with the act that they announce, read by the people of their section, acknowledged once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from conftest import Database
from django.utils import translation
from ledger.authorizing import PLAIN, abroad, lay, record, with_approach
from ledger.books import NOW, Books
from ledger.test_races import at_once, losers

from article6.domain.kinds import Role
from article6.domain.notices import NoticeCode
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused
from article6.services import accounts, authorization_changes, notices, people, sight, transactions
from article6.store.database import EVERYTHING, rows, seeing


@pytest.fixture
def books(database: object) -> Books:
    """Cy reads for Switzerland, as its auditor; Root administers everything."""
    books = with_approach()
    people.give_role(books.cy, books.accounts["C"].section_id, Role.AUDITOR, by=books.admin, now=NOW)
    record(books)
    return books


def to(person: PersonId, **more: Any) -> list[tuple[str, str, str]]:
    return [(each["section"], each["code"], each["sentence"]) for each in notices.listed(by=person, **more).items]


def test_who_gets_units_from_abroad_is_told(books: Books) -> None:
    lay(books, (1, 1000))
    assert to(books.cy) == []
    sent = abroad(books, "A", "C", (1, 1000)).transaction_id
    number = books.accounts["C"].number
    assert to(books.cy) == [
        ("CHE", "transfer.received",
         f"1,000 units came into account {number} from another Party (transaction {sent}).")
    ]  # fmt: skip
    # Within the section nobody needs to be told.
    books.open("E", section="CHE")
    books.move("C", "E", 10)
    assert len(to(books.cy)) == 1


def test_a_section_is_told_of_its_accounts_status(books: Books) -> None:
    number = books.accounts["C"].number
    accounts.set_status(number, "blocked", reason="Court order", by=books.admin, now=NOW)
    assert to(books.cy) == [("CHE", "account.status", f"Account {number} is now blocked: Court order.")]
    books.open("F", section="CHE")
    with pytest.raises(Refused):
        accounts.set_status(books.accounts["A"].number, "closed", reason="x", by=books.admin, now=NOW)
    # What was refused announces nothing.
    assert [each[1] for each in to(books.admin)] == ["account.status"]


def test_holders_elsewhere_are_told_that_their_authorization_changed(books: Books) -> None:
    first, last = books.issue("C", 60)
    lay(books, (first, last), (1, 100))
    new = authorization_changes.NewAuthorization(**{**_fields(PLAIN), "version": 2, "quantity": 500})
    authorization_changes.change(new, reason="Ceiling", by=books.admin, now=NOW)
    authorization_changes.revoke("GHA-1", reason="Withdrawn by law", by=books.admin, now=NOW)
    assert to(books.cy) == [
        ("CHE", "authorization.revoked",
         "GHA revoked authorization GHA-1, under which 60 units in your section stood: Withdrawn by law."),
        ("CHE", "authorization.changed",
         "GHA changed authorization GHA-1, under which 60 units in your section stood: Ceiling."),
    ]  # fmt: skip
    # Ghana did it itself.
    assert {each[0] for each in to(books.admin)} == {"CHE"}


def _fields(new: Any) -> dict[str, Any]:
    return {name: getattr(new, name) for name in new.__dataclass_fields__}


def test_both_sections_are_told_that_a_proposal_expired(books: Books) -> None:
    lay(books, (1, 10))
    waiting = books.move("A", "C", None, (1, 10), type_="international_transfer").transaction_id
    assert transactions.expire_due(NOW + timedelta(days=31)) == 1
    said = f"Transaction {waiting} was not decided in time; its units are free again."
    assert sorted(to(books.admin)) == [("CHE", "proposal.expired", said), ("GHA", "proposal.expired", said)]
    assert transactions.expire_due(NOW + timedelta(days=31)) == 0
    assert len(to(books.admin)) == 2


def told(books: Books, section: str = "CHE", times: int = 1) -> list[int]:
    """Notices to a section; their numbers."""
    name = {"CHE": "C", "GHA": "A"}[section]
    for turn in range(times):
        status = ("blocked", "open")[turn % 2]
        accounts.set_status(books.accounts[name].number, status, reason="x", by=books.admin, now=NOW)
    return [each["id"] for each in notices.listed(by=books.admin, section=section).items]


def test_only_people_of_a_section_read_and_acknowledge(books: Books) -> None:
    [swiss], [ghanaian] = told(books), told(books, "GHA")
    assert [each["id"] for each in notices.listed(by=books.cy).items] == [swiss]
    for act in (lambda: notices.acknowledge(ghanaian, by=books.cy, now=NOW),
                lambda: notices.acknowledge(999, by=books.admin, now=NOW)):  # fmt: skip
        with pytest.raises(Refused) as no:
            act()
        assert no.value.codes == (Code.NOTICE_UNKNOWN,)
    assert all(each["acknowledged_at"] is None for each in notices.listed(by=books.admin).items)
    stranger = people.add_person("dee", "Dee", by=books.admin, now=NOW)
    for reader in (stranger, None):
        with pytest.raises(Refused) as no:
            notices.listed(by=reader)
        assert no.value.codes == (Code.PERSON_NOT_PERMITTED,)


def test_a_notice_is_acknowledged_once_and_by_whom_stays(books: Books) -> None:
    [number] = told(books)
    done = notices.acknowledge(number, by=books.cy, now=NOW, key="k")
    assert (done["acknowledged_by"], done["acknowledged_at"]) == ("Cy", NOW)
    for by, key in ((books.cy, "k"), (books.admin, None)):
        again = notices.acknowledge(number, by=by, now=NOW + timedelta(hours=1), key=key)
        assert (again["acknowledged_by"], again["acknowledged_at"]) == ("Cy", NOW)
    assert to(books.cy, is_open=True) == []
    assert len(to(books.cy)) == 1
    [other] = told(books, "GHA")
    results = at_once(*[lambda: notices.acknowledge(other, by=books.admin, now=NOW)] * 4)
    assert losers(results) == []
    assert len(rows("SELECT 1 FROM notice_acknowledgement")) == 2


def test_the_list_goes_on_by_the_page(books: Books) -> None:
    numbers = told(books, times=5)
    first = notices.listed(by=books.cy, limit=2)
    second = notices.listed(by=books.cy, limit=2, after=first.next)
    third = notices.listed(by=books.cy, limit=2, after=second.next)
    assert [each["id"] for page in (first, second, third) for each in page.items] == numbers
    assert (first.total, third.next) == (5, None)
    for after in ("x", "0", "-1"):
        with pytest.raises(Refused):
            notices.listed(by=books.cy, after=after)


def test_a_query_that_forgets_its_filter_shows_no_notice_of_another_section(books: Books, database: Database) -> None:
    told(books), told(books, "GHA")
    notices.acknowledge(told(books, "GHA", times=0)[0], by=books.admin, now=NOW)
    swiss = books.accounts["C"].section_id
    everything = "SELECT section_id FROM notice UNION ALL SELECT section_id FROM notice_acknowledgement"
    with psycopg.connect(database.app_url) as program:
        assert program.execute(everything).fetchall() == []
        program.execute(f"SET article6.sections TO '{{{swiss}}}'")
        assert program.execute(everything).fetchall() == [(swiss,)]
    with seeing(sight.of(books.cy)):
        assert rows(everything) == [(swiss,)]
    with seeing(EVERYTHING):
        assert len(rows(everything)) == 3


def test_a_sentence_is_shown_in_the_readers_language_and_a_percent_sign_is_no_harm(books: Books) -> None:
    accounts.set_status(books.accounts["C"].number, "blocked", reason="100% sure", by=books.admin, now=NOW)
    with translation.override("en"):
        assert to(books.cy)[0][2].endswith("blocked: 100% sure.")
    assert notices.sentence(NoticeCode.CORRECTION_CONFIRMED, {"case": 1, "remedy": "note"}).startswith("Corrective")
