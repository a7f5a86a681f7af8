"""How the log stands: for the administrator, and for the command `log status`."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from article6.services import sight
from article6.services.log import keeping, reading, sequencer
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
    witnesses: list[Witnessed]
    witnessed: list[Witnessed]
    doubts: list[dict[str, Any]]


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
            [Witnessed(each["witness"], each["size"], each["signed_at"]) for each in queries.witnesses()],
            [Witnessed(each["origin"], each["size"], each["at"]) for each in queries.witnessed()],
            queries.doubts(),
        )


def _key(role: Role) -> str:
    """The public key in force, '' before the first signature."""
    found = keeping.verifiers(role)
    return str(found[0]) if found else ""
