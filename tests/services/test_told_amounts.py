"""Ghana tells Switzerland of units that stay in Ghana's registry; what Switzerland does with them is done there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from ledger.books import audit_is_clean
from services.network import Fresh, Network, network

from article6.domain.authorizations import FirstTransferDefinition, Purpose
from article6.domain.orders import Issuance, Order
from article6.domain.refusals import Code, Refused
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes, UnitType
from article6.reporting.aef_matching import unmatched
from article6.reporting.aef_nomenclatures import ActionType
from article6.reporting.aef_records import Action, Holding
from article6.services import accounts, aef, audit, authorization_acts, authorizations, issuance, transactions
from article6.services.exchange import instructions, peers, reconciling, told_units, transfers
from article6.services.exchange.instruction_forms import NewInstruction
from article6.services.exchange.transfers import NewTransfer
from article6.services.naming import NamedSerials
from article6.store import journal
from article6.store.database import one, rows, seeing, sight_of_sections
from article6.store.journal import Command, Posting
from article6.store.queries import facts
from article6.store.queries.audit_information import INFORMATION

BOTH = ("GHA01", "CHE01")
SERVICE = "transfer_information"


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.connect(SERVICE, "transfer_itmo", "instruction", "reconciliation")
        yield both


def tell(net: Network, quantity: int = 300) -> str:
    sent = net.send(quantity, service=SERVICE)
    net.settle()
    return sent.transfer_id


def held_in(net: Network) -> str:
    with net.at("GHA01"):
        return str(one("SELECT number FROM account WHERE type = 'held_for'")[0])


def instruct(net: Network, transaction: str, quantity: int, target: str = "", **terms: object) -> dict[str, Any]:
    source = held_in(net)
    with net.at("CHE01") as side:
        new = NewInstruction("GHA01", "CHE", transaction, source, target, quantity, terms=terms)
        asked = instructions.propose(new, by=side.ama, now=net.now)
        instructions.approve(asked["id"], by=side.bo, now=net.now)
    net.settle()
    with net.at("CHE01"):
        return instructions.shown(asked["id"])


def test_the_units_stay_and_the_amounts_are_told(net: Network) -> None:
    told = tell(net)
    assert [net.status(code, told) for code in ("GHA01", "CHE01")] == ["settled", "completed"]
    assert (net.held("GHA01"), net.held("GHA01", "held_for"), net.held("GHA01", "elsewhere")) == (700, 300, 0)
    assert net.held("CHE01") == 0
    with net.at("CHE01"):
        assert rows("SELECT 1 FROM block") == []
        [line] = told_units.listed().items
        assert (line["first"], line["last"], line["held"], line["held_in"]) == (1, 300, 300, held_in(net))
        assert line["first_transferred_at"] == line["at"]
    for code in ("GHA01", "CHE01"):
        with net.at(code):
            audit_is_clean()
            assert sorted(each["type"].split(".")[-2] for each in transfers.shown(told)["messages"]) == [
                "accepted", "confirmed", "proposed", "told",
            ]  # fmt: skip


def test_what_is_done_with_them_is_instructed_and_done_there(net: Network) -> None:
    tell(net)
    done = instruct(net, "use_ndc", 100, use_year=2026)
    assert (done["status"], done["objections"]) == ("done", [])
    assert (net.held("GHA01", "held_for"), net.held("GHA01", "retirement")) == (200, 100)
    with net.at("CHE01"):
        [line] = told_units.listed().items
        assert (line["held"], [(each["type"], each["first"], each["last"]) for each in line["acts"]]) == (
            200, [("use_ndc", 1, 100)],
        )  # fmt: skip
    back = instruct(net, "international_transfer", 50, net["GHA01"].account.number, reference="GHA")
    assert back["status"] == "done"
    assert (net.held("GHA01", "held_for"), net.held("GHA01")) == (150, 750)


def reported(net: Network, code: str, party: str) -> tuple[list[Action], list[Holding]]:
    """The actions and holdings of a Party's report, as a registry writes it, without what differs between any two."""
    with net.at(code):
        found = aef.aef(party, 2026, now=net.now)
        return list(found.actions()), list(found.holdings())


def test_both_registries_report_the_same(net: Network) -> None:
    tell(net)
    instruct(net, "use_ndc", 100, use_year=2026)
    instruct(net, "cancellation_voluntary", 20, purpose="Other", beneficiary="Alp AG")
    instruct(net, "international_transfer", 50, net["GHA01"].account.number, reference="GHA")
    there, here = reported(net, "GHA01", "CHE"), reported(net, "CHE01", "CHE")
    assert here == there
    actions, [holding] = here
    assert [(each.type, each.itmos.identifier.serial_first, each.itmos.identifier.serial_last) for each in actions] == [
        (ActionType.ACQUISITION, 1, 300), (ActionType.USE, 1, 100), (ActionType.VOLUNTARY_CANCELLATION, 101, 120),
        (ActionType.TRANSFER, 121, 170),
    ]  # fmt: skip
    assert (holding.itmos.identifier.serial_first, holding.itmos.identifier.serial_last) == (171, 300)
    ghana, _ = reported(net, "GHA01", "GHA")
    assert ghana[0].type is ActionType.FIRST_TRANSFER
    assert not unmatched(ghana, actions, transferring_party="GHA", acquiring_party="CHE")
    assert not unmatched(actions, ghana, transferring_party="CHE", acquiring_party="GHA")
    with net.at("CHE01"):
        assert aef.reported() == [("CHE", 2026)]
        audit_is_clean()
    with net.at("GHA01"):
        audit_is_clean()


def by_hand(net: Network, code: str, *statements: str) -> None:
    """Change the database with its owner's rights, past every guard, as the program never could."""
    with psycopg.connect(net[code].database.owner_url, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        for statement in statements:
            assert owner.execute(statement).rowcount >= 1, statement


def compared(net: Network) -> list[str]:
    with net.at("GHA01") as side:
        started = reconciling.start("CHE01", by=side.root, now=net.now)
    net.settle()
    found = []
    for code in BOTH:
        with net.at(code):
            found.append(str(reconciling.shown(started)["status"]))
    return found


def test_what_was_told_and_what_is_held_are_compared(net: Network) -> None:
    tell(net)
    instruct(net, "use_ndc", 100, use_year=2026)
    instruct(net, "international_transfer", 50, net["GHA01"].account.number, reference="GHA")
    net.send(30, service="transfer_itmo")
    net.settle()
    assert compared(net) == ["completed", "completed"]
    tell(net, 10)
    by_hand(net, "CHE01", "UPDATE told_units SET hi = hi - 5 WHERE id = (SELECT max(id) FROM told_units)")
    assert compared(net) == ["by_hand", "by_hand"]
    with net.at("GHA01"):
        held = rows(
            """SELECT t.quantity, a.number FROM ledger_transaction t JOIN account a ON a.id = t.source_id
               WHERE t.type = 'hold' AND t.status = 'proposed'"""
        )
    assert held == [(5, held_in(net))]
    # What is blocked is not used meanwhile, and the rest is.
    with net.at("CHE01"):
        last = told_units.listed().items[0]["last"]
    blocked = instruct(net, "use_ndc", 5, use_year=2026)
    assert blocked["status"] == "done"
    assert last


PLANTED = (
    ("GHA01", "and no transfer told", "UPDATE exchange_transfer SET service = 'transfer_itmo'"),
    (
        "GHA01",
        "do not stand in an account held for it",
        "UPDATE account SET type = 'elsewhere' WHERE type = 'held_for'",
    ),
    ("GHA01", "did not say so", "UPDATE exchange_instruction SET transaction_id = NULL WHERE side = 'received'"),
    (
        "CHE01",
        "stands in account",
        """WITH new AS (INSERT INTO series (registry, party, top) VALUES ('GHA01', 'GHA', 9) RETURNING id)
           INSERT INTO block (series_id, hi, lo, account_id, batch_id) SELECT id, 9, 1, 1, 1 FROM new""",
    ),
    (
        "CHE01",
        "and once more by",
        """INSERT INTO told_units (transfer_id, peer, section_id, account_id, held_in, registry, party, lo, hi, batch,
               first_transferred_by, history, from_party, at)
           SELECT 'other', peer, section_id, account_id, held_in, registry, party, lo, hi, batch, '', history,
               from_party, at FROM told_units""",
    ),
    ("CHE01", "no such transfer of GHA01", "UPDATE told_units SET transfer_id = 'none'"),
    ("CHE01", "done twice with some", "UPDATE told_act SET hi = hi + 1000"),
    ("CHE01", "100 units by its words, 99 by", "UPDATE told_act SET hi = hi - 1"),
    ("CHE01", "0 by what was written", "DELETE FROM told_act"),
    ("CHE01", "it is none of ours", "UPDATE told_units SET held_in = 'another'"),
)


def test_the_audit_finds_what_was_planted(net: Network) -> None:
    tell(net)
    instruct(net, "use_ndc", 100, use_year=2026)
    for code, said, statement in PLANTED:
        with psycopg.connect(net[code].database.owner_url) as owner:
            owner.execute("SET session_replication_role = replica")
            assert owner.execute(statement).rowcount >= 1, statement
            found = [each for (each,) in owner.execute(INFORMATION).fetchall()]
            owner.rollback()
        assert any(said in each for each in found), (said, found)
    by_hand(net, "CHE01", "UPDATE told_act SET hi = hi - 1")
    with net.at("CHE01"):
        assert [check.name for check in audit.run() if not check.ok] == ["information"]


def test_nobody_else_moves_what_is_held_for_another(net: Network) -> None:
    tell(net)
    held = held_in(net)
    with net.at("GHA01") as side:
        registry_account = side.account.number
        for by, order, code in (
            (side.root, Order("international_transfer", held, registry_account, 10), Code.EXCHANGE_ONLY),
            (side.root, Order("cancellation_voluntary", held, registry_account, 10), Code.EXCHANGE_ONLY),
            (side.ama, Order("international_transfer", registry_account, held, 10), Code.EXCHANGE_ONLY),
            (side.ama, Order("international_transfer_out", registry_account, held, 10), Code.TRANSACTION_NOT_ALONE),
        ):  # fmt: skip
            with pytest.raises(Refused) as no:
                transactions.propose(order, by=by, now=net.now)
            assert no.value.codes == (code,)
        with pytest.raises(Refused) as no:
            accounts.set_status(held, "closed", reason="no", by=side.root, now=net.now)
        assert no.value.codes == (Code.EXCHANGE_ONLY,)
        new = accounts.NewAccount("held_for", "CHE", "x", holder="CHE01")
        with pytest.raises(Refused) as no:
            accounts.open_account(new, by=side.root, now=net.now)
        assert no.value.codes == (Code.EXCHANGE_ONLY,)
        # Nor by the ledger's own door, whatever was judged before it.
        with pytest.raises(Refused) as no:
            one_way = facts.accounts([held, registry_account])
            posting = Posting(
                Order("transfer", held, registry_account, 10), one_way[held], one_way[registry_account], 10, net.now,
                is_completed=True, expires_at=None, batches=(1,), authorizations=(1,),
            )  # fmt: skip
            journal.post([posting], Command(side.root))
        assert no.value.codes == (Code.EXCHANGE_ONLY,)


def test_amounts_are_told_of_what_another_party_acquires(net: Network) -> None:
    with net.at("GHA01") as side:
        for party in ("", "GHA"):
            new = NewTransfer("CHE01", side.account.number, net["CHE01"].account.number, party, 10, service=SERVICE)
            with pytest.raises(Refused) as no:
                transfers.propose(new, by=side.ama, now=net.now)
            assert no.value.codes == (Code.EXCHANGE_PARTY,)


def refused(net: Network, new: NewInstruction) -> tuple[Code, ...]:
    with net.at("CHE01") as side:
        with pytest.raises(Refused) as no:
            instructions.propose(new, by=side.ama, now=net.now)
        return no.value.codes


def test_what_was_not_told_of_or_is_asked_for_already_is_not_instructed(net: Network) -> None:
    tell(net)
    new = NewInstruction("GHA01", "CHE", "use_ndc", held_in(net), "", 200, terms={"use_year": 2026})
    with net.at("CHE01") as side:
        first = instructions.propose(new, by=side.ama, now=net.now)
        assert first["content"]["serials"] == [{"registry": "GHA01", "party": "GHA", "first": "1", "last": "200"}]
    assert refused(net, new) == (Code.QUANTITY_EXCEEDS_HOLDING,)
    of = {"registry": "GHA01"}
    taken = replace(new, quantity=None, serials=(NamedSerials("GHA", 150, 250, **of),))
    assert refused(net, taken) == (Code.BLOCK_NOT_HELD,)
    assert refused(net, replace(taken, serials=(NamedSerials("GHA", 290, 310, **of),))) == (Code.BLOCK_NOT_HELD,)
    some = (NamedSerials("GHA", 201, 210, **of),)
    assert refused(net, replace(taken, serials=some, quantity=9)) == (Code.QUANTITY_RANGE_MISMATCH,)
    assert refused(net, replace(new, quantity=0)) == (Code.QUANTITY_NOT_POSITIVE,)
    assert refused(net, replace(new, transaction="transfer")) == (Code.TRANSACTION_TYPE_UNKNOWN,)
    assert refused(net, replace(new, transaction="international_transfer")) == (Code.EXCHANGE_PARTY,)
    with net.at("CHE01") as side:
        instructions.reject(first["id"], "not now", by=side.bo, now=net.now)
        again = instructions.propose(new, by=side.ama, now=net.now)
        assert again["content"]["serials"] == first["content"]["serials"]


def test_what_the_rules_there_refuse_is_free_again(net: Network) -> None:
    tell(net)
    outside = instruct(net, "use_ndc", 10, use_year=2019)
    assert (outside["status"], [each["code"] for each in outside["objections"]]) == (
        "refused", ["use.outside_period"],
    )  # fmt: skip
    to_nobody = instruct(net, "international_transfer", 10, net["GHA01"].account.number, reference="THA")
    assert [each["code"] for each in to_nobody["objections"]] == ["exchange.party"]
    assert instruct(net, "use_ndc", 300, use_year=2026)["status"] == "done"
    with net.at("GHA01"):
        # One account of each kind is enough, and what was refused left none.
        assert one("SELECT count(*) FROM account WHERE type = 'retirement'")[0] == 1


def test_a_registry_that_is_not_connected_any_more_has_nothing_done(net: Network) -> None:
    tell(net)
    new = NewInstruction("GHA01", "CHE", "use_ndc", held_in(net), "", 100, terms={"use_year": 2026})
    with net.at("CHE01") as side:
        asked = instructions.propose(new, by=side.ama, now=net.now)
        instructions.approve(asked["id"], by=side.bo, now=net.now)
    with net.at("GHA01") as side:
        peers.suspend("CHE01", "in doubt", by=side.root, now=net.now)
    for code, other, units in (("GHA01", "CHE01", "300"), ("CHE01", "GHA01", "300")):
        with net.at(code) as side:
            if code == "CHE01":
                peers.suspend(other, "in doubt", by=side.root, now=net.now)
            with pytest.raises(Refused) as no:
                peers.end(other, "closing", by=side.ana, now=net.now)
            assert [(each.code, each.detail) for each in no.value.reasons] == [(Code.PEER_AMOUNTS_STAND, units)]
    net.settle()
    with net.at("CHE01"):
        shown = instructions.shown(asked["id"])
        assert (shown["status"], shown["objections"][0]["code"]) == ("refused", "sender.suspended")
        assert told_units.listed().items[0]["held"] == 300


def test_the_first_transfer_is_where_the_definition_says(net: Network) -> None:
    """Of units for other purposes whose first transfer is their cancellation, that is reported, when it is done."""
    with net.at("GHA01") as side:
        approach = authorizations.NewApproach(
            "CA0002", "Flights", ("GHA", "CHE"), first_transfer_oimp=FirstTransferDefinition.USE_OR_CANCELLATION
        )
        authorizations.record_approach(approach, by=side.root, now=net.now)
        laid = authorizations.NewAuthorization("GHA-2", "GHA", "CA0002", net.now.date(), Purpose.OIMP, oimp="CORSIA")
        authorizations.record_authorization(laid, by=side.root, now=net.now)
        batch = BatchAttributes(UnitType.MO, vintage_year=2024)
        issuance.issue(Issuance(side.account.number, "GHA01", "GHA", 50, batch), by=side.root, now=net.now)
        authorization_acts.authorize_units("GHA-2", [SeriesRange(1, 1001, 1050)], by=side.root, now=net.now)
    net.send(50, service=SERVICE, ranges=(SeriesRange(1, 1001, 1050),))
    net.settle()
    with net.at("CHE01"):
        [line] = told_units.listed().items
        assert (line["first_transferred_at"], line["authorization"]) == (None, "GHA-2")
    assert reported(net, "CHE01", "CHE")[1] == reported(net, "GHA01", "CHE")[1] == []  # no ITMO yet
    done = instruct(net, "cancellation_oimp", 50, purpose="CORSIA")
    assert done["status"] == "done", done["objections"]
    [first] = [each for each in reported(net, "GHA01", "GHA")[0] if each.type is ActionType.FIRST_TRANSFER]
    assert (first.itmos.identifier.serial_first, first.executed_at) == (1001, net.now)
    assert reported(net, "CHE01", "CHE") == reported(net, "GHA01", "CHE")


def test_what_was_told_is_seen_by_the_partys_people_alone(net: Network) -> None:
    tell(net)
    with net.at("CHE01"):
        section_id = one("SELECT id FROM section WHERE party = 'CHE'")[0]
        with seeing(sight_of_sections([section_id])):
            assert told_units.listed(party="CHE").total == 1
        with seeing(sight_of_sections([9999])):
            assert told_units.listed().items == []
        for statement in ("DELETE FROM told_units RETURNING 1", "UPDATE told_act SET hi = 1 RETURNING 1"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                one(statement)


def test_the_database_keeps_what_was_told_from_being_told_twice(net: Network) -> None:
    tell(net)
    instruct(net, "use_ndc", 100, use_year=2026)
    again = """INSERT INTO told_units (transfer_id, peer, section_id, account_id, held_in, registry, party, lo, hi,
        batch, first_transferred_by, history, from_party, at) SELECT 'x', peer, section_id, account_id, held_in,
        registry, party, 50, 60, batch, '', history, from_party, at FROM told_units"""
    twice = """INSERT INTO told_act (told_id, section_id, instruction_id, type, lo, hi, terms, at)
        SELECT told_id, section_id, instruction_id, type, 90, 95, terms, at FROM told_act"""
    unasked = """INSERT INTO told_act (told_id, section_id, instruction_id, type, lo, hi, terms, at)
        SELECT told_id, section_id, 0, type, 200, 210, terms, at FROM told_act"""
    for statement, code in (
        (again, "serials.already_issued"),
        (twice, "block.not_held"),
        (unasked, "proposal.unknown"),
    ):
        with psycopg.connect(net["CHE01"].database.owner_url) as owner, pytest.raises(psycopg.Error, match=code):
            owner.execute(statement)
