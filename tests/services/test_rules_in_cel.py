"""Rules that administrators write: drafted, tried on the past, approved by a second one, in force, retired."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from conftest import Database
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger.books import NOW, Books, audit_is_clean, found_registry

from article6.domain import business_rules as language
from article6.domain.business_rules import FACTS, BusinessRule
from article6.domain.kinds import Role
from article6.domain.orders import Outcome, PersonId, Status
from article6.domain.refusals import Code, Refused
from article6.services import business_rules, people, transactions
from article6.services.business_rules import NewRule
from article6.store.queries import business_rules as reading

HOUR = timedelta(hours=1)
LARGE = NewRule("large", "order.quantity > 100", "At most 100 units at a time.", "house rule 7")


@pytest.fixture
def books(database: Database) -> Books:
    books = found_registry()
    for name in ("A", "B"):
        books.open(name)
    books.open("four", needs_approval=True)
    books.issue("A", 1000)
    books.issue("four", 500, vintage=2021)
    people.give_role(books.cy, 0, Role.ADMINISTRATOR, by=books.admin, now=NOW)
    return books


def put_into_force(books: Books, new: NewRule = LARGE, **more: Any) -> BusinessRule:
    rule = business_rules.draft(new, by=books.admin, now=NOW)
    business_rules.try_out(new.name, by=books.admin, now=NOW)
    business_rules.approve(new.name, by=books.cy, now=NOW, **more)
    return rule


@contextlib.contextmanager
def refused(*codes: Code) -> Iterator[Any]:
    with pytest.raises(Refused) as no:
        yield no
    assert no.value.codes == codes


def move(books: Books, quantity: int, at: datetime = NOW, source: str = "A", by: PersonId | None = None) -> Outcome:
    return transactions.propose(books.order(source, "B", quantity), by=by or books.ama, now=at)


def test_a_rule_in_force_refuses_with_its_name_and_its_message(books: Books) -> None:
    put_into_force(books)
    with refused(Code.RULE_REFUSED) as no:
        move(books, 101)
    [reason] = no.value.reasons
    assert (reason.subject, reason.detail) == ("large", "At most 100 units at a time.")
    move(books, 100)
    assert books.quantity("B") == 100
    audit_is_clean()


def test_a_draft_refuses_nothing(books: Books) -> None:
    business_rules.draft(LARGE, by=books.admin, now=NOW)
    business_rules.try_out("large", by=books.admin, now=NOW)
    move(books, 500)


def test_the_rules_of_the_ledger_speak_first(books: Books) -> None:
    put_into_force(books)
    with refused(Code.QUANTITY_EXCEEDS_HOLDING):
        move(books, 100_000)


def test_a_rule_is_tried_on_the_past(books: Books) -> None:
    for quantity in (50, 101, 100, 300):
        move(books, quantity)
    business_rules.draft(LARGE, by=books.admin, now=NOW)
    tried = business_rules.try_out("large", by=books.admin, now=NOW)
    # Two of them are issuances.
    assert (tried.would_refuse, tried.would_fail, tried.of_transactions, len(tried.examples)) == (4, 0, 6, 4)
    latest = business_rules.try_out("large", by=books.admin, now=NOW, at_most=1)
    assert (latest.would_refuse, latest.of_transactions) == (1, 1)
    assert business_rules.listed(by=None)[0]["of_transactions"] == 1
    business_rules.draft(NewRule("slip", "1 / (order.quantity - 50) > 0", "x"), by=books.admin, now=NOW)
    assert business_rules.try_out("slip", by=books.admin, now=NOW).would_fail == 1
    audit_is_clean()


def test_the_past_is_seen_as_it_was_judged(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any]] = []
    judge = language.facts_of

    def watched(*given: Any) -> dict[str, Any]:
        seen.append(judge(*given))
        return seen[-1]

    put_into_force(books, NewRule("never", "false", "x"))
    monkeypatch.setattr(language, "facts_of", watched)
    move(books, 50)
    proposed = move(books, 70, source="four")
    transactions.approve(proposed.transaction_id, by=books.bo, now=NOW)
    from article6.store.database import one_moment

    with one_moment():
        past = [known for _, known in reading.past(2)]
    assert past == [seen[1], seen[0]]
    assert (seen[1]["lots.vintages"], seen[1]["actor.roles"]) == ([2021], ["representative"])
    assert (seen[2]["order.step"], seen[2]["actor.roles"]) == ("approve", ["approver"])


def test_who_wrote_a_rule_neither_approves_nor_retires_it(books: Books) -> None:
    business_rules.draft(LARGE, by=books.admin, now=NOW)
    business_rules.try_out("large", by=books.admin, now=NOW)
    with refused(Code.PERSON_APPROVES_OWN):
        business_rules.approve("large", by=books.admin, now=NOW)
    with refused(Code.PERSON_NOT_PERMITTED):
        business_rules.approve("large", by=books.bo, now=NOW)
    business_rules.approve("large", by=books.cy, now=NOW)
    with refused(Code.PERSON_APPROVES_OWN):
        business_rules.retire("large", by=books.admin, now=NOW)


def test_a_rule_is_tried_before_it_is_approved_and_decided_once(books: Books) -> None:
    business_rules.draft(LARGE, by=books.admin, now=NOW)
    with refused(Code.RULE_NOT_TRIED):
        business_rules.approve("large", by=books.cy, now=NOW)
    with refused(Code.RULE_UNKNOWN):
        business_rules.retire("large", by=books.cy, now=NOW)
    business_rules.try_out("large", by=books.admin, now=NOW)
    business_rules.approve("large", by=books.cy, now=NOW)
    with refused(Code.RULE_ALREADY_DECIDED):
        business_rules.approve("large", by=books.cy, now=NOW)
    for act in (business_rules.approve, business_rules.retire):
        with refused(Code.RULE_UNKNOWN):
            act("nothing", by=books.cy, now=NOW)
    with refused(Code.RULE_UNKNOWN):
        business_rules.try_out("large", 7, by=books.admin, now=NOW)


def test_a_rule_holds_from_its_moment_until_it_is_retired(books: Books) -> None:
    put_into_force(books, in_force_from=NOW + HOUR)
    move(books, 101, NOW)
    with refused(Code.RULE_REFUSED):
        move(books, 101, NOW + HOUR)
    business_rules.retire("large", by=books.cy, now=NOW, retired_from=NOW + 2 * HOUR)
    with refused(Code.RULE_REFUSED):
        move(books, 101, NOW + HOUR)
    move(books, 101, NOW + 2 * HOUR)
    with refused(Code.RULE_ALREADY_DECIDED):
        business_rules.retire("large", by=books.cy, now=NOW)


def test_no_rule_comes_into_force_in_the_past(books: Books) -> None:
    business_rules.draft(LARGE, by=books.admin, now=NOW)
    business_rules.try_out("large", by=books.admin, now=NOW)
    with refused(Code.REQUEST_MALFORMED):
        business_rules.approve("large", by=books.cy, now=NOW, in_force_from=NOW - HOUR)


def test_a_later_version_ends_the_one_before_and_its_end_does_not_bring_that_back(books: Books) -> None:
    put_into_force(books)
    second = put_into_force(books, NewRule("large", "order.quantity > 200", "At most 200."), in_force_from=NOW + HOUR)
    assert second.version == 2
    with refused(Code.RULE_REFUSED):
        move(books, 150)
    with refused(Code.RULE_UNKNOWN):
        business_rules.approve("large", 1, by=books.cy, now=NOW)
    move(books, 150, NOW + HOUR)
    business_rules.retire("large", by=books.cy, now=NOW + HOUR)
    move(books, 300, NOW + 2 * HOUR)


def test_every_rule_that_refuses_is_told(books: Books) -> None:
    put_into_force(books)
    put_into_force(books, NewRule("no-ghana", '"GHA" in lots.parties && source.party == "GHA"', "Not yet."))
    with refused(Code.RULE_REFUSED, Code.RULE_REFUSED) as no:
        move(books, 101)
    assert [each.subject for each in no.value.reasons] == ["large", "no-ghana"]


def test_a_rule_that_cannot_be_worked_out_refuses_by_its_own_code(books: Books) -> None:
    put_into_force(books, NewRule("slip", "order.quantity / (order.quantity - 50) == 7", "x"))
    with refused(Code.RULE_FAILED) as no:
        move(books, 50)
    assert no.value.reasons[0].subject == "slip"
    move(books, 51)
    audit_is_clean()


def test_a_rule_is_asked_again_when_a_proposal_is_approved(books: Books) -> None:
    proposed = move(books, 101, source="four")
    assert proposed.status is Status.PROPOSED
    put_into_force(books)
    with refused(Code.RULE_REFUSED):
        transactions.approve(proposed.transaction_id, by=books.bo, now=NOW)
    assert transactions.reject(proposed.transaction_id, by=books.bo, now=NOW, reason="x").status is Status.REJECTED
    put_into_force(books, NewRule("two", 'order.step == "approve" && "approver" in actor.roles', "x"))
    waiting = move(books, 10, source="four")
    with refused(Code.RULE_REFUSED):
        transactions.approve(waiting.transaction_id, by=books.bo, now=NOW)
    audit_is_clean()


def test_many_at_once_are_asked_too(books: Books) -> None:
    put_into_force(books)
    orders = [(books.order("A", "B", None, (1, 50)), NOW), (books.order("A", "B", None, (51, 200)), NOW)]
    with refused(Code.RULE_REFUSED):
        transactions.post_many(orders, by=books.ama)
    assert books.quantity("B") == 0


def test_a_rule_is_seen_by_every_process_with_the_next_order(books: Books) -> None:
    put_into_force(books, NewRule("never", "false", "x"))
    move(books, 101)  # the rules are known now
    put_into_force(books)
    with refused(Code.RULE_REFUSED):
        move(books, 101)


def test_approvals_at_the_same_time_decide_once(books: Books) -> None:
    business_rules.draft(LARGE, by=books.admin, now=NOW)
    business_rules.try_out("large", by=books.admin, now=NOW)
    answers: list[object] = []

    def decide() -> None:
        from article6.store import database

        try:
            answers.append(business_rules.approve("large", by=books.cy, now=NOW).version)
        except Refused as no:
            answers.append(no.codes)
        finally:
            database.close()

    threads = [threading.Thread(target=decide) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers.count(1) == 1
    assert answers.count((Code.RULE_ALREADY_DECIDED,)) == 3


def test_the_same_key_drafts_and_decides_once(books: Books) -> None:
    drafts = [business_rules.draft(LARGE, by=books.admin, now=NOW, key="k") for _ in range(2)]
    assert drafts[0] == drafts[1]
    business_rules.try_out("large", by=books.admin, now=NOW)
    for _ in range(2):
        business_rules.approve("large", by=books.cy, now=NOW, key="a")
    for _ in range(2):
        business_rules.retire("large", by=books.cy, now=NOW, key="r")


BROKEN = [
    "", " ", "order.quantity", "1 +", "order.quantity >", "order.nothing == 1", "nothing", "order.quantity > 'a'",
    "order.quantity > 1 ? true : 1", "true\n", "tr\u200bue", "x" * 501, "(" * 40 + "true" + ")" * 40, "[" * 500,
    "lots.vintages.exists(v, v < 2020)", "[1, 2].all(x, [1, 2].all(y, true))", "lots.vintages.map(v, v) == [1]",
    "size(lots.vintages.filter(v, true)) > 0", " + ".join(["1"] * 100) + " == 1", "order.quantity = 1", "import os",
    "__import__('os')", "order.type.execute()", "true; false", "\x00true", "||".join(["1>2"] * 125), "dyn(1)",
]  # fmt: skip


@pytest.mark.parametrize("expression", BROKEN)
def test_what_cannot_be_used_is_not_even_drafted(books: Books, expression: str) -> None:
    with refused(Code.RULE_BROKEN):
        business_rules.draft(NewRule("x", expression, "x"), by=books.admin, now=NOW)


@pytest.mark.parametrize("new", [NewRule("X y", "true", "m"), NewRule("", "true", "m"), NewRule("x", "true", " "),
                                 NewRule("x", "true", "m" * 501), NewRule("x", "true", "\0")])  # fmt: skip
def test_a_rule_has_a_name_and_a_message(books: Books, new: NewRule) -> None:
    with refused(Code.RULE_BROKEN):
        business_rules.draft(new, by=books.admin, now=NOW)
    with refused(Code.PERSON_NOT_PERMITTED):
        business_rules.draft(LARGE, by=books.ama, now=NOW)


def test_what_the_language_no_longer_reads_is_not_approved(books: Books, database: Database) -> None:
    with psycopg.connect(database.app_url) as program:
        program.execute(
            """INSERT INTO business_rule (name, version, refuses_when, message, drafted_by, drafted_at)
               VALUES ('old', 1, 'order.colour == 1', 'x', %s, now())""",
            (books.admin,),
        )
    business_rules.try_out("old", by=books.admin, now=NOW)
    with refused(Code.RULE_BROKEN):
        business_rules.approve("old", by=books.cy, now=NOW)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE business_rule SET refuses_when = 'false'", "ledger.append_only"),
        ("DELETE FROM business_rule_act", "ledger.append_only"),
        ("TRUNCATE business_rule CASCADE", "ledger.append_only"),
        (
            """INSERT INTO business_rule_act (business_rule_id, act, person_id, at, effective_from)
               SELECT id, 'retired', drafted_by, now(), now() FROM business_rule""",
            "person.approves_own",
        ),
    ],
)
def test_the_database_holds_to_it_by_itself(books: Books, database: Database, statement: str, code: str) -> None:
    put_into_force(books)
    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.errors.DatabaseError) as no:
        owner.execute(statement)
    assert (no.value.sqlstate, no.value.diag.message_primary) == ("A6001", code)


# The language -------------------------------------------------------------------------------------------------------

KNOWN = {
    **language.past_facts("transfer", 5, {}, datetime(2026, 5, 6, tzinfo=UTC), None, None, {}, ["approver"]),
    **language.lots_facts(unit_types=["MO"], vintages=[2024, 2023, 2024], parties=["GHA"], blocks=3,
                          is_authorized=True, is_first_transferred=False),
}  # fmt: skip


def says(expression: str) -> list[Code]:
    return [each.code for each in language.refusals([BusinessRule(1, "x", 1, expression, "m")], KNOWN)]


def test_every_fact_has_a_value_of_its_type_and_nothing_else_is_known() -> None:
    assert set(KNOWN) == {each.name for each in FACTS}
    neutral = {"string": '"~"', "int": "-7", "bool": "true", "list(string)": '["~"]', "list(int)": "[-7]"}
    for each in FACTS:
        assert language.broken(f"{each.name} == {neutral[each.type]}") == ""
        assert Code.RULE_FAILED not in says(f"{each.name} == {neutral[each.type]}"), each.name


def test_expressions_over_the_facts() -> None:
    for expression in (
        'order.type == "transfer" && order.quantity == 5', "2023 in lots.vintages", "lots.vintage_first == 2023",
        "size(lots.vintages) == 2", 'lots.unit_types == ["MO"]', "lots.authorized && !lots.first_transferred",
        '"approver" in actor.roles', "now.year == 2026 && now.month == 5 && now.day == 6", 'source.number == ""',
        'order.type.startsWith("trans")', 'order.type.matches("^t.*r$")', "order.use_year == 0",
    ):  # fmt: skip
        assert says(expression) == [Code.RULE_REFUSED], expression
    for expression in ("1 / (order.quantity - 5) > 0", "lots.vintages[9] == 1", "9223372036854775807 + now.day > 0"):
        assert says(expression) == [Code.RULE_FAILED], expression
    assert says("no.such == 1") == [Code.RULE_FAILED]


def test_strange_particulars_are_facts_like_others() -> None:
    for value in ("\ud800", "\0", "x" * 100_000, 7, None, ["a"], {"a": 1}, 10**30):
        terms = {"purpose": value, "use_year": value}
        known = {**KNOWN, **language.past_facts("t", 1, terms, NOW, None, None, {}, [])}
        rule = BusinessRule(1, "x", 1, 'order.purpose == "no" || order.use_year < 0', "m")
        assert language.refusals([rule], known) == []


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="()[]{}!-?:.,&|<>=+*/%'\"\\ 1aeo", max_size=600) | st.text(max_size=100))
def test_no_text_stops_the_program_or_takes_long(text: str) -> None:
    begun = time.perf_counter()
    if not language.broken(text):
        says(text)
    assert time.perf_counter() - begun < 2
