"""The desk of this registry, put together: books, key, limits, and every subject that messages may be about."""

from __future__ import annotations

from datetime import datetime

from article6.exchange.channel import Channel
from article6.exchange.desk import Desk
from article6.exchange.reconciling import Reconciling
from article6.exchange.turns import Subject
from article6.services.exchange import own_keys
from article6.services.exchange.books import KeptBooks
from article6.services.exchange.cases import KeptCases
from article6.services.exchange.connecting import CONNECTING
from article6.services.exchange.instructed import INSTRUCTING
from article6.services.exchange.limits import limits
from article6.services.exchange.memory import KeptMemory
from article6.services.exchange.subscribing import SUBSCRIBING
from article6.services.exchange.viewing import VIEWING
from article6.services.exchange.witnessing import WITNESSING

RECONCILING = Reconciling(KeptCases())
SUBJECTS: tuple[Subject, ...] = (
    CONNECTING, WITNESSING, VIEWING, INSTRUCTING, SUBSCRIBING, RECONCILING.subject(),
)  # fmt: skip
"""What is spoken of beside transfers."""


def desk(now: datetime) -> Desk:
    """The desk, signing with the key in force.

    Raises:
        Refused: there is no key, or it does not open.
    """
    return Desk(KeptBooks(), own_keys.signer(now), limits(), SUBJECTS)


def channel(now: datetime) -> Channel:
    """What writes messages to the outbox.

    Raises:
        Refused: as for `desk`.
    """
    return Channel(KeptMemory(), own_keys.signer(now), limits())
