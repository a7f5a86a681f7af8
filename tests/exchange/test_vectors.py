"""The frozen vectors, by which another program is compared with this one: read, and made again from nothing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from exchange.wire import GHANA, NOW, SWITZERLAND, coded, deliver, problems, switzerland, unpadded

from article6.domain.canonical import NotCanonical, canonical, parse, parse_canonical
from article6.exchange import envelope, keys, receipts, schemas
from article6.exchange.envelope import TYPE_BASE
from article6.exchange.keys import Rotation, Signer
from article6.exchange.message_types import Type
from article6.exchange.moments import moment
from article6.exchange.problems import Rejected

VECTORS = Path(__file__).parent.parent / "vectors"


def vectors(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return found


CANONICAL, KEYS, BAD = vectors("canonical"), vectors("keys"), vectors("bad_messages")
MESSAGES = vectors("messages")["messages"]
RECEIPTS = vectors("receipts")["receipts"]
EXAMPLES = {each["type"]: each["data"] for each in (json.loads(one["canonical"]) for one in MESSAGES)}


@pytest.mark.parametrize("vector", CANONICAL["values"], ids=lambda each: each["json"][:30])
def test_canonical_bytes(vector: dict[str, str]) -> None:
    found = canonical(parse(vector["json"].encode()))
    assert found == vector["canonical"].encode()
    assert hashlib.sha256(found).hexdigest() == vector["sha256"]
    assert parse_canonical(found) == json.loads(vector["json"])


@pytest.mark.parametrize("text", CANONICAL["refused"], ids=lambda text: text[:30])
def test_texts_without_a_canonical_form(text: str) -> None:
    with pytest.raises(NotCanonical):
        parse(text.encode())


@pytest.mark.parametrize("text", CANONICAL["not_canonical"])
def test_texts_that_are_not_canonical(text: str) -> None:
    assert canonical(parse(text.encode())) != text.encode()


def test_the_published_example_of_rfc_8037() -> None:
    # Its header has `alg` alone, so the signature is made here from its two parts.
    example = KEYS["rfc8037"]
    private = Ed25519PrivateKey.from_private_bytes(unpadded(example["d"]))
    assert coded(private.public_key().public_bytes_raw()) == example["x"]
    assert keys.thumbprint(example["x"]) == example["thumbprint"]
    signed, _, signature = example["jws"].rpartition(".")
    header = coded(b'{"alg":"EdDSA"}')
    assert signed == f"{header}.{coded(example['payload'].encode())}"
    assert coded(private.sign(signed.encode())) == signature


@pytest.mark.parametrize("vector", KEYS["keys"], ids=lambda each: each["name"])
def test_keys_from_their_seeds(vector: dict[str, Any]) -> None:
    pinned = keys.from_jwk(vector["jwk"])
    signer = Signer(vector["registry"], bytes.fromhex(vector["seed_hex"]), pinned.since, pinned.until)
    assert signer.public == pinned
    assert keys.jwk(pinned) == vector["jwk"]


def test_the_announcement_of_a_key() -> None:
    by_name = {each["name"]: each for each in KEYS["keys"]}
    ghana, new = (keys.from_jwk(by_name[name]["jwk"]) for name in ("ghana", "new"))
    vector = KEYS["rotation"]
    rotation = Rotation(vector["statement"], vector["possession"])
    at = moment(vector["announced_at"])
    assert keys.announced(rotation, vector["registry"], [ghana], at) == new
    signer = Signer("GHA01", bytes.fromhex(by_name["new"]["seed_hex"]), new.since, new.until)
    assert keys.announce(GHANA, signer, at) == rotation


@pytest.mark.parametrize("vector", MESSAGES, ids=lambda each: json.loads(each["canonical"])["type"])
def test_a_message_of_every_type(vector: dict[str, str]) -> None:
    found = envelope.opened(vector["jws"], [GHANA.public])
    schemas.validate(found.type, found.data)
    assert keys.content(vector["jws"]) == vector["canonical"].encode()
    # From nothing: the attributes put together anew, and signed.
    made = envelope.to_bytes(found)
    assert made == vector["canonical"].encode()
    assert GHANA.sign(made) == vector["jws"]


def test_no_type_is_without_a_vector() -> None:
    assert [json.loads(each["canonical"])["type"] for each in MESSAGES] == list(Type)


@pytest.mark.parametrize("vector", RECEIPTS, ids=["taken", "rejected", "turned away"])
def test_receipts(vector: dict[str, str]) -> None:
    found = receipts.opened(vector["jws"], [SWITZERLAND.public])
    assert keys.content(vector["jws"]) == vector["content"].encode()
    assert receipts.signed(found, SWITZERLAND) == vector["jws"]
    assert found.sha256 in {hashlib.sha256(each["jws"].encode()).hexdigest() for each in MESSAGES[:3]}


@pytest.mark.parametrize("vector", BAD["turned_away"] + BAD["rejected"], ids=lambda each: each["name"])
def test_bad_messages(vector: dict[str, str]) -> None:
    (receipt,) = deliver(switzerland(), vector["jws"], now=moment(BAD["now"]))
    assert str(problems(receipt)[0]) == vector["code"]
    assert (receipt.is_taken, receipt.is_final) == (False, vector in BAD["rejected"])


def test_a_published_schema_never_changes() -> None:
    published = vectors("schemas")["schemas"]
    found = {schemas.schema(each)["$id"]: hashlib.sha256(canonical(schemas.schema(each))).hexdigest() for each in Type}
    changed = {name: found.get(name) for name in published if found.get(name) != published[name]}
    assert not changed, "what is published stays as it is: give the type a new version"
    assert found.keys() == published.keys(), "add the new type or version to tests/vectors/schemas.json"


def test_a_message_of_a_version_that_no_program_writes_is_still_read() -> None:
    """Evidence is for ever: its signature and its envelope are read whatever the version of its type."""
    old = envelope.Envelope("m1", "GHA01", "CHE01", "org.article6.transfer.completed.v9", 7, NOW, {"as": "it was"})
    assert envelope.opened(GHANA.sign(envelope.to_bytes(old)), [GHANA.public]) == old


def test_every_version_that_was_ever_published_is_still_known() -> None:
    """What `schemas.json` and `messages.json` name can be judged as on its first day, whatever came after it."""
    for name in vectors("schemas")["schemas"]:
        message_type = TYPE_BASE + name.removeprefix(envelope.SCHEMA_BASE).removesuffix(".json")
        schemas.validate(message_type, EXAMPLES[message_type])
        with pytest.raises(Rejected):
            schemas.validate(message_type, {"as": "it is not"})
