"""Registries connect: two people on each side, keys compared and pinned; suspended, resumed, ended, keys replaced."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from services.network import ITMO, START, URL, Fresh, Network, network

from article6.domain.refusals import Code, Refused
from article6.exchange import keys as protocol_keys
from article6.exchange.channel import LATE
from article6.services.exchange import door, initial_tests, overview, own_keys, peers
from article6.services.exchange.standing import KNOW
from article6.store import messages
from article6.store.database import NOTHING, one, rows, seeing
from article6.store.queries import exchange as reading


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        yield both


@pytest.fixture
def connected(net: Network) -> Network:
    net.connect()
    return net


def status(net: Network, here: str, there: str) -> str:
    with net.at(here):
        return str(peers.known(there)["status"])


def codes(no: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [str(each) for each in no.value.codes]


def test_two_people_on_each_side_connect_and_only_what_both_agree_to_is_in_use(net: Network) -> None:
    for code in ("GHA01", "CHE01"):
        with net.at(code) as side:
            own_keys.make(by=side.root, now=net.now)
    with net.at("GHA01") as side:
        offered = peers.offer("CHE01", URL["CHE01"], [*ITMO, "pull_view"], by=side.root, now=net.now)
        with pytest.raises(Refused) as no:
            peers.agree("CHE01", by=side.root, now=net.now)
        assert codes(no) == ["person.approves_own"]
        with pytest.raises(Refused) as no:
            peers.agree("CHE01", by=side.ana, now=net.now, kids=["x" * 43])
        assert codes(no) == ["peer.keys_differ"]
        with pytest.raises(Refused) as no:
            peers.agree("CHE01", by=side.ama, now=net.now)
        assert codes(no) == ["person.not_permitted"]
        assert peers.agree("CHE01", by=side.ana, now=net.now, kids=offered.kids) == "pending"
    # Switzerland has not agreed: nothing of Ghana's is believed yet, and it waits.
    net.settle()
    with net.at("CHE01") as side:
        assert reading.evidence(None, 2**62, 10)[0]["objections"][0]["code"] == "sender.unknown"
        peers.offer("GHA01", URL["GHA01"], ITMO, by=side.root, now=net.now)
        assert peers.agree("GHA01", by=side.ana, now=net.now) == "pending"
    net.settle(hours=2)
    for here, there in (("GHA01", "CHE01"), ("CHE01", "GHA01")):
        with net.at(here):
            found = peers.known(there)
            assert (found["status"], found["services"]) == ("connected", sorted(ITMO))


def test_nobody_is_connected_behind_the_administrators_backs(net: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database itself asks for the second person, whatever the program does."""
    with net.at("GHA01") as side:
        messages.add_peer("CHE01")
        with pytest.raises(Refused) as no:
            messages.set_peer("CHE01", "connected", ["transfer_itmo"])
        assert codes(no) == ["person.not_permitted"]
        offer_id = messages.peer_act("CHE01", "offered", {"keys": [], "purpose": KNOW}, side.root, START)
        with pytest.raises(Refused) as no:
            messages.peer_act("CHE01", "agreed", {}, side.root, START, offer_id=offer_id)
        assert codes(no) == ["person.approves_own"]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            one("INSERT INTO exchange_peer_key (peer, act_id, kid, x, since) VALUES ('CHE01', 1, 'k', 'x', now())"
                " RETURNING id")  # fmt: skip


KEPT = {
    "exchange_key": "kid", "exchange_key_end": "until", "exchange_peer_act": "act", "exchange_peer_key": "x",
    "exchange_outgoing": "data", "exchange_signed": "jws", "exchange_receipt": "receipt", "exchange_incoming": "jws",
    "exchange_handled": "sequence", "exchange_evidence": "body", "exchange_alert": "text",
    "exchange_alert_seen": "person_id", "exchange_transfer_change": "status", "exchange_transfer_units": "lo",
}  # fmt: skip


def test_what_was_said_is_for_ever(connected: Network) -> None:
    with connected.at("GHA01") as side:
        for table, column in KEPT.items():
            for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}", f"TRUNCATE {table}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    one(statement)
                with psycopg.connect(side.database.owner_url) as owner, pytest.raises(psycopg.Error) as no:
                    owner.execute(statement)
                # TRUNCATE is refused before the trigger where another table refers to this one.
                assert no.value.sqlstate in ("A6001", "0A000"), (statement, no.value)


def test_numbers_have_no_gaps_and_are_used_once(connected: Network) -> None:
    with connected.at("GHA01"):
        messages.outgoing([messages.Outgoing("m-1", "CHE01", "t", "{}", "", "", START)])
        top = one("SELECT max(sequence) FROM exchange_signed WHERE peer = 'CHE01'")[0]
        for number in (top, top + 2):
            with pytest.raises(Refused) as no:
                messages.signed([("m-1", number, "jws")])
            assert codes(no) == ["ledger.append_only"]
        messages.signed([("m-1", top + 1, "jws")])


def test_strangers_see_nothing_of_it(connected: Network) -> None:
    with connected.at("GHA01"), seeing(NOTHING):
        for table in ("exchange_key", "exchange_peer", "exchange_outgoing", "exchange_incoming", "exchange_evidence"):
            assert rows(f"SELECT 1 FROM {table}") == []


def test_a_registry_that_is_another_or_none_is_not_offered_to(net: Network) -> None:
    with net.at("GHA01") as side:
        own_keys.make(by=side.root, now=net.now)
        for code, url in (("THA01", URL["CHE01"]), ("CHE01", URL["CHE01"])):
            with pytest.raises(Refused) as no:
                peers.offer(code, url, ITMO, by=side.root, now=net.now)
            assert codes(no) == ["peer.unreachable"]  # another registry; one without a key
        net.away.add("CHE01")
        with pytest.raises(Refused) as no:
            peers.offer("CHE01", URL["CHE01"], ITMO, by=side.root, now=net.now)
        assert codes(no) == ["peer.unreachable"]
        for code, services in (("GHA01", ITMO), ("CHE01", ["everything"])):
            with pytest.raises(Refused) as no:
                peers.offer(code, URL["CHE01"], services, by=side.root, now=net.now)
            assert codes(no) == ["request.malformed"]
        with pytest.raises(Refused) as no:
            peers.agree("CHE01", by=side.ana, now=net.now)
        assert codes(no) == ["peer.unknown"]


def test_one_suspends_and_another_resumes_or_ends(connected: Network) -> None:
    net = connected
    with net.at("GHA01") as side:
        assert peers.suspend("CHE01", "keys in doubt", by=side.root, now=net.now) == "suspended"
        with pytest.raises(Refused) as no:
            peers.suspend("CHE01", "again", by=side.root, now=net.now)
        assert codes(no) == ["peer.wrong_state"]
        with pytest.raises(Refused) as no:
            peers.resume("CHE01", "fine", by=side.root, now=net.now)
        assert codes(no) == ["person.approves_own"]
    net.settle()
    assert status(net, "CHE01", "GHA01") == "suspended"
    with net.at("GHA01") as side:
        assert peers.resume("CHE01", "compared", by=side.ana, now=net.now) == "connected"
    net.settle()
    assert status(net, "CHE01", "GHA01") == "connected"
    with net.at("CHE01") as side:
        peers.suspend("GHA01", "closing", by=side.root, now=net.now)
        assert peers.end("GHA01", "closed", by=side.ana, now=net.now) == "ended"
    net.settle()
    assert status(net, "GHA01", "CHE01") == "ended"
    with net.at("GHA01"):
        texts = [each["text"] for each in overview.alerts().items]
        assert any("ended" in each for each in texts)


def test_a_new_key_is_announced_under_the_old_one_and_signs_from_its_moment_on(connected: Network) -> None:
    net = connected
    with net.at("GHA01") as side:
        old = own_keys.signer(net.now).kid
        new = peers.rotate(by=side.root, now=net.now, lead=timedelta(hours=1))
        with pytest.raises(Refused) as no:
            peers.rotate(by=side.root, now=net.now)
        assert codes(no) == ["exchange.no_key"]
    net.settle()
    with net.at("CHE01"):
        pinned = {each["kid"]: each for each in reading.peer_keys("GHA01")}
        assert pinned.keys() == {old, new.kid}
        assert pinned[old]["until"] == pinned[new.kid]["since"] == new.since
    net.settle(hours=2)
    with net.at("GHA01") as side:
        assert own_keys.signer(net.now).kid == new.kid
        assert all(each.passed for each in initial_tests.run("CHE01", by=side.root, now=net.now))


def test_what_a_key_signed_that_ended_long_ago_waits_until_two_administrators_take_it(connected: Network) -> None:
    net = connected
    first = net.send(10).transfer_id
    net.settle()
    with net.at("GHA01") as side:
        new = peers.rotate(by=side.root, now=net.now, lead=timedelta(hours=1))
    net.settle()
    taken = next(body for code, body in reversed(net.at_door) if code == "CHE01")
    net.away = {"CHE01"}
    waiting = net.send(10).transfer_id
    net.settle()
    net.settle(days=40)
    with net.at("GHA01"):
        assert own_keys.signer(net.now).kid == new.kid
    net.away = set()
    with net.at("CHE01"):
        [again] = json.loads(door.receive(taken, "127.0.0.1", net.now).answer)["receipts"]
        assert json.loads(protocol_keys.content(again))["taken"]  # what came in time gets the receipt that it got then
    net.settle(hours=2)
    assert (net.status("GHA01", first), net.status("CHE01", waiting)) == ("settled", "")
    for code in net.registries:
        with net.at(code):
            assert [each["text"] for each in overview.alerts().items].count(LATE) == 1
    with net.at("CHE01") as side:
        peers.offer("GHA01", URL["GHA01"], ITMO, by=side.root, now=net.now, takes_late=True)
        peers.agree("GHA01", by=side.ana, now=net.now)
        ended = {each["kid"]: each["until"] for each in reading.peer_keys("GHA01")}
        assert ended.pop(new.kid) is None
        assert [net.now - each for each in ended.values()] == [timedelta(days=23)]
    net.settle(hours=2)
    assert net.status("GHA01", waiting) == "cancelled"  # past its deadline meanwhile
    assert net.status("CHE01", waiting) in ("rejected", "cancelled")
    assert net.status("GHA01", net.send(10).transfer_id) == "proposed"
    net.settle(hours=1)
    assert net.held("CHE01") == 20


def test_a_registry_is_known_by_its_keys_alone(net: Network) -> None:
    far = protocol_keys.Signer("THA01", b"t" * 32, START)
    with net.at("GHA01") as side:
        peers.offer(
            "THA01", "", by=side.root, now=net.now, purpose=KNOW, jwks=protocol_keys.jwks([far.public])
        )  # fmt: skip
        assert peers.agree("THA01", by=side.ana, now=net.now) == "known"
        assert [each["kid"] for each in reading.peer_keys("THA01")] == [far.kid]


def test_initial_tests_tell_what_is_wrong(connected: Network) -> None:
    net = connected
    with net.at("GHA01") as side:
        found = {each.test: each.passed for each in initial_tests.run("CHE01", by=side.root, now=net.now)}
        assert found == dict.fromkeys(["version", "capability", "keys", "round_trip", "signature", "clock"], True)
        assert reading.last_act("CHE01", "tested")
        net.away.add("CHE01")
        found = {each.test: each.passed for each in initial_tests.run("CHE01", by=side.root, now=net.now)}
        assert found == {"version": False, "round_trip": False}


def test_how_the_tests_ended_the_peer_is_told_and_both_show(connected: Network) -> None:
    net = connected
    with net.at("GHA01") as side:
        initial_tests.run("CHE01", by=side.root, now=net.now)
        assert overview.status()["peers"][0]["tested"] == f"passed {net.now:%Y-%m-%d %H:%M}"
    at = net.now
    net.settle()
    with net.at("CHE01"):
        told = [each for each in reading.peer_acts("GHA01") if each["act"] == "peer_tested"]
        assert len(told) == 6
        assert all(each["content"]["passed"] and each["message_id"] for each in told)
        line = overview.status()["peers"][0]
        assert (line["tested"], line["tested_by_peer"]) == (None, f"passed {at:%Y-%m-%d %H:%M}")
    net.settle(minutes=5)
    net.away.add("CHE01")
    with net.at("GHA01") as side:
        initial_tests.run("CHE01", by=side.root, now=net.now)
        assert overview.status()["peers"][0]["tested"] == f"version, round_trip failed {net.now:%Y-%m-%d %H:%M}"
    at = net.now
    net.away.clear()
    net.settle(hours=2)
    with net.at("CHE01"):
        assert overview.status()["peers"][0]["tested_by_peer"] == f"version, round_trip failed {at:%Y-%m-%d %H:%M}"
        assert len([each for each in overview.alerts().items if "test of the connection" in each["text"]]) == 2


def test_private_keys_open_with_the_registrys_secret_alone(
    connected: Network, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    with connected.at("GHA01"):
        sealed = bytes(one("SELECT sealed FROM exchange_key")[0])
        assert own_keys.signer(START).public.x.encode() not in sealed
        own_keys._signer.cache_clear()
        monkeypatch.setattr(settings, "ARTICLE6_EXCHANGE_SECRET", lambda: "another")
        with pytest.raises(Refused) as no:
            own_keys.signer(START)
        assert no.value.codes == (Code.EXCHANGE_SECRET,)
        assert "another" not in str(no.value)
    own_keys._signer.cache_clear()


def test_offers_are_declined_and_replaced(net: Network) -> None:
    for code in ("GHA01", "CHE01"):
        with net.at(code) as side:
            own_keys.make(by=side.root, now=net.now)
    with net.at("GHA01") as side:
        peers.offer("CHE01", URL["CHE01"], ITMO, by=side.root, now=net.now)
        peers.decline("CHE01", by=side.ana, now=net.now)
        with pytest.raises(Refused) as no:
            peers.agree("CHE01", by=side.ana, now=net.now)
        assert codes(no) == ["proposal.unknown"]
        first = peers.offer("CHE01", URL["CHE01"], ITMO, by=side.root, now=net.now)
        peers.offer("CHE01", URL["CHE01"], ["pull_view"], by=side.root, now=net.now)
        with pytest.raises(Refused) as no:
            messages.peer_act("CHE01", "agreed", {}, side.ana, net.now, offer_id=first.offer_id)
        assert codes(no) == ["proposal.decided"]
