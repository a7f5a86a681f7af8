"""Reading what passed between this registry and others by the journal, and the cases of reconciliation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from article6.store.database import numbers, records, row, rows

FLOWS = """SELECT s.registry, s.party, e.lo AS first, e.hi AS last, b.unit_type, f.way, f.at,
        f.transfer_id, e.id, 0 AS beside
    FROM (
        SELECT t.id, 'given' AS way, t.decided_at AS at, COALESCE(t.terms ->> 'transfer', '') AS transfer_id
        FROM account a JOIN ledger_transaction t ON t.target_id = a.id AND t.status = 'completed'
        WHERE a.type IN ('elsewhere', 'held_for') AND a.holder = %(peer)s AND t.decided_at <= %(as_of)s
        UNION ALL
        SELECT t.id, 'taken', t.decided_at, ''
        FROM account a JOIN ledger_transaction t ON t.source_id = a.id AND t.status = 'completed'
        WHERE a.type = 'held_for' AND a.holder = %(peer)s AND t.type = 'international_transfer'
          AND t.decided_at <= %(as_of)s
        UNION ALL
        SELECT t.id, 'taken', COALESCE((t.terms ->> 'completed_at')::timestamptz, t.decided_at),
            COALESCE(t.terms ->> 'transfer', '')
        FROM ledger_transaction t
        WHERE t.type IN ('acquisition', 'transfer_back') AND t.status = 'completed' AND t.terms ->> 'peer' = %(peer)s
          AND COALESCE((t.terms ->> 'completed_at')::timestamptz, t.decided_at) <= %(as_of)s) f
    JOIN entry e ON e.transaction_id = f.id JOIN series s ON s.id = e.series_id JOIN batch b ON b.id = e.batch_id"""

CORRECTED = """SELECT s.registry, s.party, e.lo AS first, e.hi AS last, b.unit_type,
        CASE WHEN e.to_id = f.target_id THEN 'taken' ELSE 'undone' END AS way, t.decided_at AS at,
        COALESCE(f.terms ->> 'transfer', '') AS transfer_id, e.id, 0
    FROM correction_case c JOIN ledger_transaction f ON f.id = c.transaction_id
        AND f.type IN ('acquisition', 'transfer_back') AND f.terms ->> 'peer' = %(peer)s
    JOIN correction_act k ON k.case_id = c.id AND k.transaction_id IS NOT NULL
    JOIN ledger_transaction t ON t.id = k.transaction_id AND t.status = 'completed' AND t.decided_at <= %(as_of)s
    JOIN entry e ON e.transaction_id = t.id JOIN series s ON s.id = e.series_id JOIN batch b ON b.id = e.batch_id
    WHERE EXISTS (SELECT 1 FROM entry o WHERE o.transaction_id = f.id AND o.series_id = e.series_id
                  AND o.lo <= e.hi AND o.hi >= e.lo)"""


TOLD = """SELECT u.registry, u.party, l.lo, l.hi, u.batch ->> 'unit_type', l.way, l.at, u.transfer_id, l.after_entry,
        l.id
    FROM told_units u
    CROSS JOIN LATERAL (
        SELECT u.lo, u.hi, 'taken' AS way, u.at, u.after_entry, 2 * u.id AS id
        UNION ALL
        SELECT a.lo, a.hi, 'given', a.at, a.after_entry, 2 * u.id + 1
        FROM told_act a WHERE a.told_id = u.id AND a.type = 'international_transfer') l
    WHERE u.peer = %(peer)s AND l.at <= %(as_of)s"""


def flows(peer: str, as_of: datetime) -> list[dict[str, Any]]:
    """Lines of the journal by which units passed to a peer or came from it until a moment, and those by which a
    corrective action on such an arrival took it back or restored it, in the order in which they were booked: registry,
    party, first, last, unit_type, way, at, transfer_id. Units of which amounts were told count as if they had
    passed."""
    return records(
        f"{FLOWS} UNION ALL {CORRECTED} UNION ALL {TOLD} ORDER BY id, beside", {"peer": peer, "as_of": as_of}
    )


def series(names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, int]]:
    """Of series (registry, Party): id and last serial."""
    found = rows(
        """SELECT s.registry, s.party, s.id, s.top FROM unnest(%s::text[], %s::text[]) AS n(registry, party)
           JOIN series s ON s.registry = n.registry AND s.party = n.party""",
        ([each[0] for each in names], [each[1] for each in names]),
    )
    return {(registry, party): (int(number), int(top)) for registry, party, number, top in found}


def blocks(ranges: Sequence[tuple[int, int, int]]) -> list[dict[str, Any]]:
    """Where ranges (series, first, last) stand: `position`, first, last, account (id, number, type, section_id,
    status), is_final, reserved_by, batch_id, authorization_id; in serial order."""
    return records(
        """SELECT r.ord - 1 AS position, r.series AS series_id, GREATEST(b.lo, r.lo) AS first,
               LEAST(b.hi, r.hi) AS last, b.is_final, b.reserved_by, b.batch_id, b.authorization_id,
               a.id AS account_id, a.number, a.type AS account_type, a.section_id, t.type AS reserved_type
           FROM unnest(%s::integer[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS r(series, lo, hi, ord)
           JOIN block b ON b.series_id = r.series AND b.hi >= r.lo AND b.lo <= r.hi
           JOIN account a ON a.id = b.account_id LEFT JOIN ledger_transaction t ON t.id = b.reserved_by
           ORDER BY r.ord, b.hi""",
        tuple(numbers(each[column] for each in ranges) for column in range(3)),
    )


def transfers_of(transaction_ids: Sequence[int]) -> dict[int, str]:
    """The transfers between registries that transactions of the ledger say they are of."""
    found = rows(
        """SELECT t.id, t.terms ->> 'transfer' FROM ledger_transaction t
           WHERE t.id = ANY (%s) AND t.terms ->> 'transfer' IS NOT NULL""",
        (sorted(set(transaction_ids)),),
    )
    return {int(number): str(transfer_id) for number, transfer_id in found}


def completions(transfer_ids: Sequence[str], message_type: str) -> dict[str, str]:
    """The signed completion of each of these transfers, as it went out or came."""
    found = rows(
        """SELECT o.about, s.jws FROM exchange_outgoing o JOIN exchange_signed s ON s.outgoing_id = o.id
           WHERE o.about = ANY (%(ids)s) AND o.type = %(type)s
           UNION ALL
           SELECT i.about, i.jws FROM exchange_incoming i WHERE i.about = ANY (%(ids)s) AND i.type = %(type)s""",
        {"ids": sorted(set(transfer_ids)), "type": message_type},
    )
    return {str(about): str(jws) for about, jws in found}


def said(peer: str, reconciliation_id: str, message_type: str, last: int) -> list[str]:
    """What a peer signed about a reconciliation by messages of a type up to a number, in order."""
    found = rows(
        """SELECT i.jws FROM exchange_incoming i WHERE i.about = %s AND i.peer = %s AND i.type = %s
           AND i.sequence <= %s AND i.objections = '[]' ORDER BY i.sequence""",
        (reconciliation_id, peer, message_type, last),
    )
    return [str(each[0]) for each in found]


_CASE = """SELECT r.id, r.reconciliation_id, r.peer, r.is_ours, r.as_of, r.reason, r.status, r.result, r.peer_result,
    r.started_at, r.changed_at FROM exchange_reconciliation r"""


def reconciliation(reconciliation_id: str, peer: str | None = None, *, lock: bool = False) -> dict[str, Any] | None:
    """A comparison: id, reconciliation_id, peer, is_ours, as_of, reason, status, result, peer_result, started_at,
    changed_at."""
    found = records(
        f"""{_CASE} WHERE r.reconciliation_id = %(id)s AND (%(peer)s::text IS NULL OR r.peer = %(peer)s)
            ORDER BY r.id DESC LIMIT 1{" FOR NO KEY UPDATE" if lock else ""}""",
        {"id": reconciliation_id, "peer": peer},
    )
    return found[0] if found else None


def number(reconciliation_id: str, peer: str) -> int:
    """The number under which we keep a comparison."""
    found = row(
        "SELECT id FROM exchange_reconciliation WHERE reconciliation_id = %s AND peer = %s", (reconciliation_id, peer)
    )
    return int(found[0]) if found else 0


def started_here(peer: str, since: datetime) -> int:
    """How many comparisons with a peer were started by hand here since a moment."""
    found = row(
        """SELECT count(*) FROM exchange_reconciliation
           WHERE peer = %s AND is_ours AND reason = 'on_demand' AND started_at > %s""",
        (peer, since),
    )
    return int(found[0]) if found else 0


def named(number: int) -> str:
    """The comparison that we keep under a number."""
    found = row("SELECT reconciliation_id FROM exchange_reconciliation WHERE id = %s", (number,))
    return str(found[0]) if found else ""


def open_cases(peer: str) -> list[dict[str, Any]]:
    """Those in the administrators' hands, oldest first; as `reconciliation`."""
    return records(f"{_CASE} WHERE r.peer = %s AND r.status = 'by_hand' ORDER BY r.id", (peer,))


def listed(below: int, limit: int, peer: str | None = None, *, is_open: bool = False) -> list[dict[str, Any]]:
    """Comparisons, newest first; as `reconciliation`."""
    return records(
        f"""{_CASE} WHERE r.id < %(below)s AND (%(peer)s::text IS NULL OR r.peer = %(peer)s)
            AND (NOT %(open)s OR r.status = 'by_hand') ORDER BY r.id DESC LIMIT %(limit)s""",
        {"below": below, "limit": limit, "peer": peer, "open": is_open},
    )


def count(peer: str | None = None, *, is_open: bool = False) -> int:
    """How many comparisons `listed` has in all."""
    found = row(
        """SELECT count(*) FROM exchange_reconciliation r WHERE (%(peer)s::text IS NULL OR r.peer = %(peer)s)
           AND (NOT %(open)s OR r.status = 'by_hand')""",
        {"peer": peer, "open": is_open},
    )
    return int(found[0]) if found else 0


def last_by_peer() -> dict[str, dict[str, Any]]:
    """By peer: when the newest comparison was started, its status, and how many cases are open."""
    found = records(
        """SELECT DISTINCT ON (r.peer) r.peer, r.reconciliation_id, r.status, r.started_at, r.as_of,
               (SELECT count(*) FROM exchange_reconciliation o WHERE o.peer = r.peer AND o.status = 'by_hand') AS open
           FROM exchange_reconciliation r ORDER BY r.peer, r.id DESC"""
    )
    return {each["peer"]: each for each in found}


def due(service: str, before: datetime, own_code: str) -> list[str]:
    """Connected peers with a service that we start with (the lower code does) and that were neither compared nor newly
    agreed on since a moment."""
    found = rows(
        """SELECT p.code FROM exchange_peer p WHERE p.status = 'connected' AND %(service)s = ANY (p.services)
             AND %(own)s < p.code
             AND NOT EXISTS (SELECT 1 FROM exchange_reconciliation r WHERE r.peer = p.code AND r.started_at > %(at)s)
             AND NOT EXISTS (SELECT 1 FROM exchange_peer_act a WHERE a.peer = p.code AND a.at > %(at)s
                             AND a.act = 'agreed')
           ORDER BY p.code""",
        {"service": service, "at": before, "own": own_code},
    )
    return [str(each[0]) for each in found]


def differences(of_id: int) -> list[dict[str, Any]]:
    """What differs: registry, party, first, last, unit_type, way, is_ours."""
    return records(
        """SELECT registry, party, lo AS first, hi AS last, unit_type, way, is_ours FROM exchange_difference
           WHERE of_id = %s ORDER BY registry, party, lo, is_ours, id""",
        (of_id,),
    )


def holds(of_id: int) -> list[dict[str, Any]]:
    """What is or was held for a case: transaction_id, status, quantity, account, at."""
    return records(
        """SELECT h.transaction_id, t.status, t.quantity, a.number AS account, h.at FROM exchange_hold h
           JOIN ledger_transaction t ON t.id = h.transaction_id JOIN account a ON a.id = t.source_id
           WHERE h.of_id = %s ORDER BY h.id""",
        (of_id,),
    )


def held(peer: str) -> list[dict[str, Any]]:
    """What is held for cases with a peer: transaction_id, of_id, registry, party, first, last."""
    return records(
        """SELECT h.transaction_id, h.of_id, s.registry, s.party, b.lo AS first, b.hi AS last
           FROM exchange_reconciliation r JOIN exchange_hold h ON h.of_id = r.id
           JOIN block b ON b.reserved_by = h.transaction_id JOIN series s ON s.id = b.series_id
           WHERE r.peer = %s ORDER BY h.transaction_id, b.series_id, b.hi""",
        (peer,),
    )


def resolutions(of_id: int) -> list[dict[str, Any]]:
    """What was signed, oldest first: by_us, corrections, decided_by, message_id, at."""
    return records(
        """SELECT by_us, corrections, decided_by, message_id, at FROM exchange_resolution WHERE of_id = %s
           ORDER BY id""",
        (of_id,),
    )


def stated(peer: str, action: str) -> list[dict[str, Any]]:
    """Comparisons with a peer for which a statement was signed by somebody: as `reconciliation`."""
    return records(
        f"""{_CASE} WHERE r.peer = %s AND EXISTS (SELECT 1 FROM exchange_resolution s WHERE s.of_id = r.id
            AND s.corrections @> jsonb_build_array(jsonb_build_object('action', %s::text))) ORDER BY r.id""",
        (peer, action),
    )


def messages(reconciliation_id: str, peer: str) -> list[dict[str, Any]]:
    """Every message about a comparison, both ways, in the order in which it came about here: direction, message_id,
    type, jws, at."""
    return records(
        """SELECT m.* FROM (
               SELECT 'out' AS direction, o.message_id, o.type, s.jws, o.written_at AS at, o.id
               FROM exchange_outgoing o LEFT JOIN exchange_signed s ON s.outgoing_id = o.id
               WHERE o.about = %(id)s AND o.peer = %(peer)s
               UNION ALL
               SELECT 'in', i.message_id, i.type, i.jws, i.received_at, i.id
               FROM exchange_incoming i WHERE i.about = %(id)s AND i.peer = %(peer)s) m
           ORDER BY m.at, m.direction, m.id""",
        {"id": reconciliation_id, "peer": peer},
    )
