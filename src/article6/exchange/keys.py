"""Keys of registries and what they sign: Ed25519, compact JWS (RFC 7515, RFC 8037), keys published as a JWK set.

A key is named by its RFC 7638 thumbprint. The header of every signature has exactly four members: `alg` EdDSA, `iss`
the registry, `kid` its key and `typ` what is signed, so that a receipt is never taken for a message, and the signer is
known before a byte of the content is read.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.api_jws import PyJWS

from article6.domain.canonical import NotCanonical, canonical, parse_canonical
from article6.exchange.books import PinnedKey
from article6.exchange.moments import moment, written
from article6.exchange.problems import Objection, Problem, Rejected

ALGORITHM = "EdDSA"
HEADER_LENGTH = 500
"""Characters at most of the first part of a compact JWS: it is read before anything is known of the signer."""

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_JWS = PyJWS(algorithms=[ALGORITHM])


class Kind(StrEnum):
    """What is signed: the `typ` of the header (RFC 7515 section 4.1.9)."""

    MESSAGE = "a6-message+jws"
    RECEIPT = "a6-receipt+jws"
    ROTATION = "a6-key+jws"


@dataclass(frozen=True, slots=True)
class Header:
    """What a signature says of itself; nothing of it is proven yet."""

    registry: str
    kid: str
    kind: str


class Signer:
    """A registry's private key, from its seed of 32 bytes (RFC 8032 section 5.1.5), valid in [since, until)."""

    def __init__(self, registry: str, seed: bytes, since: datetime, until: datetime | None = None) -> None:
        self.registry = registry
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        x = _text(self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        self.public = PinnedKey(thumbprint(x), x, since, until)
        self._heads: dict[str, str] = {}

    @property
    def kid(self) -> str:
        return self.public.kid

    def sign(self, payload: bytes, typ: str = Kind.MESSAGE) -> str:
        """The compact JWS of some bytes; the same bytes give the same JWS."""
        if typ not in self._heads:
            headers = {"iss": self.registry, "kid": self.kid, "typ": str(typ)}
            whole = _JWS.encode(b"", self._private, algorithm=ALGORITHM, headers=headers)
            self._heads[typ] = whole.partition(".")[0]
        signed = f"{self._heads[typ]}.{_text(payload)}"
        return f"{signed}.{_text(self._private.sign(signed.encode()))}"


def thumbprint(x: str) -> str:
    """The name of an Ed25519 key: SHA-256 over its required members, base64url (RFC 7638; RFC 8037 section 2)."""
    return _text(hashlib.sha256(canonical({"crv": "Ed25519", "kty": "OKP", "x": x})).digest())


def digest(jws: str) -> str:
    """SHA-256 of a compact JWS in hex: by it receipts and provenance name what was signed."""
    return hashlib.sha256(jws.encode()).hexdigest()


def header(jws: str) -> Header:
    """Who is said to have signed, read without trusting it.

    Raises:
        Rejected: no compact JWS, no signature, or a header of any other shape than ours.
    """
    if not _COMPACT.fullmatch(jws):
        raise _missing("no compact JWS with three parts")
    first, _, rest = jws.partition(".")
    if len(first) > HEADER_LENGTH:
        raise Rejected(Objection(Problem.SIGNATURE_WRONG, "header", "too long"))
    if rest.endswith("."):
        raise _missing("not signed")
    return _head(first)


@lru_cache(maxsize=1_000)
def _head(first: str) -> Header:
    """The header in the first part of a signature; a peer's messages all have the same one."""
    found = _json(first)
    if found.get("alg") == "none":
        raise _missing("not signed")
    if found.get("alg") != ALGORITHM:
        raise Rejected(Objection(Problem.SIGNATURE_WRONG, "alg", f"only {ALGORITHM} is taken"))
    texts = (found.get("iss"), found.get("kid"), found.get("typ"))
    if set(found) != {"alg", "iss", "kid", "typ"} or not all(isinstance(each, str) and each for each in texts):
        raise Rejected(Objection(Problem.SIGNATURE_WRONG, "header", "alg, iss, kid and typ, and nothing else"))
    return Header(str(texts[0]), str(texts[1]), str(texts[2]))


def claimed(jws: str) -> str:
    """The registry that a signature names, however wrong all else is; '' where it names none."""
    try:
        found = _json(jws.partition(".")[0]) if len(jws.partition(".")[0]) <= HEADER_LENGTH else {}
    except Rejected:
        return ""
    said = found.get("iss")
    return said if isinstance(said, str) and re.fullmatch("[!-~]{1,40}", said) else ""


def content(jws: str) -> bytes:
    """What was signed, of a JWS that was verified before."""
    return _bytes(jws.split(".")[1])


def verify(jws: str, keys: Sequence[PinnedKey], at: datetime, typ: str = Kind.MESSAGE) -> bytes:
    """What was signed, where the signature is that of one of these keys and the key was valid at a moment.

    Raises:
        Rejected: `signature.missing`, `signature.wrong`, `key.unknown` or `key.not_valid`.
    """
    payload, key = signed_by(jws, keys, typ)
    require_valid(key, at)
    return payload


def signed_by(jws: str, keys: Sequence[PinnedKey], typ: str = Kind.MESSAGE) -> tuple[bytes, PinnedKey]:
    """What was signed and the key that did it; whether the key was valid then is the caller's to ask.

    Raises:
        Rejected: `signature.missing`, `signature.wrong` or `key.unknown`.
    """
    said = header(jws)
    if said.kind != typ:
        raise Rejected(Objection(Problem.SIGNATURE_WRONG, "typ", f"{said.kind:.40} where {typ} was due"))
    key = next((each for each in keys if each.kid == said.kid), None)
    if key is None:
        raise Rejected(Objection(Problem.KEY_UNKNOWN, said.kid[:80]))
    signature = jws.rpartition(".")[2]
    # A last character with spare bits set would be a second text of the same signature, with another digest.
    if len(signature) != 86 or _text(_bytes(signature)) != signature:
        raise Rejected(Objection(Problem.SIGNATURE_WRONG, said.kid, "64 bytes in base64url"))
    payload = content(jws)
    if not _check.get()(key.x, jws):
        raise Rejected(Objection(Problem.SIGNATURE_WRONG, said.kid))
    return payload, key


def is_signed(x: str, jws: str) -> bool:
    """Whether a public key's signature is right; the form of the JWS was looked at before."""
    signed, _, signature = jws.rpartition(".")
    try:
        # Not by PyJWT, which takes as long again for looking at what `header` has looked at.
        _public(x).verify(_bytes(signature), signed.encode())
    except InvalidSignature:
        return False
    return True


Check = Callable[[str, str], bool]
_check: ContextVar[Check] = ContextVar("check", default=is_signed)


@contextmanager
def checked_by(check: Check) -> Iterator[None]:
    """Within this, `check` answers in place of `is_signed`: for programs that have seen the signature being made."""
    before = _check.set(check)
    try:
        yield
    finally:
        _check.reset(before)


def require_valid(key: PinnedKey, at: datetime) -> None:
    """Refuse a key that was not valid at a moment."""
    if at < key.since:
        raise Rejected(Objection(Problem.KEY_NOT_VALID, key.kid, f"not before {written(key.since)}"))
    if key.until is not None and at >= key.until:
        raise Rejected(Objection(Problem.KEY_NOT_VALID, key.kid, f"ended {written(key.until)}"))


def jwk(key: PinnedKey) -> dict[str, object]:
    """A public key as a JWK (RFC 7517, RFC 8037); `nbf` and `exp` bound its validity, in seconds since 1970."""
    found: dict[str, object] = {
        "alg": ALGORITHM, "crv": "Ed25519", "kid": key.kid, "kty": "OKP", "nbf": int(key.since.timestamp()),
        "use": "sig", "x": key.x,
    }  # fmt: skip
    if key.until is not None:
        found["exp"] = int(key.until.timestamp())
    return found


def jwks(keys: Iterable[PinnedKey]) -> dict[str, object]:
    """The public keys of a registry as it publishes them (RFC 7517 section 5)."""
    return {"keys": [jwk(each) for each in keys]}


def from_jwk(found: Mapping[str, Any]) -> PinnedKey:
    """The key that a JWK has.

    Raises:
        Rejected: no Ed25519 public key for signatures, a `kid` that is not its thumbprint, or no validity.
    """
    x, since, until = found.get("x"), found.get("nbf"), found.get("exp")
    if (found.get("kty"), found.get("crv")) != ("OKP", "Ed25519") or not isinstance(x, str) or "d" in found:
        raise _no_key("an Ed25519 public key has kty OKP, crv Ed25519 and x, and never d")
    if found.get("use", "sig") != "sig" or found.get("alg", ALGORITHM) != ALGORITHM:
        raise _no_key(f"the key is not for signatures with {ALGORITHM}")
    if not re.fullmatch("[A-Za-z0-9_-]{43}", x) or _text(_bytes(x)) != x:
        raise _no_key("x is 32 bytes in base64url")
    if found.get("kid") != thumbprint(x):
        raise _no_key("kid is the RFC 7638 thumbprint")
    begins, ends = _moment(since), None if until is None else _moment(until)
    if ends is not None and ends <= begins:
        raise _no_key("exp is after nbf")
    return PinnedKey(found["kid"], x, begins, ends)


def from_jwks(document: Mapping[str, Any]) -> tuple[PinnedKey, ...]:
    """The Ed25519 keys of a published set; keys of other kinds are passed over (RFC 7517 section 5).

    Raises:
        Rejected: no set of keys, or an Ed25519 key in it that is not right.
    """
    keys = document.get("keys")
    if not isinstance(keys, list) or not all(isinstance(each, dict) for each in keys):
        raise _no_key("a JWK set has a list of keys")
    return tuple(from_jwk(each) for each in keys if each.get("kty") == "OKP" and each.get("crv") == "Ed25519")


@dataclass(frozen=True, slots=True)
class Rotation:
    """A new key announced: `statement` is signed by a key that the peer has pinned, `possession` the same by the new
    one, which proves that the registry has it."""

    statement: str
    possession: str


def announce(old: Signer, new: Signer, at: datetime) -> Rotation:
    """Announce a new key under the old one."""
    payload = canonical({"announced_at": written(at), "key": jwk(new.public), "registry": old.registry})
    return Rotation(old.sign(payload, Kind.ROTATION), new.sign(payload, Kind.ROTATION))


def announced(rotation: Rotation, registry: str, keys: Sequence[PinnedKey], now: datetime) -> PinnedKey:
    """The key that a registry announced.

    Raises:
        Rejected: it is not signed by a pinned key that is valid now and by the new key, or is another registry's.
    """
    payload = verify(rotation.statement, keys, now, Kind.ROTATION)
    try:
        said = parse_canonical(payload)
    except NotCanonical as error:
        raise _no_key(str(error)) from error
    if not isinstance(said, dict) or set(said) != {"announced_at", "key", "registry"}:
        raise _no_key("a statement has announced_at, key and registry")
    if said["registry"] != registry or not isinstance(said["key"], dict):
        raise _no_key("the statement of another registry")
    moment(said["announced_at"])
    key = from_jwk(said["key"])
    if signed_by(rotation.possession, [key], Kind.ROTATION)[0] != payload:
        raise _no_key("the new key signed something else")
    return key


def _moment(seconds: object) -> datetime:
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 <= seconds < 2**36:
        raise _no_key("nbf and exp are seconds since 1970")
    return datetime.fromtimestamp(seconds, UTC)


@lru_cache(maxsize=1_000)
def _public(x: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(_bytes(x))


def _json(part: str) -> dict[str, Any]:
    try:
        found = json.loads(_bytes(part))
    except (ValueError, RecursionError) as error:
        raise Rejected(Objection(Problem.SIGNATURE_WRONG, "header", "no JSON in base64url")) from error
    if not isinstance(found, dict):
        raise Rejected(Objection(Problem.SIGNATURE_WRONG, "header", "no JSON object"))
    return found


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise Rejected(Objection(Problem.SIGNATURE_WRONG, "", "no base64url")) from error


def _missing(detail: str) -> Rejected:
    return Rejected(Objection(Problem.SIGNATURE_MISSING, "", detail))


def _no_key(detail: str) -> Rejected:
    return Rejected(Objection(Problem.KEY_NOT_VALID, "", detail))
