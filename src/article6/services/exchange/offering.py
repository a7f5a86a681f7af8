"""New checkpoints of the transparency log are offered to the peers that witness it."""

from __future__ import annotations

from datetime import datetime, timedelta

from article6.exchange.books import PeerStatus
from article6.exchange.message_types import Type
from article6.services import sight
from article6.services.exchange import desks, own_keys
from article6.services.exchange.witnessing import SERVICE
from article6.services.log import witnesses
from article6.store import journal
from article6.store.journal import database_transaction
from article6.store.queries import exchange as reading
from article6.store.queries import log

EVERY = timedelta(minutes=1)
"""Between two offers to the same peer; none is made while one waits for its receipt."""


def offer_due(now: datetime) -> int:
    """Offer the newest checkpoint to each witness that has not cosigned it; to how many that was.

    Raises:
        Refused: a key of ours does not open.
    """
    with sight.seeing(sight.EVERYTHING):
        found = [each["code"] for each in reading.peers() if is_witness(each["status"], each["services"])]
        if not found or not own_keys.is_there(now):
            return 0
        return sum(_offer(code, now) for code in found)


def is_witness(status: str, services: list[str]) -> bool:
    """Whether a peer witnesses this log now."""
    return status == PeerStatus.CONNECTED and SERVICE in services


def _announce(peer: str, now: datetime) -> None:
    """Tell the peer of the new keys of our log, before a checkpoint under them: messages keep their order."""
    for number, note in log.untold(peer):
        desks.channel(now).send(peer, Type.LOG_KEY_ANNOUNCED, {"announcement": note}, now)
        journal.insert("log_key_told", {"announcement_id": number, "peer": peer, "at": now})


def _offer(peer: str, now: datetime) -> bool:
    with database_transaction():
        journal.wait_for_turn(f"offer checkpoint {peer}")
        _announce(peer, now)
        written_at, is_under_way = log.last_offer(peer, Type.CHECKPOINT_PUBLISHED)
        if written_at is not None and (is_under_way or now < written_at + EVERY):
            return False
        data = witnesses.offer(peer, now)
        if data is None:
            return False
        desks.channel(now).send(peer, Type.CHECKPOINT_PUBLISHED, data, now)
        return True
