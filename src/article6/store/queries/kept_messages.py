"""One message between registries, as it was kept."""

from __future__ import annotations

from typing import Any

from article6.store.database import records


def outgoing(number: int) -> dict[str, Any] | None:
    """A message of ours by its number here: as `queries.exchange.messages`, with answers, about, data and
    received_at (of the receipt)."""
    found = records(
        """SELECT o.id, o.message_id, o.peer, o.type, o.answers, o.about, o.data, s.sequence, s.jws, r.receipt,
               COALESCE(r.objections, '[]') AS objections, o.written_at AS at, r.received_at,
               r.outgoing_id IS NOT NULL AS is_done
           FROM exchange_outgoing o LEFT JOIN exchange_signed s ON s.outgoing_id = o.id
           LEFT JOIN exchange_receipt r ON r.outgoing_id = o.id WHERE o.id = %s""",
        (number,),
    )
    return found[0] if found else None


def incoming(number: int) -> dict[str, Any] | None:
    """A message of a peer by its number here: as `outgoing`; received_at is when it came."""
    found = records(
        """SELECT i.id, i.message_id, i.peer, i.type, '' AS answers, i.about, '' AS data, i.sequence, i.jws, i.receipt,
               i.objections || COALESCE(h.objections, '[]') AS objections, i.received_at AS at, i.received_at,
               h.incoming_id IS NOT NULL AS is_done
           FROM exchange_incoming i LEFT JOIN exchange_handled h ON h.incoming_id = i.id WHERE i.id = %s""",
        (number,),
    )
    return found[0] if found else None


def numbers_of(message_ids: list[str]) -> dict[tuple[str, str], int]:
    """The numbers here of messages, by direction (`out`, `in`) and message_id."""
    found = records(
        """SELECT 'out' AS direction, message_id, id FROM exchange_outgoing WHERE message_id = ANY (%(ids)s)
           UNION ALL SELECT 'in', message_id, id FROM exchange_incoming WHERE message_id = ANY (%(ids)s)""",
        {"ids": message_ids},
    )
    return {(each["direction"], each["message_id"]): each["id"] for each in found}
