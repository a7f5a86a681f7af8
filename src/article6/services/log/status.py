"""How the log stands: for the administrator, and for the command `log status`."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from article6.services import sight
from article6.services.log import continuity, keeping, reading, sequencer
from article6.services.log.continuity import Lost
from article6.services.log.keeping import Role
from article6.store import database
from article6.store.queries import log as queries


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint: `root` in base64."""

    size: int
    root: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A witness of this log, or a log that is witnessed here: up to which size, and when."""

    name: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """`waiting` is what is done and no leaf yet, `behind_s` for how long the oldest of it waits."""

    origin: str
    size: int
    waiting: int
    behind_s: float
    checkpoint: Signed | None
    log_key: str
    witness_key: str
    former_keys: list[dict[str, Any]]
    witnesses: list[Witnessed]
    witnessed: list[Witnessed]
    doubts: list[dict[str, Any]]
    stopped: Lost | None


def now() -> Status:
    """The log as it stands.

    Raises:
        Refused: there is no registry yet.
    """
    with sight.seeing(sight.EVERYTHING), database.one_moment():
        lag, newest = sequencer.lag(), queries.checkpoint()
        return Status(
            reading.origin(),
            queries.size(),
            lag.waiting,
            lag.seconds,
            Signed(newest.size, base64.b64encode(newest.root).decode(), newest.at) if newest else None,
            _key(Role.LOG),
            _key(Role.WITNESS),
            _former(),
            [Witnessed(each["witness"], each["size"], each["signed_at"]) for each in queries.witnesses()],
            [Witnessed(each["origin"], each["size"], each["at"]) for each in queries.witnessed()],
            queries.doubts(),
            continuity.lost(),
        )


def line() -> str:
    """The log in one line: how many leaves, or what stopped it."""
    with sight.seeing(sight.EVERYTHING):
        if (lost := continuity.lost()) is not None:
            return _("STOPPED: %(checkpoint)s") % {"checkpoint": lost}
        newest = queries.checkpoint()
        signed = newest.size if newest else 0
        return _("%(size)s leaves, %(signed)s of them signed") % {"size": queries.size(), "signed": signed}


def cosigned() -> dict[str, str]:
    """For each witness of ours, up to how many leaves it cosigned, and when last."""
    return {each["witness"]: f"{each['size']:,} ({each['signed_at']:%Y-%m-%d %H:%M})" for each in queries.witnesses()}


def _former() -> list[dict[str, Any]]:
    """The keys that were replaced, oldest first: key, announced_at, retires_at."""
    known = keeping.log_keys_known()
    return [
        {"key": str(each.old), "announced_at": each.announced_at, "retires_at": each.retires_at}
        for each in (known.announcements if known else ())
    ]


def _key(role: Role) -> str:
    """The public key in force, '' before the first signature."""
    found = keeping.verifiers(role)
    return str(found[0]) if found else ""
