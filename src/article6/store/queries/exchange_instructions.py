"""Reading instructions to peers and from them, with how they went on."""

from __future__ import annotations

from typing import Any

from article6.store.database import records, row

_INSTRUCTION = """SELECT i.id, i.side, i.peer, i.section_id, COALESCE(s.party, '') AS party, i.instruction_id,
    i.content, i.instructed_by, i.message_id, i.transaction_id, i.at, COALESCE(l.act, 'proposed') AS status,
    COALESCE(l.transaction, '') AS transaction, COALESCE(l.objections, '[]') AS objections,
    COALESCE(l.reason, '') AS reason, COALESCE(l.at, i.at) AS changed_at,
    (SELECT d.person_id FROM exchange_instruction_act d WHERE d.instruction_id = i.id AND d.act = 'approved')
        AS approved_by
    FROM exchange_instruction i JOIN section s ON s.id = i.section_id
    LEFT JOIN LATERAL (SELECT a.* FROM exchange_instruction_act a WHERE a.instruction_id = i.id
                       ORDER BY a.id DESC LIMIT 1) l ON true"""


def instruction(number: int) -> dict[str, Any] | None:
    """One instruction: id, side, peer, section_id, party, instruction_id, content (JSON text), instructed_by,
    approved_by, message_id, transaction_id (ours), at, status, transaction (as the answer names it), objections,
    reason, changed_at."""
    found = records(f"{_INSTRUCTION} WHERE i.id = %s", (number,))
    return found[0] if found else None


def named(peer: str, side: str, instruction_id: str) -> dict[str, Any] | None:
    """The instruction to a peer (`given`) or of it (`received`) that has this identifier."""
    found = records(
        f"{_INSTRUCTION} WHERE i.peer = %s AND i.side = %s AND i.instruction_id = %s", (peer, side, instruction_id)
    )
    return found[0] if found else None


def instructions(below: int, limit: int, peer: str | None, side: str | None) -> list[dict[str, Any]]:
    """Instructions in sight with a number below `below`, newest first."""
    return records(
        f"""{_INSTRUCTION} WHERE i.id < %(below)s AND (%(peer)s::text IS NULL OR i.peer = %(peer)s)
            AND (%(side)s::text IS NULL OR i.side = %(side)s) ORDER BY i.id DESC LIMIT %(limit)s""",
        {"below": below, "limit": limit, "peer": peer, "side": side},
    )


def counted(peer: str | None, side: str | None) -> int:
    """How many there are in sight."""
    found = row(
        """SELECT count(*) FROM exchange_instruction i WHERE (%(peer)s::text IS NULL OR i.peer = %(peer)s)
           AND (%(side)s::text IS NULL OR i.side = %(side)s)""",
        {"peer": peer, "side": side},
    )
    return int(found[0]) if found else 0


def decided(limit: int) -> list[dict[str, Any]]:
    """Instructions of peers that wait for a person here and whose transaction was decided meanwhile, as `instruction`,
    with `transaction_status` and `decision_reason`."""
    return records(
        f"""SELECT k.*, t.status AS transaction_status, COALESCE(t.decision_reason, '') AS decision_reason
            FROM ({_INSTRUCTION} WHERE i.side = 'received' AND l.act = 'waiting') k
            JOIN ledger_transaction t ON t.id = k.transaction_id WHERE t.status <> 'proposed'
            ORDER BY k.id LIMIT %s""",
        (limit,),
    )
