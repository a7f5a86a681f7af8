"""The registry's own keys: made, sealed, opened to sign, replaced, published."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings

from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.exchange import keys
from article6.exchange.books import PinnedKey
from article6.exchange.keys import Rotation, Signer
from article6.services import people, sealing
from article6.services.exchange.own_code import own_code
from article6.store import journal, messages
from article6.store.journal import Command
from article6.store.queries import exchange as reading

SEED_BYTES = 32

LEAD = timedelta(hours=24)
"""So long before a new key signs, peers hear of it."""


def make(*, by: PersonId, now: datetime) -> PinnedKey:
    """The key that the registry signs with; made where there is none yet.

    Raises:
        Refused: `by` may not connect registries; the secret cannot be had.
    """
    people.require(by, Right.CONNECT, ANY_SECTION)
    with journal.database_transaction():
        journal.wait_for_turn("exchange_key")
        found = _in_force(now)
        if found is not None:
            return _pinned(found)
        return _made(now, by, now).public


def rotate(*, by: PersonId, now: datetime, lead: timedelta = LEAD) -> tuple[PinnedKey, Rotation]:
    """Make a new key that signs from `lead` on, and end the old one then; the announcement to peers, signed by both.

    Raises:
        Refused: `by` may not connect registries; there is no key, or a new one is on its way already.
    """
    people.require(by, Right.CONNECT, ANY_SECTION)
    with journal.database_transaction():
        journal.wait_for_turn("exchange_key")
        old = _in_force(now)
        if old is None:
            raise refused(Code.EXCHANGE_NO_KEY)
        if old["until"] is not None:
            raise refused(Code.EXCHANGE_NO_KEY, old["kid"], f"it ends {old['until']:%Y-%m-%d %H:%M} and is followed")
        since = (now + lead).replace(microsecond=0)
        new = _made(since, by, now)
        messages.end_key(old["id"], since, by, now)
        return new.public, keys.announce(_opened(old), new, now)


def signer(now: datetime) -> Signer:
    """What signs now.

    Raises:
        Refused: there is no key yet, or it does not open with this secret.
    """
    found = _in_force(now)
    if found is None:
        raise refused(Code.EXCHANGE_NO_KEY)
    return _opened(found)


def is_there(now: datetime) -> bool:
    """Whether the registry has a key to sign with."""
    return _in_force(now) is not None


def listed() -> list[dict[str, Any]]:
    """Our keys, newest first: kid, since, until. Private parts are never shown."""
    return [{name: each[name] for name in ("kid", "since", "until")} for each in reading.own_keys()]


def published() -> dict[str, object]:
    """The public keys as a JWK set, those that ended too: what they signed stays good."""
    return keys.jwks(_pinned(each) for each in reversed(reading.own_keys()))


def _made(since: datetime, by: PersonId, now: datetime) -> Signer:
    seed = secrets.token_bytes(SEED_BYTES)
    # Keys are published with their validity in whole seconds; the first second belongs to the key.
    new = Signer(own_code(), seed, since.replace(microsecond=0))
    name = f"{own_code()} {new.kid}"
    messages.add_key(
        new.kid, new.public.x, sealing.seal(seed, settings.ARTICLE6_EXCHANGE_SECRET(), name), new.public.since, by, now
    )
    journal.note(Command(by), "exchange_key.made", f"key:{new.kid}", now)
    return new


def _in_force(now: datetime) -> dict[str, Any] | None:
    for each in reading.own_keys():
        if each["since"] <= now and (each["until"] is None or now < each["until"]):
            return each
    return None


def _pinned(found: dict[str, Any]) -> PinnedKey:
    return PinnedKey(found["kid"], found["x"], found["since"], found["until"])


def _opened(found: dict[str, Any]) -> Signer:
    code, sealed = own_code(), bytes(found["sealed"])
    return _signer(code, sealed, settings.ARTICLE6_EXCHANGE_SECRET(), found["kid"], found["since"], found["until"])


@lru_cache(maxsize=16)
def _signer(code: str, sealed: bytes, secret: str, kid: str, since: datetime, until: datetime | None) -> Signer:
    return Signer(code, sealing.unseal(sealed, secret, f"{code} {kid}"), since, until)


def as_text() -> str:
    """`published` as JSON text."""
    return json.dumps(published(), separators=(",", ":"), sort_keys=True)
