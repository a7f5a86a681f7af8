"""A message as registries exchange it: a CloudEvents 1.0 envelope, whole under the sender's signature.

Written as canonical JSON. `sequence` is a string of decimal digits, since a CloudEvents integer ends at 2^31 - 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from article6.domain.canonical import NotCanonical, canonical, parse_canonical
from article6.exchange import keys
from article6.exchange.books import PinnedKey
from article6.exchange.moments import moment, written
from article6.exchange.problems import Objection, Problem, Rejected

SCHEMA_BASE = "https://article6.org/exchange/"
"""Permanent names of the schemas begin so. They are names: no program has to fetch them."""

TYPE_BASE = "org.article6."
TYPE = re.compile(r"org\.article6\.[a-z]+\.[a-z_]+\.v[1-9][0-9]{0,5}")
REGISTRY = re.compile(r"[A-Z0-9]{2,8}")
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
SEQUENCE = re.compile(r"[1-9][0-9]{0,17}")

FIXED = {"specversion": "1.0", "datacontenttype": "application/json"}
REQUIRED = {*FIXED, "id", "source", "recipient", "type", "dataschema", "sequence", "time", "data"}


@dataclass(frozen=True, slots=True)
class Envelope:
    """`source` and `recipient` are registry codes; `type` ends in its version (`...transfer.proposed.v1`); `sequence`
    counts the messages from this sender to this recipient from 1; `answers` is the id of the message answered, ''."""

    id: str
    source: str
    recipient: str
    type: str
    sequence: int
    sent_at: datetime
    data: Mapping[str, Any]
    answers: str = ""


class Written(Mapping[str, Any]):
    """The content of a message of ours as its canonical JSON, read only where somebody looks into it: most of the time
    it is passed on as it is."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _members(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found

    def __getitem__(self, name: str) -> Any:
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


def written_content(data: Mapping[str, Any]) -> str:
    """The canonical JSON of the content of a message."""
    return data.text if isinstance(data, Written) else canonical(data).decode()


def schema_id(message_type: str) -> str:
    """The permanent name of a type's schema."""
    return f"{SCHEMA_BASE}{message_type.removeprefix(TYPE_BASE)}.json"


def to_bytes(envelope: Envelope) -> bytes:
    """The canonical JSON of a message, which is what is signed."""
    found: dict[str, object] = {"answers": envelope.answers} if envelope.answers else {}
    before = canonical(found)[1:-1] + b"," if found else b""
    # `answers` and `data` come first in the order of names, so that the content need not be written again.
    content = written_content(envelope.data).encode()
    rest = {
        **FIXED,
        "id": envelope.id,
        "source": envelope.source,
        "recipient": envelope.recipient,
        "type": envelope.type,
        "dataschema": schema_id(envelope.type),
        "sequence": str(envelope.sequence),
        "time": written(envelope.sent_at),
    }
    return b"{" + before + b'"data":' + content + b"," + canonical(rest)[1:]


def from_bytes(payload: bytes) -> Envelope:
    """The message that was signed. Whether its type is known is not asked here: old and new versions are read alike.

    Raises:
        Rejected: `message.malformed`; every attribute that is missing, wrong or has no place there is named.
    """
    try:
        found = parse_canonical(payload)
    except NotCanonical as error:
        raise Rejected(Objection(Problem.MESSAGE_MALFORMED, "", str(error))) from error
    if not isinstance(found, dict):
        raise Rejected(Objection(Problem.MESSAGE_MALFORMED, "", "a message is an object"))
    if wrong := _wrong(found):
        raise Rejected(*(Objection(Problem.MESSAGE_MALFORMED, each) for each in wrong))
    return _envelope(found)


def kept(payload: bytes) -> Envelope:
    """The message in a payload that `from_bytes` has let pass before."""
    return _envelope(json.loads(payload))


def _envelope(found: Mapping[str, Any]) -> Envelope:
    return Envelope(
        id=found["id"],
        source=found["source"],
        recipient=found["recipient"],
        type=found["type"],
        sequence=int(found["sequence"]),
        sent_at=moment(found["time"]),
        data=found["data"],
        answers=found.get("answers", ""),
    )


def about(data: Mapping[str, Any]) -> str:
    """The transfer or the reconciliation that the content of a message is about, '' where it is about none."""
    found = data.get("transfer_id", data.get("reconciliation_id", ""))
    return found[:100] if isinstance(found, str) else ""


def opened(jws: str, pinned: Sequence[PinnedKey]) -> Envelope:
    """A signed message whose key was valid when the message says that it was sent, which is how evidence is read.

    Raises:
        Rejected: the signature, the key, its validity or the form of the message is wrong, or another registry's key
            signed than the source that the message names.
    """
    payload, key = keys.signed_by(jws, pinned)
    found = from_bytes(payload)
    if keys.header(jws).registry != found.source:
        raise Rejected(Objection(Problem.SIGNATURE_WRONG, "source", "not the registry that signed"))
    keys.require_valid(key, found.sent_at)
    return found


def _wrong(found: Mapping[str, Any]) -> list[str]:
    patterns = {"id": ID, "source": REGISTRY, "recipient": REGISTRY, "type": TYPE, "sequence": SEQUENCE, "answers": ID}
    wrong = sorted(REQUIRED - found.keys()) + sorted(name[:40] for name in found.keys() - REQUIRED - {"answers"})
    wrong += [name for name, value in FIXED.items() if name in found and found[name] != value]
    for name, pattern in patterns.items():
        value = found.get(name)
        if name in found and not (isinstance(value, str) and pattern.fullmatch(value)):
            wrong.append(name)
    if not isinstance(found.get("data", {}), dict):
        wrong.append("data")
    if "type" not in wrong and "dataschema" in found and found["dataschema"] != schema_id(str(found.get("type"))):
        wrong.append("dataschema")
    return wrong
