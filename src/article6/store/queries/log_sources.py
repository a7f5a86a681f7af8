"""What becomes a leaf of the log, and the rows that a leaf's content is made of.

A source is a table whose rows are numbered as they are inserted and never change. Numbers may be seen out of order: a
row is to be seen when its database transaction is over, and gaps stay where one was given up. `services.log.sequencer`
says how none is missed. A further kind of leaf is a further line in SOURCES, and its content in
`services.log.contents`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from article6.store.database import one, records, rows

AGE_LIMIT = 100_000
"""Rows at most that are counted as waiting."""


@dataclass(frozen=True, slots=True)
class Source:
    """A table of leaves. `number` is its numbered column, `subject` tells a row's subject, `wanted` which rows count,
    `at` when a row was written; `per_peer`, where rows are numbered for each peer on its own."""

    kind: str
    table: str
    number: str
    subject: str
    wanted: str = "true"
    at: str = "now()"
    per_peer: str = ""


SOURCES = (
    # In the order in which what is read at once is appended: a message comes after the transaction that it announces.
    Source("nomenclature", "nomenclature_value", "id", "id::text"),
    Source("authorization", "party_authorization", "id", "id::text"),
    # Units move when the event of the completion is written, in the same database transaction.
    Source(
        "transaction",
        "audit_event",
        "id",
        "substr(subject, 13)",
        "starts_with(subject, 'transaction:') AND action LIKE '%%.completed'",
        "recorded_at",
    ),
    Source("message_received", "exchange_incoming", "id", "peer || ':' || sequence", at="received_at"),
    Source("message_sent", "exchange_signed", "sequence", "peer || ':' || sequence", per_peer="peer"),
    Source("log_key", "log_key_announcement", "id", "id::text", at="announced_at"),
)


@dataclass(frozen=True, slots=True)
class Stream:
    """Rows that are numbered together: a source, or one peer's part of it."""

    source: Source
    peer: str = ""

    @property
    def name(self) -> str:
        """Its name among the cursors."""
        return f"{self.source.kind}/{self.peer}" if self.peer else self.source.kind


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a stream; `subject` None: it is none that becomes a leaf, or is one already."""

    number: int
    subject: str | None


def streams() -> list[Stream]:
    """What there is to read, in the order of SOURCES."""
    found = []
    for source in SOURCES:
        if source.per_peer:
            peers = rows("SELECT code FROM exchange_peer ORDER BY code")
            found += [Stream(source, code) for (code,) in peers]
        else:
            found.append(Stream(source))
    return found


def after(stream: Stream, top: int, limit: int) -> list[Row]:
    """Rows with a number above `top`, lowest first."""
    return _read(stream, f"s.{stream.source.number} > %(top)s", limit, top=top)


def within(stream: Stream, holes: Iterable[tuple[int, int]], limit: int) -> list[Row]:
    """Rows with a number in ranges [low, high), lowest first."""
    ranges = list(holes)
    if not ranges:
        return []
    condition = (
        f"EXISTS (SELECT 1 FROM unnest(%(lows)s::bigint[], %(highs)s::bigint[]) AS r(low, high) "
        f"WHERE s.{stream.source.number} >= r.low AND s.{stream.source.number} < r.high) "
        f"AND s.{stream.source.number} >= %(first)s AND s.{stream.source.number} < %(last)s"
    )
    return _read(
        stream,
        condition,
        limit,
        lows=[low for low, _ in ranges],
        highs=[high for _, high in ranges],
        first=min(low for low, _ in ranges),
        last=max(high for _, high in ranges),
    )


def _read(stream: Stream, condition: str, limit: int, **parameters: Any) -> list[Row]:
    source = stream.source
    of_peer = f" AND s.{source.per_peer} = %(peer)s" if source.per_peer else ""
    statement = f"""SELECT s.{source.number}, CASE WHEN {source.wanted} THEN {source.subject} END
        FROM {source.table} s WHERE {condition}{of_peer} ORDER BY s.{source.number} LIMIT %(limit)s"""
    found = rows(statement, {"limit": limit, "peer": stream.peer, **parameters})
    known = _known(source.kind, [subject for _number, subject in found if subject is not None])
    return [Row(number, None if subject in known else subject) for number, subject in found]


def _known(kind: str, subjects: Sequence[str]) -> frozenset[str]:
    """Those of the subjects that are leaves already."""
    if not subjects:
        return frozenset()
    found = rows(
        "SELECT l.subject FROM log_leaf l WHERE l.kind = %s AND l.subject = ANY (%s::text[])", (kind, list(subjects))
    )
    return frozenset(each[0] for each in found)


def writers(source: Source) -> frozenset[str]:
    """The virtual transactions that may be writing rows of a source now.

    Who inserts holds a lock on the table from before a number is drawn until its end is seen by everybody.
    """
    found = rows(
        """SELECT DISTINCT l.virtualtransaction FROM pg_locks l
           WHERE l.locktype = 'relation' AND l.relation = %s::regclass AND l.mode <> 'AccessShareLock'
             AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
             AND l.pid IS DISTINCT FROM pg_backend_pid()""",
        (source.table,),
    )
    return frozenset(each[0] for each in found)


def waiting(stream: Stream, top: int) -> tuple[int, float]:
    """How many rows (AGE_LIMIT at most) wait to become leaves, and for how many seconds the oldest has."""
    source = stream.source
    of_peer = f" AND s.{source.per_peer} = %(peer)s" if source.per_peer else ""
    found = one(
        f"""SELECT count(*), COALESCE(extract(epoch FROM now() - min(f.at)), 0)::float8
            FROM (SELECT {source.at} AS at FROM {source.table} s
                  WHERE s.{source.number} > %(top)s AND {source.wanted}{of_peer}
                  ORDER BY s.{source.number} LIMIT {AGE_LIMIT}) f""",
        {"top": top, "peer": stream.peer},
    )
    return int(found[0]), max(0.0, float(found[1]))


def missing(stream: Stream, top: int, limit: int) -> list[tuple[int, str]]:
    """Rows up to `top` that should be leaves and are none: number and subject."""
    source = stream.source
    of_peer = f" AND s.{source.per_peer} = %(peer)s" if source.per_peer else ""
    # EXCEPT compares all with all at once, whatever the planner thinks of the tables' sizes.
    statement = f"""WITH known AS (
            SELECT s.{source.number} AS number, {source.subject} AS subject FROM {source.table} s
            WHERE s.{source.number} <= %(top)s AND {source.wanted}{of_peer}),
        absent AS MATERIALIZED (
            SELECT subject FROM known EXCEPT SELECT l.subject FROM log_leaf l WHERE l.kind = %(kind)s LIMIT %(limit)s)
        SELECT k.number, k.subject FROM known k WHERE k.subject IN (SELECT a.subject FROM absent a)
        ORDER BY k.number LIMIT %(limit)s"""
    found = rows(statement, {"kind": source.kind, "limit": limit, "peer": stream.peer, "top": top})
    return [(number, subject) for number, subject in found]


def unannounced(limit: int) -> list[str]:
    """Completed transactions without the event by which the log learns of them."""
    found = rows(
        """SELECT t.id::text FROM ledger_transaction t WHERE t.status = 'completed'
           EXCEPT
           SELECT substr(e.subject, 13) FROM audit_event e
           WHERE starts_with(e.subject, 'transaction:') AND e.action LIKE '%%.completed'
           ORDER BY 1 LIMIT %s""",
        (limit,),
    )
    return [each[0] for each in found]


# --- Contents

TRANSACTIONS = """SELECT t.id, t.type, s.code AS section, f.number AS source, g.number AS target, t.quantity, t.terms,
        t.proposed_at, t.decided_at
    FROM ledger_transaction t JOIN section s ON s.id = t.section_id
    LEFT JOIN account f ON f.id = t.source_id LEFT JOIN account g ON g.id = t.target_id
    WHERE t.id = ANY (%s) AND t.status = 'completed'"""

ENTRIES = """SELECT e.transaction_id, s.registry, s.party, e.lo, e.hi, f.number, g.number, b.digest,
        a.party, a.code, a.version, e.is_first_transfer
    FROM entry e JOIN series s ON s.id = e.series_id JOIN account g ON g.id = e.to_id
    JOIN batch b ON b.id = e.batch_id LEFT JOIN account f ON f.id = e.from_id
    LEFT JOIN party_authorization a ON a.id = e.authorization_id
    WHERE e.transaction_id = ANY (%s) ORDER BY e.transaction_id, s.registry, s.party, e.lo"""

# Named one by one: a column that is added later must not change what was committed to.
AUTHORIZATIONS = """SELECT a.id, a.party, a.code, a.version, c.code AS cooperative_approach, a.authorized_on,
        a.quantity, a.purposes, a.is_revoked, a.recorded_at, a.parties, a.entities, a.oimp, a.first_transfer_oimp,
        a.year_first, a.year_last, a.sectors, a.activity_types, a.metric, a.gwp, a.metric_unit, a.terms, a.remark,
        a.ends_on, a.issue_until, a.use_until, a.frameworks, a.methodologies, a.underlying_registries,
        a.change_circumstances, a.change_process,
        a.may_reach_back, a.itmo_registry, a.vintages, a.gases, a.activities, a.serials, a.conversion
    FROM party_authorization a JOIN cooperative_approach c ON c.id = a.cooperative_approach_id WHERE a.id = ANY (%s)"""

NOMENCLATURE = """SELECT id, list, value, version, labels, valid_from, valid_until, replaced_by, source, recorded_at
    FROM nomenclature_value WHERE id = ANY (%s)"""

RECEIVED = """SELECT i.peer || ':' || i.sequence AS subject, i.peer, i.sequence, i.message_id, i.jws, i.receipt,
        i.received_at
    FROM unnest(%s::text[], %s::bigint[]) AS w(peer, sequence)
    JOIN exchange_incoming i ON i.peer = w.peer AND i.sequence = w.sequence"""

SENT = """SELECT s.peer || ':' || s.sequence AS subject, s.peer, s.sequence, o.message_id, o.type, s.jws
    FROM unnest(%s::text[], %s::bigint[]) AS w(peer, sequence)
    JOIN exchange_signed s ON s.peer = w.peer AND s.sequence = w.sequence
    JOIN exchange_outgoing o ON o.id = s.outgoing_id"""


def transactions(ids: Sequence[int]) -> list[dict[str, Any]]:
    """Completed transactions by what never changes of them."""
    return records(TRANSACTIONS, (list(ids),))


def entries(ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """The journal's lines of transactions, in the order of their serials."""
    return list(rows(ENTRIES, (list(ids),), binary=True))


def authorizations(ids: Sequence[int]) -> list[dict[str, Any]]:
    """Versions of authorizations, whole."""
    return records(AUTHORIZATIONS, (list(ids),))


def nomenclature(ids: Sequence[int]) -> list[dict[str, Any]]:
    """Versions of the nomenclatures' values, whole."""
    return records(NOMENCLATURE, (list(ids),))


def announcements(ids: Sequence[int]) -> list[dict[str, Any]]:
    """Announcements of the log's keys, as notes."""
    return records("SELECT id, note FROM log_key_announcement WHERE id = ANY (%s)", (list(ids),))


def messages(kind: str, numbers: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """Messages by peer and number, as they were kept."""
    statement = SENT if kind == "message_sent" else RECEIVED
    return records(statement, ([peer for peer, _ in numbers], [number for _, number in numbers]))
