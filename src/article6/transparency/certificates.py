"""Certificates: what a registry hands to the holder of units, to be checked by anybody without asking the registry.

A certificate is a proof of the log (`proofs`), with what people want to read beside it - the units' identifiers, the
type of account, a holder's name where it is disclosed - and the signature of the log's key over the whole. So serials,
quantity, moment and particulars are as the log has them, whatever the registry says today; the rest is its signed word.

The format is in docs/reference/certificates.md. A certificate is a mapping of plain JSON throughout.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from article6.domain.canonical import NotCanonical, canonical
from article6.domain.refusals import N_
from article6.transparency import log_keys, notes, proofs
from article6.transparency.log_keys import Keys, NotAnnounced
from article6.transparency.notes import KeyType, MalformedNote, Signer, Untrusted, Verifier
from article6.transparency.proofs import ProofWrong, Proven, Wrong

FORMAT = "article6.certificate.v1"
PARTICULARS = "particulars."

_MEMBERS = frozenset(
    {
        "accounts", "act", "format", "issued_at", "key", "number", "proof", "registry", "signature", "title", "units",
        "verify_at",
    }
)  # fmt: skip
_ANNOUNCEMENTS = "announcements"
"""The one member that a certificate may do without: it has it since the log's key was replaced for the first time."""

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_UNIT_MEMBERS = frozenset({"activity", "cooperative_approach", "first", "last", "unit_type", "vintage_year"})
_ACCOUNT_MEMBERS = frozenset({"holder", "title"})


class Act(StrEnum):
    """What a certificate attests. Public and permanent."""

    CANCELLATION = "cancellation"
    RETIREMENT = "retirement"
    TRANSFER = "transfer"


ACTS: Mapping[Act, str] = MappingProxyType(
    {Act.CANCELLATION: N_("Cancellation"), Act.RETIREMENT: N_("Retirement (use)"), Act.TRANSFER: N_("Transfer")}
)


class Flaw(StrEnum):
    """What can be wrong with a certificate beside its proof (`proofs.Wrong`). Public and permanent."""

    FORMAT = "certificate.malformed"
    KEY = "certificate.other_key"
    RETIRED = "certificate.key_retired"
    SIGNATURE = "certificate.not_signed"
    CONTRADICTION = "certificate.contradicts_the_log"


SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        **{str(code): sentence for code, sentence in proofs.SENTENCES.items()},
        Flaw.FORMAT: N_("This is no certificate, or it was cut off or changed."),
        Flaw.KEY: N_("The certificate was made under another key than the registry's key that you gave."),
        Flaw.RETIRED: N_("The certificate was issued under a key that the registry no longer used by then."),
        Flaw.SIGNATURE: N_("The registry did not sign this as it stands: something in it was changed."),
        Flaw.CONTRADICTION: N_("What is said of the units is not what stands in the log."),
    }
)
"""The sentence of every code that a verification can give."""


class CertificateWrong(Exception):
    """The certificate does not hold; `code` says why, `SENTENCES` in a sentence."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = str(code)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Units:
    """Consecutive units: the identifiers of the first and last as the registry writes them, and the serials."""

    first: str
    last: str
    registry: str
    party: str
    serial_first: int
    serial_last: int
    unit_type: str
    vintage_year: int | None
    activity: str | None
    cooperative_approach: str | None
    is_first_transfer: bool

    @property
    def quantity(self) -> int:
        """How many units these are."""
        return self.serial_last - self.serial_first + 1


@dataclass(frozen=True, slots=True)
class AccountSide:
    """An account of the transaction: its number from the log, its type and (where disclosed, else '') its holder."""

    number: str
    title: str
    holder: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a certificate proves. `is_trusted`: under a key that the reader gave, and not just the one in the file.

    `completed_at` and `issued_at` are RFC 3339; `particulars` those that are disclosed; `withheld` the names of those
    that are not. `keys` are the log's as far as the certificate and the reader know them, `key` among them.
    """

    number: str
    act: Act
    type: str
    title: str
    registry: Mapping[str, str]
    quantity: int
    units: tuple[Units, ...]
    completed_at: str
    issued_at: str
    source: AccountSide | None
    target: AccountSide | None
    particulars: Mapping[str, Any]
    withheld: tuple[str, ...]
    transaction: str
    proven: Proven
    key: Verifier
    keys: Keys
    is_trusted: bool
    digest: str
    verify_at: str


def sealed(statement: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
    """The certificate of a statement, which has all members but `key` and `signature`, under the log's key."""
    whole = {**statement, "format": FORMAT, "key": str(signer.verifier)}
    return {**whole, "signature": str(signer.sign(_signed_text(signer.name, _digest(whole))))}


def digest(certificate: Mapping[str, Any]) -> str:
    """SHA-256 in hex over the canonical JSON of all members but `signature`: what is signed, and what the QR code has.

    Raises:
        CertificateWrong: it is none.
    """
    try:
        return _digest({name: value for name, value in certificate.items() if name != "signature"})
    except NotCanonical as error:
        raise CertificateWrong(Flaw.FORMAT, str(error)) from error


def verify(
    certificate: object,
    key: Verifier | None = None,
    witnesses: Sequence[Verifier] = (),
    at_least: int = 0,
    announced: Sequence[str] = (),
) -> Verified:
    """Check a certificate with a key of the log (None: with the one that it carries, which then is not trusted).

    The key may be an earlier or a later one than the certificate's, where announcements lead from one to the other:
    those that the certificate carries, and those that are `announced`.

    Raises:
        CertificateWrong: it does not hold.
    """
    if not isinstance(certificate, Mapping) or set(certificate) - {_ANNOUNCEMENTS} != _MEMBERS:
        raise CertificateWrong(Flaw.FORMAT)
    if certificate["format"] != FORMAT:
        raise CertificateWrong(Flaw.FORMAT)
    own = _own_key(certificate)
    said = digest(certificate)
    _require_signature(certificate["signature"], own, said)
    keys = _keys(certificate, own, announced)
    if key is not None and key not in keys.verifiers:
        raise CertificateWrong(Flaw.KEY, str(own))
    _require_in_force(certificate, own, keys)
    try:
        proven = proofs.verify(proofs.from_json(certificate["proof"]), keys, witnesses, at_least)
    except ProofWrong as error:
        raise CertificateWrong(error.why, error.detail) from error
    try:
        return _read(certificate, proven, own, said, keys, is_trusted=key is not None)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CertificateWrong(Flaw.FORMAT, str(error)) from error


def _digest(whole: Mapping[str, Any]) -> str:
    return sha256(canonical(whole)).hexdigest()


def _signed_text(origin: str, said: str) -> str:
    """What the key signs. The first line is the name of no log, so that it can be taken for no checkpoint."""
    return f"{FORMAT}\n{origin}\n{said}\n"


def _own_key(certificate: Mapping[str, Any]) -> Verifier:
    try:
        own = notes.parse_verifier(_text(certificate["key"]))
    except (MalformedNote, ValueError) as error:
        raise CertificateWrong(Flaw.FORMAT, str(error)) from error
    if own.type is not KeyType.ED25519:
        raise CertificateWrong(Flaw.FORMAT, "a witness's key")
    return own


def _require_signature(line: object, own: Verifier, said: str) -> None:
    try:
        signature = notes.parse_signature(_text(line))
    except (MalformedNote, ValueError) as error:
        raise CertificateWrong(Flaw.FORMAT, str(error)) from error
    is_ours = (signature.name, signature.key_id) == (own.name, own.key_id)
    if not is_ours or own.signed_at(_signed_text(own.name, said), signature) is None:
        raise CertificateWrong(Flaw.SIGNATURE)


def _keys(certificate: Mapping[str, Any], own: Verifier, announced: Sequence[str]) -> Keys:
    """The chain of keys in which the certificate's stands."""
    carried = certificate.get(_ANNOUNCEMENTS, [])
    if not isinstance(carried, Sequence) or (_ANNOUNCEMENTS in certificate and not carried):
        raise CertificateWrong(Flaw.FORMAT, _ANNOUNCEMENTS)
    try:
        log_keys.followed(own, map(_text, carried))
    except (MalformedNote, Untrusted, NotAnnounced) as error:
        raise CertificateWrong(Flaw.FORMAT, str(error)) from error
    try:
        return log_keys.followed(own, (*carried, *announced))
    except (MalformedNote, Untrusted, NotAnnounced) as error:
        # What the reader has of the registry's keys says otherwise than what the certificate carries.
        raise CertificateWrong(Flaw.KEY, str(error)) from error


def _require_in_force(certificate: Mapping[str, Any], own: Verifier, keys: Keys) -> None:
    """A key that was replaced signs nothing that was issued after it retired."""
    retires_at = keys.retires_at(own)
    if retires_at is None:
        return
    issued_at = _text(certificate["issued_at"])
    if not _MOMENT.fullmatch(issued_at):
        raise CertificateWrong(Flaw.FORMAT, "issued_at")
    if issued_at > log_keys.as_text(retires_at):
        raise CertificateWrong(Flaw.RETIRED, str(own))


def _read(
    certificate: Mapping[str, Any], proven: Proven, own: Verifier, said: str, keys: Keys, *, is_trusted: bool
) -> Verified:  # fmt: skip
    facts = proven.facts
    if proven.kind != "transaction":
        raise CertificateWrong(Flaw.CONTRADICTION, proven.kind)
    units = _units(certificate["units"], facts["entries"])
    quantity = _number(facts["quantity"])
    if sum(each.quantity for each in units) != quantity:
        raise CertificateWrong(Flaw.CONTRADICTION, str(quantity))
    accounts, registry = certificate["accounts"], certificate["registry"]
    withheld = set(certificate["proof"]["withheld"]) - set(proven.disclosed)
    return Verified(
        number=_text(certificate["number"]),
        act=Act(certificate["act"]),
        type=_text(facts["type"]),
        title=_text(certificate["title"]),
        registry={name: _text(registry[name]) for name in ("code", "kind", "name")},
        quantity=quantity,
        units=units,
        completed_at=_text(facts["completed_at"]),
        issued_at=_text(certificate["issued_at"]),
        source=_side(facts["from"], accounts["from"]),
        target=_side(facts["to"], accounts["to"]),
        particulars={name.removeprefix(PARTICULARS): value for name, value in sorted(proven.disclosed.items())},
        withheld=tuple(sorted(name.removeprefix(PARTICULARS) for name in withheld)),
        transaction=_text(facts["transaction"]),
        proven=proven,
        key=own,
        keys=keys,
        is_trusted=is_trusted,
        digest=said,
        verify_at=_text(certificate["verify_at"]),
    )


def _units(told: Sequence[Mapping[str, Any]], entries: Sequence[Mapping[str, Any]]) -> tuple[Units, ...]:
    """The units as they are told, each entry of the log with its identifiers."""
    if not isinstance(told, Sequence) or len(told) != len(entries):
        raise CertificateWrong(Flaw.CONTRADICTION, f"{len(told)} / {len(entries)}")
    return tuple(_unit(each, entry) for each, entry in zip(told, entries, strict=True))


def _unit(told: Mapping[str, Any], entry: Mapping[str, Any]) -> Units:
    if set(told) != _UNIT_MEMBERS:
        raise CertificateWrong(Flaw.FORMAT, "units")
    first, last = _number(entry["first"]), _number(entry["last"])
    vintage = told["vintage_year"]
    if vintage is not None and type(vintage) is not int:
        raise CertificateWrong(Flaw.FORMAT, "vintage_year")
    for serial, text in ((first, told["first"]), (last, told["last"])):
        # Whatever its form, an identifier has its serial among its numbers.
        if str(serial) not in re.findall(r"[0-9]+", _text(text)):
            raise CertificateWrong(Flaw.CONTRADICTION, f"{text}: {serial}")
    return Units(
        first=told["first"],
        last=told["last"],
        registry=_text(entry["registry"]),
        party=_text(entry["party"]),
        serial_first=first,
        serial_last=last,
        unit_type=_text(told["unit_type"]),
        vintage_year=vintage,
        activity=None if told["activity"] is None else _text(told["activity"]),
        cooperative_approach=None if told["cooperative_approach"] is None else _text(told["cooperative_approach"]),
        is_first_transfer=entry["first_transfer"] is True,
    )


def _side(number: object, told: Mapping[str, Any] | None) -> AccountSide | None:
    if number is None and told is None:
        return None
    if told is None or set(told) != _ACCOUNT_MEMBERS:
        raise CertificateWrong(Flaw.FORMAT, "accounts")
    return AccountSide(_text(number), _text(told["title"]), _text(told["holder"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise CertificateWrong(Flaw.FORMAT, f"{value!r:.40} is no text")
    return value


def _number(value: object) -> int:
    text = _text(value)
    if not re.fullmatch(r"[1-9][0-9]{0,18}", text):
        raise CertificateWrong(Flaw.FORMAT, text[:40])
    return int(text)


__all__ = [
    "ACTS", "FORMAT", "PARTICULARS", "SENTENCES", "AccountSide", "Act", "CertificateWrong", "Flaw", "Units", "Verified",
    "Wrong", "digest", "sealed", "verify",
]  # fmt: skip
