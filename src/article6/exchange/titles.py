"""A completion read as what it is: the giver's signed word that these serials are the receiver's from now on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from article6.domain.canonical import canonical
from article6.exchange import envelope, keys, schemas
from article6.exchange.books import Memory
from article6.exchange.envelope import Envelope
from article6.exchange.facts import Proposed, Serials, UnitBlock
from article6.exchange.facts_json import block_json, serials_from
from article6.exchange.message_types import Type
from article6.exchange.moments import moment
from article6.exchange.problems import Objection, Problem, Rejected


@dataclass(frozen=True, slots=True)
class Title:
    """`jws` is the whole completion, `message_id` its envelope's; `facts` are digests of the batches, by serials."""

    jws: str
    message_id: str
    giver: str
    receiver: str
    transfer_id: str
    serials: tuple[Serials, ...]
    facts: tuple[str, ...]
    completed_at: datetime


def facts_digest(block: UnitBlock) -> str:
    """SHA-256 in hex of what never changes of units: their batch. What is empty is left out, and so is the metric GHG,
    since a registry may write these or not. Underlying serials are lessened by the block's own, so that every part of
    it has the same."""
    written = block_json(UnitBlock(block.serials, block.batch))["batch"]
    for name, own in (("underlying_first", block.serials.first), ("underlying_last", block.serials.last)):
        if written.get(name):
            written[name] = str(int(written[name]) - own)
    batch = {name: value for name, value in written.items() if value not in ("", None, [], {}, "{}")}
    if batch.get("metric") == "GHG":
        del batch["metric"]
    return hashlib.sha256(canonical(batch)).hexdigest()


def completed_by(proposed: Proposed) -> Type:
    """The message that completes a transfer. Where amounts are told it is one that gives no title to the units: whoever
    has it cannot give them on."""
    return Type.TRANSFER_TOLD if proposed.is_information else Type.TRANSFER_COMPLETED


def from_message(jws: str, message: Envelope) -> Title:
    """The title that a completion gives whose signature and form were checked when it came.

    Raises:
        Rejected: `message.malformed`: not as many facts as serials, or serials that run backwards.
    """
    if len(message.data["facts"]) != len(message.data["serials"]):
        raise Rejected(Objection(Problem.MESSAGE_MALFORMED, "facts", "as many as serials"))
    return Title(
        jws=jws,
        message_id=message.id,
        giver=message.source,
        receiver=message.recipient,
        transfer_id=str(message.data["transfer_id"]),
        serials=tuple(serials_from(each) for each in message.data["serials"]),
        facts=tuple(message.data["facts"]),
        completed_at=moment(message.data["completed_at"]),
    )


def read_title(jws: str, books: Memory, completed_by: Type = Type.TRANSFER_COMPLETED) -> Title:
    """The title that a completion gives, wherever it comes from; of another type than `completed_by` it is none.

    A word of our own is one that stands in our outbox; another's has to be signed by a key that was pinned, and valid
    when the message says that it was sent.

    Raises:
        Rejected: `provenance.unknown_signer` or `provenance.broken`.
    """
    try:
        giver = keys.header(jws).registry
        if giver == books.code:
            message = _own(jws, books)
        else:
            peer = books.peer(giver)
            if peer is None or not peer.keys:
                raise Rejected(Objection(Problem.PROVENANCE_UNKNOWN_SIGNER, giver[:40]))
            message = envelope.opened(jws, peer.keys)
        if message.type != completed_by:
            raise Rejected(Objection(Problem.PROVENANCE_BROKEN, message.type, "no completion"))
        schemas.validate(message.type, message.data)
        return from_message(jws, message)
    except Rejected as rejected:
        raise Rejected(*(_as_provenance(each, jws) for each in rejected.objections)) from rejected


def _own(jws: str, books: Memory) -> Envelope:
    message = envelope.from_bytes(keys.content(jws))
    kept = books.own(message.id)
    if kept is None or kept.jws != jws:
        raise Rejected(Objection(Problem.PROVENANCE_BROKEN, message.id, "we never said this"))
    return message


def _as_provenance(objection: Objection, jws: str) -> Objection:
    if objection.problem in (Problem.PROVENANCE_BROKEN, Problem.PROVENANCE_UNKNOWN_SIGNER):
        return objection
    is_unknown = objection.problem is Problem.KEY_UNKNOWN
    problem = Problem.PROVENANCE_UNKNOWN_SIGNER if is_unknown else Problem.PROVENANCE_BROKEN
    return Objection(problem, keys.digest(jws), f"{objection.problem} {objection.subject} {objection.detail}".strip())
