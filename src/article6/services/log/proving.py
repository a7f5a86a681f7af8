"""Proofs that something stands in the registry's log, for certificates and for whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from article6.domain.refusals import Code, invariant, refused
from article6.services import sight
from article6.services.log import checkpointing, contents, reading
from article6.store import database
from article6.store.queries import log as queries
from article6.transparency import leaves, proofs, tree
from article6.transparency.leaves import Kind
from article6.transparency.proofs import Proof


def prove(kind: str, subject: str, disclosing: Sequence[str] = ()) -> Proof:
    """The proof that a subject (a transaction's number, ...) stands in the log, with the checkpoint that most witnesses
    cosigned. Of what is withheld it shows only the parts named. The caller answers for who may see it.

    Raises:
        Refused: it is no leaf under a checkpoint (yet), or has no such part.
    """
    if kind not in frozenset(Kind):
        raise refused(Code.LOG_LEAF_UNKNOWN, kind)
    with sight.seeing(sight.EVERYTHING), database.one_moment():
        found = queries.leaf(kind, subject)
        kept = queries.best_cosigned(found[0]) if found else None
        if found is None or kept is None:
            raise refused(Code.LOG_LEAF_UNKNOWN, f"{kind} {subject}")
        position, secret = found
        content = contents.of(kind, [subject])[subject]
        if unknown := sorted(set(disclosing) - set(content.withheld)):
            raise refused(Code.REQUEST_MALFORMED, unknown[0])
        nodes = reading.nodes(kept.size)
        entry = leaves.leaf(reading.origin(), content, secret).entry()
        invariant(tree.leaf_hash(entry) == nodes(0, position), f"{kind} {subject} is as it was recorded")
        path = tree.inclusion_proof(position, kept.size, nodes)
        note = checkpointing.with_cosignatures(kept)
    return proofs.prove(content, secret, position, path, note, disclosing)


def parts(proof: Proof) -> list[str]:
    """What the proof withholds and could disclose."""
    return sorted(set(proof.shown.withheld) - set(proof.shown.disclosed))


def as_json(proof: Proof) -> dict[str, Any]:
    """The proof as a file."""
    return proof.as_json()
