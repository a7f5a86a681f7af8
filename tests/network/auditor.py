"""An auditor with arithmetic of its own: SQL and signatures, and nothing of the program that is audited."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from network.programs import Program

FINAL = {"settled", "completed", "cancelled", "rejected"}
TYPES_OF_TWO = {
    "sender": {"org.article6.transfer.accepted.v1", "org.article6.transfer.confirmed.v1"},
    "acquirer": {"org.article6.transfer.proposed.v1", "org.article6.transfer.completed.v1"},
}
"""Of a settled transfer, what each side has to have of the other, signed."""


@dataclass
class Books:
    """What stands in one registry's database."""

    code: str
    live: list[tuple[str, int]] = field(default_factory=list)
    elsewhere: dict[tuple[str, int], str] = field(default_factory=dict)
    transfers: dict[str, dict[str, Any]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    heard: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    got: dict[str, str] = field(default_factory=dict)
    key: Ed25519PublicKey = field(init=False)
    sequences: dict[str, list[int]] = field(default_factory=dict)


def read(program: Program) -> Books:
    """Read one database."""
    books = Books(program.code)
    for registry, lo, hi, type_, holder in program.rows(
        """SELECT s.registry || '-' || s.party, b.lo, b.hi, a.type, a.holder FROM block b
           JOIN series s ON s.id = b.series_id JOIN account a ON a.id = b.account_id"""
    ):
        units = [(registry, number) for number in range(lo, hi + 1)]
        if type_ == "elsewhere":
            books.elsewhere |= dict.fromkeys(units, holder)
        else:
            books.live += units
    for row in program.rows("SELECT to_jsonb(t) FROM exchange_transfer t ORDER BY t.id"):
        books.transfers[row[0]["transfer_id"]] = row[0]
    for message_id, jws, receipt in program.rows(
        """SELECT o.message_id, s.jws, r.receipt FROM exchange_outgoing o LEFT JOIN exchange_signed s
           ON s.outgoing_id = o.id LEFT JOIN exchange_receipt r ON r.outgoing_id = o.id"""
    ):
        books.said[message_id], books.got[message_id] = jws, receipt
    for message_id, jws, receipt in program.rows("SELECT message_id, jws, receipt FROM exchange_incoming"):
        books.heard[message_id], books.given[message_id] = jws, receipt
    (x,) = program.rows("SELECT x FROM exchange_key")[0]
    books.key = Ed25519PublicKey.from_public_bytes(decoded(x))
    for name, statement in (
        ("signed", "SELECT sequence FROM exchange_signed WHERE peer = '{}' ORDER BY 1"),
        ("kept", "SELECT sequence FROM exchange_incoming WHERE peer = '{}' ORDER BY 1"),
        ("handled", "SELECT sequence FROM exchange_handled WHERE peer = '{}' ORDER BY incoming_id"),
    ):
        for (peer,) in program.rows("SELECT code FROM exchange_peer"):
            books.sequences[f"{name} {peer}"] = [row[0] for row in program.rows(statement.format(peer))]
    return books


def faults(books: list[Books], units: Iterable[tuple[str, int]]) -> list[str]:
    """Everything that is wrong, in words; empty where every promise was kept."""
    found: list[str] = []
    live = [unit for each in books for unit in each.live]
    if sorted(live) != sorted(units):
        found.append(f"{len(live)} units live, {len(set(live))} of them different")
    by_code = {each.code: each for each in books}
    for each in books:
        for unit, holder in each.elsewhere.items():
            there = by_code[holder]
            if unit not in there.live and unit not in there.elsewhere:
                found.append(f"{each.code} has {unit} with {holder}, which never had it")
        found += _transfers(each, by_code)
        found += _messages(each, by_code)
    if sorted(_replayed(books, units).items()) != sorted((unit, each.code) for each in books for unit in each.live):
        found.append("the completions, one after the other, lead to other books")
    return found


def _transfers(books: Books, by_code: dict[str, Books]) -> list[str]:
    found = []
    for transfer_id, each in books.transfers.items():
        peer = by_code[each["peer"]]
        other = peer.transfers.get(transfer_id)
        if each["status"] not in FINAL or (each["side"] == "sender" and each["status"] == "completed"):
            found.append(f"{books.code}: {transfer_id} is {each['status']}")
        if each["status"] in ("settled", "completed"):
            if other is None or {each["status"], other["status"]} != {"settled", "completed"}:
                found.append(f"{transfer_id} is {each['status']} in {books.code} alone")
            types = {content(jws)["type"] for jws in books.heard.values() if _about(jws) == transfer_id}
            if missing := TYPES_OF_TWO[each["side"]] - types:
                found.append(f"{books.code} has no {missing} for {transfer_id}")
    return found


def _messages(books: Books, by_code: dict[str, Books]) -> list[str]:
    found = []
    for message_id, jws in books.said.items():
        if not jws or not books.got[message_id]:
            found.append(f"{books.code}: {message_id} waits")
            continue
        said = content(jws)
        there = by_code[said["recipient"]]
        if there.heard.get(message_id) != jws:
            found.append(f"{message_id} is not the same in {books.code} and {there.code}")
        if not is_signed(jws, books.key) or not is_signed(books.got[message_id], there.key):
            found.append(f"a signature of {message_id} is wrong")
        if books.got[message_id] != there.given.get(message_id):
            found.append(f"the receipt of {message_id} is not the one that was given")
    for name, numbers in books.sequences.items():
        if numbers != list(range(1, len(numbers) + 1)):
            found.append(f"{books.code}: {name} has gaps or is out of order")
        kind, peer = name.split()
        if peer in by_code and kind == "signed" and by_code[peer].sequences[f"handled {books.code}"] != numbers:
            found.append(f"{peer} handled other messages than {books.code} signed")
    return found


def _replayed(books: list[Books], units: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Where each unit is by the signed completions alone."""
    where = {unit: unit[0].partition("-")[0] for unit in units}
    completions = []
    for each in books:
        for jws in each.said.values():
            if jws and (said := content(jws))["type"] == "org.article6.transfer.completed.v1":
                completions.append((said["data"]["completed_at"], said["source"], said["recipient"], said["data"]))
    for _at, giver, receiver, data in sorted(completions, key=lambda one: one[0]):
        for serials in data["serials"]:
            for number in range(int(serials["first"]), int(serials["last"]) + 1):
                unit = (f"{serials['registry']}-{serials['party']}", number)
                where[unit] = receiver if where[unit] == giver else f"{giver} gave what {where[unit]} had"
    return where


def _about(jws: str) -> str:
    return str(content(jws)["data"].get("transfer_id", ""))


def content(jws: str) -> Any:
    """What a JWS says."""
    return json.loads(decoded(jws.split(".")[1]))


def is_signed(jws: str, key: Ed25519PublicKey) -> bool:
    """Whether this key signed it."""
    signed, _, signature = jws.rpartition(".")
    try:
        key.verify(decoded(signature), signed.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
