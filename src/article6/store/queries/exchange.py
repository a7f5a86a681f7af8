"""Reading what registries said to each other: peers, keys, messages, transfers, alerts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from article6.store.database import numbers, one, records, row, rows

# --- Keys


def own_keys() -> list[dict[str, Any]]:
    """Our keys, newest first: id, kid, x, sealed, since, until, made_at."""
    return records(
        """SELECT k.id, k.kid, k.x, k.sealed, k.since, e.until, k.made_at FROM exchange_key k
           LEFT JOIN exchange_key_end e ON e.key_id = k.id ORDER BY k.since DESC, k.id DESC"""
    )


# --- Peers

_PEER = """SELECT p.id, p.code, p.name, p.url, p.status, p.services, p.received, p.sent, p.acknowledged, p.failures,
    p.retry_at, p.heard_at FROM exchange_peer p"""


def peer(code: str, *, lock: bool = False) -> dict[str, Any] | None:
    """One peer as in `peers`; with `lock`, others wait for the end of this database transaction, and so does this for
    those who handle its messages."""
    found = records(f"{_PEER} WHERE p.code = %s{' FOR UPDATE' if lock else ''}", (code,))
    return found[0] if found else None


NUMBERING, STANDING = "FOR NO KEY UPDATE", "FOR KEY SHARE"
"""Locks of a peer's row: others do not move its numbers on; others do not change its status, services and keys."""


def peer_with_keys(code: str, lock: str = "") -> dict[str, Any] | None:
    """As `peer`, with `keys` as in `peer_keys`, in one call: every message asks for both."""
    found = records(
        f"""SELECT p.code, p.status, p.services, p.received, p.sent, p.acknowledged, ARRAY(
                SELECT jsonb_build_object('kid', k.kid, 'x', k.x, 'since', k.since, 'until', k.until)
                FROM exchange_peer_key k WHERE k.peer = p.code AND k.id = (
                    SELECT max(o.id) FROM exchange_peer_key o WHERE o.peer = k.peer AND o.kid = k.kid)
                ORDER BY k.since, k.kid) AS keys
            FROM exchange_peer p WHERE p.code = %s {lock}""",
        (code,),
    )
    return found[0] if found else None


def peers() -> list[dict[str, Any]]:
    """Every peer: id, code, name, url, status, services, received, sent, acknowledged, failures, retry_at, heard_at."""
    return records(f"{_PEER} ORDER BY p.code")


def peer_keys(code: str) -> list[dict[str, Any]]:
    """The pinned keys of a peer, oldest first: kid, x, since, until."""
    return records(
        """SELECT k.kid, k.x, k.since, k.until FROM exchange_peer_key k WHERE k.peer = %s
             AND k.id = (SELECT max(o.id) FROM exchange_peer_key o WHERE o.peer = k.peer AND o.kid = k.kid)
           ORDER BY k.since, k.kid""",
        (code,),
    )


def peer_acts(code: str) -> list[dict[str, Any]]:
    """What was done about a peer, oldest first: id, act, offer_id, content, person, message_id, at."""
    return records(
        """SELECT a.id, a.act, a.offer_id, a.content, p.name AS person, a.message_id, a.at FROM exchange_peer_act a
           LEFT JOIN store_person p ON p.id = a.person_id WHERE a.peer = %s ORDER BY a.id""",
        (code,),
    )


def last_tests(act: str) -> list[dict[str, Any]]:
    """The newest tests of each peer's connection, by us (`tested`) or by it (`peer_tested`): peer, at, and the names of
    those that failed. We keep all tests of a moment as one act, and of a peer's each as it was told."""
    return records(
        """SELECT t.peer, t.at, array_remove(array_agg(CASE WHEN NOT (t.told ->> 'passed')::boolean
               THEN t.told ->> 'test' END ORDER BY t.place), NULL) AS failed
           FROM (
               SELECT a.peer, m.at, o.told, (a.id, o.place) AS place,
                   rank() OVER (PARTITION BY a.peer ORDER BY m.at DESC) AS age
               FROM exchange_peer_act a
               CROSS JOIN LATERAL (SELECT COALESCE((a.content ->> 'tested_at')::timestamptz, a.at) AS at) m
               CROSS JOIN LATERAL jsonb_array_elements(COALESCE(a.content -> 'outcomes', jsonb_build_array(a.content)))
                   WITH ORDINALITY AS o(told, place)
               WHERE a.act = %s) t
           WHERE t.age = 1 GROUP BY t.peer, t.at ORDER BY t.peer""",
        (act,),
    )


def last_act(code: str, *acts: str) -> dict[str, Any] | None:
    """The newest of these acts about a peer: id, act, content, person_id, at."""
    found = records(
        """SELECT id, act, content, person_id, at FROM exchange_peer_act WHERE peer = %s AND act = ANY (%s)
           ORDER BY id DESC LIMIT 1""",
        (code, list(acts)),
    )
    return found[0] if found else None


def open_offer(code: str) -> dict[str, Any] | None:
    """The newest offer about a peer, where nobody agreed to it or declined it yet: as `last_act`."""
    found = last_act(code, "offered")
    if found is None or row("SELECT 1 FROM exchange_peer_act WHERE offer_id = %s", (found["id"],)):
        return None
    return found


def agreed_offer(code: str) -> dict[str, Any] | None:
    """The content of the newest offer about a peer that was agreed here."""
    found = row(
        """SELECT o.content FROM exchange_peer_act a JOIN exchange_peer_act o ON o.id = a.offer_id
           WHERE a.peer = %s AND a.act = 'agreed' ORDER BY a.id DESC LIMIT 1""",
        (code,),
    )
    return dict(found[0]) if found else None


# --- Messages

_OUTGOING = """SELECT o.message_id, o.peer, o.type, o.data, o.written_at, o.answers, s.sequence, s.jws, r.receipt,
    r.objections, r.received_at FROM exchange_outgoing o LEFT JOIN exchange_signed s ON s.outgoing_id = o.id
    LEFT JOIN exchange_receipt r ON r.outgoing_id = o.id"""


def unsigned(peer_code: str, limit: int) -> list[dict[str, Any]]:
    """The oldest messages without a number: message_id, peer, type, data (JSON text), written_at, answers, ..."""
    return records(
        f"""{_OUTGOING} WHERE o.id IN (SELECT u.outgoing_id FROM exchange_unsigned u WHERE u.peer = %s
            ORDER BY u.outgoing_id LIMIT %s) ORDER BY o.id""",
        (peer_code, limit),
    )


def unacknowledged(peer_code: str, limit: int) -> list[dict[str, Any]]:
    """Signed messages without a receipt, lowest number first; as `unsigned`."""
    return records(
        f"""{_OUTGOING} WHERE s.peer = %(peer)s AND r.outgoing_id IS NULL
            AND s.sequence > (SELECT p.acknowledged FROM exchange_peer p WHERE p.code = %(peer)s)
            ORDER BY s.sequence LIMIT %(limit)s""",
        {"peer": peer_code, "limit": limit},
    )


def own(message_id: str) -> dict[str, Any] | None:
    """A message of ours; as `unsigned`, with receipt, objections, received_at."""
    found = records(f"{_OUTGOING} WHERE o.message_id = %s", (message_id,))
    return found[0] if found else None


_INCOMING = """SELECT i.message_id, i.peer, i.sequence, i.jws, i.receipt, i.received_at,
    i.objections || COALESCE(h.objections, '[]') AS objections,
    h.incoming_id IS NOT NULL AS is_done FROM exchange_incoming i
    LEFT JOIN exchange_handled h ON h.incoming_id = i.id"""


_NEXT = "COALESCE((SELECT max(d.sequence) FROM exchange_handled d WHERE d.peer = {}), 0) + 1"


def incoming(peer_code: str, message_id: str) -> dict[str, Any] | None:
    """A message of a peer: message_id, peer, sequence, jws, receipt, objections, received_at, is_done."""
    found = records(f"{_INCOMING} WHERE i.peer = %s AND i.message_id = %s", (peer_code, message_id))
    return found[0] if found else None


def arrived(peer_code: str, message_ids: Sequence[str], sequences: Iterable[int]) -> list[dict[str, Any]]:
    """The messages of a peer that have one of these identifiers or numbers; as `incoming`."""
    return records(
        f"""{_INCOMING} WHERE i.peer = %(peer)s AND i.message_id = ANY (%(ids)s)
            UNION ALL
            {_INCOMING} WHERE i.peer = %(peer)s AND i.sequence = ANY (%(sequences)s::bigint[])""",
        {"peer": peer_code, "ids": list(message_ids), "sequences": numbers(sequences)},
    )


def in_order(peer_code: str, limit: int) -> list[dict[str, Any]]:
    """The messages of a peer whose turn it is to be handled, in their order and without a gap; as `incoming`."""
    return records(
        f"""SELECT m.* FROM (SELECT k.*, k.sequence - row_number() OVER (ORDER BY k.sequence) AS before
                FROM ({_INCOMING} WHERE i.peer = %(peer)s AND i.sequence >= {_NEXT.format("%(peer)s")}
                      ORDER BY i.sequence LIMIT %(limit)s) k) m
            WHERE m.before = {_NEXT.format("%(peer)s")} - 1 ORDER BY m.sequence""",
        {"peer": peer_code, "limit": limit},
    )


def has_work(peer_code: str) -> bool:
    """Whether something is to be sent to a peer, or to be handled of it."""
    return bool(
        one(
            f"""SELECT p.sent > p.acknowledged
               OR EXISTS (SELECT 1 FROM exchange_unsigned u WHERE u.peer = p.code)
               OR EXISTS (SELECT 1 FROM exchange_incoming i
                          WHERE i.peer = p.code AND i.sequence = {_NEXT.format("p.code")})
               FROM exchange_peer p WHERE p.code = %s""",
            (peer_code,),
        )[0]
    )


def queues() -> dict[str, dict[str, Any]]:
    """By peer: `to_send` messages without a receipt, `oldest` of them, `to_handle` kept and not handled, the
    `last_receipt`."""
    found = records(
        f"""SELECT p.code, u.unsigned + w.waiting AS to_send, LEAST(u.oldest, w.oldest) AS oldest,
               (SELECT count(*) FROM exchange_incoming i
                WHERE i.peer = p.code AND i.sequence >= {_NEXT.format("p.code")}) AS to_handle,
               (SELECT r.received_at FROM exchange_receipt r WHERE r.peer = p.code
                ORDER BY r.sequence DESC LIMIT 1) AS last_receipt
           FROM exchange_peer p
           CROSS JOIN LATERAL (SELECT count(*) AS unsigned, min(o.written_at) AS oldest FROM exchange_unsigned n
               JOIN exchange_outgoing o ON o.id = n.outgoing_id WHERE n.peer = p.code) u
           CROSS JOIN LATERAL (SELECT count(*) AS waiting, min(o.written_at) AS oldest FROM exchange_signed s
               JOIN exchange_outgoing o ON o.id = s.outgoing_id
               LEFT JOIN exchange_receipt r ON r.outgoing_id = s.outgoing_id
               WHERE s.peer = p.code AND s.sequence > p.acknowledged AND r.outgoing_id IS NULL) w
           ORDER BY p.code"""
    )
    return {each["code"]: each for each in found}


def messages(peer_code: str | None, direction: str, below: int, limit: int) -> list[dict[str, Any]]:
    """Messages `out` or `in`, newest first: id, message_id, peer, sequence, jws, receipt, objections, at, is_done."""
    if direction == "out":
        return records(
            """SELECT o.id, o.message_id, o.peer, o.type, s.sequence, s.jws, r.receipt, r.objections,
                   o.written_at AS at, r.outgoing_id IS NOT NULL AS is_done
               FROM exchange_outgoing o LEFT JOIN exchange_signed s ON s.outgoing_id = o.id
               LEFT JOIN exchange_receipt r ON r.outgoing_id = o.id
               WHERE o.id < %(below)s AND (%(peer)s::text IS NULL OR o.peer = %(peer)s)
               ORDER BY o.id DESC LIMIT %(limit)s""",
            {"peer": peer_code, "below": below, "limit": limit},
        )
    return records(
        """SELECT i.id, i.message_id, i.peer, i.type, i.sequence, i.jws, i.receipt, i.received_at AS at,
               i.objections || COALESCE(h.objections, '[]') AS objections, h.incoming_id IS NOT NULL AS is_done
           FROM exchange_incoming i LEFT JOIN exchange_handled h ON h.incoming_id = i.id
           WHERE i.id < %(below)s AND (%(peer)s::text IS NULL OR i.peer = %(peer)s)
           ORDER BY i.id DESC LIMIT %(limit)s""",
        {"peer": peer_code, "below": below, "limit": limit},
    )


def count(table: str, peer_code: str | None) -> int:
    """How many rows of one of the kept kinds (`outgoing`, `incoming`, `evidence`, `alert`) a peer has, or all have."""
    statement = {
        "outgoing": "SELECT count(*) FROM exchange_outgoing WHERE %(peer)s::text IS NULL OR peer = %(peer)s",
        "incoming": "SELECT count(*) FROM exchange_incoming WHERE %(peer)s::text IS NULL OR peer = %(peer)s",
        "evidence": "SELECT count(*) FROM exchange_evidence WHERE %(peer)s::text IS NULL OR peer = %(peer)s",
        "alert": "SELECT count(*) FROM exchange_alert WHERE %(peer)s::text IS NULL OR peer = %(peer)s",
    }[table]
    return int(one(statement, {"peer": peer_code})[0])


def evidence(peer_code: str | None, below: int, limit: int) -> list[dict[str, Any]]:
    """What was turned away, newest first: id, peer, body, sha256 (hex), size_bytes, objections, at."""
    return records(
        """SELECT id, peer, body, encode(sha256, 'hex') AS sha256, size_bytes, objections, at FROM exchange_evidence
           WHERE id < %(below)s AND (%(peer)s::text IS NULL OR peer = %(peer)s) ORDER BY id DESC LIMIT %(limit)s""",
        {"peer": peer_code, "below": below, "limit": limit},
    )


# --- Transfers

_TRANSFER = """SELECT t.id, t.transfer_id, t.side, t.peer, t.status, t.service, t.source_account, t.target_account,
    t.quantity, t.proposed, t.deadline, t.changed_at, t.objections, t.ledger_id, t.completion, t.proposal_message_id,
    t.completion_message_id, t.completed_at, t.section_id FROM exchange_transfer t"""


def transfer(transfer_id: str, *, lock: bool = False) -> dict[str, Any] | None:
    """A transfer in sight: transfer_id, side, peer, status, service, source_account, target_account, quantity,
    proposed (JSON text), deadline, changed_at, objections, ledger_id, completion, proposal_message_id, section_id."""
    found = records(f"{_TRANSFER} WHERE t.transfer_id = %s{' FOR NO KEY UPDATE' if lock else ''}", (transfer_id,))
    return found[0] if found else None


def transfers_locked(transfer_ids: Iterable[str]) -> list[dict[str, Any]]:
    """These transfers, as `transfer`, locked in one order."""
    return records(
        f"{_TRANSFER} WHERE t.transfer_id = ANY (%s) ORDER BY t.transfer_id FOR NO KEY UPDATE", (list(transfer_ids),)
    )


def transfer_of_ledger(ledger_id: int) -> str | None:
    """The transfer between registries that a transaction of the ledger is our side of."""
    found = row("SELECT transfer_id FROM exchange_transfer WHERE ledger_id = %s AND side = 'sender'", (ledger_id,))
    return str(found[0]) if found else None


def transfers(
    below: int, limit: int, peer_code: str | None = None, status: str | None = None
) -> list[dict[str, Any]]:  # fmt: skip
    """Transfers in sight, newest first; as `transfer`."""
    return records(
        f"""{_TRANSFER} WHERE t.id < %(below)s AND (%(peer)s::text IS NULL OR t.peer = %(peer)s)
            AND (%(status)s::text IS NULL OR t.status = %(status)s) ORDER BY t.id DESC LIMIT %(limit)s""",
        {"below": below, "limit": limit, "peer": peer_code, "status": status},
    )


def transfers_count(peer_code: str | None = None, status: str | None = None) -> int:
    """How many transfers `transfers` has in all."""
    return int(
        one(
            """SELECT count(*) FROM exchange_transfer t WHERE (%(peer)s::text IS NULL OR t.peer = %(peer)s)
               AND (%(status)s::text IS NULL OR t.status = %(status)s)""",
            {"peer": peer_code, "status": status},
        )[0]
    )


def changes(transfer_id: str) -> list[dict[str, Any]]:
    """The statuses that a transfer had, oldest first: status, objections, at."""
    return records(
        "SELECT status, objections, at FROM exchange_transfer_change WHERE transfer_id = %s ORDER BY id", (transfer_id,)
    )


def due(now: datetime, limit: int) -> list[dict[str, Any]]:
    """Transfers of ours that are proposed and past their deadline; as `transfer`."""
    return records(
        f"""{_TRANSFER} WHERE t.side = 'sender' AND t.status = 'proposed' AND t.deadline <= %s
            ORDER BY t.deadline LIMIT %s""",
        (now, limit),
    )


def lapsed(limit: int) -> list[str]:
    """Transfers of ours that wait, while the ledger's proposal of them does not any more."""
    found = rows(
        """SELECT t.transfer_id FROM exchange_transfer t JOIN ledger_transaction l ON l.id = t.ledger_id
           WHERE t.side = 'sender' AND t.status = 'waiting' AND l.status IN ('expired', 'cancelled', 'rejected')
           ORDER BY t.id LIMIT %s""",
        (limit,),
    )
    return [each[0] for each in found]


def unanswered(before: datetime, limit: int) -> list[dict[str, Any]]:
    """Transfers to us that were accepted before a moment and of which nothing was heard since; as `transfer`."""
    return records(
        f"""{_TRANSFER} WHERE t.side = 'acquirer' AND t.status = 'accepted' AND t.changed_at <= %s
            ORDER BY t.changed_at LIMIT %s""",
        (before, limit),
    )


def moved(registry: str, party: str, first: int, last: int, side: str) -> list[dict[str, Any]]:
    """Transfers on a side that are completed and have one of these serials, newest first; as `transfer`.
    Not those by which amounts were told: no unit moved between registries."""
    return records(
        f"""{_TRANSFER} WHERE t.side = %s AND t.completed_at IS NOT NULL
            AND t.service <> 'transfer_information' AND t.transfer_id IN (
                SELECT u.transfer_id FROM exchange_transfer_units u WHERE u.registry = %s AND u.party = %s
                AND int8range(u.lo, u.hi, '[]') && int8range(%s, %s, '[]'))
            ORDER BY t.completed_at DESC, t.id DESC""",
        (side, registry, party, first, last),
    )


def messages_about(transfer_id: str) -> list[dict[str, Any]]:
    """Every message about a transfer, ours and the peer's: direction, message_id, type, sequence, jws, receipt, at."""
    return records(
        """SELECT 'out' AS direction, o.message_id, o.type, s.sequence, s.jws, r.receipt, o.written_at AS at
           FROM exchange_outgoing o LEFT JOIN exchange_signed s ON s.outgoing_id = o.id
           LEFT JOIN exchange_receipt r ON r.outgoing_id = o.id WHERE o.about = %(id)s AND o.about <> ''
           UNION ALL
           SELECT 'in', i.message_id, i.type, i.sequence, i.jws, i.receipt, i.received_at
           FROM exchange_incoming i WHERE i.about = %(id)s AND i.about <> '' ORDER BY at""",
        {"id": transfer_id},
    )


# --- Alerts


def alerts(below: int, limit: int, *, is_open: bool = True) -> list[dict[str, Any]]:
    """What needs a person, newest first: id, peer, text, subject, at, seen_by, seen_at; `is_open`: only the unseen."""
    return records(
        """SELECT a.id, a.peer, a.text, a.subject, a.at, p.name AS seen_by, s.at AS seen_at FROM exchange_alert a
           LEFT JOIN exchange_alert_seen s ON s.alert_id = a.id LEFT JOIN store_person p ON p.id = s.person_id
           WHERE a.id < %(below)s AND (NOT %(open)s OR s.id IS NULL) ORDER BY a.id DESC LIMIT %(limit)s""",
        {"below": below, "limit": limit, "open": is_open},
    )


def open_alerts() -> dict[str, int]:
    """How many alerts nobody took note of yet, by peer."""
    return dict(
        rows(
            """SELECT a.peer, count(*) FROM exchange_alert a
               WHERE NOT EXISTS (SELECT 1 FROM exchange_alert_seen s WHERE s.alert_id = a.id) GROUP BY a.peer"""
        )
    )
