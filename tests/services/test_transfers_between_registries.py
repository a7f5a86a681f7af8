"""Ghana gives units to Switzerland, each in a registry of its own; nothing between them but signed messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from ledger.books import audit_is_clean
from services.network import START, Fresh, Network, network

from article6.domain.refusals import Code, Refused
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.services import transactions as ledger_transactions
from article6.services.exchange import desks, door, overview, peers, pump, transfers
from article6.store import journal
from article6.store.database import one, rows, seeing, sight_of_sections


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.connect()
        yield both


def test_units_go_and_both_books_say_so(net: Network) -> None:
    sent = net.send(300)
    assert (sent.status, net.held("GHA01")) == ("proposed", 1000)
    net.settle()
    assert [net.status(code, sent.transfer_id) for code in ("GHA01", "CHE01")] == ["settled", "completed"]
    assert (net.held("GHA01"), net.held("GHA01", "elsewhere"), net.held("CHE01")) == (700, 300, 300)
    for code in ("GHA01", "CHE01"):
        with net.at(code):
            audit_is_clean()
            shown = transfers.shown(sent.transfer_id)
            assert sorted(each["type"].split(".")[-2] for each in shown["messages"]) == [
                "accepted", "completed", "confirmed", "proposed",
            ]  # fmt: skip
            assert all(each["jws"] and each["receipt"] for each in shown["messages"])


def test_a_second_person_decides_before_anybody_else_hears_of_it(net: Network) -> None:
    sent = net.send(100, approve=False)
    net.settle()
    assert (sent.status, net.status("CHE01", sent.transfer_id)) == ("waiting", "")
    with net.at("GHA01") as side:
        with pytest.raises(Refused) as no:
            transfers.approve(sent.transfer_id, by=side.ama, now=net.now)
        assert "person.not_permitted" in no.value.codes or Code.PERSON_APPROVES_OWN in no.value.codes
        assert transfers.reject(sent.transfer_id, "wrong account", by=side.bo, now=net.now).status == "cancelled"
        for act in (transfers.approve, transfers.withdraw):
            with pytest.raises(Refused):
                act(sent.transfer_id, by=side.bo, now=net.now)
        with pytest.raises(Refused) as no:
            transfers.approve("nothing", by=side.bo, now=net.now)
        assert no.value.codes == (Code.EXCHANGE_TRANSFER_UNKNOWN,)
    again = net.send(1000)  # all of it is free again
    assert again.status == "proposed"


def test_the_acquirer_rejects_and_the_units_are_free(net: Network) -> None:
    sent = net.send(100, target="CHE01-100-999-0-13")
    net.settle()
    assert [net.status(code, sent.transfer_id) for code in ("GHA01", "CHE01")] == ["rejected", "rejected"]
    with net.at("GHA01") as side:
        found = transfers.shown(sent.transfer_id)
        assert {each["code"] for each in found["objections"]} == {"account.unknown"}
        with pytest.raises(Refused) as no:
            transfers.withdraw(sent.transfer_id, by=side.ama, now=net.now)
        assert no.value.codes == (Code.EXCHANGE_TRANSFER_STATE,)
        audit_is_clean()
    assert net.send(1000).status == "proposed"


def test_what_nobody_answered_in_time_is_cancelled_whatever_comes_later(net: Network) -> None:
    net.away.add("CHE01")
    sent = net.send(100)
    net.settle(hours=25)
    assert net.status("GHA01", sent.transfer_id) == "cancelled"
    net.away.clear()
    net.settle(hours=2)
    assert net.status("CHE01", sent.transfer_id) in ("rejected", "cancelled")
    assert (net.held("GHA01"), net.held("CHE01")) == (1000, 0)


def test_what_was_announced_is_withdrawn_with_a_word_to_the_other_side(net: Network) -> None:
    net.away.add("GHA01")  # its answer does not arrive
    sent = net.send(100)
    net.settle()
    assert net.status("CHE01", sent.transfer_id) == "accepted"
    with net.at("GHA01") as side:
        assert transfers.withdraw(sent.transfer_id, by=side.ama, now=net.now).status == "cancelled"
    net.away.clear()
    net.settle(hours=2)
    assert [net.status(code, sent.transfer_id) for code in ("GHA01", "CHE01")] == ["cancelled", "cancelled"]
    assert (net.held("GHA01"), net.held("CHE01")) == (1000, 0)


def test_nobody_who_is_not_connected_is_given_anything(net: Network) -> None:
    with net.at("GHA01") as side:
        new = transfers.NewTransfer("CHE01", side.account.number, net["CHE01"].account.number, "CHE", 10)
        for peer, service, code in (
            ("THA01", "", Code.PEER_UNKNOWN), ("CHE01", "transfer_a64er", Code.SERVICE_NOT_AGREED),
            ("CHE01", "reconciliation", Code.SERVICE_NOT_AGREED),  # agreed, but nothing is given by it
        ):  # fmt: skip
            wanted = replace(new, peer=peer, service=service)
            with pytest.raises(Refused) as no:
                transfers.propose(wanted, by=side.ama, now=net.now)
            assert no.value.codes == (code,)
        assert [(each["code"], each["services"]) for each in transfers.takers()] == [("CHE01", ["transfer_itmo"])]
        waiting = transfers.propose(new, by=side.ama, now=net.now, key="k")
        assert transfers.propose(new, by=side.ama, now=net.now, key="k") == waiting
        peers.suspend("CHE01", "in doubt", by=side.root, now=net.now)
        assert transfers.takers() == []
        with pytest.raises(Refused) as no:
            transfers.propose(new, by=side.ama, now=net.now)
        assert no.value.codes == (Code.PEER_STATE,)
        with pytest.raises(Refused) as no:
            transfers.approve(waiting.transfer_id, by=side.bo, now=net.now)
        assert no.value.codes == (Code.SERVICE_NOT_AGREED,)


def test_a_proposal_that_the_clock_released_is_closed_here_too(net: Network) -> None:
    sent = net.send(100, approve=False)
    with net.at("GHA01"):
        assert ledger_transactions.expire_due(START + timedelta(days=400)) == 1
    net.settle()
    assert net.status("GHA01", sent.transfer_id) == "cancelled"


def test_messages_that_come_twice_or_late_change_nothing(net: Network) -> None:
    sent = net.send(200)
    net.settle()
    held = (net.held("GHA01"), net.held("CHE01"))
    with net.at("CHE01"):
        before = one("SELECT count(*) FROM exchange_incoming")[0]
    for code, body in list(net.at_door):
        with net.at(code):
            first = door.receive(body, "127.0.0.1", net.now)
            assert door.receive(body, "127.0.0.1", net.now).answer == first.answer
    net.settle(hours=1)
    with net.at("CHE01"):
        assert one("SELECT count(*) FROM exchange_incoming")[0] == before
    assert (net.held("GHA01"), net.held("CHE01")) == held
    assert net.status("GHA01", sent.transfer_id) == "settled"


def test_a_partys_people_see_their_transfers_and_nothing_else(net: Network) -> None:
    sent = net.send(100)
    net.settle()
    with net.at("GHA01"):
        section_id = one("SELECT id FROM section WHERE party = 'GHA'")[0]
        with seeing(sight_of_sections([section_id])):
            found = transfers.shown(sent.transfer_id)
            assert len(found["messages"]) == 4
            assert all(each["jws"] and each["receipt"] for each in found["messages"])
            assert [each["status"] for each in found["changes"]] == ["waiting", "proposed", "completed", "settled"]
            # The connection's own messages are the administrator's.
            assert {each[0] for each in rows("SELECT about FROM exchange_outgoing")} == {sent.transfer_id}
            assert rows("SELECT 1 FROM exchange_peer") == []
        with seeing(sight_of_sections([9999])), pytest.raises(Refused):
            transfers.shown(sent.transfer_id)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            one("DELETE FROM exchange_transfer RETURNING 1")
        with pytest.raises(psycopg.Error, match="append_only"):
            one("UPDATE exchange_transfer SET status = 'cancelled' RETURNING 1")


def test_a_dead_peer_costs_ever_fewer_attempts(net: Network) -> None:
    net.away.add("CHE01")
    net.send(10)
    with net.at("GHA01"):
        tries = [pump.send("CHE01", net.now + timedelta(seconds=second)).is_reached for second in range(0, 3600, 5)]
        attempts = sum(each is not None for each in tries)
        assert 5 < attempts < 25
        assert overview.status()["peers"][0]["to_send"] == 1


def test_a_backlog_drains_in_small_pieces_without_gaps(net: Network) -> None:
    backlog = 250
    with net.at("GHA01"):
        first = one("SELECT max(sequence) FROM exchange_signed")[0] + 1
        with journal.database_transaction():
            channel = desks.channel(net.now)
            for _ in range(backlog):
                channel.send("CHE01", Type.CLOCK_ASKED, {"asked_at": written(net.now)}, net.now)
    for _turn in range(100):
        with net.at("GHA01"):
            sent = pump.turn("CHE01", net.now)
        with net.at("CHE01"):
            handled = pump.turn("GHA01", net.now)
        assert max(sent.sent, handled.sent) <= 100
        assert max(sent.handled, handled.handled) <= pump.HANDLED_AT_ONCE
        if not (sent.is_busy or handled.is_busy):
            break
    else:
        pytest.fail("it does not drain")
    with net.at("CHE01"):
        numbers = [each[0] for each in rows("SELECT sequence FROM exchange_handled ORDER BY handled_at, sequence")]
        assert numbers[-backlog:] == list(range(first, first + backlog))
    with net.at("GHA01"):
        assert one("SELECT count(*) FROM exchange_incoming WHERE type = %s", (Type.CLOCK_TOLD,))[0] == backlog
        assert overview.status()["peers"][0]["to_send"] == 0
