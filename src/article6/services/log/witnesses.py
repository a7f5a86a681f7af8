"""Registries that witness each other's logs: each offers its checkpoints to its peers and cosigns theirs.

What is offered travels in messages that the exchange has authenticated, so the keys of a peer's log and witness that
stand in its first messages are pinned; later ones change nothing. The handlers of `checkpoint.published` and
`checkpoint.cosigned` (services.exchange.witnessing) call `cosign` and `take` within the message's database transaction.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from article6.domain.refusals import invariant
from article6.services.log import keeping, reading
from article6.services.log.keeping import Role
from article6.store import journal
from article6.store import log as writing
from article6.store.journal import database_transaction
from article6.store.queries import log as queries
from article6.transparency import checkpoints, log_keys, notes, tree, witnessing
from article6.transparency.log_keys import Keys, NotAnnounced
from article6.transparency.notes import MalformedNote, Verifier
from article6.transparency.witnessing import Doubt, Doubtful, Offer

CLOCK = timedelta(minutes=10)
"""How far ahead of ours a witness's clock may be."""

PROOF_HASHES = 130


def offer(peer: str, now: datetime, old_size: int | None = None) -> dict[str, Any] | None:
    """The data of `checkpoint.published` for a peer: our newest checkpoint, and the proof that it continues the one
    that the peer cosigned last (or the one of `old_size`); None where the peer has cosigned the newest.

    Raises:
        Refused: our keys cannot be used.
    """
    newest = queries.checkpoint()
    known = queries.cosigned_until(peer)
    old = known if old_size is None else old_size
    if newest is None or known == newest.size or old > newest.size:
        return None
    proof = tree.consistency_proof(old, newest.size, reading.nodes(newest.size))
    return {
        "note": newest.note,
        "old_size": str(old),
        "proof": [base64.b64encode(each).decode() for each in proof],
        "key": str(_published(newest.size)),
    }


def cosign(peer: str, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Look at a peer's checkpoint: the data of `checkpoint.cosigned`, with our line under the note, or with the code of
    our doubt and the checkpoint that we saw before. The evidence of a doubt is kept.

    Raises:
        Refused: our keys cannot be used.
    """
    with database_transaction():
        origin = reading.origin_of(peer)
        journal.wait_for_turn(f"log witness {origin}")
        seen = queries.seen(origin)
        signer = keeping.signer(Role.WITNESS, now)
        key = str(signer.verifier)
        try:
            offered = _offer(data)
            log = _pinned(peer, Role.LOG, str(data.get("key", "")), origin, now)
            if log is None:
                raise Doubtful(Doubt.SIGNATURE, offered.note, seen, "no key of this peer's log")
            opened = witnessing.judged(offered, log_keys.followed(log, queries.peer_announcements(peer)), seen)
        except Doubtful as doubtful:
            if doubtful.doubt is not Doubt.OTHER_START:
                writing.doubt(peer, doubtful.doubt, doubtful.seen, doubtful.offered, now)
            said = {"note": doubtful.offered, "cosigned": False, "code": str(doubtful.doubt)}
            return {**said, "seen": doubtful.seen, "key": key}
        line = checkpoints.cosign(opened.note, signer, int(now.timestamp()))
        writing.witnessed(origin, opened.checkpoint.size, str(opened.note), str(line), now)
        note = str(opened.note.with_signatures([line]))
        return {"note": note, "cosigned": True, "code": "", "seen": "", "key": key}


def take(peer: str, data: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """Take a peer's answer: a right cosignature is kept. Where the peer had seen another checkpoint of ours, the data
    of the offer to make instead; else None. A doubt of the peer's is kept for the administrator to see.
    """
    code, seen = str(data.get("code", "")), str(data.get("seen", ""))
    if code == Doubt.OTHER_START:
        size = _own_size(seen)
        return None if size is None else offer(peer, now, size)
    if not data.get("cosigned"):
        writing.doubt(peer, f"told.{code}"[:80], seen, str(data.get("note", "")), now)
        return None
    _keep(peer, str(data.get("note", "")), str(data.get("key", "")), now)
    return None


def announced(peer: str, note: str, now: datetime) -> bool:
    """A peer's log has a new key: kept if the key before it announced it, which is known from the chain from the pinned
    key on; else False, and the note is kept as evidence."""
    with database_transaction():
        journal.wait_for_turn(f"log witness {reading.origin_of(peer)}")
        known = queries.peer_announcements(peer)
        try:
            said = log_keys.read(note)
            pinned = _pinned(peer, Role.LOG, str(said.old), reading.origin_of(peer), now)
            if pinned is None:
                raise NotAnnounced("a key of another log")
            log_keys.followed(pinned, (*known, note))
        except (MalformedNote, notes.Untrusted, NotAnnounced):
            writing.doubt(peer, Doubt.KEY, "\n".join(known), note, now)
            return False
        if said.note not in known:
            values = {"old_vkey": str(said.old), "new_vkey": str(said.new), "note": said.note, "at": now}
            journal.insert("log_peer_announcement", {"peer": peer, **values})
        return True


def _published(size: int) -> Verifier:
    """Our log's key that signed a checkpoint of so many leaves, and is announced in them."""
    known = keeping.log_keys_known(size)
    invariant(known is not None, "what is signed has a key")
    return cast(Keys, known).newest


def _own_size(note: str) -> int | None:
    """The size of a checkpoint that we signed; None where we did not."""
    try:
        known = keeping.log_keys_known()
        if known is None:
            return None
        opened = checkpoints.opened(note.encode(), known)
    except (MalformedNote, notes.Untrusted):
        return None
    return opened.checkpoint.size


def _keep(peer: str, note: str, key: str, now: datetime) -> None:
    """Keep a peer's line under a checkpoint of ours, if it is right."""
    witness = _pinned(peer, Role.WITNESS, key, reading.origin_of(peer), now)
    known = keeping.log_keys_known()
    if witness is None or known is None:
        return
    try:
        opened = checkpoints.opened(note.encode(), known, [witness])
        moment = datetime.fromtimestamp(opened.cosigned[witness.name], UTC)
    except (MalformedNote, notes.Untrusted, KeyError, OverflowError, ValueError, OSError):
        return
    kept = queries.checkpoint_of(opened.checkpoint.size)
    if kept is None or kept.root != opened.checkpoint.root or moment > now + CLOCK:
        return
    line = next(each for each in opened.note.signatures if each.key_id == witness.key_id)
    writing.cosignature(kept.size, peer, str(line), moment, now)


def _offer(data: Mapping[str, Any]) -> Offer:
    note, old, coded = str(data.get("note", "")), str(data.get("old_size", "")), data.get("proof")
    try:
        if not old.isascii() or not old.isdecimal() or not isinstance(coded, list) or len(coded) > PROOF_HASHES:
            raise MalformedNote("no proof")
        proof = tuple(notes.decoded(str(each)) for each in coded)
        if any(len(each) != tree.HASH_BYTES for each in proof):
            raise MalformedNote("no hash")
    except MalformedNote as error:
        raise Doubtful(Doubt.MALFORMED, note) from error
    return Offer(note, int(old[:20]), proof)


def _pinned(peer: str, role: Role, said: str, origin: str, now: datetime) -> Verifier | None:
    """The peer's pinned key of a role; the first one that it says is pinned."""
    name = origin + (reading.WITNESS if role is Role.WITNESS else "")
    kept = queries.peer_key(peer, role)
    try:
        verifier = notes.parse_verifier(kept or said)
    except MalformedNote:
        return None
    kind = keeping.TYPES[role]
    if (verifier.name, verifier.type) != (name, kind):
        return None
    if kept is None:
        writing.pin(peer, role, str(verifier), now)
    return verifier
