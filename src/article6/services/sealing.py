"""Private keys at rest: AES-256-GCM under a key that HKDF-SHA256 derives from the registry's secret."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from article6.domain.refusals import Code, refused

VERSION = b"\x01"
SALT_BYTES, NONCE_BYTES = 16, 12


def seal(seed: bytes, secret: str, name: str) -> bytes:
    """A seed as it is kept: version, salt, nonce, ciphertext. `name` is bound to it: it opens under no other."""
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    return VERSION + salt + nonce + AESGCM(_derived(secret, salt)).encrypt(nonce, seed, name.encode())


def unseal(sealed: bytes, secret: str, name: str) -> bytes:
    """The seed.

    Raises:
        Refused: another secret sealed it, or it was altered.
    """
    version, rest = sealed[:1], sealed[1:]
    salt, nonce, kept = rest[:SALT_BYTES], rest[SALT_BYTES : SALT_BYTES + NONCE_BYTES], rest[SALT_BYTES + NONCE_BYTES :]
    try:
        if version != VERSION:
            raise InvalidTag
        return AESGCM(_derived(secret, salt)).decrypt(nonce, kept, name.encode())
    except (InvalidTag, ValueError) as error:
        # Neither the secret nor what was tried goes into the text.
        raise refused(Code.EXCHANGE_SECRET, name) from error.with_traceback(None)


def _derived(secret: str, salt: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"article6 exchange key").derive(secret.encode())
