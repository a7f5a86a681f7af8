"""Checkpoints of our own log: signed when it has grown, and read with the cosignatures that came since."""

from __future__ import annotations

from datetime import datetime

from article6.services.log import continuity, keeping, reading
from article6.store import log as writing
from article6.store.journal import database_transaction
from article6.store.queries import log as queries
from article6.store.queries.log import KeptCheckpoint
from article6.transparency import checkpoints, notes, tree
from article6.transparency.checkpoints import Checkpoint


def publish(now: datetime) -> int | None:
    """Sign a checkpoint where the log has grown since the last one (or has none yet); its size, None if it has not.

    Raises:
        Refused: the log's key cannot be used, or the log does not have what it published (`continuity`).
    """
    with database_transaction():
        if not writing.take_turn():
            return None
        size, last = queries.size(), queries.checkpoint()
        if last is not None and last.size == size:
            # Who cosigned it since belongs to what is known of it, should it be lost.
            continuity.remember(with_cosignatures(last))
            return None
        # A log must not sign what contradicts what it signed: not after a damaged restore either.
        continuity.require(now)
        signer, *beside = keeping.log_signers(now)
        root = tree.edge_at(size, reading.nodes(size)).root
        note = checkpoints.sign(Checkpoint(reading.origin(), size, root), signer)
        # While a key that was replaced goes on, whoever has heard of one of the two only can check this.
        note = note.with_signatures([each.sign(note.text) for each in beside])
        writing.checkpoint(size, root, str(note), now)
        # Before anybody can see it: what was published is known here whatever becomes of the database.
        continuity.remember(str(note))
    return size


def newest() -> str | None:
    """The newest checkpoint, with the cosignatures that it has so far; None before the first."""
    found = queries.checkpoint()
    return with_cosignatures(found) if found else None


def with_cosignatures(kept: KeptCheckpoint) -> str:
    """A checkpoint as it is handed on."""
    note = notes.parse(kept.note.encode())
    lines = [notes.parse_signature(each) for each in queries.cosignatures(kept.size)]
    return str(note.with_signatures(lines))
