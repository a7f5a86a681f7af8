"""Units that leave for another registry and come from one: what the two ledgers let pass, and what they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import psycopg
import pytest
from ledger.books import audit_is_clean
from ledger.mechanism_books import refusal
from ledger.neighbours import (
    LEDGER,
    NOW,
    Neighbourhood,
    accepted,
    authorized,
    holds,
    neighbours,
    stands,
    transfer,
)

from article6.domain.kinds import Kind
from article6.domain.orders import Issuance, Order, Status
from article6.domain.refusals import Code
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes, UnitType
from article6.exchange.books import Side, TransferStatus
from article6.exchange.facts import Serials
from article6.exchange.problems import Objection, Problem
from article6.services import accounts, audit, authorization_acts, issuance, transactions, units
from article6.services.exchange import leaving
from article6.store import journal
from article6.store.database import one, rows


@pytest.fixture
def them(fresh_database: Any) -> Iterator[Neighbourhood]:
    """Ghana's registry with 1,000 authorized units, and Switzerland's."""
    with neighbours(fresh_database, GHA01=Kind.PARTY, CHE01=Kind.PARTY) as them:
        authorized(them)
        yield them


@pytest.fixture
def three(fresh_database: Any) -> Iterator[Neighbourhood]:
    """These, and Thailand's."""
    with neighbours(fresh_database, GHA01=Kind.PARTY, CHE01=Kind.PARTY, THA01=Kind.PARTY) as them:
        authorized(them)
        yield them


def everywhere_clean(them: Neighbourhood) -> None:
    for code in them.all:
        with them.at(code):
            audit_is_clean()


def test_units_leave_by_two_peoples_will_and_stand_elsewhere_and_there(them: Neighbourhood) -> None:
    proposed = them.give("GHA01", "CHE01", None, (1, 100), (301, 340))
    with them.at("GHA01"):
        assert (holds(), holds("elsewhere")) == ([(101, 300), (341, 1000)], [(1, 100), (301, 340)])
        assert stands(1) == ("elsewhere", "GHA-1", True)
        assert LEDGER.stands_with(Serials("GHA01", "GHA", 1, 100)) == "CHE01"
        assert LEDGER.stands_with(Serials("GHA01", "GHA", 90, 110)) == ""
    with them.at("CHE01"):
        assert holds() == [(1, 100), (301, 340)]
        assert stands(301) == ("holding", "GHA-1", True)
        assert LEDGER.stands_with(Serials("GHA01", "GHA", 2000, 2001)) is None
        found = units.unit("GHA01", "GHA", 5)
        assert found is not None
        assert [each["type"] for each in found.history] == ["acquisition"]
        assert one("SELECT decided_at FROM ledger_transaction WHERE type = 'acquisition'") == (NOW,)
        assert one("SELECT count(*) FROM entry WHERE is_first_transfer") == (0,)
    assert [action["type"] for action in proposed.blocks[0].history] == ["issuance", "authorization"]
    everywhere_clean(them)


def test_what_leaves_waits_reserved_and_is_moved_only_once_the_peer_accepted(them: Neighbourhood) -> None:
    number = them.leave("GHA01", "CHE01", 100)
    with them.at("GHA01") as ghana:
        assert one("SELECT sum(hi - lo + 1) FROM block WHERE reserved_by = %s", (number,)) == (100,)
        ghana.open("B")
        assert refusal(ghana.move, "A", "B", None, (1, 10)) == (Code.BLOCK_RESERVED,)
        ghana.move("A", "B", None, (101, 110))
        audit_is_clean()
        gone = replace(transfer(them.told("GHA01", number), "CHE01"), side=Side.SENDER, ledger_id=number)
        LEDGER.release(gone, TransferStatus.REJECTED, NOW)
        assert one("SELECT status, decided_by FROM ledger_transaction WHERE id = %s", (number,)) == ("rejected", None)
        ghana.move("A", "B", None, (1, 10))
        audit_is_clean()


def test_an_international_transfer_is_what_another_party_acquires(them: Neighbourhood) -> None:
    with them.at("GHA01") as ghana:
        away = leaving.elsewhere_account("CHE01", NOW)

        def asked(type_: str, party: str) -> Order:
            terms = {"transfer": "T9", "account": "CHE01-100-1-0-1", "acquiring_party": party}
            return Order(type_, ghana.accounts["A"].number, away, 10, terms=terms)

        for type_, party in (("transfer_out", "CHE"), ("international_transfer_out", "GHA"), ("transfer_out", "")):
            assert refusal(transactions.take_part, asked(type_, party), by=ghana.ama, now=NOW) == (Code.EXCHANGE_PARTY,)
        for type_, party in (("transfer_out", "GHA"), ("international_transfer_out", "CHE")):
            transactions.take_part(asked(type_, party), by=ghana.ama, now=NOW)
        # Neither is asked for alone, nor decided through the doors of other transactions.
        assert refusal(transactions.propose, asked("transfer_out", "GHA"), by=ghana.ama, now=NOW) == (
            Code.TRANSACTION_NOT_ALONE,
        )
        [(number,)] = rows("SELECT id FROM ledger_transaction WHERE type = 'transfer_out'")
        assert refusal(transactions.approve, number, by=ghana.bo, now=NOW) == (Code.TRANSACTION_NOT_ALONE,)
        assert refusal(transactions.cancel, number, by=ghana.ama, now=NOW) == (Code.TRANSACTION_NOT_ALONE,)


def test_nobody_but_the_exchange_moves_what_another_registry_holds(them: Neighbourhood) -> None:
    them.give("GHA01", "CHE01", None, (1, 100))
    with them.at("GHA01") as ghana:
        away = leaving.elsewhere_account("CHE01", NOW)
        ours = ghana.accounts["A"].number
        for source, target, serials in ((away, ours, (1, 10)), (ours, away, (101, 110))):
            order = Order("transfer", source, target, None, (SeriesRange(1, *serials),))
            assert Code.EXCHANGE_ONLY in refusal(transactions.propose, order, by=ghana.admin, now=NOW)
            correcting = replace(order, type="correction", terms={"case": 1, "reason": "R"})
            assert Code.EXCHANGE_ONLY in refusal(transactions.take_part, correcting, by=ghana.admin, now=NOW)
        assert refusal(accounts.set_status, away, "blocked", reason="R", by=ghana.admin, now=NOW) == (
            Code.EXCHANGE_ONLY,
        )
        new = accounts.NewAccount("elsewhere", "ADM", "Mine", holder="THA01")
        assert refusal(accounts.open_account, new, by=ghana.admin, now=NOW) == (Code.EXCHANGE_ONLY,)
        # The database holds to it by itself, by the short way and by the long one.
        source, target = (accounts.by_number(each) for each in (ours, away))
        for is_completed in (True, False):
            posting = journal.Posting(
                Order("transfer", ours, away, None, (SeriesRange(1, 101, 110),)), source, target, 10, NOW, is_completed,
                None, (1,), (1,),
            )  # fmt: skip
            assert refusal(journal.post, [posting], journal.Command(ghana.ama)) == (Code.EXCHANGE_ONLY,)
        ghana.open("B")
        ghana.move("A", "B", None, (101, 110))
        audit_is_clean()


def test_who_proposed_does_not_approve_and_nothing_leaves_unapproved(them: Neighbourhood) -> None:
    number = them.leave("GHA01", "CHE01", 100, approve=False)
    with them.at("GHA01") as ghana:
        assert refusal(leaving.approve_leaving, number, by=ghana.cy, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
        by_admin = them.leave("GHA01", "CHE01", None, (501, 510), approve=False)
        [(root,)] = rows("SELECT proposed_by FROM ledger_transaction WHERE id = %s", (by_admin,))
        assert root == ghana.ama
        done = journal.Command(ghana.bo)
        assert refusal(journal.decide, number, Status.COMPLETED, done, NOW) == (Code.EXCHANGE_NOT_ANNOUNCED,)
        leaving.approve_leaving(number, by=ghana.bo, now=NOW)
        assert refusal(leaving.approve_leaving, number, by=ghana.bo, now=NOW) == (Code.TRANSACTION_NOT_PROPOSED,)
        assert refusal(journal.decide, number, Status.COMPLETED, journal.Command(ghana.cy), NOW) == (
            Code.EXCHANGE_NOT_ANNOUNCED,
        )
        journal.decide(number, Status.COMPLETED, done, NOW, "", [1])
        audit_is_clean()


def test_the_proposer_never_approves_what_leaves(them: Neighbourhood) -> None:
    with them.at("GHA01") as ghana:
        target = them.all["CHE01"].accounts["A"].number
        new = leaving.Leaving("T1", ghana.accounts["A"].number, "CHE01", target, "CHE", 10)
        number = leaving.propose_leaving(new, by=ghana.admin, now=NOW)
        assert refusal(leaving.approve_leaving, number, by=ghana.admin, now=NOW) == (Code.PERSON_APPROVES_OWN,)
        leaving.withdraw_leaving(number, by=ghana.admin, now=NOW)
        assert one("SELECT status FROM ledger_transaction WHERE id = %s", (number,)) == ("cancelled",)


def test_the_clock_ends_what_nobody_approved_and_nothing_that_was_announced(them: Neighbourhood) -> None:
    waiting = them.leave("GHA01", "CHE01", 10, approve=False)
    announced = them.leave("GHA01", "CHE01", 20)
    with them.at("GHA01") as ghana:
        later = NOW + timedelta(days=31)
        assert transactions.expire_due(later) == 1
        found: dict[int, str] = dict(rows("SELECT id, status FROM ledger_transaction"))
        assert (found[waiting], found[announced]) == ("expired", "proposed")
        assert refusal(journal.decide, announced, Status.EXPIRED, None, later) == (Code.EXCHANGE_NOT_ANNOUNCED,)
        assert refusal(leaving.withdraw_leaving, announced, by=ghana.ama, now=later) == (Code.EXCHANGE_NOT_ANNOUNCED,)
        audit_is_clean()


def test_an_account_that_expects_units_is_not_closed_and_a_blocked_one_takes_them(them: Neighbourhood) -> None:
    number = them.leave("GHA01", "CHE01", 100)
    proposed = them.told("GHA01", number)
    assert them.accept("CHE01", "GHA01", proposed) == []
    with them.at("CHE01") as swiss:
        where = swiss.accounts["A"].number
        assert refusal(accounts.set_status, where, "closed", reason="R", by=swiss.admin, now=NOW) == (
            Code.EXCHANGE_UNITS_EXPECTED,
        )
        accounts.set_status(where, "blocked", reason="R", by=swiss.admin, now=NOW)
    them.complete("GHA01", "CHE01", number, proposed)
    with them.at("CHE01"):
        assert holds() == [(1, 100)]
    everywhere_clean(them)


def test_an_account_is_closed_once_the_units_will_not_come(them: Neighbourhood) -> None:
    proposed = them.told("GHA01", them.leave("GHA01", "CHE01", 100))
    assert them.accept("CHE01", "GHA01", proposed) == []
    with them.at("CHE01") as swiss:
        LEDGER.forget(transfer(proposed, "GHA01"), NOW)
        assert accounts.set_status(swiss.accounts["A"].number, "closed", reason="R", by=swiss.admin, now=NOW)
    assert [each.problem for each in them.accept("CHE01", "GHA01", proposed)] == [Problem.ACCOUNT_NOT_OPEN]


def test_what_is_expected_is_not_recorded_by_hand_meanwhile(them: Neighbourhood) -> None:
    proposed = them.told("GHA01", them.leave("GHA01", "CHE01", None, (1, 100)))
    assert them.accept("CHE01", "GHA01", proposed) == []
    with them.at("CHE01") as swiss:
        assert refusal(swiss.issue, "A", 10, first=95) == (Code.EXCHANGE_EXPECTED,)
        swiss.issue("A", 10, first=101)
        audit_is_clean()


def test_a_transfer_to_the_same_partys_account_elsewhere_is_no_first_transfer(fresh_database: Any) -> None:
    with neighbours(fresh_database, GHA01=Kind.PARTY, INT01=Kind.INTERNATIONAL) as them:
        authorized(them)
        them.give("GHA01", "INT01", 100)
        for code in them.all:
            with them.at(code):
                assert not stands(1)[2]
                assert one("SELECT count(*) FROM entry WHERE is_first_transfer OR was_first_transferred") == (0,)
        # Abroad it is one, wherever it happens; and it comes back as what it is.
        with them.at("INT01") as international:
            international.open("C", section="CHE")
            sent = international.move("A", "C", None, (1, 60), type_="international_transfer")
            transactions.approve(sent.transaction_id, by=international.bo, now=NOW)
            back = international.move("C", "A", None, (1, 60), type_="international_transfer")
            transactions.approve(back.transaction_id, by=international.bo, now=NOW)
        them.give("INT01", "GHA01", None, (1, 80))
        with them.at("GHA01"):
            assert (stands(60), stands(61)) == (("holding", "GHA-1", True), ("holding", "GHA-1", False))
            assert holds("elsewhere") == [(81, 100)]
        everywhere_clean(them)


def test_units_come_back_over_a_third_registry(three: Neighbourhood) -> None:
    three.give("GHA01", "CHE01", None, (1, 100))
    onward = three.give("CHE01", "THA01", None, (21, 60))
    assert onward.blocks[0].first_transferred_by == "GHA01"
    assert [each["type"] for each in onward.blocks[0].history] == [
        "issuance", "authorization", "acquisition",
    ]  # fmt: skip
    with three.at("GHA01"):
        assert LEDGER.stands_with(Serials("GHA01", "GHA", 21, 60)) == "CHE01"
    three.give("THA01", "GHA01", None, (31, 40))
    three.give("GHA01", "CHE01", None, (35, 40))
    with three.at("GHA01"):
        assert holds() == [(31, 34), (101, 1000)]
        assert stands(31) == ("holding", "GHA-1", True)
    with three.at("CHE01"):
        assert holds() == [(1, 20), (35, 40), (61, 100)]
        assert holds("elsewhere") == [(21, 34), (41, 60)]
        assert one("SELECT units FROM authorization_count WHERE code = 'GHA-1'") == (100,)
        assert one("SELECT count(*) FROM batch") == (1,)
    everywhere_clean(three)


CHANGES: dict[str, tuple[dict[str, Any], Problem, str]] = {
    "account": ({"target_account": "CHE01-100-99-0-1"}, Problem.ACCOUNT_UNKNOWN, ""),
    "party": ({"terms": {"acquiring_party": "THA", "transferring_party": "GHA"}}, Problem.ACCOUNT_UNKNOWN,
              "acquiring_party THA"),
    "quantity": ({"quantity": 7}, Problem.BLOCK_FACTS_DIFFER, "quantity"),
    "no authorization told of": ({"authorizations": ()}, Problem.BLOCK_NOT_AUTHORIZED,
                                 "no such authorization is told of"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_the_acquirer_turns_down_a_proposal_that_does_not_fit(them: Neighbourhood, name: str) -> None:
    changes, problem, detail = CHANGES[name]
    proposed = them.told("GHA01", them.leave("GHA01", "CHE01", 100))
    [no] = them.accept("CHE01", "GHA01", replace(proposed, **changes))
    assert (no.problem, no.detail) == (problem, detail)
    assert them.accept("CHE01", "GHA01", proposed) == []


BLOCKS: dict[str, tuple[dict[str, Any], dict[str, Any], Problem, str]] = {
    "unit type": ({}, {"unit_type": "CER"}, Problem.ACCOUNT_REFUSES_UNIT, "CER"),
    "no unit type": ({}, {"unit_type": "what"}, Problem.BLOCK_FACTS_DIFFER, "unit_type"),
    "unknown field": ({}, {"colour": "red"}, Problem.BLOCK_FACTS_DIFFER, "colour"),
    "vintage": ({}, {"vintage_year": 2199}, Problem.ACCOUNT_REFUSES_UNIT, "vintage.out_of_range"),
    "conversion": ({}, {"conversion": ["1", "x"]}, Problem.BLOCK_FACTS_DIFFER, "conversion"),
    "activity": ({}, {"activity": "77"}, Problem.BLOCK_FACTS_DIFFER, "activity"),
    "not authorized": ({"authorization": None}, {}, Problem.BLOCK_NOT_AUTHORIZED, ""),
    "serials": ({"serials": Serials("GHA01", "XXX", 1, 100)}, {}, Problem.BLOCK_FACTS_DIFFER, "serials"),
}  # fmt: skip


@pytest.mark.parametrize("name", BLOCKS)
def test_the_acquirer_names_the_field_of_a_block_that_is_wrong(them: Neighbourhood, name: str) -> None:
    changes, batch, problem, detail = BLOCKS[name]
    proposed = them.told("GHA01", them.leave("GHA01", "CHE01", 100))
    [block] = proposed.blocks
    wrong = replace(block, batch={**block.batch, **batch}, **changes)
    found = them.accept("CHE01", "GHA01", replace(proposed, blocks=(wrong,)))
    assert any(no.problem is problem and no.detail.startswith(detail) for no in found), found
    with them.at("CHE01"):
        assert rows("SELECT 1 FROM expected_units") == []


def problems(found: list[Objection]) -> list[Problem]:
    return [each.problem for each in found]


def test_serials_are_accepted_once_and_never_where_they_stand(them: Neighbourhood) -> None:
    proposed = them.told("GHA01", them.leave("GHA01", "CHE01", None, (1, 100)))
    [block] = proposed.blocks
    repeated = replace(proposed, blocks=(block, block), quantity=200)
    assert problems(them.accept("CHE01", "GHA01", repeated)) == [Problem.BLOCK_REPEATED]
    assert them.accept("CHE01", "GHA01", proposed) == []
    again = replace(proposed, transfer_id="OTHER")
    assert them.accept("CHE01", "GHA01", again) == [
        Objection(Problem.BLOCK_ALREADY_HERE, "GHA01-GHA:1-100", f"expected by transfer {proposed.transfer_id}")
    ]
    with them.at("CHE01"):
        assert LEDGER.take_in(transfer(proposed, "GHA01", NOW), NOW) == []
    assert them.accept("CHE01", "GHA01", again) == [
        Objection(Problem.BLOCK_ALREADY_HERE, "GHA01-GHA:1-100", "1-100 stand here")
    ]
    with them.at("CHE01"):
        # A second completion of the same: nothing is booked.
        assert problems(LEDGER.take_in(transfer(again, "GHA01", NOW), NOW)) == [Problem.BLOCK_ALREADY_HERE]
        assert holds() == [(1, 100)]
        audit_is_clean()


def test_what_comes_back_must_be_what_left(them: Neighbourhood) -> None:
    them.give("GHA01", "CHE01", None, (1, 100))
    proposed = them.told("CHE01", them.leave("CHE01", "GHA01", None, (1, 50)))
    [block] = proposed.blocks
    for changed, field in (
        (replace(block, batch={**block.batch, "vintage_year": 2022}), "vintage_year"),
        (replace(block, first_transferred_at="2026-03-01T11:00:00.000000Z"), "first_transferred_at"),
        (replace(block, first_transferred_by="THA01"), "first_transferred_by"),
    ):
        [no] = them.accept("GHA01", "CHE01", replace(proposed, blocks=(changed,)))
        assert (no.problem, no.detail) == (Problem.BLOCK_FACTS_DIFFER, field)
    assert them.accept("GHA01", "CHE01", proposed) == []


def test_an_authorization_told_differently_is_turned_down_with_the_field(them: Neighbourhood) -> None:
    them.give("GHA01", "CHE01", None, (1, 10))
    proposed = them.told("GHA01", them.leave("GHA01", "CHE01", None, (11, 20)))
    [told] = proposed.authorizations
    other = replace(proposed, authorizations=({**told, "quantity": "5000"},))
    assert them.accept("CHE01", "GHA01", other) == [Objection(Problem.AUTHORIZATION_DIFFERS, "GHA GHA-1 1", "quantity")]
    [approach] = proposed.approaches
    other = replace(proposed, approaches=({**approach, "parties": ["GHA"]},))
    assert them.accept("CHE01", "GHA01", other) == [Objection(Problem.BLOCK_FACTS_DIFFER, "CA0001", "parties")]
    assert problems(them.accept("CHE01", "GHA01", replace(proposed, authorizations=({"code": "x"},)))) == [
        Problem.AUTHORIZATION_DIFFERS
    ]
    assert them.accept("CHE01", "GHA01", proposed) == []


def test_a_foreign_authorization_has_its_ceiling_here_too(fresh_database: Any) -> None:
    with neighbours(fresh_database, GHA01=Kind.PARTY, CHE01=Kind.PARTY) as them:
        authorized(them, quantity=1000)
        first = them.told("GHA01", them.leave("GHA01", "CHE01", None, (1, 600)))
        second = them.told("GHA01", them.leave("GHA01", "CHE01", None, (601, 1000)))
        assert them.accept("CHE01", "GHA01", first) == []
        # More than there is: as a giver would tell it that made units of nothing.
        [block] = second.blocks
        longer = replace(block, serials=Serials("GHA01", "GHA", 601, 1001))
        assert them.accept("CHE01", "GHA01", replace(second, blocks=(longer,), quantity=401)) == [
            Objection(Problem.BLOCK_NOT_AUTHORIZED, "GHA GHA-1", "1001 of 1000")
        ]
        assert them.accept("CHE01", "GHA01", second) == []
        with them.at("CHE01"):
            for each in (first, second):
                assert LEDGER.take_in(transfer(each, "GHA01", NOW), NOW) == []
            assert one("SELECT units FROM authorization_count") == (1000,)
            audit_is_clean()


def test_the_sender_does_not_complete_what_the_rules_refuse_by_then(them: Neighbourhood) -> None:
    number = them.leave("GHA01", "CHE01", 100)
    proposed = them.told("GHA01", number)
    with them.at("GHA01") as ghana:
        where = ghana.accounts["A"].number
        accounts.set_status(where, "blocked", reason="R", by=ghana.admin, now=NOW)
        gone = replace(transfer(proposed, "CHE01"), side=Side.SENDER, ledger_id=number)
        assert LEDGER.take_out(gone, NOW) == [Objection(Problem.ACCOUNT_NOT_OPEN, where, "blocked")]
        accounts.set_status(where, "open", reason="R", by=ghana.admin, now=NOW)
        assert LEDGER.take_out(gone, NOW) == []
        audit_is_clean()


def test_what_the_acquirer_does_not_know_it_records_as_it_was_told(them: Neighbourhood) -> None:
    with them.at("GHA01") as ghana:
        number = issuance.record_activity(
            issuance.NewActivity("77", "GHA", "Stoves", ("Energy generation",), ()), by=ghana.admin, now=NOW
        )
        batch = BatchAttributes(
            UnitType.MO, activity_id=number, vintage_year=2024, sectors=("Energy generation",),
            underlying_registry="VCS", underlying_first=5001, underlying_last=5100,
        )  # fmt: skip
        issuance.issue(
            Issuance(ghana.accounts["A"].number, "GHA01", "GHA", 100, batch), by=ghana.admin, now=NOW
        )  # fmt: skip
        authorization_acts.authorize_units("GHA-1", [SeriesRange(1, 1001, 1100)], by=ghana.admin, now=NOW)
    them.give("GHA01", "CHE01", None, (1051, 1060))
    with them.at("CHE01"):
        assert rows("SELECT code, party, title, sectors FROM activity") == [
            ("77", "GHA", "Stoves", ["Energy generation"])
        ]
        assert rows("SELECT code, parties FROM cooperative_approach") == [("CA0001", ["GHA", "CHE", "THA"])]
        assert rows("SELECT party, code, version, purposes FROM party_authorization") == [("GHA", "GHA-1", 1, "NDC")]
        assert rows("SELECT lo, hi, underlying_lo, underlying_hi FROM batch") == [(1051, 1060, 5051, 5060)]
    them.give("GHA01", "CHE01", None, (1061, 1070))
    back = them.give("CHE01", "GHA01", None, (1056, 1065), series_id=1)
    assert len(back.blocks) == 2
    with them.at("GHA01"):
        assert holds("elsewhere") == [(1051, 1055), (1066, 1070)]
    everywhere_clean(them)


def test_accepted_twice_by_the_same_code_is_one_expectation(them: Neighbourhood) -> None:
    proposed = them.told("GHA01", them.leave("GHA01", "CHE01", 10))
    with them.at("CHE01"):
        assert accepted(transfer(proposed, "GHA01")) == []
        assert refusal(accepted, transfer(proposed, "GHA01")) == (Code.EXCHANGE_EXPECTED,)


def test_many_blocks_take_no_more_calls_than_few(them: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    execute = psycopg.Cursor.execute

    def counted(cursor: Any, query: Any, *args: Any, **more: Any) -> Any:
        calls.append(str(query)[:60])
        return execute(cursor, query, *args, **more)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    counts = []
    for start, blocks in ((1, 2), (101, 2), (301, 150)):
        calls.clear()
        them.give("GHA01", "CHE01", None, *((serial, serial) for serial in range(start, start + 2 * blocks, 2)))
        counts.append(len(calls))
    assert counts[1] == counts[2] <= counts[0]
    everywhere_clean(them)


PLANTED = {
    "what left, unapproved": ("DELETE FROM leaving_approval", "GHA01"),
    "what came, untold": ("DELETE FROM arrival", "CHE01"),
    "what stands here, expected": (
        """INSERT INTO expected_units (transfer_id, registry, party, lo, hi, account_id, peer, since)
           SELECT 'X', 'GHA01', 'GHA', 5, 6, min(id), 'GHA01', now() FROM account""",
        "CHE01",
    ),
    "moved by another type": ("UPDATE ledger_transaction SET type = 'transfer' WHERE source_id > 0", "GHA01"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_the_audit_finds_what_was_planted_around_the_exchange(them: Neighbourhood, name: str) -> None:
    them.give("GHA01", "CHE01", None, (1, 100))
    statement, code = PLANTED[name]
    with them.at(code) as side:
        audit_is_clean()
        assert side.database is not None
        with psycopg.connect(side.database.owner_url) as owner:
            owner.execute("SET session_replication_role = replica")
            owner.execute(cast(Any, statement))
        assert "exchange" in {check.name for check in audit.run() if not check.ok}
