"""What a leaf of the log is: it says that something was recorded, without saying what.

A leaf holds the kind of what was recorded, the digest of its subject (so that nobody can record two stories of one
transaction unseen) and a commitment to its content: SHA-256(salt || canonical JSON). The salt is 32 bytes that only the
registry knows, so that nobody can guess the content; whoever is shown salt and content can check them.

Parts of the content can be withheld from the one who is shown the rest: they stand in it as digests under salts of
their own. All salts of a leaf come from one secret of that leaf.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from article6.domain.canonical import INTEGER_LIMIT, NotCanonical, canonical, parse_canonical

VERSION = 1
SECRET_BYTES = 32
DIGEST_CHARACTERS = 64


class Kind(StrEnum):
    """What becomes a leaf. Public and permanent."""

    NOMENCLATURE = "nomenclature"
    AUTHORIZATION = "authorization"
    TRANSACTION = "transaction"
    MESSAGE_RECEIVED = "message_received"
    MESSAGE_SENT = "message_sent"
    LOG_KEY = "log_key"


class MalformedLeaf(Exception):
    """The bytes are no leaf; the text says why."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a leaf commits to. `facts` and the values of `withheld` are JSON within canonical's bounds (`plain`)."""

    kind: str
    subject: str
    facts: Mapping[str, Any]
    withheld: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf as the public log has it; `subject` and `commitment` are SHA-256 in hex."""

    kind: str
    subject: str
    commitment: str

    def entry(self) -> bytes:
        """The leaf's bytes, which the tree hashes."""
        # All members are plain ASCII, so this is what `canonical` writes.
        return (
            f'{{"commitment":"{self.commitment}","kind":"{self.kind}","subject":"{self.subject}","v":{VERSION}}}'
        ).encode()


@dataclass(frozen=True, slots=True)
class Shown:
    """A leaf's content as it is shown to somebody: the facts, the digests of what is withheld, the salt of the whole,
    and of what is not withheld from this reader salt and value."""

    kind: str
    subject: str
    facts: Mapping[str, Any]
    withheld: Mapping[str, str]
    salt: str
    disclosed: Mapping[str, tuple[str, Any]] = field(default_factory=dict)

    def leaf(self, origin: str) -> Leaf:
        """The leaf that this content must stand in.

        Raises:
            NotCanonical: the facts are none that could have been committed to.
            ValueError: the salt is none.
        """
        text = canonical(_whole(self.kind, self.subject, self.facts, self.withheld))
        commitment = sha256(_salt_read(self.salt) + text).hexdigest()
        return Leaf(self.kind, subject_digest(origin, self.kind, self.subject), commitment)

    def is_disclosed_rightly(self) -> bool:
        """Whether every value that is disclosed is the one whose digest stands in the content."""
        try:
            return all(
                sha256(_salt_read(salt) + canonical(value)).hexdigest() == self.withheld.get(name)
                for name, (salt, value) in self.disclosed.items()
            )
        except (NotCanonical, ValueError):
            return False


def subject_digest(origin: str, kind: str, subject: str) -> str:
    """SHA-256 in hex over the canonical JSON of [origin, kind, subject]. Without a salt: subjects are numbers that tell
    nothing, and two leaves of one subject must be seen to be so."""
    return sha256(canonical([origin, kind, subject])).hexdigest()


def leaf(origin: str, content: Content, secret: bytes) -> Leaf:
    """The leaf of a content under its secret."""
    digests = {name: _digest(secret, name, value) for name, value in content.withheld.items()}
    text = canonical(_whole(content.kind, content.subject, content.facts, digests))
    commitment = sha256(_salt(secret, "") + text).hexdigest()
    return Leaf(content.kind, subject_digest(origin, content.kind, content.subject), commitment)


def shown(content: Content, secret: bytes, disclosing: Sequence[str] = ()) -> Shown:
    """A content as somebody is to see it: of what is withheld only the parts named in `disclosing`."""
    return Shown(
        content.kind,
        content.subject,
        content.facts,
        {name: _digest(secret, name, value) for name, value in content.withheld.items()},
        _salt(secret, "").hex(),
        {
            name: (_salt(secret, name).hex(), value)
            for name, value in content.withheld.items()
            if name in frozenset(disclosing)
        },
    )


def parse(entry: bytes) -> Leaf:
    """A leaf from the log's bytes.

    Raises:
        MalformedLeaf: it is none of this version.
    """
    try:
        found = parse_canonical(entry)
    except NotCanonical as error:
        raise MalformedLeaf(str(error)) from error
    names = {"commitment", "kind", "subject", "v"}
    if not isinstance(found, dict) or set(found) != names or found["v"] != VERSION:
        raise MalformedLeaf("not the members of a leaf of version 1")
    if not all(_is_digest(found[name]) for name in ("commitment", "subject")) or not _is_kind(found["kind"]):
        raise MalformedLeaf("a member is not what it should be")
    return Leaf(found["kind"], found["subject"], found["commitment"])


def plain(value: object) -> Any:
    """A value of the database as canonical JSON can hold it: what is no small integer, text or truth becomes text."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if -INTEGER_LIMIT <= value <= INTEGER_LIMIT else str(value)
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _whole(kind: str, subject: str, facts: Mapping[str, Any], withheld: Mapping[str, str]) -> dict[str, Any]:
    return {"facts": facts, "kind": kind, "subject": subject, "v": VERSION, "withheld": withheld}


def _salt(secret: bytes, part: str) -> bytes:
    """The salt of a part; that of the whole is the part without a name. One tells nothing of another."""
    return hmac.digest(secret, part.encode(), "sha256")


def _digest(secret: bytes, name: str, value: Any) -> str:
    return sha256(_salt(secret, name) + canonical(value)).hexdigest()


def _salt_read(text: str) -> bytes:
    if not _is_digest(text):
        raise ValueError("no salt")
    return bytes.fromhex(text)


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and len(value) == DIGEST_CHARACTERS and set(value) <= set("0123456789abcdef")


def _is_kind(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 40 and value.isascii() and value.replace("_", "a").isalpha()
