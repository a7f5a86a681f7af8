"""Rules that administrators write are asked before units come to be, too; by themselves or as part of an act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from conftest import Database
from ledger.books import NOW, Books, audit_is_clean, found_registry
from ledger.mechanism_books import authorize, issue, kyoto, mechanism_books, state, take

from article6.domain import business_rules as language
from article6.domain.authorizations import Purpose
from article6.domain.business_rules import FACTS
from article6.domain.kinds import Kind, Role
from article6.domain.mechanism import Statement
from article6.domain.orders import Issuance
from article6.domain.refusals import Code, Refused
from article6.domain.units import BatchAttributes, UnitType
from article6.services import authorizations, business_rules, issuance, people, role_changes
from article6.services.authorizations import NewApproach, NewAuthorization
from article6.services.business_rules import NewRule
from article6.store.database import one_moment, rows
from article6.store.queries import business_rules as reading


def second_administrator(books: Books) -> None:
    change = people.give_role(books.cy, 0, Role.ADMINISTRATOR, by=books.admin, now=NOW)
    if change.status != role_changes.APPROVED:
        role_changes.decide(change.id or 0, approve=True, by=books.bo, now=NOW)


@pytest.fixture
def books(database: Database) -> Books:
    books = found_registry()
    books.open("A")
    books.open("C", section="CHE")
    second_administrator(books)
    return books


def in_force(books: Books, refuses_when: str, name: str = "mine", **more: Any) -> None:
    business_rules.draft(NewRule(name, refuses_when, "No."), by=books.admin, now=NOW)
    business_rules.try_out(name, by=books.admin, now=NOW)
    business_rules.approve(name, by=books.cy, now=NOW, **more)


@contextmanager
def refused(*codes: Code) -> Iterator[Any]:
    before = rows("SELECT count(*) FROM batch")
    with pytest.raises(Refused) as no:
        yield no
    assert no.value.codes == codes
    assert rows("SELECT count(*) FROM batch") == before


def wanted(books: Books, quantity: int = 100, target: str = "A", **batch: Any) -> Issuance:
    attributes = BatchAttributes(UnitType.MO, **{"vintage_year": 2023, **batch})
    return Issuance(books.accounts[target].number, "GHA01", "GHA", quantity, attributes)


def test_a_rule_refuses_an_issuance_with_its_name_and_its_message(books: Books) -> None:
    in_force(books, "order.type == 'issuance' && order.quantity > 100")
    with refused(Code.RULE_REFUSED) as no:
        books.issue("A", 101)
    [reason] = no.value.reasons
    assert (reason.subject, reason.detail) == ("mine", "No.")
    books.issue("A", 100)
    audit_is_clean()


def test_the_rules_of_the_ledger_speak_first(books: Books) -> None:
    in_force(books, "true")
    with refused(Code.VINTAGE_OUT_OF_RANGE):
        books.issue("A", 100, vintage=1989)


@pytest.mark.parametrize(
    "refuses_when",
    [
        "order.step == 'issue' && source.number == '' && source.type == ''",
        "target.type == 'holding' && target.party == 'GHA'",
        "lots.unit_types == ['MO'] && lots.vintages == [2023] && lots.parties == ['GHA'] && lots.blocks == 1",
        "!lots.authorized && !lots.first_transferred",
        "batch.activity == '77' && batch.approach == 'CA0001' && batch.authorization == ''",
        "'Transportation' in batch.sectors && batch.activity_types == ['Transport']",
        "batch.metric == 'GHG' && batch.mitigation_type == 'Emission reductions' && batch.underlying_registry == 'VCS'",
        "'administrator' in actor.roles && now.year == 2026",
    ],
)
def test_what_a_rule_sees_of_an_issuance(books: Books, refuses_when: str) -> None:
    activity = issuance.record_activity(issuance.NewActivity("77", "GHA"), by=books.admin, now=NOW)
    new = NewApproach("CA0001", "Any", ("GHA", "CHE"))
    approach = authorizations.record_approach(new, by=books.admin, now=NOW)
    full = wanted(
        books, activity_id=activity, cooperative_approach_id=approach, sectors=("Transportation",),
        activity_types=("Transport",), underlying_registry="VCS",
    )  # fmt: skip
    in_force(books, refuses_when)
    with refused(Code.RULE_REFUSED):
        issuance.issue(full, by=books.admin, now=NOW)
    in_force(books, f"!({refuses_when})")
    issuance.issue(full, by=books.admin, now=NOW)


def test_an_authorization_is_seen(books: Books) -> None:
    authorizations.record_approach(NewApproach("CA0001", "Any", ("GHA", "CHE")), by=books.admin, now=NOW)
    new = NewAuthorization("GHA-1", "GHA", "CA0001", date(2023, 1, 1), Purpose.NDC)
    authorizations.record_authorization(new, by=books.admin, now=NOW)
    in_force(books, "lots.authorized && batch.authorization == 'GHA-1'")
    authorized = Issuance(books.accounts["A"].number, "GHA01", "GHA", 10,
                          BatchAttributes(UnitType.MO, vintage_year=2023), authorization="GHA-1")  # fmt: skip
    with refused(Code.RULE_REFUSED):
        issuance.issue(authorized, by=books.admin, now=NOW)
    books.issue("A", 10)


def test_of_many_issuances_each_is_asked_at_its_own_time(books: Books) -> None:
    later = NOW + timedelta(days=1)
    in_force(books, "order.quantity > 100", in_force_from=later)
    assert len(issuance.issue_many([(wanted(books, 101), NOW), (wanted(books, 100), later)], by=books.admin)) == 2
    with refused(Code.RULE_REFUSED, Code.RULE_REFUSED):
        issuance.issue_many([(wanted(books, 101), later), (wanted(books, 5), later), (wanted(books, 200), later)],
                            by=books.admin)  # fmt: skip


def test_one_that_cannot_be_worked_out_refuses_too(books: Books) -> None:
    in_force(books, "1 / (order.quantity - 50) > 100")
    with refused(Code.RULE_FAILED):
        books.issue("A", 50)
    books.issue("A", 51)


def test_a_rule_refuses_an_issuance_of_the_mechanism_as_a_whole(database: Database) -> None:
    books = mechanism_books()
    authorize(books)
    state(books, Statement.FULL, authorization="THA-1")
    second_administrator(books)
    in_force(books, "order.type == 'issuance' && batch.activity == '77' && order.quantity > 1000")
    with refused(Code.RULE_REFUSED):
        issue(books, 1001)
    in_force(books, "order.type == 'cancellation_omge'", "omge")
    with refused(Code.RULE_REFUSED):
        issue(books, 1000)
    in_force(books, "order.type == 'take_over' && 'CER' in lots.unit_types && lots.vintages == []", "cers")
    with refused(Code.RULE_REFUSED):
        take(books, kyoto(books, 1, 10))
    audit_is_clean()


def test_the_past_of_issuances_is_seen_as_it_was_judged(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any]] = []
    judge = language.facts_of_issuance

    def watched(*given: Any) -> dict[str, Any]:
        seen.append(judge(*given))
        return seen[-1]

    activity = issuance.record_activity(issuance.NewActivity("77", "GHA"), by=books.admin, now=NOW)
    in_force(books, "false")
    monkeypatch.setattr(language, "facts_of_issuance", watched)
    issuance.issue(wanted(books, 7, activity_id=activity, sectors=("Transportation",)), by=books.admin, now=NOW)
    issuance.issue(wanted(books, 8), by=books.admin, now=NOW)
    with one_moment():
        past = [known for _, known in reading.past(10)]
    assert past == [seen[1], seen[0]]
    assert set(past[0]) == {each.name for each in FACTS}


def test_without_rules_an_issuance_is_asked_nothing(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "facts_of_issuance", None)
    books.issue("A", 10)
    assert books.kind is Kind.INTERNATIONAL


def test_a_try_out_under_the_same_key_gives_the_first_answer(books: Books) -> None:
    books.issue("A", 101)
    business_rules.draft(NewRule("large", "order.quantity > 100", "No."), by=books.admin, now=NOW)
    first = business_rules.try_out("large", by=books.admin, now=NOW, key="k")
    books.issue("A", 102)
    assert business_rules.try_out("large", by=books.admin, now=NOW, key="k") == first
    assert (first.would_refuse, first.of_transactions, len(first.examples)) == (1, 1, 1)
    assert business_rules.try_out("large", by=books.admin, now=NOW).would_refuse == 2
