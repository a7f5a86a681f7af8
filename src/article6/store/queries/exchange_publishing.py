"""What is to be published to peers, and what records and books say about what peers publish."""

from __future__ import annotations

from typing import Any

from article6.store.database import records, row

NOMENCLATURE, AUTHORIZATION, APPROACH, ACTIVITY = "nomenclature", "authorization", "approach", "activity"
UNIT_STATUS = "unit_status"

# Approaches and activities before the authorizations that name them. What is built in, all have; what a peer published
# is its own to publish.
_TABLES = {
    NOMENCLATURE: (
        "nomenclature_value",
        "r.source NOT LIKE 'UNFCCC, common nomenclatures%%' AND r.source <> 'built in'",
    ),
    APPROACH: ("cooperative_approach", "true"),
    ACTIVITY: ("activity", "true"),
    AUTHORIZATION: ("party_authorization", "true"),
}
KINDS = tuple(_TABLES)


def unpublished(kind: str, peer: str, limit: int) -> list[int]:
    """Records of a kind that were not published to a peer yet and that no peer published to us, oldest first."""
    table, wanted = _TABLES[kind]
    found = records(
        f"""SELECT r.id FROM {table} r WHERE {wanted} AND NOT EXISTS (
                SELECT 1 FROM exchange_publication p WHERE p.kind = %(kind)s AND p.record = r.id::text
                AND ((p.direction = 'out' AND p.peer = %(peer)s) OR (p.direction = 'in' AND p.outcome = 'recorded')))
            ORDER BY r.id LIMIT %(limit)s""",
        {"kind": kind, "peer": peer, "limit": limit},
    )
    return [int(each["id"]) for each in found]


def values(ids: list[int]) -> list[dict[str, Any]]:
    """Versions of values: id, list, value, valid_from, valid_until, labels, replaced_by, source, version."""
    return records(
        """SELECT id, list, value, valid_from, valid_until, labels, replaced_by, source, version
           FROM nomenclature_value WHERE id = ANY (%s) ORDER BY id""",
        (ids,),
    )


def approach_codes(ids: list[int]) -> dict[int, str]:
    """The codes of cooperative approaches, by number."""
    found = records("SELECT id, code FROM cooperative_approach WHERE id = ANY (%s)", (ids,))
    return {each["id"]: each["code"] for each in found}


def activity_names(ids: list[int]) -> dict[int, tuple[str, str]]:
    """Party and code of activities, by number."""
    found = records("SELECT id, party, code FROM activity WHERE id = ANY (%s)", (ids,))
    return {each["id"]: (each["party"], each["code"]) for each in found}


_NOT_OUT = """NOT EXISTS (SELECT 1 FROM exchange_publication p WHERE p.direction = 'out' AND p.kind = 'unit_status'
    AND p.peer = %(peer)s AND p.record = {record})"""

_OF_CREDITS = f"""SELECT 'transaction:' || t.id || ':' || e.series_id || ':' || e.lo AS record, s.registry,
        s.party AS series, e.lo AS first, e.hi AS last,
        CASE t.type WHEN 'lock' THEN 'locked' WHEN 'lock_release' THEN 'not_locked'
        ELSE 'cancelled' END AS status, t.decided_at AS at, 'transaction ' || t.id AS reference
    FROM ledger_transaction t JOIN entry e ON e.transaction_id = t.id JOIN series s ON s.id = e.series_id
    JOIN batch b ON b.id = e.batch_id AND b.unit_type = 'CREDIT'
    WHERE t.status = 'completed' AND t.type IN ('lock', 'lock_release', 'conversion', 'cancellation_voluntary',
        'cancellation_administrative')
      AND {_NOT_OUT.format(record="'transaction:' || t.id || ':' || e.series_id || ':' || e.lo")}
    UNION ALL
    SELECT 'label:' || l.id, s.registry, s.party, l.lo, l.hi, 'labelled', l.recorded_at, l.label || ': ' || l.source
    FROM unit_label l JOIN series s ON s.id = l.series_id
    WHERE l.stands AND {_NOT_OUT.format(record="'label:' || l.id")}
    ORDER BY at, record LIMIT %(limit)s"""

_OF_BATCHES = f"""SELECT 'statement:' || u.id AS record, b.underlying_registry AS registry,
        b.underlying_series AS series, b.underlying_lo AS first, b.underlying_hi AS last,
        u.status, u.recorded_at AS at, u.reference
    FROM underlying_statement u JOIN batch b ON b.id = u.batch_id
    WHERE b.underlying_registry = %(peer)s AND {_NOT_OUT.format(record="'statement:' || u.id")}
      AND NOT EXISTS (SELECT 1 FROM exchange_publication p WHERE p.direction = 'in' AND p.kind = 'unit_status'
                      AND p.peer = %(peer)s AND p.record = 'statement:' || u.id)
    ORDER BY u.id LIMIT %(limit)s"""


def unpublished_statuses(peer: str, limit: int, *, is_crediting: bool) -> list[dict[str, Any]]:
    """What was done with units and was not told a peer yet: a programme's own credits; or what a registry was told of
    units of just that peer. record, registry, series, first, last, status, at, reference."""
    return records(_OF_CREDITS if is_crediting else _OF_BATCHES, {"peer": peer, "limit": limit})


def resting_on(registry: str, series: str, first: int, last: int) -> list[dict[str, Any]]:
    """The batches that rest on any of these underlying units: batch_id, lo, hi (all that the batch rests on), its
    section, and the latest word on them (`status`, '' where there is none)."""
    return records(
        """SELECT k.batch_id, k.lo, k.hi, t.section_id, COALESCE((SELECT u.status FROM underlying_statement u
               WHERE u.batch_id = k.batch_id ORDER BY u.id DESC LIMIT 1), '') AS status
           FROM underlying_use k JOIN batch b ON b.id = k.batch_id JOIN ledger_transaction t ON t.id = b.transaction_id
           WHERE k.registry = %s AND (k.series = %s OR k.series = '') AND k.hi >= %s AND k.lo <= %s ORDER BY k.lo""",
        (registry, series, first, last),
    )


def told_before(limit: int) -> list[dict[str, Any]]:
    """What peers said of units that nothing rested on then, and that a batch without a word on it rests on now: peer,
    message_id, jws (of the message as it came), in the order in which it came."""
    return records(
        """SELECT DISTINCT i.id, p.peer, p.message_id, i.jws
           FROM (SELECT k.registry, k.series, k.lo, k.hi FROM underlying_use k
                 WHERE NOT EXISTS (SELECT 1 FROM underlying_statement u WHERE u.batch_id = k.batch_id)
                   AND k.registry IN (SELECT e.code FROM exchange_peer e)) b
           JOIN exchange_publication p ON p.peer = b.registry AND p.direction = 'in' AND p.kind = 'unit_status'
               AND p.outcome = 'unused'
               AND starts_with(p.record, b.registry || ' ' || CASE WHEN b.series = '' THEN '' ELSE b.series || ':' END)
               AND int8range(split_part(regexp_replace(p.record, '^.*:', ''), '-', 1)::bigint,
                             split_part(regexp_replace(p.record, '^.*:', ''), '-', 2)::bigint, '[]')
                   && int8range(b.lo, b.hi, '[]')
           JOIN exchange_incoming i ON i.peer = p.peer AND i.message_id = p.message_id
           WHERE NOT EXISTS (SELECT 1 FROM exchange_publication q WHERE q.peer = p.peer AND q.direction = 'in'
                             AND q.message_id = p.message_id AND q.outcome <> 'unused')
           ORDER BY i.id LIMIT %s""",
        (limit,),
    )


def not_secured(registry: str, series: str, first: int, last: int) -> int:
    """How many of these units of ours are neither locked nor cancelled here; those never issued count too."""
    found = row(
        """SELECT %(count)s - COALESCE(sum(LEAST(b.hi, %(last)s) - GREATEST(b.lo, %(first)s) + 1), 0)
           FROM series s JOIN block b ON b.series_id = s.id AND b.hi >= %(first)s AND b.lo <= %(last)s
           JOIN account a ON a.id = b.account_id AND (a.is_terminal OR a.type = 'locked')
           WHERE s.registry = %(registry)s AND s.party = %(series)s""",
        {"registry": registry, "series": series, "first": first, "last": last, "count": last - first + 1},
    )
    return int(found[0]) if found else 0


def value_version(name: str, value: str) -> dict[str, Any] | None:
    """The latest version of a value of a list: id, valid_from, valid_until, labels, replaced_by, source, version."""
    found = records(
        """SELECT id, valid_from, valid_until, labels, replaced_by, source, version FROM nomenclature_value
           WHERE list = %s AND value = %s ORDER BY version DESC LIMIT 1""",
        (name, value),
    )
    return found[0] if found else None


def is_list(name: str) -> bool:
    """Whether a list of this name is kept here."""
    return bool(row("SELECT 1 FROM nomenclature_value WHERE list = %s LIMIT 1", (name,)))


def publications(below: int, limit: int, peer: str | None, direction: str | None) -> list[dict[str, Any]]:
    """What was published, newest first: id, peer, direction, kind, record, outcome, message_id, at."""
    return records(
        """SELECT id, peer, direction, kind, record, outcome, message_id, at FROM exchange_publication
           WHERE id < %(below)s AND (%(peer)s::text IS NULL OR peer = %(peer)s)
             AND (%(direction)s::text IS NULL OR direction = %(direction)s) ORDER BY id DESC LIMIT %(limit)s""",
        {"below": below, "limit": limit, "peer": peer, "direction": direction},
    )


def publications_count(peer: str | None, direction: str | None) -> int:
    """How many there are."""
    found = row(
        """SELECT count(*) FROM exchange_publication WHERE (%(peer)s::text IS NULL OR peer = %(peer)s)
           AND (%(direction)s::text IS NULL OR direction = %(direction)s)""",
        {"peer": peer, "direction": direction},
    )
    return int(found[0]) if found else 0
