"""What a hostile, broken or confused registry sends: turned down with a code, kept as evidence, nothing changed."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from exchange.wire import (
    ASKED,
    GHANA,
    NOW,
    SINCE,
    STRANGER,
    SWITZERLAND,
    altered,
    batch,
    coded,
    deliver,
    later,
    message,
    peer_of,
    problems,
    side,
    signed,
    switzerland,
    unpadded,
    with_header,
)

from article6.domain.canonical import canonical
from article6.exchange import envelope, keys
from article6.exchange.books import PeerStatus
from article6.exchange.keys import Kind, Signer
from article6.exchange.limits import Limits
from article6.exchange.message_types import Type
from article6.exchange.problems import Problem, Rejected

ALG_NONE = with_header(signed(), alg="none")
HEADER, PAYLOAD, SIGNATURE = signed().split(".")
SPARE_BITS_SET = chr(ord(SIGNATURE[-1]) + 1)
"""Of the last character two bits count: with another one set, a lenient reader finds the same signature."""

FLOAT = envelope.to_bytes(message()).replace(b'"sequence":"1"', b'"sequence":1.0')
OTHER_SCHEMA = {"dataschema": envelope.schema_id(Type.CLOCK_TOLD)}


def with_hmac() -> str:
    """The public key used as a secret: a verifier that believes the header would take it."""
    header = coded(json.dumps({"alg": "HS256", "iss": "GHA01", "kid": GHANA.kid, "typ": "a6-message+jws"}).encode())
    mac = hmac.new(unpadded(GHANA.public.x), f"{header}.{PAYLOAD}".encode(), hashlib.sha256).digest()
    return f"{header}.{PAYLOAD}.{coded(mac)}"


def well_signed_with(**members: object) -> str:
    """Ghana's own signature under a header that has more than it may have, or less."""
    found = {"alg": "EdDSA", "iss": "GHA01", "kid": GHANA.kid, "typ": "a6-message+jws", **members}
    header = coded(json.dumps({name: value for name, value in found.items() if value is not None}).encode())
    private = Ed25519PrivateKey.from_private_bytes(b"g" * 32)
    return f"{header}.{PAYLOAD}.{coded(private.sign(f'{header}.{PAYLOAD}'.encode()))}"


def other_payload() -> str:
    return coded(envelope.to_bytes(message(data={"asked_at": "2026-11-20T11:00:00.000000Z"})))


TURNED_AWAY = {
    "unsigned": (envelope.to_bytes(message()).decode(), Problem.SIGNATURE_MISSING),
    "no signature": (f"{HEADER}.{PAYLOAD}.", Problem.SIGNATURE_MISSING),
    "two parts": (f"{HEADER}.{PAYLOAD}", Problem.SIGNATURE_MISSING),
    "empty": ("", Problem.SIGNATURE_MISSING),
    "alg none": (ALG_NONE, Problem.SIGNATURE_MISSING),
    "alg none without signature": (ALG_NONE.rpartition(".")[0] + ".", Problem.SIGNATURE_MISSING),
    "public key as secret": (with_hmac(), Problem.SIGNATURE_WRONG),
    "another's signature": (f"{HEADER}.{PAYLOAD}.{signed(2).split('.')[2]}", Problem.SIGNATURE_WRONG),
    "payload altered": (f"{HEADER}.{other_payload()}.{SIGNATURE}", Problem.SIGNATURE_WRONG),
    "signature written otherwise": (f"{HEADER}.{PAYLOAD}.{SIGNATURE[:-1]}{SPARE_BITS_SET}", Problem.SIGNATURE_WRONG),
    "signature cut short": (f"{HEADER}.{PAYLOAD}.{SIGNATURE[:40]}", Problem.SIGNATURE_WRONG),
    "header no JSON": (f"{coded(b'no')}.{PAYLOAD}.{SIGNATURE}", Problem.SIGNATURE_WRONG),
    "header too long": (with_header(signed(), iss="G" * 600), Problem.SIGNATURE_WRONG),
    "header with more, well signed": (well_signed_with(jku="https://example.org"), Problem.SIGNATURE_WRONG),
    "header with less, well signed": (well_signed_with(typ=None), Problem.SIGNATURE_WRONG),
    "header with more": (with_header(signed(), crit=["b64"], b64=False), Problem.SIGNATURE_WRONG),
    "header with a key of its own": (with_header(signed(), jwk={"kty": "OKP"}), Problem.SIGNATURE_WRONG),
    "a key named by what nobody can write": (with_header(signed(), kid="\0\ud800"), Problem.KEY_UNKNOWN),
    "signed by what nobody can write": (with_header(signed(), iss="\0\ud800"), Problem.SENDER_UNKNOWN),
    "a receipt": (GHANA.sign(envelope.to_bytes(message()), Kind.RECEIPT), Problem.SIGNATURE_WRONG),
    "key not pinned": (signed(signer=STRANGER), Problem.KEY_UNKNOWN),
    "unknown peer": (signed(signer=Signer("KEN01", b"k" * 32, SINCE)), Problem.SENDER_UNKNOWN),
    "no registry's code": (signed(signer=Signer("a';--", b"k" * 32, SINCE)), Problem.SENDER_UNKNOWN),
    "another source than signed": (signed(source="CHE01"), Problem.SIGNATURE_WRONG),
    "wrong recipient": (signed(recipient="THA01"), Problem.RECIPIENT_WRONG),
    "from the future": (signed(sent_at=later(minutes=5, seconds=1)), Problem.CLOCK_SKEW),
    "malformed JSON": (GHANA.sign(b'{"id":'), Problem.MESSAGE_MALFORMED),
    "not canonical": (GHANA.sign(envelope.to_bytes(message()) + b" "), Problem.MESSAGE_MALFORMED),
    "no object": (GHANA.sign(b"[]"), Problem.MESSAGE_MALFORMED),
    "a name twice": (GHANA.sign(b'{"id":"m1",' + envelope.to_bytes(message())[1:]), Problem.MESSAGE_MALFORMED),
    "deep": (GHANA.sign(b'{"data":' + b"[" * 50_000 + b"]" * 50_000 + b"}"), Problem.MESSAGE_MALFORMED),
    "a float": (GHANA.sign(FLOAT), Problem.MESSAGE_MALFORMED),
    "no id": (altered(without="id"), Problem.MESSAGE_MALFORMED),
    "no data": (altered(without="data"), Problem.MESSAGE_MALFORMED),
    "a member more": (altered({"extra": 1}), Problem.MESSAGE_MALFORMED),
    "data no object": (altered({"data": []}), Problem.MESSAGE_MALFORMED),
    "sequence 0": (altered({"sequence": "0"}), Problem.MESSAGE_MALFORMED),
    "sequence a number": (altered({"sequence": 1}), Problem.MESSAGE_MALFORMED),
    "another specversion": (altered({"specversion": "2.0"}), Problem.MESSAGE_MALFORMED),
    "the schema of another type": (altered(OTHER_SCHEMA), Problem.MESSAGE_MALFORMED),
    "no time": (altered({"time": "yesterday"}), Problem.MESSAGE_MALFORMED),
    "a time that is none": (altered({"time": "2026-02-30T12:00:00.000000Z"}), Problem.MESSAGE_MALFORMED),
    "an id with spaces": (altered({"id": "m 1"}), Problem.MESSAGE_MALFORMED),
    "a type of nobody": (altered({"type": "com.example.ping"}), Problem.MESSAGE_MALFORMED),
}  # fmt: skip


@pytest.mark.parametrize("name", TURNED_AWAY)
def test_what_nobody_can_be_held_to_is_turned_away_and_kept(name: str) -> None:
    jws, problem = TURNED_AWAY[name]
    here = switzerland()
    (receipt,) = deliver(here, jws)
    assert problems(receipt)[0] is problem
    assert (receipt.is_taken, receipt.is_final, receipt.id) == (False, False, "")
    assert receipt.sha256 == keys.digest(jws)
    assert receipt.recipient in ("", "GHA01", "CHE01", "KEN01", "a';--")
    kept = [each for code in ("GHA01", "KEN01", "a';--", "") for each in here.evidence(code)]
    assert [(body, objections[0].problem) for body, objections, _ in kept if body == jws] == [(jws, problem)]
    assert here.hand_on("GHA01") == []
    # Its number was not used: the message that should have come is taken.
    assert deliver(here, signed())[0].is_taken
    assert [each.id for each in here.hand_on("GHA01")] == ["m1"]


REJECTED = {
    "unknown type": (signed(type="org.article6.tea.served.v1"), Problem.MESSAGE_TYPE),
    "unknown version": (signed(type="org.article6.clock.asked.v9"), Problem.MESSAGE_VERSION),
    "content missing": (signed(data={}), Problem.MESSAGE_MALFORMED),
    "content too much": (signed(data={**ASKED, "and": 1}), Problem.MESSAGE_MALFORMED),
    "content of another sort": (signed(data={"asked_at": 5}), Problem.MESSAGE_MALFORMED),
    "too large": (signed(data={**ASKED, "and": "a" * 4 * 2**20}), Problem.MESSAGE_TOO_LARGE),
}


@pytest.mark.parametrize("name", REJECTED)
def test_what_is_authentic_and_wrong_is_rejected_and_its_number_is_used(name: str) -> None:
    jws, problem = REJECTED[name]
    here = switzerland()
    (receipt,) = deliver(here, jws)
    assert problems(receipt)[0] is problem
    assert (receipt.is_taken, receipt.is_final, receipt.id, receipt.sequence) == (False, True, "m1", 1)
    (after,) = deliver(here, signed(2))
    assert after.is_taken
    assert [each.id for each in here.hand_on("GHA01")] == ["m2"]
    kept = here.books.incoming("GHA01", "m1")
    assert kept is not None
    assert kept.jws == jws


def test_a_message_signed_after_its_key_ended_is_turned_away() -> None:
    ended = Signer("GHA01", b"g" * 32, SINCE, NOW)
    here = side(SWITZERLAND, peer_of(ended))
    assert problems(deliver(here, signed(signer=ended))[0]) == [Problem.KEY_NOT_VALID]
    assert deliver(here, signed(signer=ended, sent_at=NOW - timedelta(seconds=1)))[0].is_taken


def test_a_message_signed_before_its_key_begins_is_turned_away() -> None:
    young = Signer("GHA01", b"g" * 32, later(seconds=1))
    here = side(SWITZERLAND, peer_of(young))
    assert problems(deliver(here, signed(signer=young))[0]) == [Problem.KEY_NOT_VALID]
    assert deliver(here, signed(signer=young, sent_at=later(seconds=1)))[0].is_taken


def test_a_key_that_ended_long_ago_signs_nothing_in_retrospect() -> None:
    ended = Signer("GHA01", b"g" * 32, SINCE, NOW)
    here = side(SWITZERLAND, peer_of(ended))
    backdated = signed(signer=ended, sent_at=NOW - timedelta(days=1))
    assert problems(deliver(here, backdated, now=later(days=30))[0]) == [Problem.KEY_NOT_VALID]
    assert deliver(here, backdated, now=later(days=29))[0].is_taken


@pytest.mark.parametrize(
    ("status", "problem"),
    [(PeerStatus.KNOWN, Problem.SENDER_UNKNOWN), (PeerStatus.ENDED, Problem.SENDER_SUSPENDED)],
)
def test_who_is_not_connected_is_not_listened_to(status: PeerStatus, problem: Problem) -> None:
    here = switzerland(status=status)
    assert problems(deliver(here, signed())[0]) == [problem]
    assert here.channel.to_send("GHA01", NOW) is None


@pytest.mark.parametrize("status", [PeerStatus.PENDING, PeerStatus.SUSPENDED])
def test_who_connects_or_is_suspended_is_heard(status: PeerStatus) -> None:
    assert deliver(switzerland(status=status), signed())[0].is_taken


def test_a_replay_gets_the_same_receipt_and_is_handled_once() -> None:
    here = switzerland()
    first = here.channel.receive(batch(signed()), NOW)
    assert len(here.hand_on("GHA01")) == 1
    assert here.channel.receive(batch(signed()), later(days=1)) == first
    assert here.hand_on("GHA01") == []


def test_an_id_is_not_used_again_for_other_content() -> None:
    here = switzerland()
    deliver(here, signed())
    other = signed(2, id="m1")
    assert problems(deliver(here, other)[0]) == [Problem.MESSAGE_ID_REUSED]
    assert here.evidence("GHA01")[0][0] == other
    assert deliver(here, signed(2))[0].is_taken


def test_a_number_is_not_used_again_by_another_message() -> None:
    here = switzerland()
    deliver(here, signed(1), signed(3))
    for sequence in (1, 3):
        assert problems(deliver(here, signed(sequence, id="other"))[0]) == [Problem.SEQUENCE_REUSED]
    deliver(here, signed(2))
    assert [each.id for each in here.hand_on("GHA01")] == ["m1", "m2", "m3"]


def test_a_number_far_ahead_waits_with_its_sender() -> None:
    here = switzerland(limits=Limits(gap=5))
    (receipt,) = deliver(here, signed(6))
    assert (problems(receipt), receipt.is_final) == ([Problem.SEQUENCE_TOO_FAR], False)
    assert here.evidence("GHA01") == []
    assert deliver(here, signed(5))[0].is_taken
    assert deliver(here, signed(1), signed(6))[1].is_taken


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no JSON",
        b"[]",
        b'{"messages":{}}',
        b'{"messages":[1]}',
        b'{"messages":[],"more":1}',
        b'{"messages":[],"messages":[]}',
        b'{"messages":' + b"[" * 100_000,
        canonical({"messages": ["a"] * 101}),
        b'{"messages":["' + b"a" * (8 * 2**20) + b'"]}',
        b"\xff\xfe",
        b'{"messages":["\\u0000"]}',
        b"\0",
    ],
    ids=lambda body: repr(body[:30]),
)
def test_a_body_that_is_no_batch_is_refused_as_a_whole_and_kept(body: bytes) -> None:
    here = switzerland()
    with pytest.raises(Rejected) as refused:
        here.channel.receive(body, NOW)
    assert refused.value.objections[0].problem in (Problem.MESSAGE_MALFORMED, Problem.MESSAGE_TOO_LARGE)
    assert len(here.evidence("")) == 1


def test_one_bad_message_of_a_batch_does_not_hurt_the_others() -> None:
    here = switzerland()
    receipts = deliver(here, signed(1), ALG_NONE, signed(2))
    assert [each.is_taken for each in receipts] == [True, False, True]
    assert [each.id for each in here.hand_on("GHA01")] == ["m1", "m2"]


def test_the_administrator_is_told_of_what_came_under_a_peers_name_and_of_nothing_else() -> None:
    here = switzerland()
    deliver(here, ALG_NONE, signed(signer=Signer("KEN01", b"k" * 32, SINCE)))
    told = [(each.peer, each.subject) for each in here.books.storage.table("alerts").values()]
    assert [(peer, subject.split()[0]) for peer, subject in told] == [("GHA01", "signature.missing")]
