"""The channel: whatever the network does, every message is handed on once and in order, and both sides know it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from exchange.wire import (
    ASKED,
    GHANA,
    NOW,
    SINCE,
    SWITZERLAND,
    Side,
    batch,
    deliver,
    digest,
    ghana,
    later,
    peer_of,
    problems,
    side,
    signed,
    switzerland,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from article6.domain.canonical import canonical
from article6.domain.refusals import BrokenInvariant
from article6.exchange import envelope, receipts
from article6.exchange.books import Peer
from article6.exchange.channel import Channel
from article6.exchange.keys import Signer
from article6.exchange.limits import Limits
from article6.exchange.message_types import Type
from article6.exchange.problems import Problem, Rejected
from article6.exchange.receipts import Receipt


def peer(of: Side, code: str) -> Peer:
    found = of.books.peer(code)
    assert found is not None
    return found


SIGNED = {number: signed(number) for number in range(1, 9)}


@given(st.lists(st.integers(1, 8), max_size=20))
@settings(deadline=None)
def test_any_order_and_any_number_of_deliveries_hands_on_once_and_in_order(deliveries: list[int]) -> None:
    here = switzerland()
    handed = []
    for number in [*deliveries, *range(8, 0, -1)]:
        here.channel.receive(batch(SIGNED[number]), NOW)
        handed += here.hand_on("GHA01")
    assert [each.sequence for each in handed] == list(range(1, 9))
    assert [each.id for each in handed] == [f"m{number}" for number in range(1, 9)]
    assert peer(here, "GHA01").received == 8


DOINGS = st.lists(st.sampled_from(["write", "send", "lose", "again", "answer", "answer late", "hand on"]), max_size=60)


@given(DOINGS)
@settings(deadline=None)
def test_what_is_written_arrives_once_whatever_the_network_does(doings: list[str]) -> None:
    there, here = ghana(), switzerland()
    requests: list[bytes] = []
    answers: list[bytes] = []
    written: list[str] = []
    handed: list[str] = []
    for doing in [*doings, *["send", "answer", "hand on"] * 3]:
        if doing == "write":
            written.append(there.ask("CHE01"))
        elif doing in ("send", "lose") and (request := there.channel.to_send("CHE01", NOW, 3)):
            requests.append(request)
            if doing == "send":
                answers.append(here.channel.receive(request, NOW))
        elif doing == "again" and requests:
            answers.append(here.channel.receive(requests[len(answers) % len(requests)], NOW))
        elif doing.startswith("answer") and answers:
            there.channel.take_receipts("CHE01", answers.pop(0 if doing == "answer late" else -1), NOW)
        elif doing == "hand on":
            handed += [each.id for each in here.hand_on("GHA01")]
    while request := there.channel.to_send("CHE01", NOW):
        there.channel.take_receipts("CHE01", here.channel.receive(request, NOW), NOW)
    handed += [each.id for each in here.hand_on("GHA01")]
    assert handed == written
    sender = peer(there, "CHE01")
    assert sender.sent == sender.acknowledged == peer(here, "GHA01").received == len(written)
    for message_id in written:
        own = there.books.own(message_id)
        assert own is not None
        assert receipts.opened(own.receipt, [SWITZERLAND.public]).sha256 == digest(own.jws)


def test_numbers_have_no_gap_and_what_was_signed_stays_as_it_is() -> None:
    there = ghana()
    first = there.ask("CHE01")
    one = there.channel.to_send("CHE01", NOW)
    second = there.ask("CHE01")
    two = there.channel.to_send("CHE01", later(hours=1))
    assert one is not None
    assert two is not None
    messages = json.loads(two)["messages"]
    assert messages[:1] == json.loads(one)["messages"]
    opened = [envelope.opened(each, [GHANA.public]) for each in messages]
    assert [(each.id, each.sequence, each.sent_at) for each in opened] == [(first, 1, NOW), (second, 2, later(hours=1))]


def test_a_batch_keeps_to_its_limits() -> None:
    two = len(ghana_batch(Limits(batch_messages=2), 6))
    for batch_bytes, count in [(two, 2), (two - 1, 1), (1, 1)]:
        found = ghana_batch(Limits(batch_bytes=batch_bytes), 6)
        assert len(json.loads(found)["messages"]) == count
    assert len(json.loads(ghana_batch(Limits(batch_messages=4), 6))["messages"]) == 4


def ghana_batch(limits: Limits, count: int) -> bytes:
    there = ghana(limits)
    for _ in range(count):
        there.ask("CHE01")
    found = there.channel.to_send("CHE01", NOW)
    assert found is not None
    return found


def test_a_rejected_message_is_acknowledged_and_its_writer_hears_why() -> None:
    there, here = ghana(), switzerland()
    message_id = there.ask("CHE01")
    request = there.channel.to_send("CHE01", NOW)
    assert request is not None
    narrow = Channel(here.books, SWITZERLAND, Limits(message_bytes=10))
    taken = there.channel.take_receipts("CHE01", narrow.receive(request, NOW), NOW)
    assert [(each.id, why[0].problem) for each, why in taken.rejected] == [(message_id, Problem.MESSAGE_TOO_LARGE)]
    assert there.channel.to_send("CHE01", NOW) is None
    assert len(there.books.storage.table("alerts")) == 1


def test_what_was_turned_away_is_sent_again() -> None:
    there, here = ghana(), switzerland()
    there.ask("CHE01")
    request = there.channel.to_send("CHE01", later(hours=1))
    assert request is not None
    early = there.channel.take_receipts("CHE01", here.channel.receive(request, NOW), NOW)
    assert (early.acknowledged, [each.problem for each in early.put_off]) == (0, [Problem.CLOCK_SKEW])
    assert there.channel.to_send("CHE01", NOW) == request
    in_time = there.channel.take_receipts("CHE01", here.channel.receive(request, later(hours=1)), later(hours=1))
    assert in_time.acknowledged == 1


def receipt_for(there: Side, **changes: object) -> tuple[Receipt, bytes]:
    there.ask("CHE01")
    request = there.channel.to_send("CHE01", NOW)
    assert request is not None
    (jws,) = json.loads(request)["messages"]
    return replace(Receipt("CHE01", "GHA01", digest(jws), NOW, True, True, "GHA01-1", 1), **changes), request


@pytest.mark.parametrize(
    ("changes", "signer", "problem"),
    [
        ({}, Signer("CHE01", b"x" * 32, SINCE), Problem.KEY_UNKNOWN),
        ({"recipient": "THA01"}, SWITZERLAND, Problem.RECIPIENT_WRONG),
        ({"source": "THA01"}, SWITZERLAND, Problem.SIGNATURE_WRONG),
        ({"source": "THA01"}, Signer("THA01", b"s" * 32, SINCE), Problem.RECIPIENT_WRONG),
        ({"received_at": SINCE - timedelta(days=1)}, SWITZERLAND, Problem.KEY_NOT_VALID),
    ],
)
def test_a_receipt_that_is_not_the_peers_for_us_acknowledges_nothing(
    changes: dict[str, object], signer: Signer, problem: Problem
) -> None:
    there = ghana()
    receipt, request = receipt_for(there, **changes)
    with pytest.raises(Rejected) as refused:
        there.channel.take_receipts("CHE01", canonical({"receipts": [receipts.signed(receipt, signer)]}), NOW)
    assert refused.value.objections[0].problem is problem
    assert there.channel.to_send("CHE01", NOW) == request
    assert len(there.evidence("CHE01")) == 1


def test_a_receipt_for_something_else_acknowledges_nothing() -> None:
    there = ghana()
    receipt, request = receipt_for(there, sha256="0" * 64)
    body = canonical({"receipts": [receipts.signed(receipt, SWITZERLAND)]})
    assert there.channel.take_receipts("CHE01", body, NOW).acknowledged == 0
    assert there.channel.to_send("CHE01", NOW) == request


def test_a_message_is_no_receipt() -> None:
    there = ghana()
    _, _ = receipt_for(there)
    body = canonical({"receipts": [SWITZERLAND.sign(b"{}")]})
    with pytest.raises(Rejected) as refused:
        there.channel.take_receipts("CHE01", body, NOW)
    assert refused.value.objections[0].problem is Problem.SIGNATURE_WRONG


def test_a_code_that_came_up_later_is_still_read() -> None:
    found = receipts.objection({"code": "block.haunted", "subject": "GHA01-GHA:1-2", "detail": "boo"})
    assert (found.problem, found.subject, found.detail) == (Problem.CODE_UNKNOWN, "GHA01-GHA:1-2", "block.haunted: boo")


def test_what_nobody_would_take_is_not_written() -> None:
    there = ghana(Limits(message_bytes=1_050))
    with pytest.raises(Rejected) as refused:
        there.ask("CHE01")
    assert refused.value.objections[0].problem is Problem.MESSAGE_TOO_LARGE
    with pytest.raises(BrokenInvariant), there.books.transaction():
        there.channel.send("CHE01", Type.CLOCK_ASKED, {**ASKED, "and": 1}, NOW)
    assert there.channel.to_send("CHE01", NOW) is None


def test_after_a_change_of_keys_what_was_signed_before_is_still_taken() -> None:
    new = Signer("GHA01", b"n" * 32, NOW)
    ended = replace(GHANA.public, until=NOW)
    here = side(SWITZERLAND, peer_of(ended, new))
    before = signed(1, sent_at=NOW - timedelta(seconds=1))
    assert [each.is_taken for each in deliver(here, signed(2, signer=new), before)] == [True, True]
    assert problems(deliver(here, signed(3))[0]) == [Problem.KEY_NOT_VALID]
    assert [each.sequence for each in here.hand_on("GHA01")] == [1, 2]


def test_waits_between_attempts_double_up_to_a_limit() -> None:
    waits = [Limits().wait(failures).total_seconds() for failures in range(16)]
    assert waits[:5] == [0, 1, 2, 4, 8]
    assert waits[12:] == [2048, 3600, 3600, 3600]
    assert Limits().wait(1_000_000) == timedelta(hours=1)
    assert Limits().wait(5, 0.0) == timedelta(seconds=8)
    assert Limits().wait(5, 0.5) == timedelta(seconds=12)


def test_an_empty_batch_is_answered_by_no_receipts() -> None:
    assert switzerland().channel.receive(batch(), NOW) == b'{"receipts":[]}'
