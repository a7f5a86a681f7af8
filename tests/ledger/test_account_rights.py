"""Requests for accounts, representatives, trusted accounts, and when an account is closed."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from conftest import Database
from ledger.books import NOW, Books, audit_is_clean, found_registry

from article6.domain.account_requests import Identification
from article6.domain.entities import Document
from article6.domain.kinds import Role
from article6.domain.refusals import Code, Refused
from article6.services import (
    account_requests,
    accounts,
    people,
    representatives,
    sight,
    transactions,
    trusted_accounts,
)
from article6.services.account_requests import AccountRequest
from article6.services.accounts import NewAccount
from article6.services.representatives import RepresentativeChange
from article6.store.database import one, rows, seeing
from article6.store.queries import registries

PAPER = Document("certificate of incorporation", "registry of companies, folio 12", "a" * 64)
HOLDER = Identification("Clean Cooking Ltd", "GHA", "C-1234", (PAPER,))


@pytest.fixture
def books(database: object) -> Books:
    """Root administers, Ama may propose and Bo approve everywhere; Cy, Dee and Eli have no role; Pia is Ghana's."""
    books = found_registry()
    books.open("A")
    books.open("B")
    books.open("gone", "cancellation_voluntary")
    books.issue("A", 100)
    for login in ("dee", "eli", "pia"):
        people.add_person(login, login.title(), by=books.admin, now=NOW)
    people.give_role(person("pia"), ghana(), Role.PARTY_ADMINISTRATOR, by=books.admin, now=NOW)
    return books


def person(login: str) -> Any:
    return people.person_by_login(login)


def ghana() -> int:
    return registries.sections()["GHA"]


def refusal(act: Any, *given: Any, **more: Any) -> tuple[Code, ...]:
    with pytest.raises(Refused) as no:
        act(*given, **more)
    return no.value.codes


def request(*people_: str, holder: Identification = HOLDER, **more: Any) -> AccountRequest:
    return AccountRequest(NewAccount("holding", "GHA", "Clean Cooking", **more), holder, people_)


def change(books: Books, name: str, by: str = "root", **more: tuple[str, ...]) -> representatives.Changed:
    return representatives.change(RepresentativeChange(books.accounts[name].number, **more), by=person(by), now=NOW)


# --- Requests


def test_a_request_is_approved_by_the_party_and_opens_the_account(books: Books) -> None:
    asked = account_requests.file(request("cy", "dee", needs_approval=True), by=books.cy, now=NOW, key="k")
    assert account_requests.file(request("cy", "dee", needs_approval=True), by=books.cy, now=NOW, key="k") == asked
    act = {"approve": True, "now": NOW}
    assert refusal(account_requests.decide, asked.id, **act, by=books.ama) == (Code.PERSON_NOT_PERMITTED,)
    opened = account_requests.decide(asked.id, **act, by=person("pia"), key="d")
    assert account_requests.decide(asked.id, **act, by=person("pia"), key="d") == opened
    account = accounts.by_number(opened.account or "")
    assert (account.holder, account.section_id, account.needs_approval) == ("Clean Cooking Ltd", ghana(), True)
    there = representatives.listed(account.number, person("pia"))["representatives"]
    assert [each["login"] for each in there] == ["cy", "dee"]
    assert refusal(account_requests.decide, asked.id, **act, by=books.admin) == (Code.PROPOSAL_DECIDED,)
    assert refusal(account_requests.decide, 99, **act, by=books.admin) == (Code.PROPOSAL_UNKNOWN,)
    audit_is_clean()


def test_who_asked_for_an_account_does_not_approve_it(books: Books) -> None:
    asked = account_requests.file(request(), by=person("pia"), now=NOW)
    codes = refusal(account_requests.decide, asked.id, approve=True, by=person("pia"), now=NOW)
    assert codes == (Code.PERSON_APPROVES_OWN,)
    said = account_requests.decide(asked.id, approve=False, by=books.admin, now=NOW, reason="not authorized")
    assert (said.status, said.account) == ("rejected", None)


def test_a_request_names_all_that_identifies_the_holder(books: Books) -> None:
    holder = Identification(" ", "Ghana", "", (Document("", "x", "abc"),))
    wanted = request("cy", "nobody", holder=holder, needs_approval=True)
    codes = refusal(account_requests.file, wanted, by=books.cy, now=NOW)
    assert codes == (*[Code.ACCOUNT_NOT_IDENTIFIED] * 4, Code.ACCOUNT_TOO_FEW_REPRESENTATIVES, Code.REQUEST_MALFORMED)
    bare = Identification("Clean Cooking Ltd", "GHA", "C-1234", ())
    assert refusal(account_requests.file, request(holder=bare), by=books.cy, now=NOW) == (Code.ACCOUNT_NOT_IDENTIFIED,)
    new = AccountRequest(NewAccount("mystery", "GHA", "x"), HOLDER)
    assert refusal(account_requests.file, new, by=books.cy, now=NOW) == (Code.ACCOUNT_TYPE_UNKNOWN,)


def test_too_few_who_may_still_act_are_no_approval(books: Books) -> None:
    asked = account_requests.file(request("cy", "dee", needs_approval=True), by=books.cy, now=NOW)
    people.suspend(person("dee"), by=books.admin, now=NOW)
    codes = refusal(account_requests.decide, asked.id, approve=True, by=person("pia"), now=NOW)
    assert codes == (Code.ACCOUNT_TOO_FEW_REPRESENTATIVES,)
    assert one("SELECT count(*) FROM account WHERE request_id IS NOT NULL") == (0,)


def test_what_identifies_a_holder_is_shown_to_those_concerned_only(books: Books) -> None:
    asked = account_requests.file(request("cy"), by=books.cy, now=NOW)
    for by in (books.cy, person("pia"), books.admin):
        assert account_requests.shown(asked.id, by)["identification_number"] == "C-1234"
        assert [each["id"] for each in account_requests.listed(by)] == [asked.id]
    for by in (books.ama, books.bo, person("dee")):
        assert refusal(account_requests.shown, asked.id, by) == (Code.PROPOSAL_UNKNOWN,)
        assert account_requests.listed(by) == []
    told = rows("SELECT action || subject || COALESCE(answer::text, '') FROM audit_event")
    assert not [each for each in told if "C-1234" in each[0] or "Clean Cooking" in each[0]]


def test_the_database_shows_a_request_to_its_section_only(books: Books) -> None:
    account_requests.file(request("cy"), by=books.cy, now=NOW)
    swiss = registries.sections()["CHE"]
    for eyes, there in (("{}", 0), (f"{{{swiss}}}", 0), (f"{{{ghana()}}}", 1), ("*", 1)):
        with seeing(eyes):
            for table in ("account_request", "account_request_identification", "account_request_document"):
                assert one(f"SELECT count(*) FROM {table}") == (there,), (table, eyes)


def test_the_database_opens_no_account_on_a_request_that_nobody_approved(books: Books, database: Database) -> None:
    account_requests.file(request(), by=books.cy, now=NOW)
    with psycopg.connect(database.app_url) as program, pytest.raises(psycopg.Error, match=r"proposal\.unknown"):
        program.execute(
            """INSERT INTO account (number, section_id, type, name, is_terminal, status_since, opened_at, request_id)
               VALUES ('X', %s, 'holding', 'x', false, now(), now(), 1)""",
            (ghana(),),
        )


# --- Representatives


def test_where_an_account_has_representatives_they_alone_propose(books: Books) -> None:
    assert change(books, "A", add=("cy",)).status == "approved"
    assert refusal(books.move, "A", "B", 1, by=books.ama) == (Code.PERSON_NOT_REPRESENTATIVE,)
    books.move("A", "B", 1, by=books.cy)
    books.move("A", "B", 1, by=books.admin)  # kinds.py lets administrators propose
    assert refusal(books.move, "B", "A", 1, by=books.cy) == (Code.PERSON_NOT_PERMITTED,)
    change(books, "A", suspend=("cy",))
    assert refusal(books.move, "A", "B", 1, by=books.cy) == (Code.PERSON_NOT_REPRESENTATIVE,)
    assert refusal(books.move, "A", "B", 1, by=books.ama) == (Code.PERSON_NOT_REPRESENTATIVE,)
    change(books, "A", reinstate=("cy",))
    books.move("A", "B", 1, by=books.cy)
    change(books, "A", remove=("cy",))
    books.move("A", "B", 1, by=books.ama)


def test_who_represents_an_account_sees_its_section(books: Books) -> None:
    assert sight.of(books.cy) == sight.NOTHING
    change(books, "A", add=("cy",))
    assert sight.of(books.cy) == f"{{{ghana()}}}"
    change(books, "A", remove=("cy",))
    assert sight.of(books.cy) == sight.NOTHING


def test_representatives_are_each_others_second_person(books: Books) -> None:
    change(books, "A", add=("cy", "dee"))
    waits = books.move("A", "gone", 5, type_="cancellation_voluntary", by=books.cy).transaction_id
    act = {"now": NOW}
    assert refusal(transactions.approve, waits, **act, by=books.cy) == (Code.PERSON_APPROVES_OWN,)
    assert refusal(transactions.approve, waits, **act, by=books.bo) == (Code.PERSON_NOT_REPRESENTATIVE,)
    change(books, "A", suspend=("dee",))
    assert refusal(transactions.approve, waits, **act, by=person("dee")) == (Code.PERSON_NOT_REPRESENTATIVE,)
    change(books, "A", reinstate=("dee",))
    transactions.approve(waits, **act, by=person("dee"))
    assert books.quantity("gone") == 5


def test_many_orders_at_once_ask_for_the_representative_too(books: Books) -> None:
    change(books, "A", add=("cy",))
    order = books.order("A", "B", None, (1, 10))
    assert refusal(transactions.post_many, [(order, NOW)], by=books.ama) == (Code.PERSON_NOT_REPRESENTATIVE,)
    transactions.post_many([(order, NOW)], by=books.cy)


def test_where_a_second_person_is_asked_for_there_are_two_representatives_and_two_change_them(books: Books) -> None:
    books.open("C", needs_approval=True)
    assert refusal(change, books, "C", add=("cy",)) == (Code.ACCOUNT_TOO_FEW_REPRESENTATIVES,)
    asked = change(books, "C", by="pia", add=("cy", "dee"))
    assert asked.status == "proposed"
    act = {"approve": True, "now": NOW}
    assert refusal(representatives.decide, asked.id, **act, by=person("pia")) == (Code.PERSON_APPROVES_OWN,)
    assert refusal(representatives.decide, asked.id, **act, by=books.ama) == (Code.PERSON_NOT_PERMITTED,)
    assert representatives.decide(asked.id, **act, by=books.bo).status == "approved"
    assert refusal(representatives.decide, asked.id, **act, by=books.bo) == (Code.PROPOSAL_DECIDED,)
    assert refusal(change, books, "C", remove=("cy",)) == (Code.ACCOUNT_TOO_FEW_REPRESENTATIVES,)
    swap = change(books, "C", remove=("cy",), add=("eli",))
    representatives.decide(swap.id, **act, by=books.bo)
    # A suspension waits for nobody.
    assert change(books, "C", suspend=("eli",)).status == "approved"
    there = representatives.listed(books.accounts["C"].number, books.bo)["representatives"]
    assert [(each["login"], each["status"]) for each in there] == [("dee", "active"), ("eli", "suspended")]


def test_nobody_approves_their_own_appointment(books: Books) -> None:
    books.open("C", needs_approval=True)
    asked = change(books, "C", add=("bo", "dee"))
    codes = refusal(representatives.decide, asked.id, approve=True, by=books.bo, now=NOW)
    assert codes == (Code.PERSON_APPROVES_OWN,)
    assert representatives.decide(asked.id, approve=False, by=books.bo, now=NOW).status == "rejected"


def test_a_change_names_people_that_it_fits(books: Books) -> None:
    codes = refusal(change, books, "A", add=("cy", "cy", "nobody"), remove=("dee",), reinstate=("eli",))
    assert codes == (Code.REQUEST_MALFORMED,) * 4
    assert refusal(change, books, "A") == (Code.REQUEST_MALFORMED,)
    assert refusal(change, books, "A", by="ama", add=("cy",)) == (Code.PERSON_NOT_PERMITTED,)
    assert refusal(representatives.listed, books.accounts["A"].number, person("dee")) == (Code.PERSON_NOT_PERMITTED,)


# --- Trusted accounts


def trust(books: Books, change_: str, trusted: str | None = None, approve: bool = True) -> None:
    number = books.accounts[trusted].number if trusted else None
    asked = trusted_accounts.propose(books.accounts["A"].number, change_, number, by=books.ama, now=NOW)
    trusted_accounts.decide(asked.id, approve=approve, by=books.bo, now=NOW)


def test_transfers_go_to_trusted_accounts_only_where_the_account_demands_it(books: Books) -> None:
    waits = books.move("A", "gone", 5, type_="cancellation_voluntary").transaction_id
    trust(books, "demand")
    assert refusal(books.move, "A", "B", 1) == (Code.ACCOUNT_NOT_TRUSTED,)
    assert refusal(transactions.post_many, [(books.order("A", "B", None, (90, 90)), NOW)], by=books.ama) == (
        Code.ACCOUNT_NOT_TRUSTED,
    )
    transactions.approve(waits, by=books.bo, now=NOW)
    trust(books, "trust", "B")
    books.move("A", "B", 1)
    trust(books, "distrust", "B")
    assert refusal(books.move, "A", "B", 1) == (Code.ACCOUNT_NOT_TRUSTED,)
    trust(books, "trust", "B", approve=False)
    assert refusal(books.move, "A", "B", 1) == (Code.ACCOUNT_NOT_TRUSTED,)
    trust(books, "waive")
    books.move("A", "B", 1)


def test_a_transfer_that_waits_is_judged_by_the_list_of_the_day_it_is_approved(books: Books) -> None:
    books.open("D", needs_approval=True)
    books.issue("D", 10)
    waits = books.move("D", "B", 5).transaction_id
    asked = trusted_accounts.propose(books.accounts["D"].number, "demand", by=books.ama, now=NOW)
    trusted_accounts.decide(asked.id, approve=True, by=books.bo, now=NOW)
    assert refusal(transactions.approve, waits, by=books.bo, now=NOW) == (Code.ACCOUNT_NOT_TRUSTED,)


def test_the_list_is_changed_by_two_who_act_for_the_account(books: Books) -> None:
    number = books.accounts["A"].number
    propose, act = trusted_accounts.propose, {"now": NOW}
    assert refusal(propose, number, "trust", "GHA01-100-1-0-1", **act, by=books.ama) == (Code.ACCOUNT_UNKNOWN,)
    assert refusal(propose, number, "demand", number, **act, by=books.ama) == (Code.REQUEST_MALFORMED,)
    assert refusal(propose, number, "demand", **act, by=books.cy) == (Code.PERSON_NOT_PERMITTED,)
    change(books, "A", add=("cy", "dee"))
    assert refusal(propose, number, "demand", **act, by=books.ama) == (Code.PERSON_NOT_REPRESENTATIVE,)
    asked = propose(number, "demand", **act, by=books.cy)
    decide = trusted_accounts.decide
    assert refusal(decide, asked.id, approve=True, **act, by=books.cy) == (Code.PERSON_APPROVES_OWN,)
    assert refusal(decide, asked.id, approve=True, **act, by=books.bo) == (Code.PERSON_NOT_REPRESENTATIVE,)
    assert decide(asked.id, approve=True, **act, by=person("dee")).status == "approved"
    assert refusal(decide, asked.id, approve=True, **act, by=person("dee")) == (Code.PROPOSAL_DECIDED,)
    assert trusted_accounts.listed(number, books.cy)["trusted_only"] is True


# --- Status, periods


def test_an_account_to_which_something_is_proposed_is_not_closed(books: Books) -> None:
    waits = books.move("A", "gone", 5, type_="cancellation_voluntary").transaction_id
    close = {"reason": "done", "by": books.admin, "now": NOW}
    codes = refusal(accounts.set_status, books.accounts["gone"].number, "closed", **close)
    assert codes == (Code.ACCOUNT_HAS_PROPOSALS,)
    transactions.reject(waits, by=books.bo, now=NOW, reason="no")
    assert accounts.set_status(books.accounts["gone"].number, "closed", **close).status == "closed"


def test_a_party_has_one_retirement_account_for_each_period(books: Books) -> None:
    books.open("ndc", "retirement", period_first=2021, period_last=2030)
    assert refusal(books.open, "twice", "retirement", period_first=2021, period_last=2030) == (
        Code.ACCOUNT_PERIOD_TAKEN,
    )
    books.open("next", "retirement", period_first=2031, period_last=2035)
    books.open("swiss", "retirement", "CHE", period_first=2021, period_last=2030)
