"""Whole conversations, frozen: an independent reader finds every word proven, and the registries still talk so."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from exchange.conversation import CONVERSATIONS, OUTCOMES, SIGNERS

from article6.domain.canonical import canonical, parse_canonical
from article6.exchange import envelope, receipts, schemas
from article6.exchange.simulation.ledger import USED

VECTORS = Path(__file__).parent.parent / "vectors"


def frozen(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / f"conversation_{name}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_the_registries_talk_as_they_did(name: str) -> None:
    network = CONVERSATIONS[name]()
    assert network.said == frozen(name)["exchanges"]
    for (code, transfer_id), status in OUTCOMES[name].items():
        assert network.status(code, transfer_id) == status


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_every_word_is_proven(name: str) -> None:
    numbers: dict[tuple[str, str], int] = defaultdict(int)
    for exchange in frozen(name)["exchanges"]:
        sender, recipient = SIGNERS[exchange["from"]].public, SIGNERS[exchange["to"]].public
        request, answer = (parse_canonical(exchange[part].encode()) for part in ("request", "answer"))
        assert canonical(request) == exchange["request"].encode()
        for jws, receipt in zip(request["messages"], answer["receipts"], strict=True):
            message = envelope.opened(jws, [sender])
            schemas.validate(message.type, message.data)
            numbers[exchange["from"], exchange["to"]] += 1
            assert message.sequence == numbers[exchange["from"], exchange["to"]]
            given = receipts.opened(receipt, [recipient])
            assert given.is_taken
            assert given.sha256 == hashlib.sha256(jws.encode()).hexdigest()
            assert (given.id, given.sequence) == (message.id, message.sequence)


def test_what_was_told_and_instructed_stands_with_who_told() -> None:
    network = CONVERSATIONS["told"]()
    spoken = [name.split(".", 2)[2] for each in network.said for name in each["says"]]
    assert [name for name in spoken if not name.startswith("clock")] == [
        "transfer.proposed.v1", "transfer.accepted.v1", "transfer.told.v1", "transfer.confirmed.v1",
        "instruction.given.v1", "instruction.given.v1", "instruction.answered.v1", "instruction.answered.v1",
    ]  # fmt: skip
    ghana = [(each.serials.first, each.serials.last, each.account) for each in network.books("GHA01").holdings()]
    assert ghana == [(1, 20, USED), (21, 50, "held for CHE01"), (51, 60, "GHA01-A"), (61, 100, "GHA01-A")]
    told = [(each.serials.first, each.serials.last, each.act) for each in network.books("CHE01").told_units()]
    assert told == [(1, 20, USED), (21, 50, "")]
    assert network.books("CHE01").holdings() == []


def test_units_that_went_on_are_proven_by_the_whole_chain() -> None:
    spoken = [jws for each in frozen("completed")["exchanges"] for jws in json.loads(each["request"])["messages"]]
    by_type: dict[str, list[envelope.Envelope]] = defaultdict(list)
    digests = {}
    for jws in spoken:
        message = envelope.opened(jws, [each.public for each in SIGNERS.values()])
        by_type[message.type].append(message)
        digests[hashlib.sha256(jws.encode()).hexdigest()] = message
    first, second, third = by_type["org.article6.transfer.proposed.v1"]
    assert first.data["blocks"][0]["provenance"] == []
    chains = [[digests[name] for name in each.data["blocks"][0]["provenance"]] for each in (second, third)]
    assert [[(link.source, link.recipient) for link in chain] for chain in chains] == [
        [("GHA01", "CHE01")],
        [("GHA01", "CHE01"), ("CHE01", "THA01")],
    ]
