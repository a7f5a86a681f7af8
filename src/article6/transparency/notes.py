"""Signed notes (c2sp.org/signed-note) with Ed25519, as the log signs (0x01) and as witnesses do (0x04, with a time).

A key is named by its owner's name and a short id; a verifier key is the text in which a public key is handed on.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURES = 100
"""Signatures at most in a note that is read."""

NOTE_BYTES = 64 * 1024

_DASH = "— "
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_ID_BYTES = 4
_TIME_BYTES = 8
_TIME_LIMIT = 2**63


class MalformedNote(Exception):
    """The text is no signed note, or the key no key; the text says why."""


class Untrusted(Exception):
    """No known key signed the note, or a signature under a known key is wrong; the text says which."""


class KeyType(IntEnum):
    """What a key signs: notes as they stand, or checkpoints together with a time (tlog-cosignature/v1)."""

    ED25519 = 1
    COSIGNATURE = 4


@dataclass(frozen=True, slots=True)
class Signature:
    """A line of a note: by whom, under which key, and the bytes, which for a witness begin with the time."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends in a newline, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{each}\n" for each in self.signatures)

    def with_signatures(self, more: Iterable[Signature]) -> Note:
        """The note with further signatures, none twice under the same key."""
        found = {(each.name, each.key_id): each for each in (*self.signatures, *more)}
        return Note(self.text, tuple(found.values()))


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its owner's name."""

    name: str
    type: KeyType
    public: bytes

    def __post_init__(self) -> None:
        if not is_name(self.name) or len(self.public) != _KEY_BYTES:
            raise MalformedNote(f"no key of Ed25519 under the name {self.name!r}")

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, type, key)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        """The verifier key as people hand it on: `<name>+<key id>+<base64>`."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([self.type]) + self.public).decode()}"

    def signed_at(self, text: str, signature: Signature) -> int | None:
        """Verify; the time of a witness in seconds since 1970, 0 for a signature that has none, None: it is wrong."""
        value, time = signature.value, 0
        if self.type is KeyType.COSIGNATURE:
            time, value = int.from_bytes(value[:_TIME_BYTES], "big"), value[_TIME_BYTES:]
        if len(value) != _SIGNATURE_BYTES or time >= _TIME_LIMIT:
            return None
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(value, _message(self.type, text, time))
        except (InvalidSignature, ValueError):
            return None
        return time


def parse_verifier(text: str) -> Verifier:
    """A verifier key, `<name>+<key id>+<base64 of type and key>`.

    Raises:
        MalformedNote: it is none, or its id is not that of the key.
    """
    name, _, rest = text.strip().partition("+")
    key_id, _, coded = rest.partition("+")
    key = decoded(coded)
    try:
        verifier = Verifier(name, KeyType(key[0]), key[1:])
    except (IndexError, ValueError) as error:
        raise MalformedNote("no verifier key of a type that is known here") from error
    if verifier.key_id.hex() != key_id:
        raise MalformedNote(f"the id of the key of {name} is {verifier.key_id.hex()}, not {key_id}")
    return verifier


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its owner's name; it never stands in a text."""

    name: str
    type: KeyType
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.type, self.private.public_key().public_bytes_raw())

    def sign(self, text: str, time: int = 0) -> Signature:
        """The signature line under a text; `time`, in seconds since 1970, is a witness's."""
        value = self.private.sign(_message(self.type, text, time))
        if self.type is KeyType.COSIGNATURE:
            value = time.to_bytes(_TIME_BYTES, "big") + value
        return Signature(self.name, self.verifier.key_id, value)


def is_name(text: str) -> bool:
    """Whether a key may have this name."""
    return bool(text) and "+" not in text and text.isprintable() and not any(each.isspace() for each in text)


def parse(content: bytes) -> Note:
    """A signed note; nothing of it is to be believed before `opened` has found a signature of a known key.

    Raises:
        MalformedNote: it is none, or larger than is read here.
    """
    if len(content) > NOTE_BYTES:
        raise MalformedNote(f"a note of {len(content)} bytes")
    try:
        whole = content.decode()
    except UnicodeDecodeError as error:
        raise MalformedNote("not UTF-8") from error
    if any(each < " " and each != "\n" for each in whole):
        raise MalformedNote("control characters")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise MalformedNote("no signatures below an empty line")
    listed = lines[:-1].split("\n")
    if len(listed) > SIGNATURES:
        raise MalformedNote(f"{len(listed)} signatures")
    return Note(text + "\n", tuple(parse_signature(each) for each in listed))


def parse_signature(line: str) -> Signature:
    """A signature line.

    Raises:
        MalformedNote: it is none.
    """
    name, _, coded = line.removeprefix(_DASH).partition(" ")
    value = decoded(coded)
    if not line.startswith(_DASH) or not is_name(name) or len(value) <= _ID_BYTES:
        raise MalformedNote("a line that is no signature")
    return Signature(name, value[:_ID_BYTES], value[_ID_BYTES:])


def opened(note: Note, known: Sequence[Verifier]) -> dict[Verifier, int]:
    """Which of the known keys signed the note, each with the time of its signature (0 where it has none).

    Raises:
        Untrusted: none did, or a signature under a known key is wrong.
    """
    by_key = {(each.name, each.key_id): each for each in known}
    found: dict[Verifier, int] = {}
    for signature in note.signatures:
        verifier = by_key.get((signature.name, signature.key_id))
        if verifier is None or verifier in found:
            continue
        time = verifier.signed_at(note.text, signature)
        if time is None:
            raise Untrusted(f"the signature of {signature.name} is wrong")
        found[verifier] = time
    if not found:
        raise Untrusted("no known key signed this")
    return found


def _message(kind: KeyType, text: str, time: int) -> bytes:
    if kind is KeyType.COSIGNATURE:
        return f"cosignature/v1\ntime {time}\n{text}".encode()
    return text.encode()


def decoded(text: str) -> bytes:
    """The bytes of a base64 text, which must be the one that encoding them gives.

    Raises:
        MalformedNote: it is none.
    """
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedNote("no base64") from error
    if base64.b64encode(found).decode() != text:
        raise MalformedNote("base64 with loose ends")
    return found
