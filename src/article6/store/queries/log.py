"""Reads of the transparency log: leaves, tiles, checkpoints, cosignatures, keys, cursors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from article6.store.database import one, records, row, rows


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a source was read (sql/log.sql); `holes` are ranges [low, high)."""

    top: int = 0
    holes: tuple[tuple[int, int], ...] = ()
    mark: int | None = None
    holders: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A checkpoint of ours as it was signed."""

    size: int
    root: bytes
    note: str
    at: datetime


def size() -> int:
    """How many leaves the log has."""
    return int(one("SELECT COALESCE((SELECT max(position) + 1 FROM log_leaf), 0)")[0])


def cursors() -> dict[str, Cursor]:
    """How far each source was read."""
    found = rows("SELECT stream, top, holes, mark, holders FROM log_cursor")
    return {
        stream: Cursor(top, tuple((each.lower, each.upper) for each in holes), mark, frozenset(holders))
        for stream, top, holes, mark, holders in found
    }


def hashes(first: int, last: int) -> list[bytes]:
    """The hashes of leaves `first` to `last` (exclusive)."""
    found = rows(
        "SELECT hash FROM log_leaf WHERE position >= %s AND position < %s ORDER BY position", (first, last), binary=True
    )
    return [each[0] for each in found]


def entries(first: int, last: int) -> list[bytes]:
    """The bytes of leaves `first` to `last` (exclusive)."""
    found = rows(
        "SELECT entry FROM log_leaf WHERE position >= %s AND position < %s ORDER BY position",
        (first, last),
        binary=True,
    )
    return [each[0] for each in found]


def tile_roots(level: int, first: int, last: int) -> list[bytes]:
    """The roots of the full tiles `first` to `last` (exclusive) of a level."""
    found = rows(
        "SELECT root FROM log_tile WHERE level = %s AND number >= %s AND number < %s ORDER BY number",
        (level, first, last),
        binary=True,
    )
    return [each[0] for each in found]


def tile(level: int, number: int) -> bytes | None:
    """The hashes of a full tile, one after the other; None where it is not full."""
    found = rows("SELECT hashes FROM log_tile WHERE level = %s AND number = %s", (level, number), binary=True)
    return bytes(found[0][0]) if found else None


def checkpoint(at_most: int | None = None) -> KeptCheckpoint | None:
    """The newest checkpoint, or the newest of at most so many leaves."""
    found = row(
        """SELECT size, root, note, at FROM log_checkpoint WHERE %s::bigint IS NULL OR size <= %s
           ORDER BY size DESC LIMIT 1""",
        (at_most, at_most),
    )
    return KeptCheckpoint(*found) if found else None


def checkpoint_of(of_size: int) -> KeptCheckpoint | None:
    """The checkpoint of exactly so many leaves."""
    found = row("SELECT size, root, note, at FROM log_checkpoint WHERE size = %s", (of_size,))
    return KeptCheckpoint(*found) if found else None


def checkpoints() -> list[KeptCheckpoint]:
    """Every checkpoint, smallest first."""
    return [KeptCheckpoint(*each) for each in rows("SELECT size, root, note, at FROM log_checkpoint ORDER BY size")]


def best_cosigned(above: int) -> KeptCheckpoint | None:
    """Of the newest hundred checkpoints of more than `above` leaves the one that most witnesses cosigned; the newest
    among equals."""
    found = row(
        """SELECT c.size, c.root, c.note, c.at
           FROM (SELECT * FROM log_checkpoint WHERE size > %s ORDER BY size DESC LIMIT 100) c
           LEFT JOIN log_cosignature s ON s.size = c.size
           GROUP BY c.size, c.root, c.note, c.at ORDER BY count(s.id) DESC, c.size DESC LIMIT 1""",
        (above,),
    )
    return KeptCheckpoint(*found) if found else None


def cosignatures(of_size: int) -> list[str]:
    """The witnesses' lines under a checkpoint."""
    return [each[0] for each in rows("SELECT line FROM log_cosignature WHERE size = %s ORDER BY id", (of_size,))]


def cosigned_until(witness: str) -> int:
    """The size of the newest of our checkpoints that a witness cosigned; 0: none."""
    return int(one("SELECT COALESCE(max(size), 0) FROM log_cosignature WHERE witness = %s", (witness,))[0])


def last_offer(peer: str, message_type: str) -> tuple[datetime | None, bool]:
    """When a checkpoint was offered to a peer last, and whether that message waits for its receipt still."""
    found = row(
        """SELECT o.written_at, NOT EXISTS (SELECT 1 FROM exchange_receipt r WHERE r.outgoing_id = o.id)
           FROM exchange_outgoing o WHERE o.peer = %s AND o.type = %s ORDER BY o.id DESC LIMIT 1""",
        (peer, message_type),
    )
    return (found[0], bool(found[1])) if found else (None, False)


def witnesses() -> list[dict[str, Any]]:
    """Who cosigned our checkpoints, up to which, and when last."""
    return records(
        """SELECT witness, max(size) AS size, max(signed_at) AS signed_at FROM log_cosignature
           GROUP BY witness ORDER BY witness"""
    )


def key(role: str) -> tuple[str, bytes] | None:
    """Our key of a role that is in force: the public part, and the sealed private one."""
    found = row("SELECT vkey, sealed FROM log_key WHERE role = %s ORDER BY id DESC LIMIT 1", (role,))
    return (found[0], bytes(found[1])) if found else None


def keys(role: str) -> list[str]:
    """The public keys that a role has had, newest first."""
    return [each[0] for each in rows("SELECT vkey FROM log_key WHERE role = %s ORDER BY id DESC", (role,))]


def announcements() -> list[tuple[int, str, int | None]]:
    """The announcements of our log's keys, oldest first: id, note, and the position of its leaf (None: not yet)."""
    found = rows(
        """SELECT a.id, a.note, l.position FROM log_key_announcement a
           LEFT JOIN log_leaf l ON l.kind = 'log_key' AND l.subject = a.id::text ORDER BY a.id"""
    )
    return [(int(number), note, position) for number, note, position in found]


def log_keys() -> list[tuple[str, bytes, datetime | None]]:
    """The keys of our log, newest first: public part, sealed private one, and from when on it signs no more."""
    found = rows(
        """SELECT k.vkey, k.sealed, a.retires_at FROM log_key k LEFT JOIN log_key_announcement a ON a.old_vkey = k.vkey
           WHERE k.role = 'log' ORDER BY k.id DESC"""
    )
    return [(vkey, bytes(sealed), retires_at) for vkey, sealed, retires_at in found]


def rotations() -> list[dict[str, Any]]:
    """Requests to replace the log's key, newest first, with what was decided and what came of it."""
    return records(
        """SELECT r.id, r.overlap_hours, r.reason, r.proposed_by, p.login AS proposed_by_login, r.proposed_at,
               CASE WHEN d.id IS NULL THEN 'proposed' WHEN d.is_approved THEN 'approved' ELSE 'rejected' END AS status,
               q.login AS decided_by_login, d.decided_at, a.old_vkey, a.new_vkey, a.announced_at, a.retires_at
           FROM log_rotation r LEFT JOIN log_rotation_decision d ON d.rotation_id = r.id
           LEFT JOIN log_key_announcement a ON a.rotation_id = r.id
           LEFT JOIN store_person p ON p.id = r.proposed_by LEFT JOIN store_person q ON q.id = d.decided_by
           ORDER BY r.id DESC LIMIT 100"""
    )


def untold(peer: str) -> list[tuple[int, str]]:
    """Announcements of our log's keys of which a peer was not told, oldest first: id and note."""
    found = rows(
        """SELECT a.id, a.note FROM log_key_announcement a
           WHERE NOT EXISTS (SELECT 1 FROM log_key_told t WHERE t.announcement_id = a.id AND t.peer = %s)
           ORDER BY a.id""",
        (peer,),
    )
    return [(int(number), note) for number, note in found]


def peer_announcements(peer: str) -> list[str]:
    """What a peer announced of its log's keys, as notes."""
    return [each[0] for each in rows("SELECT note FROM log_peer_announcement WHERE peer = %s ORDER BY id", (peer,))]


def peer_key(peer: str, role: str) -> str | None:
    """The pinned key of a peer's log or witness."""
    found = row("SELECT vkey FROM log_peer_key WHERE peer = %s AND role = %s", (peer, role))
    return found[0] if found else None


def witness_keys() -> list[str]:
    """The keys of the peers that cosigned a checkpoint of ours."""
    found = rows(
        """SELECT k.vkey FROM log_peer_key k WHERE k.role = 'witness'
             AND EXISTS (SELECT 1 FROM log_cosignature c WHERE c.witness = k.peer) ORDER BY k.peer"""
    )
    return [each[0] for each in found]


def seen(origin: str) -> str:
    """The newest checkpoint of another log that was cosigned here, '' where there is none."""
    found = row("SELECT note FROM log_witnessed WHERE origin = %s ORDER BY size DESC LIMIT 1", (origin,))
    return found[0] if found else ""


def witnessed() -> list[dict[str, Any]]:
    """The logs that are witnessed here: origin, size, and when they were cosigned last."""
    return records("""SELECT DISTINCT ON (origin) origin, size, at FROM log_witnessed ORDER BY origin, size DESC""")


def doubts() -> list[dict[str, Any]]:
    """Checkpoints that were not cosigned here, newest first."""
    return records("SELECT peer, doubt, seen, offered, at FROM log_doubt ORDER BY id DESC LIMIT 100")


def told_doubts() -> list[tuple[str, str]]:
    """What peers say they saw of our log where they did not cosign: peer and checkpoint, newest first."""
    found = rows(
        """SELECT peer, seen FROM log_doubt WHERE starts_with(doubt, 'told.') AND seen <> ''
           GROUP BY peer, seen ORDER BY max(id) DESC LIMIT 100"""
    )
    return [(peer, seen) for peer, seen in found]


def leaf(kind: str, subject: str) -> tuple[int, bytes] | None:
    """Position and secret of the leaf of a subject; None where it is not sequenced yet."""
    found = row(
        """SELECT l.position, s.secret FROM log_leaf l JOIN log_secret s USING (position)
           WHERE l.kind = %s AND l.subject = %s""",
        (kind, subject),
    )
    return (int(found[0]), bytes(found[1])) if found else None


def leaves(first: int, limit: int) -> list[tuple[int, str, str, bytes, bytes]]:
    """Leaves from a position on: position, kind, subject, entry, secret."""
    found: Sequence[Any] = rows(
        """SELECT l.position, l.kind, l.subject, l.entry, s.secret FROM log_leaf l JOIN log_secret s USING (position)
           WHERE l.position >= %s ORDER BY l.position LIMIT %s""",
        (first, limit),
        binary=True,
    )
    return list(found)
