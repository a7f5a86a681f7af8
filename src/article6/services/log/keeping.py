"""The log's own keys: one signs its checkpoints, the other, as a witness, those of others.

They are made on first use, and kept sealed in the database under the secret that also seals the exchange's keys.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from article6.services import sealing
from article6.services.log import reading
from article6.store import journal
from article6.store import log as writing
from article6.store.journal import database_transaction
from article6.store.queries import log as queries
from article6.transparency import log_keys, notes
from article6.transparency.log_keys import Keys
from article6.transparency.notes import KeyType, Signer, Verifier


class Role(StrEnum):
    """What a key is for."""

    LOG = "log"
    WITNESS = "witness"


TYPES = {Role.LOG: KeyType.ED25519, Role.WITNESS: KeyType.COSIGNATURE}
"""Of which type of key a role is."""


def signer(role: Role, now: datetime) -> Signer:
    """Our key of this role, made if there is none.

    Raises:
        Refused: the secret is not the one that the key was sealed under.
    """
    return _opened(*(queries.key(role) or _made(role, now)))


def log_signers(now: datetime) -> list[Signer]:
    """What signs our checkpoints now: the key in force, and those that it replaced while they go on beside it.

    Raises:
        Refused: the secret is not the one that a key was sealed under.
    """
    in_force = signer(Role.LOG, now)
    kept = queries.log_keys()
    beside = [_opened(vkey, sealed) for vkey, sealed, until in kept if until is not None and now < until]
    return [in_force, *beside]


def log_keys_known(at_most: int | None = None) -> Keys | None:
    """The chain of our log's keys, as far as it is announced in the first `at_most` leaves (None: all of it).

    None where there is no key yet. To see the keys, all has to be in sight.
    """
    kept = verifiers(Role.LOG)
    if not kept:
        return None
    said = [note for _id, note, place in queries.announcements() if at_most is None or _is_within(place, at_most)]
    return log_keys.followed(log_keys.read(said[0]).old if said else kept[-1], said)


def _is_within(place: int | None, size: int) -> bool:
    return place is not None and place < size


def made_anew(role: Role, now: datetime) -> Signer:
    """A further key of ours, which is in force from now on; in the database transaction that announces it."""
    return _opened(*_new(role, now))


def verifiers(role: Role) -> list[Verifier]:
    """Our public keys of a role, the one in force first."""
    return [notes.parse_verifier(each) for each in queries.keys(role)]


def _made(role: Role, now: datetime) -> tuple[str, bytes]:
    with database_transaction():
        journal.wait_for_turn(f"log key {role}")
        if (kept := queries.key(role)) is not None:
            return kept
        return _new(role, now)


def _new(role: Role, now: datetime) -> tuple[str, bytes]:
    name = reading.origin() + (reading.WITNESS if role is Role.WITNESS else "")
    made = Signer(name, TYPES[role], Ed25519PrivateKey.generate())
    vkey = str(made.verifier)
    sealed = sealing.seal(made.private.private_bytes_raw(), _secret(), vkey)
    writing.key(role, vkey, sealed, now)
    return vkey, sealed


def _opened(vkey: str, sealed: bytes) -> Signer:
    verifier = notes.parse_verifier(vkey)
    seed = sealing.unseal(sealed, _secret(), vkey)
    return Signer(verifier.name, verifier.type, Ed25519PrivateKey.from_private_bytes(seed))


def _secret() -> str:
    return cast(Callable[[], str], settings.ARTICLE6_EXCHANGE_SECRET)()
