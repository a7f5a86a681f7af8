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
from article6.transparency import notes
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
    kept = queries.key(role) or _made(role, now)
    verifier = notes.parse_verifier(kept[0])
    seed = sealing.unseal(kept[1], _secret(), str(verifier))
    return Signer(verifier.name, verifier.type, Ed25519PrivateKey.from_private_bytes(seed))


def verifiers(role: Role) -> list[Verifier]:
    """Our public keys of a role, the one in force first."""
    return [notes.parse_verifier(each) for each in queries.keys(role)]


def _made(role: Role, now: datetime) -> tuple[str, bytes]:
    with database_transaction():
        journal.wait_for_turn(f"log key {role}")
        if (kept := queries.key(role)) is not None:
            return kept
        private = Ed25519PrivateKey.generate()
        name = reading.origin() + (reading.WITNESS if role is Role.WITNESS else "")
        vkey = str(Signer(name, TYPES[role], private).verifier)
        sealed = sealing.seal(private.private_bytes_raw(), _secret(), vkey)
        writing.key(role, vkey, sealed, now)
        return vkey, sealed


def _secret() -> str:
    return cast(Callable[[], str], settings.ARTICLE6_EXCHANGE_SECRET)()
