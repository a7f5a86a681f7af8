"""What a witness does: look at a log's new checkpoint, and vouch for it only if it continues what it saw before.

A log that shows different histories to different readers, or takes back what it showed, is caught by the first
witness that has seen another side of it; two checkpoints that contradict each other, both under the log's signature,
are the evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from article6.transparency import checkpoints, log_keys, tree
from article6.transparency.checkpoints import Opened
from article6.transparency.log_keys import Keys
from article6.transparency.notes import MalformedNote, Untrusted, Verifier


class Doubt(StrEnum):
    """Why a witness does not cosign. Public and permanent.

    `FORKED` and `SHRUNK` are proven by the two checkpoints; `NOT_CONSISTENT` is not: another proof might do.
    """

    MALFORMED = "checkpoint.malformed"
    SIGNATURE = "checkpoint.not_signed_by_the_log"
    FORKED = "checkpoint.forked"
    SHRUNK = "checkpoint.shrunk"
    NOT_CONSISTENT = "checkpoint.not_consistent"
    OTHER_START = "checkpoint.proof_from_another_size"
    KEY = "checkpoint.key_not_announced"


@dataclass(frozen=True, slots=True)
class Offer:
    """A checkpoint and the proof that it continues the one of `old_size` leaves."""

    note: str
    old_size: int
    proof: tuple[bytes, ...]


class Doubtful(Exception):
    """A checkpoint that is not cosigned. `seen` and `offered`, the two notes, are the evidence."""

    def __init__(self, doubt: Doubt, offered: str, seen: str = "", detail: str = "") -> None:
        super().__init__(f"{doubt}: {detail}" if detail else str(doubt))
        self.doubt = doubt
        self.offered = offered
        self.seen = seen
        self.detail = detail


def judged(offer: Offer, log: Verifier | Keys, seen: str) -> Opened:
    """The checkpoint, if it continues the one last seen (a note, '' the first time).

    The newest of the log's keys must have signed it: one that was replaced vouches for nothing new.

    Raises:
        Doubtful: it does not, or cannot be believed.
    """
    keys = log_keys.of(log)
    try:
        opened = checkpoints.opened(offer.note.encode(), keys.newest)
    except MalformedNote as error:
        raise Doubtful(Doubt.MALFORMED, offer.note, seen, str(error)) from error
    except Untrusted as error:
        raise Doubtful(Doubt.SIGNATURE, offer.note, seen, str(error)) from error
    if not seen:
        return opened
    # Only what this witness verified is ever kept as seen.
    before, now = checkpoints.opened(seen.encode(), keys).checkpoint, opened.checkpoint
    if now.size < before.size:
        raise Doubtful(Doubt.SHRUNK, offer.note, seen, f"{now.size} < {before.size}")
    if now.size == before.size:
        if now.root != before.root:
            raise Doubtful(Doubt.FORKED, offer.note, seen, f"two roots of {now.size} leaves")
        return opened
    if offer.old_size != before.size:
        raise Doubtful(Doubt.OTHER_START, offer.note, seen, str(before.size))
    if not is_continued(before.size, before.root, now.size, now.root, offer.proof):
        raise Doubtful(Doubt.NOT_CONSISTENT, offer.note, seen, f"{before.size} -> {now.size}")
    return opened


def is_continued(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the new tree continues the old one."""
    return tree.is_consistent(old, old_root, new, new_root, proof)
