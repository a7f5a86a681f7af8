"""A log that does not have what it published must stop: after a restore from an older backup, or a damaged one.

Three know what was published: the file beside the database, the database itself, and the witnesses, whose refusals
bring back the checkpoint under our own signature. Where one of them is not in the tree as it stands, nothing is
appended and nothing signed; whatever would be signed then could only contradict what others have.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from article6.domain.refusals import N_, Code, refused
from article6.gateways import GatewayFailure, log_memory
from article6.services.log import keeping, reading
from article6.services.log.keeping import Role
from article6.store import messages
from article6.store.queries import log as queries
from article6.store.queries import registries
from article6.transparency import checkpoints, notes, tree
from article6.transparency.checkpoints import Checkpoint
from article6.transparency.notes import MalformedNote, Note, Untrusted

STOPPED = N_(
    "The transparency log has stopped: the registry published a checkpoint that its database does not have. "
    "`article6 log status` says which; how to go on is in docs/how-to/restore-and-the-log.md."
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lost:
    """A checkpoint that was published and is not in the log as it stands: its size, its root in base64, who cosigned
    it, who has it (a peer's code, '' for this machine), and how many leaves there are now."""

    size: int
    root: str
    cosigned_by: tuple[str, ...]
    held_by: str
    leaves: int

    def __str__(self) -> str:
        cosigned = f", cosigned by {', '.join(self.cosigned_by)}" if self.cosigned_by else ""
        held = f"; {self.held_by} has it" if self.held_by else ""
        return f"checkpoint of {self.size} leaves, root {self.root}{cosigned}{held}; there are {self.leaves} leaves now"


def lost() -> Lost | None:
    """The largest checkpoint that was published and that the log does not continue; None: all is well.

    To see what witnesses told, all has to be in sight.
    """
    # Read before the size: another process may append and publish meanwhile.
    published = list(_published())
    size = queries.size()
    found = [
        _lost(note, checkpoint, held_by, size)
        for note, checkpoint, held_by in published
        if not _is_continued(checkpoint, size)
    ]
    return max(found, key=lambda each: each.size, default=None)


def require(now: datetime) -> None:
    """Stop where the log does not have what it published, and alert the administrators.

    Raises:
        Refused: `log.discontinued`, with the checkpoint.
    """
    if (found := lost()) is None:
        return
    messages.alert(str((registries.identity() or {}).get("code", "")), STOPPED, str(found)[:300], now)
    raise refused(Code.LOG_DISCONTINUED, reading.origin(), str(found))


def remember(note: str) -> None:
    """Keep what is about to be published outside of the database."""
    try:
        if log_memory.read(settings.ARTICLE6_HOME, _name()) != note:
            log_memory.write(settings.ARTICLE6_HOME, _name(), note)
    except GatewayFailure as failure:
        log.warning("what the log published is not kept beside the database: %s", failure)


def _published() -> Iterator[tuple[Note, Checkpoint, str]]:
    """What is known to have been published: the note, what it says, and which peer has it."""
    known = keeping.log_keys_known()
    if known is None:
        return
    for text, held_by in _told():
        try:
            note = notes.parse(text.encode())
            checkpoint = checkpoints.parse(note.text)
            if held_by:
                # A peer's word counts only under our own signature.
                checkpoints.opened(text.encode(), known)
        except (MalformedNote, Untrusted, UnicodeEncodeError):
            continue
        if checkpoint.origin == known.name:
            yield note, checkpoint, held_by


def _told() -> Iterator[tuple[str, str]]:
    try:
        if kept := log_memory.read(settings.ARTICLE6_HOME, _name()):
            yield kept, ""
    except GatewayFailure as failure:
        log.warning("what the log published cannot be compared: %s", failure)
    if newest := queries.checkpoint():
        yield newest.note, ""
    yield from ((seen, peer) for peer, seen in queries.told_doubts())


def _name() -> str:
    """The file of this log: by its first key, which no other database has."""
    return f"{keeping.verifiers(Role.LOG)[-1].key_id.hex()}.checkpoint"


def _is_continued(checkpoint: Checkpoint, size: int) -> bool:
    if checkpoint.size > size:
        return False
    return tree.edge_at(checkpoint.size, reading.nodes(checkpoint.size)).root == checkpoint.root


def _lost(note: Note, checkpoint: Checkpoint, held_by: str, size: int) -> Lost:
    cosigned = sorted({each.name for each in note.signatures if each.name != checkpoint.origin})
    return Lost(checkpoint.size, base64.b64encode(checkpoint.root).decode(), tuple(cosigned), held_by, size)
