"""Signatures of a simulated world: what was signed in this process need not be checked by the curve again.

The same bytes under the same key are always signed alike, so a signature that was made here is right. Whatever else
comes, altered or forged, is checked as ever; and the auditor checks everything by itself.
"""

from __future__ import annotations

from article6.exchange import keys
from article6.exchange.keys import Kind, Signer


class Signatures:
    """The signatures that were made in one world, each with its public key."""

    def __init__(self) -> None:
        self.made: set[tuple[str, str]] = set()

    def is_signed(self, x: str, jws: str) -> bool:
        """As `keys.is_signed`."""
        return (x, jws) in self.made or keys.is_signed(x, jws)


class NotedSigner(Signer):
    """A key whose signatures are noted."""

    made: set[tuple[str, str]] | None = None

    def sign(self, payload: bytes, typ: str = Kind.MESSAGE) -> str:
        """As `Signer.sign`."""
        jws = super().sign(payload, typ)
        if self.made is not None:
            self.made.add((self.public.x, jws))
        return jws
