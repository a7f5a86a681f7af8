"""Corrective action: what two administrators put right, what nobody may, who is told, what the Parties report."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from conftest import Database
from ledger.authorizing import abroad, approved, lay, record, with_approach
from ledger.books import NOW, Books, audit_is_clean
from ledger.test_races import ROUNDS, at_once, losers, winners

from article6.domain.corrections import NewRemedy, Remedy
from article6.domain.declarations import Subject
from article6.domain.kinds import Role
from article6.domain.orders import Order, PersonId, TransactionId
from article6.domain.refusals import Code, Refused
from article6.domain.serials import SeriesRange
from article6.reporting.aef_nomenclatures import ActionType
from article6.services import accounts, aef, corrections, declarations, people, role_changes, transactions
from article6.services.corrections import NewCase
from article6.services.declarations import NewDeclaration
from article6.store.database import one, rows


@pytest.fixture
def books(database: object) -> Books:
    """Administrators of the registry: Root and Bo everywhere, Cy in the administrator's section only."""
    books = with_approach()
    books.open("bin", "cancellation_administrative")
    books.open("bin of C", "cancellation_administrative", section="CHE")
    books.open("gone", "cancellation_voluntary")
    people.give_role(books.bo, 0, Role.ADMINISTRATOR, by=books.admin, now=NOW)
    appoint(books, books.cy, one("SELECT id FROM section WHERE code = 'ADM'")[0])
    record(books, parties=("CHE",))
    return books


def appoint(books: Books, person: PersonId, section_id: int) -> None:
    asked = people.give_role(person, section_id, Role.ADMINISTRATOR, by=books.admin, now=NOW)
    role_changes.decide(asked.id or 0, approve=True, by=books.bo, now=NOW)


def refusal(act: Any, *given: Any, **more: Any) -> tuple[Code, ...]:
    with pytest.raises(Refused) as no:
        act(*given, **more)
    return no.value.codes


def opened(books: Books, *serials: tuple[int, int], by: PersonId | None = None, **more: Any) -> int:
    ranges = tuple(SeriesRange(1, *each) for each in serials)
    new = NewCase("Letter of 3 May", "Sent to the wrong account", "L-3", ranges=ranges, **more)
    return int(corrections.open_case(new, by=by or books.admin, now=NOW)["id"])


def movement(books: Books, source: str, target: str, *serials: tuple[int, int]) -> NewRemedy:
    ranges = tuple(SeriesRange(1, *each) for each in serials)
    return NewRemedy(Remedy.MOVEMENT, books.accounts[source].number, books.accounts[target].number, ranges)


def proposed(books: Books, case: int, new: NewRemedy, by: PersonId | None = None) -> dict[str, Any]:
    return corrections.propose(case, new, by=by or books.admin, now=NOW)


def confirmed(books: Books, case: int, by: PersonId | None = None) -> dict[str, Any]:
    return corrections.confirm(case, by=by or books.cy, now=NOW)


def notices_to(section: str) -> list[str]:
    found = rows(
        "SELECT n.code FROM notice n JOIN section s ON s.id = n.section_id WHERE s.code = %s ORDER BY n.id", (section,)
    )
    return [each[0] for each in found]


def abroad_by_mistake(books: Books) -> TransactionId:
    """Units 1-100 of Ghana, first transferred to Switzerland, where they should not be."""
    lay(books, (1, 100))
    return abroad(books, "A", "C", (1, 100)).transaction_id


def test_units_go_back_where_they_belong_after_two_administrators(books: Books) -> None:
    sent = abroad_by_mistake(books)
    case = opened(books, transaction_id=sent)
    waiting = proposed(books, case, movement(books, "C", "A"))
    assert (waiting["state"], books.quantity("C"), books.quantity("A")) == ("proposed", 100, 900)
    assert one("SELECT count(*) FROM block WHERE reserved_by IS NOT NULL") == (1,)
    done = confirmed(books, case)
    assert (done["state"], books.quantity("C"), books.quantity("A")) == ("confirmed", 0, 1000)
    assert [(each["act"], each["person"], each["remedy"]) for each in done["acts"]] == [
        ("proposed", "Root", "movement"), ("confirmed", "Cy", None)
    ]  # fmt: skip
    assert done["sections"] == ["ADM", "CHE", "GHA"]
    audit_is_clean()


def test_a_correction_never_undoes_a_first_transfer_and_never_is_one(books: Books) -> None:
    sent = abroad_by_mistake(books)
    before = one("SELECT first_transfer_id FROM block WHERE account_id = %s", (books.accounts["C"].id,))
    assert before == (sent,)
    case = opened(books, (1, 100))
    proposed(books, case, movement(books, "C", "A", (1, 40)))
    confirmed(books, case)
    assert one("SELECT DISTINCT first_transfer_id FROM block WHERE hi <= 100") == (sent,)
    assert one("SELECT count(*) FROM entry WHERE is_first_transfer") == (1,)
    # Authorized, and not yet first transferred: it comes to another Party by its transfer only.
    lay(books, (101, 200))
    for target in ("C", "D"):
        assert refusal(proposed, books, opened(books, (101, 200)), movement(books, "A", target)) == (
            Code.CORRECTION_NOT_FIRST_TRANSFERRED,
        )
    proposed(books, opened(books, (101, 200)), movement(books, "A", "B"))
    audit_is_clean()


def test_the_parties_of_every_section_concerned_are_told_of_every_step(books: Books) -> None:
    sent = abroad_by_mistake(books)
    before = len(notices_to("CHE")), len(notices_to("GHA"))
    case = opened(books, transaction_id=sent)
    proposed(books, case, movement(books, "C", "D"))
    confirmed(books, case)
    told = ["correction.opened", "correction.proposed", "correction.confirmed"]
    assert notices_to("CHE")[before[0] :] == told
    assert notices_to("GHA")[before[1] :] == told
    # Thailand came in with the remedy.
    assert notices_to("THA") == told[1:]
    assert notices_to("ADM") == []


def test_a_proposer_does_not_confirm_and_others_have_no_say(books: Books) -> None:
    case = opened(books, (1, 10), by=books.cy)
    proposed(books, case, movement(books, "A", "B"))
    for act in (corrections.confirm, corrections.reject):
        reason = {"reason": "no"} if act is corrections.reject else {}
        assert refusal(act, case, **reason, by=books.admin, now=NOW) == (Code.PERSON_APPROVES_OWN,)
        assert refusal(act, case, **reason, by=books.ama, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    # Who opened it has seen it with other eyes than who proposed.
    confirmed(books, case)
    audit_is_clean()


def test_an_administrator_of_a_party_has_no_hand_in_it(books: Books) -> None:
    appoint(books, books.ama, books.accounts["A"].section_id)
    assert refusal(opened, books, (1, 10), by=books.ama) == (Code.PERSON_NOT_PERMITTED,)
    case = opened(books, (1, 10))
    number = proposed(books, case, movement(books, "A", "B"))["acts"][-1]["transaction_id"]
    for act, more in (
        (transactions.approve, {}), (transactions.reject, {"reason": "mine"}), (transactions.cancel, {}),
    ):  # fmt: skip
        assert refusal(act, TransactionId(number), by=books.ama, now=NOW, **more) == (Code.TRANSACTION_NOT_ALONE,)
    assert refusal(corrections.withdraw, case, reason="mine", by=books.ama, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    order = Order("correction", books.accounts["A"].number, books.accounts["B"].number, 5, terms={"case": 1})
    assert refusal(transactions.propose, order, by=books.admin, now=NOW) == (Code.TRANSACTION_NOT_ALONE,)


def test_what_a_case_needs(books: Books) -> None:
    nothing = NewCase(" ", "")
    assert refusal(corrections.open_case, nothing, by=books.admin, now=NOW) == (Code.CORRECTION_INCOMPLETE,) * 3
    assert refusal(opened, books, (990, 1001)) == (Code.CORRECTION_INCOMPLETE,)
    assert refusal(opened, books, (1, 10), (10, 20)) == (Code.SERIALS_REPEATED,)
    assert refusal(opened, books, transaction_id=999) == (Code.TRANSACTION_UNKNOWN,)
    waiting = books.move("A", "gone", 5, type_="cancellation_voluntary").transaction_id
    assert refusal(opened, books, transaction_id=waiting) == (Code.CORRECTION_INCOMPLETE,)
    assert refusal(corrections.shown, 7, by=books.admin) == (Code.CORRECTION_UNKNOWN,)
    assert refusal(confirmed, books, 7) == (Code.CORRECTION_UNKNOWN,)
    opened(books, (990, 1000))


def test_a_remedy_answers_its_case(books: Books) -> None:
    case = opened(books, (1, 10))
    assert refusal(proposed, books, case, movement(books, "A", "B", (5, 11))) == (Code.CORRECTION_NOT_CONCERNED,)
    assert refusal(proposed, books, case, NewRemedy(Remedy.MOVEMENT)) == (Code.CORRECTION_INCOMPLETE,)
    assert refusal(proposed, books, case, NewRemedy(Remedy.NOTE)) == (Code.CORRECTION_INCOMPLETE,)
    assert refusal(proposed, books, case, NewRemedy(Remedy.NOTE, "A", remark="x")) == (Code.CORRECTION_INCOMPLETE,)
    a, b = (books.accounts[name].number for name in ("A", "bin"))
    eleven = NewRemedy(Remedy.CANCELLATION, a, b, quantity=11)
    assert refusal(proposed, books, case, eleven) == (Code.CORRECTION_QUANTITY_DIFFERS,)
    wrong = NewRemedy(Remedy.MOVEMENT, a, books.accounts["B"].number, quantity=9)
    assert refusal(proposed, books, case, wrong) == (Code.QUANTITY_RANGE_MISMATCH,)
    assert refusal(proposed, books, case, movement(books, "B", "A")) == (Code.BLOCK_NOT_HELD,)
    assert refusal(proposed, books, case, movement(books, "A", "bin")) == (Code.TRANSACTION_WRONG_ACCOUNTS,)
    proposed(books, case, movement(books, "A", "B", (5, 10)))


def test_final_units_stay_and_as_many_are_cancelled_instead(books: Books) -> None:
    sent = approved(books, books.move("A", "gone", None, (1, 30), type_="cancellation_voluntary")).transaction_id
    case = opened(books, transaction_id=sent)
    assert Code.BLOCK_FINAL in refusal(proposed, books, case, movement(books, "gone", "A"))
    a, target = (books.accounts[name].number for name in ("A", "bin"))
    proposed(books, case, NewRemedy(Remedy.CANCELLATION, a, target, remark="In place of 1-30"))
    confirmed(books, case)
    assert (books.quantity("gone"), books.quantity("bin"), books.quantity("A")) == (30, 30, 940)
    audit_is_clean()


def test_what_can_only_be_said_in_a_revised_report_is_recorded(books: Books) -> None:
    case = opened(books, (1, 1000))
    proposed(books, case, NewRemedy(Remedy.NOTE, remark="The vintage is 2022: revised report for 2024"))
    assert refusal(confirmed, books, case, books.admin) == (Code.PERSON_APPROVES_OWN,)
    done = confirmed(books, case)
    assert done["acts"][0]["remark"].startswith("The vintage is 2022")
    assert one("SELECT count(*) FROM ledger_transaction WHERE type <> 'issuance'") == (0,)
    audit_is_clean()


def test_blocked_accounts_are_reached_and_closed_ones_are_not(books: Books) -> None:
    sent = abroad_by_mistake(books)
    for name in ("A", "C"):
        accounts.set_status(books.accounts[name].number, "blocked", reason="look", by=books.admin, now=NOW)
    case = opened(books, transaction_id=sent)
    proposed(books, case, movement(books, "C", "A"))
    confirmed(books, case)
    assert books.quantity("A") == 1000
    # What compensates comes out of open accounts: nothing has gone wrong there.
    compensated = NewRemedy(Remedy.CANCELLATION, *(books.accounts[name].number for name in ("A", "bin")))
    assert refusal(proposed, books, opened(books, (1, 5)), compensated) == (Code.ACCOUNT_NOT_OPEN,)
    accounts.set_status(books.accounts["B"].number, "closed", reason="wound up", by=books.admin, now=NOW)
    assert refusal(proposed, books, opened(books, (1, 5)), movement(books, "A", "B")) == (Code.ACCOUNT_NOT_OPEN,)
    assert refusal(books.move, "A", "C", 5, type_="international_transfer")[0] is Code.ACCOUNT_NOT_OPEN
    audit_is_clean()


def test_a_declared_account_that_is_not_final_is_reached_too(books: Books) -> None:
    content = {"title": "Escrow", "number": 150, "holds": ["MO", "ITMO"]}
    drafted = declarations.draft(NewDeclaration(Subject.ACCOUNT_TYPE, "escrow", content), by=books.admin, now=NOW)
    declarations.approve(Subject.ACCOUNT_TYPE, "escrow", drafted.version, by=books.bo, now=NOW)
    books.open("E", "escrow")
    for source, target in (("A", "E"), ("E", "B")):
        case = opened(books, (1, 10))
        proposed(books, case, movement(books, source, target))
        confirmed(books, case)
    assert books.holds("B") == [(1, 10)]
    audit_is_clean()


def test_rejected_and_withdrawn_cases_set_their_units_free_and_end(books: Books) -> None:
    for end, state in ((corrections.reject, "rejected"), (corrections.withdraw, "withdrawn")):
        by = books.bo if state == "rejected" else books.admin
        case = opened(books, (1, 10))
        proposed(books, case, movement(books, "A", "B"))
        assert refusal(books.move, "A", "B", None, (1, 10)) == (Code.BLOCK_RESERVED,)
        assert refusal(end, case, reason=" ", by=by, now=NOW) == (Code.CORRECTION_INCOMPLETE,)
        done = end(case, reason="Nothing was wrong", by=by, now=NOW)
        assert (done["state"], done["acts"][-1]["remark"]) == (state, "Nothing was wrong")
        for act in (lambda: confirmed(books, case), lambda: proposed(books, case, movement(books, "A", "B"))):
            assert refusal(act) == (Code.CORRECTION_WRONG_STATE,)
    assert books.holds("A") == [(1, 1000)]
    assert notices_to("GHA")[-1] == "correction.withdrawn"
    case = opened(books, (1, 10))
    assert refusal(corrections.withdraw, case, reason="x", by=books.bo, now=NOW) == (Code.CORRECTION_NOT_OWN,)
    corrections.withdraw(case, reason="Mistyped", by=books.admin, now=NOW)
    audit_is_clean()


def test_a_proposal_that_nobody_decides_lapses_and_the_case_is_open_again(books: Books) -> None:
    case = opened(books, (1, 10))
    proposed(books, case, movement(books, "A", "B"))
    assert transactions.expire_due(NOW + timedelta(days=31)) == 1
    found = corrections.shown(case, by=books.admin)
    assert (found["state"], [each["act"] for each in found["acts"]]) == ("opened", ["proposed", "lapsed"])
    assert notices_to("GHA")[-1] == "correction.lapsed"
    assert refusal(confirmed, books, case) == (Code.CORRECTION_WRONG_STATE,)
    proposed(books, case, movement(books, "A", "B"), by=books.bo)
    confirmed(books, case, by=books.admin)
    assert books.quantity("B") == 10
    audit_is_clean()


def test_the_same_key_acts_once(books: Books) -> None:
    new = NewCase("x", "y", ranges=(SeriesRange(1, 1, 10),))
    first = corrections.open_case(new, by=books.admin, now=NOW, key="k")
    assert corrections.open_case(new, by=books.admin, now=NOW, key="k")["id"] == first["id"]
    for _ in range(2):
        corrections.propose(first["id"], movement(books, "A", "B"), by=books.admin, now=NOW, key="p")
        corrections.confirm(first["id"], by=books.bo, now=NOW, key="c")
    assert books.quantity("B") == 10
    assert refusal(corrections.confirm, 7, by=books.bo, now=NOW, key="c") == (Code.IDEMPOTENCY_CONTENT_DIFFERS,)


def test_two_confirmations_at_once(books: Books) -> None:
    for turn in range(ROUNDS):
        source, target = ("A", "B") if turn % 2 == 0 else ("B", "A")
        case = opened(books, (1, 10))
        proposed(books, case, movement(books, source, target))
        results = at_once(
            lambda case=case: confirmed(books, case),
            lambda case=case: confirmed(books, case, books.bo),
            lambda case=case: corrections.withdraw(case, reason="stop", by=books.admin, now=NOW),
        )
        assert len(winners(results)) == 1
        assert {no.codes for no in losers(results)} == {(Code.CORRECTION_WRONG_STATE,)}
        if winners(results)[0]["state"] == "withdrawn":  # type: ignore[index]
            books.move(source, target, None, (1, 10))
        assert books.quantity(target) in (10, 1000)
    audit_is_clean()


def test_units_that_move_while_their_correction_is_proposed_or_confirmed(books: Books) -> None:
    for _ in range(ROUNDS):
        case = opened(books, (1, 10))
        results = at_once(
            lambda case=case: proposed(books, case, movement(books, "A", "B")),
            lambda: books.move("A", "B", None, (1, 10)),
        )
        assert len(winners(results)) == 1
        if isinstance(results[1], Refused):
            assert set(results[1].codes) <= {Code.BLOCK_RESERVED}
            results = at_once(
                lambda case=case: confirmed(books, case),
                lambda: books.move("A", "B", None, (5, 15)),
                lambda: books.move("A", "B", None, (10, 10)),
            )
            assert isinstance(results[0], dict)
            assert len(losers(results)) == 2
        else:
            assert isinstance(results[0], Refused)
            assert set(results[0].codes) <= {Code.BLOCK_NOT_HELD}
        books.move("B", "A", None, (1, 10))
    audit_is_clean()


def test_a_confirmation_against_the_clock(books: Books) -> None:
    for _ in range(ROUNDS):
        case = opened(books, (1, 10))
        proposed(books, case, movement(books, "A", "B"))
        late = NOW + timedelta(days=31)
        results = at_once(lambda case=case: confirmed(books, case), lambda late=late: transactions.expire_due(late))
        assert isinstance(results[1], int)
        assert books.quantity("B") == (0 if results[1] else 10)
        if not results[1]:
            books.move("B", "A", None, (1, 10))
    audit_is_clean()


def acted(party: str) -> list[tuple[ActionType, int, int, str | None]]:
    return [
        (each.type, each.itmos.identifier.serial_first, each.itmos.identifier.serial_last,
         each.transferring_party or each.acquiring_party)
        for each in aef.aef(party, 2026, now=NOW).actions()
    ]  # fmt: skip


def test_a_correction_across_sections_is_reported_by_both_as_transfer_and_acquisition(books: Books) -> None:
    sent = abroad_by_mistake(books)
    case = opened(books, transaction_id=sent)
    proposed(books, case, movement(books, "C", "D"))
    confirmed(books, case)
    assert acted("GHA") == [(ActionType.FIRST_TRANSFER, 1, 100, "CHE")]
    assert acted("CHE") == [(ActionType.ACQUISITION, 1, 100, "GHA"), (ActionType.TRANSFER, 1, 100, "THA")]
    assert acted("THA") == [(ActionType.ACQUISITION, 1, 100, "CHE")]
    assert not aef.matching("CHE", "THA", 2026, now=NOW)
    [action] = aef.aef("THA", 2026, now=NOW).actions()
    assert action.remarks == f"Corrective action {case}: Letter of 3 May"
    [held] = aef.aef("THA", 2026, now=NOW).holdings()
    assert (held.itmos.identifier.serial_first, held.itmos.identifier.serial_last) == (1, 100)
    assert list(aef.aef("CHE", 2026, now=NOW).holdings()) == []


def test_a_correction_of_what_is_no_itmo_yet_is_no_action(books: Books) -> None:
    # Recorded in the wrong section, and brought home before its first transfer.
    first, last = books.issue("C", 50)
    lay(books, (first, last))
    case = opened(books, (first, last))
    proposed(books, case, movement(books, "C", "A"))
    confirmed(books, case)
    assert (acted("CHE"), acted("GHA")) == ([], [])
    abroad(books, "A", "C", (first, last))
    assert acted("GHA") == [(ActionType.FIRST_TRANSFER, first, last, "CHE")]
    assert acted("CHE") == [(ActionType.ACQUISITION, first, last, "GHA")]
    audit_is_clean()


def test_a_compensation_is_reported_as_a_cancellation(books: Books) -> None:
    abroad_by_mistake(books)
    case = opened(books, (1, 20))
    source, target = (books.accounts[name].number for name in ("C", "bin of C"))
    proposed(books, case, NewRemedy(Remedy.CANCELLATION, source, target))
    confirmed(books, case)
    assert [each[:3] for each in acted("CHE")] == [(ActionType.ACQUISITION, 1, 100), (ActionType.CANCELLATION, 1, 20)]
    audit_is_clean()


HOSTILE = [
    "UPDATE correction_case SET reason = 'x'",
    "DELETE FROM correction_act",
    "TRUNCATE correction_concern",
    "UPDATE notice SET at = now()",
    "DELETE FROM notice",
    "INSERT INTO correction_act (case_id, number, act, person_id, at) VALUES (1, 3, 'confirmed', 3, now())",
    "INSERT INTO correction_act (case_id, number, act, person_id, at) VALUES (1, 2, 'confirmed', 1, now())",
    "INSERT INTO correction_act (case_id, number, act, person_id, at) VALUES (1, 2, 'lapsed', 1, now())",
    "INSERT INTO correction_act (case_id, number, act, person_id, at, remedy) "
    "VALUES (1, 2, 'proposed', 1, now(), 'note')",
    "INSERT INTO correction_act (case_id, number, act, person_id, at) VALUES (9, 1, 'withdrawn', 1, now())",
]


@pytest.mark.parametrize("statement", HOSTILE)
def test_the_database_keeps_the_life_of_a_case_whoever_asks(books: Books, database: Database, statement: str) -> None:
    case = opened(books, (1, 10))
    proposed(books, case, movement(books, "A", "B"))
    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.errors.DatabaseError) as no:
        owner.execute(statement)
        owner.commit()
    assert no.value.sqlstate == "A6001" or isinstance(no.value, psycopg.errors.IntegrityError)


def test_a_case_is_out_of_sight_for_sections_that_it_does_not_concern(books: Books, database: Database) -> None:
    case = opened(books, (1, 10))
    proposed(books, case, movement(books, "A", "B"))
    counted = "SELECT (SELECT count(*) FROM correction_case), (SELECT count(*) FROM correction_act)"
    with psycopg.connect(database.app_url) as program:
        assert program.execute(counted).fetchone() == (0, 0)
        for name, expected in (("C", (0, 0)), ("A", (1, 1))):
            program.execute(f"SET article6.sections TO '{{{books.accounts[name].section_id}}}'")
            assert program.execute(counted).fetchone() == expected


def test_the_audit_finds_a_correction_without_a_case(books: Books, database: Database) -> None:
    case = opened(books, (1, 10))
    number = proposed(books, case, movement(books, "A", "B"))["acts"][0]["transaction_id"]
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("SELECT ledger_decide(%s, 'completed', %s, now(), '', '{}', NULL, NULL, NULL)",
                      (number, books.cy))  # fmt: skip
    from article6.services import audit

    assert {check.name for check in audit.run() if not check.ok} == {"corrections"}
