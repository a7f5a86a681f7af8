"""Receipts: that a message came, when, and whether it was taken. What is made of it is told by a message of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from article6.domain.canonical import NotCanonical, canonical, parse_canonical
from article6.exchange import keys
from article6.exchange.books import PinnedKey
from article6.exchange.keys import Kind, Signer
from article6.exchange.moments import moment, written
from article6.exchange.problems import Objection, Problem, Rejected

OBJECTIONS_AT_MOST = 100
_MEMBERS = {"final", "id", "objections", "received_at", "recipient", "sequence", "sha256", "source", "taken"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """`source` gave it and `recipient` had sent the message, which `sha256` of its compact JWS (hex) names.

    `is_taken`: the message was kept and will be handled in its turn. `is_final`: it is not to be sent again, its number
    is used; a message that was not taken and not finally either is sent again later. `id` and `sequence` are '' and 0
    where nobody could be believed to have sent it.
    """

    source: str
    recipient: str
    sha256: str
    received_at: datetime
    is_taken: bool
    is_final: bool
    id: str = ""
    sequence: int = 0
    objections: tuple[Objection, ...] = ()


def signed(receipt: Receipt, signer: Signer) -> str:
    """The receipt as a compact JWS."""
    content = {
        "final": receipt.is_final,
        "id": receipt.id,
        "objections": [each.as_json() for each in receipt.objections[:OBJECTIONS_AT_MOST]],
        "received_at": written(receipt.received_at),
        "recipient": receipt.recipient,
        "sequence": str(receipt.sequence),
        "sha256": receipt.sha256,
        "source": receipt.source,
        "taken": receipt.is_taken,
    }
    return signer.sign(canonical(content), Kind.RECEIPT)


def opened(jws: str, pinned: Sequence[PinnedKey]) -> Receipt:
    """A peer's receipt, where one of its keys signed it that was valid when the receipt was given.

    Raises:
        Rejected: the signature, the key or the form is wrong.
    """
    payload, key = keys.signed_by(jws, pinned, Kind.RECEIPT)
    try:
        found = parse_canonical(payload)
    except NotCanonical as error:
        raise _malformed(str(error)) from error
    if not isinstance(found, dict) or found.keys() != _MEMBERS:
        raise _malformed(f"a receipt has {', '.join(sorted(_MEMBERS))}")
    receipt = _read(found)
    if keys.header(jws).registry != receipt.source:
        raise Rejected(Objection(Problem.SIGNATURE_WRONG, "source", "not the registry that signed"))
    keys.require_valid(key, receipt.received_at)
    return receipt


def _read(found: Mapping[str, Any]) -> Receipt:
    texts = ("id", "recipient", "sequence", "sha256", "source")
    if not all(isinstance(found[name], str) for name in texts) or not found["sequence"].isdecimal():
        raise _malformed(f"{', '.join(texts)} are strings, sequence one of digits")
    if not all(isinstance(found[name], bool) for name in ("final", "taken")):
        raise _malformed("final and taken are true or false")
    if not isinstance(found["objections"], list):
        raise _malformed("objections is a list")
    return Receipt(
        source=found["source"],
        recipient=found["recipient"],
        sha256=found["sha256"],
        received_at=moment(found["received_at"]),
        is_taken=found["taken"],
        is_final=found["final"],
        id=found["id"],
        sequence=int(found["sequence"]),
        objections=tuple(objection(each) for each in found["objections"]),
    )


def objection(found: object) -> Objection:
    """An objection as a message or a receipt has it; a code that came up after this program is `code.unknown` here.

    Raises:
        Rejected: `message.malformed`.
    """
    if not isinstance(found, dict) or found.keys() != {"code", "subject", "detail"}:
        raise _malformed("an objection has code, subject and detail")
    if not all(isinstance(value, str) for value in found.values()):
        raise _malformed("code, subject and detail are strings")
    if found["code"] not in set(Problem):
        return Objection(Problem.CODE_UNKNOWN, found["subject"], f"{found['code']}: {found['detail']}")
    return Objection(Problem(found["code"]), found["subject"], found["detail"])


def _malformed(detail: str) -> Rejected:
    return Rejected(Objection(Problem.MESSAGE_MALFORMED, "receipt", detail))
