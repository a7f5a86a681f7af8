"""Checkpoints of our own log: signed when it has grown, and read with the cosignatures that came since."""

from __future__ import annotations

from datetime import datetime

from article6.domain.refusals import invariant
from article6.services.log import keeping, reading
from article6.services.log.keeping import Role
from article6.store import log as writing
from article6.store.journal import database_transaction
from article6.store.queries import log as queries
from article6.store.queries.log import KeptCheckpoint
from article6.transparency import checkpoints, notes, tree
from article6.transparency.checkpoints import Checkpoint


def publish(now: datetime) -> int | None:
    """Sign a checkpoint where the log has grown since the last one (or has none yet); its size, None if it has not.

    Raises:
        Refused: the log's key cannot be used.
    """
    with database_transaction():
        if not writing.take_turn():
            return None
        size, last = queries.size(), queries.checkpoint()
        if last is not None and last.size == size:
            return None
        signer = keeping.signer(Role.LOG, now)
        nodes = reading.nodes(size)
        if last is not None:
            # A log must not sign what contradicts what it signed: not after a damaged restore either.
            invariant(
                tree.edge_at(last.size, nodes).root == last.root, f"the log of {size} continues that of {last.size}"
            )
        root = tree.edge_at(size, nodes).root
        note = checkpoints.sign(Checkpoint(reading.origin(), size, root), signer)
        writing.checkpoint(size, root, str(note), now)
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
