"""The one door through which the transparency log is written: leaves by the sequencer, and what is signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from article6.store.database import connection, one, refusals_translated, row
from article6.store.queries.log import Cursor


@dataclass(frozen=True, slots=True)
class NewLeaf:
    """A leaf to append; `subject` in plain, for the registry alone."""

    kind: str
    subject: str
    entry: bytes
    hash: bytes
    secret: bytes


@dataclass(frozen=True, slots=True)
class FullTile:
    """A tile that is full now."""

    level: int
    number: int
    hashes: bytes
    root: bytes


def take_turn() -> bool:
    """Be the one sequencer until this database transaction is over; False where another is."""
    return bool(one("SELECT log_turn()")[0])


def append(first: int, leaves: Sequence[NewLeaf], tiles: Sequence[FullTile], now: datetime) -> None:
    """Append leaves from position `first` on, which is the log's size, with the tiles that they fill.

    Raises:
        Refused: another appended meanwhile (`ledger.busy`); nothing was written.
    """
    with refusals_translated(), connection().cursor(binary=True) as cursor:
        cursor.execute(
            """SELECT log_append(%s::bigint, %s::text[], %s::text[], %s::bytea[], %s::bytea[], %s::bytea[],
                   %s::smallint[], %s::bigint[], %s::bytea[], %s::bytea[], %s)""",
            (
                first,
                [each.kind for each in leaves],
                [each.subject for each in leaves],
                [each.entry for each in leaves],
                [each.hash for each in leaves],
                [each.secret for each in leaves],
                [each.level for each in tiles],
                [each.number for each in tiles],
                [each.hashes for each in tiles],
                [each.root for each in tiles],
                now,
            ),
        )


def move_cursor(stream: str, cursor: Cursor) -> None:
    """Keep how far a source was read."""
    holes = "{" + ",".join(f"[{low},{high})" for low, high in cursor.holes) + "}"
    row(
        """INSERT INTO log_cursor (stream, top, holes, mark, holders) VALUES (%s, %s, %s::int8multirange, %s, %s)
           ON CONFLICT (stream) DO UPDATE SET top = excluded.top, holes = excluded.holes, mark = excluded.mark,
               holders = excluded.holders RETURNING 1""",
        (stream, cursor.top, holes, cursor.mark, sorted(cursor.holders)),
    )


def checkpoint(size: int, root: bytes, note: str, now: datetime) -> None:
    """Publish a checkpoint."""
    with refusals_translated():
        row(
            "INSERT INTO log_checkpoint (size, root, note, at) VALUES (%s, %s, %s, %s) RETURNING 1",
            (size, root, note, now),
        )


def cosignature(size: int, witness: str, line: str, signed_at: datetime, now: datetime) -> bool:
    """Keep a witness's line under a checkpoint of ours; False where it is there already."""
    found = row(
        """INSERT INTO log_cosignature (size, witness, line, signed_at, at) VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (size, witness) DO NOTHING RETURNING 1""",
        (size, witness, line, signed_at, now),
    )
    return found is not None


def key(role: str, vkey: str, sealed: bytes, now: datetime) -> None:
    """Keep a key of ours, its private part sealed."""
    row(
        "INSERT INTO log_key (role, vkey, sealed, since) VALUES (%s, %s, %s, %s) RETURNING 1",
        (role, vkey, sealed, now),
    )


def pin(peer: str, role: str, vkey: str, now: datetime) -> None:
    """Keep the key of a peer's log or witness, as it said in a signed message; the first one stays."""
    row(
        """INSERT INTO log_peer_key (peer, role, vkey, at) VALUES (%s, %s, %s, %s)
           ON CONFLICT (peer, role) DO NOTHING RETURNING 1""",
        (peer, role, vkey, now),
    )


def witnessed(origin: str, size: int, note: str, line: str, now: datetime) -> None:
    """Keep a checkpoint of another log that was verified and cosigned; one of the same size stays as it is."""
    row(
        """INSERT INTO log_witnessed (origin, size, note, line, at) VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (origin, size) DO NOTHING RETURNING 1""",
        (origin, size, note, line, now),
    )


def doubt(peer: str, doubted: str, seen: str, offered: str, now: datetime) -> None:
    """Keep the evidence of a checkpoint that was not cosigned, the same once."""
    row(
        """INSERT INTO log_doubt (peer, doubt, seen, offered, digest, at) VALUES (%s, %s, %s, %s, %s, %s)
           ON CONFLICT (peer, doubt, digest) DO NOTHING RETURNING 1""",
        (peer, doubted, seen, offered, sha256(f"{seen}\0{offered}".encode()).digest(), now),
    )
