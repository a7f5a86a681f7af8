"""The door to other registries: what it publishes, and what it turns away, each with its code and kept as evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client
from services.network import START, Fresh, Network, network

from article6.exchange import envelope, keys
from article6.exchange.envelope import Envelope
from article6.exchange.keys import Signer
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.services.exchange import buckets, door, own_keys, pump
from article6.store.database import one, rows
from article6.store.queries import exchange as reading


@pytest.fixture
def net(fresh_database: Fresh, monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.connect()
        monkeypatch.setattr("article6.api.exchange.datetime", Clock(both))
        yield both


class Clock:
    """The network's clock in place of the door's."""

    def __init__(self, net: Network) -> None:
        self.net = net

    def now(self, _zone: object) -> datetime:
        return self.net.now


def message(net: Network, **more: object) -> Envelope:
    """Ghana's next message to Switzerland: what time is it?"""
    with net.at("CHE01"):
        following = int(one("SELECT received + 1 FROM exchange_peer WHERE code = 'GHA01'")[0])
    plain = Envelope(
        "a-message", "GHA01", "CHE01", Type.CLOCK_ASKED, following, net.now, {"asked_at": written(net.now)}
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def signer(net: Network) -> Signer:
    with net.at("GHA01"):
        return own_keys.signer(net.now)


def post(*jws: str) -> list[dict[str, object]]:
    """What the receipts for these say."""
    answer = Client(SERVER_NAME="localhost").post(
        "/exchange/v1/messages", json.dumps({"messages": jws}), content_type="application/json"
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    return [json.loads(keys.content(each)) for each in answer.json()["receipts"]]


def everything() -> list[object]:
    """All that a message could change."""
    return [
        rows(f"SELECT count(*) FROM {table}")
        for table in ("exchange_transfer", "exchange_outgoing", "ledger_transaction", "block", "entry")
    ]


def test_a_message_is_taken_once_and_handled(net: Network) -> None:
    said = signer(net).sign(envelope.to_bytes(message(net)))
    with net.at("CHE01"):
        [first], [again] = post(said), post(said)
        assert first == again
        assert (first["taken"], first["final"], first["objections"]) == (True, True, [])
        assert pump.handle("GHA01", net.now) == 1
        assert pump.handle("GHA01", net.now) == 0


def wrong(net: Network) -> dict[str, str]:
    """Messages that nobody can be held to, by the code that they get."""
    right = message(net)
    own = signer(net)
    sealed = own.sign(envelope.to_bytes(right))
    other = Signer("GHA01", b"x" * 32, START)
    stranger = Signer("THA01", b"t" * 32, START)
    with net.at("CHE01"):
        used = reading.messages("GHA01", "in", 2**62, 1)[0]
    head, _, rest = sealed.partition(".")
    payload = rest.partition(".")[0]
    return {
        "signature.missing": f"{head}.{payload}.",
        "signature.wrong": sealed[:-8] + ("AAAAAAAA" if not sealed.endswith("AAAAAAAA") else "BBBBBBBB"),
        "key.unknown": other.sign(envelope.to_bytes(right)),
        "sender.unknown": stranger.sign(envelope.to_bytes(replace(right, source="THA01"))),
        "recipient.wrong": own.sign(envelope.to_bytes(replace(right, recipient="THA01"))),
        "clock.skew": own.sign(envelope.to_bytes(replace(right, sent_at=net.now + timedelta(hours=1)))),
        "key.not_valid": own.sign(envelope.to_bytes(replace(right, sent_at=START - timedelta(days=900)))),
        "sequence.reused": own.sign(envelope.to_bytes(replace(right, sequence=used["sequence"]))),
        "message.id_reused": own.sign(envelope.to_bytes(replace(right, id=used["message_id"]))),
        "message.malformed": own.sign(b"{}"),
    }


def test_what_nobody_can_be_held_to_is_evidence_and_changes_nothing(net: Network) -> None:
    cases = wrong(net)
    with net.at("CHE01"):
        before = everything()
        count = reading.count("evidence", None)
        for code, jws in cases.items():
            [receipt] = post(jws)
            assert (receipt["taken"], receipt["final"]) == (False, False), code
            assert {each["code"] for each in receipt["objections"]} == {code}  # type: ignore[union-attr]
            kept = reading.evidence(None, 2**62, 1)[0]
            assert kept["body"] == jws
            assert kept["objections"][0]["code"] == code
        assert reading.count("evidence", None) == count + len(cases)
        assert pump.handle("GHA01", net.now) == 0
        assert everything() == before
        shown = {each["subject"] for each in reading.alerts(2**62, 100)}
        assert {"signature.wrong", "key.unknown", "sequence.reused"} <= shown


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("message.type_unknown", {"type": "org.article6.magic.asked.v1"}),
        ("message.version_unknown", {"type": "org.article6.clock.asked.v9"}),
        ("message.malformed", {"data": {"asked_at": 5}}),
    ],
)
def test_what_is_authentic_and_wrong_is_kept_and_its_number_is_used(
    net: Network, code: str, more: dict[str, object]
) -> None:
    said = signer(net).sign(envelope.to_bytes(message(net, **more)))
    with net.at("CHE01"):
        before = everything()
        [receipt] = post(said)
        assert (receipt["taken"], receipt["final"]) == (False, True)
        assert {each["code"] for each in receipt["objections"]} == {code}  # type: ignore[union-attr]
        assert pump.handle("GHA01", net.now) == 0
        assert everything() == before
        kept = reading.messages("GHA01", "in", 2**62, 1)[0]
        assert (kept["jws"], kept["objections"][0]["code"]) == (said, code)
    following = signer(net).sign(envelope.to_bytes(message(net, id="next")))
    with net.at("CHE01"):
        assert post(following)[0]["taken"]


def test_bodies_that_are_no_batch_or_too_large(net: Network) -> None:
    with net.at("CHE01"):
        for body in (b"", b"{", b"[]", b'{"messages": 5}', b'{"messages": [5]}', b"\xff\xfe", b"[" * 100_000):
            answer = Client(SERVER_NAME="localhost").post(
                "/exchange/v1/messages", body, content_type="application/json"
            )
            assert answer.status_code == 400, body[:20]
            assert answer.json()["objections"][0]["code"] == "message.malformed"
        large = Client(SERVER_NAME="localhost").post(
            "/exchange/v1/messages", b" " * (8 * 2**20 + 1), content_type="application/json"
        )
        assert (large.status_code, large.json()["objections"][0]["code"]) == (413, "message.too_large")
        many = json.dumps({"messages": ["x"] * 101})
        answer = Client(SERVER_NAME="localhost").post("/exchange/v1/messages", many, content_type="application/json")
        assert answer.json()["objections"][0]["code"] == "message.too_large"
        assert Client(SERVER_NAME="localhost").get("/exchange/v1/messages").status_code == 405


def test_a_flood_is_told_to_wait_and_others_are_served(net: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    few = buckets.Buckets(60)
    monkeypatch.setattr(door, "_buckets", lambda: few)
    flood = Signer("THA01", b"t" * 32, START).sign(b"{}")
    said = signer(net).sign(envelope.to_bytes(message(net)))
    with net.at("CHE01"):
        body = json.dumps({"messages": [flood] * 100})
        codes = [
            Client(SERVER_NAME="localhost")
            .post("/exchange/v1/messages", body, content_type="application/json")
            .status_code
            for _ in range(3)
        ]
        assert codes == [200, 429, 429]
        last = Client(SERVER_NAME="localhost").post("/exchange/v1/messages", body, content_type="application/json")
        assert int(last.headers["Retry-After"]) > 30
        assert last.json()["objections"][0]["code"] == "sender.flooding"
        assert post(said)[0]["taken"]
        floods = [
            each for each in reading.evidence("THA01", 2**62, 200) if each["objections"][0]["code"] == "sender.flooding"
        ]
        assert len(floods) == 1


def test_evidence_of_one_sender_is_bounded(net: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("article6.store.messages.EVIDENCE_A_DAY", 5)
    flood = Signer("THA01", b"t" * 32, START).sign(b"{}")
    with net.at("CHE01"):
        post(*[flood] * 20)
        assert reading.count("evidence", "THA01") == 5


def test_everybody_is_told_keys_and_what_the_registry_is(net: Network) -> None:
    with net.at("CHE01"):
        found = Client(SERVER_NAME="localhost").get("/exchange/v1/keys")
        assert found.headers["Content-Type"] == "application/jwk-set+json"
        [key] = keys.from_jwks(found.json())
        assert key.kid == own_keys.signer(net.now).kid
        assert "d" not in found.json()["keys"][0]
        told = Client(SERVER_NAME="localhost").get("/exchange/v1/registry").json()
        assert (told["code"], told["kind"], told["versions"]) == ("CHE01", "party", ["1"])


def test_a_registry_without_a_key_asks_to_come_again(database: object) -> None:
    from ledger.books import found_registry

    found_registry()
    answer = Client(SERVER_NAME="localhost").post(
        "/exchange/v1/messages", b'{"messages": []}', content_type="application/json"
    )
    assert answer.status_code == 503
    assert Client(SERVER_NAME="localhost").get("/exchange/v1/keys").json() == {"keys": []}
