"""The one door through which messages, peers, keys and transfers between registries are written.

What is kept is never changed (sql/exchange.sql); only a peer's numbers and a transfer's status move on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, refused
from article6.store.database import one, refusals_translated, row

EVIDENCE_BYTES = 256 * 1024
"""Of a body that was turned away, so much is kept; of the rest, size and digest."""

EVIDENCE_A_DAY = 1_000
"""Bodies kept of one sender a day: who floods the door must not fill the disk."""


def _write(statement: str, parameters: Sequence[Any] | Mapping[str, Any]) -> Any:
    with refusals_translated():
        found = row(statement, parameters)
    return found[0] if found else None


# --- Keys


def add_key(kid: str, x: str, sealed: bytes, since: datetime, by: PersonId, now: datetime) -> int:
    """Keep a key of ours, its private part encrypted; its id."""
    return int(
        _write(
            """INSERT INTO exchange_key (kid, x, sealed, since, made_by, made_at)
               VALUES (%s, %s, %s, %s, %s, %s) RETURNING id""",
            (kid, x, sealed, since, by, now),
        )
    )


def end_key(key_id: int, until: datetime, by: PersonId, now: datetime) -> None:
    """A key of ours signs nothing more from a moment on."""
    _write(
        """INSERT INTO exchange_key_end (key_id, until, ended_by, ended_at) VALUES (%s, %s, %s, %s) RETURNING 1""",
        (key_id, until, by, now),
    )


# --- Peers


def add_peer(code: str) -> None:
    """A peer of whom there are acts now; one that is there is left as it is."""
    _write("INSERT INTO exchange_peer (code) VALUES (%s) ON CONFLICT (code) DO NOTHING RETURNING 1", (code,))


def peer_act(
    peer: str, act: str, content: Mapping[str, Any], by: PersonId | None, now: datetime,
    offer_id: int | None = None, message_id: str = "",
) -> int:  # fmt: skip
    """What was done about a peer; its id.

    Raises:
        Refused: nobody agrees to their own offer, or undoes their own suspension.
    """
    return int(
        _write(
            """INSERT INTO exchange_peer_act (peer, act, offer_id, content, person_id, message_id, at)
               VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id""",
            (peer, act, offer_id, Jsonb(dict(content)), by, message_id, now),
        )
    )


def describe_peer(code: str, name: str, url: str) -> None:
    """What a peer is called and where it is reached."""
    _write("UPDATE exchange_peer SET name = %s, url = %s WHERE code = %s RETURNING 1", (name, url, code))


def set_peer(code: str, status: str, services: Sequence[str]) -> None:
    """A peer's status, and the services that both agreed."""
    _write(
        "UPDATE exchange_peer SET status = %s, services = %s WHERE code = %s RETURNING 1",
        (status, sorted(services), code),
    )


def count_peer(code: str, status: str, received: int, sent: int, acknowledged: int) -> None:
    """How far the messages from and to a peer have come."""
    _write(
        """UPDATE exchange_peer SET status = %s, received = %s, sent = %s, acknowledged = %s WHERE code = %s
           RETURNING 1""",
        (status, received, sent, acknowledged, code),
    )


def peer_reached(code: str, now: datetime) -> None:
    """A peer answered."""
    _write(
        "UPDATE exchange_peer SET failures = 0, retry_at = NULL, heard_at = %s WHERE code = %s RETURNING 1", (now, code)
    )


def peer_missed(code: str, retry_at: datetime) -> None:
    """A peer did not answer; when it is tried again."""
    _write(
        "UPDATE exchange_peer SET failures = failures + 1, retry_at = %s WHERE code = %s RETURNING 1", (retry_at, code)
    )


def peer_heard(code: str) -> None:
    """A peer wrote to us, so it can be reached again: what waits for it need not wait longer."""
    _write("UPDATE exchange_peer SET retry_at = NULL WHERE code = %s AND retry_at IS NOT NULL RETURNING 1", (code,))


# --- Messages


def outgoing(message_id: str, peer: str, type_: str, data: str, answers: str, about: str, at: datetime) -> None:
    """Put a message in the outbox, as JSON text; `about` is the transfer that it is about, ''."""
    _write(
        """INSERT INTO exchange_outgoing (message_id, peer, type, data, answers, about, written_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING 1""",
        (message_id, peer, type_, data, answers, about, at),
    )


def signed(message_id: str, sequence: int, jws: str) -> None:
    """Keep number and signed form of a message of ours.

    Raises:
        Refused: the number leaves a gap, or the message has one.
    """
    done = _write(
        """INSERT INTO exchange_signed (outgoing_id, peer, sequence, jws)
           SELECT o.id, o.peer, %s, %s FROM exchange_outgoing o WHERE o.message_id = %s RETURNING 1""",
        (sequence, jws, message_id),
    )
    if done is None:
        raise refused(Code.REQUEST_MALFORMED, message_id, "no such message")


def acknowledge(message_id: str, receipt: str, objections: Sequence[Mapping[str, Any]], at: datetime) -> bool:
    """Keep the first receipt that came for a message of ours; False where there was one, or no such message."""
    done = _write(
        """INSERT INTO exchange_receipt (outgoing_id, peer, sequence, receipt, objections, received_at)
           SELECT s.outgoing_id, s.peer, s.sequence, %s, %s, %s
           FROM exchange_signed s JOIN exchange_outgoing o ON o.id = s.outgoing_id WHERE o.message_id = %s
           ON CONFLICT (outgoing_id) DO NOTHING RETURNING 1""",
        (receipt, Jsonb([dict(each) for each in objections]), at, message_id),
    )
    return done is not None


def incoming(
    peer: str, message_id: str, sequence: int, type_: str, about: str, jws: str, receipt: str,
    objections: Sequence[Mapping[str, Any]], at: datetime,
) -> None:  # fmt: skip
    """Keep a message of a peer with the receipt that we gave."""
    _write(
        """INSERT INTO exchange_incoming (peer, message_id, sequence, type, about, jws, receipt, objections,
               received_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING 1""",
        (peer, message_id, sequence, type_, about, jws, receipt, Jsonb([dict(each) for each in objections]), at),
    )


def handled(peer: str, message_id: str, objections: Sequence[Mapping[str, Any]]) -> None:
    """A message of a peer has had its effects, or none because of objections; saying so again changes nothing."""
    _write(
        """INSERT INTO exchange_handled (incoming_id, peer, sequence, objections)
           SELECT i.id, i.peer, i.sequence, %s FROM exchange_incoming i WHERE i.peer = %s AND i.message_id = %s
           ON CONFLICT (incoming_id) DO NOTHING RETURNING 1""",
        (Jsonb([dict(each) for each in objections]), peer, message_id),
    )


def evidence(peer: str, body: str, objections: Sequence[Mapping[str, Any]], at: datetime) -> bool:
    """Keep what was turned away; False where this sender's part of the day is used up."""
    whole = body.encode(errors="surrogatepass")
    done = _write(
        """INSERT INTO exchange_evidence (peer, body, sha256, size_bytes, objections, at)
           SELECT %(peer)s, %(body)s, %(sha256)s, %(size)s, %(objections)s, %(at)s
           WHERE (SELECT count(*) FROM (SELECT 1 FROM exchange_evidence e WHERE e.peer = %(peer)s
                  AND e.at > %(at)s::timestamptz - interval '1 day' LIMIT %(most)s) k) < %(most)s RETURNING 1""",
        {
            "peer": peer, "body": _kept(whole), "sha256": hashlib.sha256(whole).digest(), "size": len(whole),
            "objections": Jsonb([dict(each) for each in objections]), "at": at, "most": EVIDENCE_A_DAY,
        },
    )  # fmt: skip
    return done is not None


def _kept(whole: bytes) -> str:
    # A text of PostgreSQL holds no NUL; the digest is of the bytes as they came.
    return whole[:EVIDENCE_BYTES].decode(errors="replace").replace("\0", "\N{SYMBOL FOR NULL}")


# --- Transfers


def save_transfer(values: Mapping[str, Any]) -> None:
    """A transfer between registries as it stands now; the section is that of our side's account, by its number.

    Raises:
        Refused: what was proposed, and what is final, does not change.
    """
    kept = {**values, "objections": Jsonb([dict(each) for each in values["objections"]])}
    _write(
        """INSERT INTO exchange_transfer (transfer_id, section_id, side, peer, status, service, source_account,
               target_account, quantity, proposed, deadline, changed_at, objections, ledger_id, completion,
               proposal_message_id, completion_message_id, completed_at)
           VALUES (%(transfer_id)s,
               (SELECT a.section_id FROM account a WHERE a.number =
                CASE WHEN %(side)s = 'sender' THEN %(source_account)s ELSE %(target_account)s END),
               %(side)s, %(peer)s, %(status)s, %(service)s, %(source_account)s, %(target_account)s, %(quantity)s,
               %(proposed)s, %(deadline)s, %(changed_at)s, %(objections)s, %(ledger_id)s, %(completion)s,
               %(proposal_message_id)s, %(completion_message_id)s, %(completed_at)s)
           ON CONFLICT (transfer_id) DO UPDATE SET status = EXCLUDED.status, proposed = EXCLUDED.proposed,
               deadline = EXCLUDED.deadline, changed_at = EXCLUDED.changed_at, objections = EXCLUDED.objections,
               ledger_id = EXCLUDED.ledger_id, completion = EXCLUDED.completion,
               proposal_message_id = EXCLUDED.proposal_message_id,
               completion_message_id = EXCLUDED.completion_message_id, completed_at = EXCLUDED.completed_at
           RETURNING 1""",
        kept,
    )


def name_units(transfer_id: str, ranges: Sequence[tuple[str, str, int, int]]) -> None:
    """Keep which units (registry, Party, first, last) a new transfer is about; once."""
    _write(
        """INSERT INTO exchange_transfer_units (transfer_id, registry, party, lo, hi)
           SELECT %(id)s, u.* FROM unnest(%(registries)s::text[], %(parties)s::text[], %(firsts)s::bigint[],
               %(lasts)s::bigint[]) u
           WHERE NOT EXISTS (SELECT 1 FROM exchange_transfer_units o WHERE o.transfer_id = %(id)s) RETURNING 1""",
        {
            "id": transfer_id, "registries": [each[0] for each in ranges], "parties": [each[1] for each in ranges],
            "firsts": [each[2] for each in ranges], "lasts": [each[3] for each in ranges],
        },
    )  # fmt: skip


# --- Alerts


def alert(peer: str, text: str, subject: str, at: datetime) -> None:
    """Show the administrator what needs a person; the same once, until somebody took note of it."""
    _write(
        """INSERT INTO exchange_alert (peer, text, subject, at)
           SELECT %(peer)s, %(text)s, %(subject)s, %(at)s
           WHERE NOT EXISTS (SELECT 1 FROM exchange_alert a WHERE a.peer = %(peer)s AND a.subject = %(subject)s
               AND a.text = %(text)s AND NOT EXISTS (SELECT 1 FROM exchange_alert_seen s WHERE s.alert_id = a.id))
           RETURNING 1""",
        {"peer": peer, "text": text, "subject": subject, "at": at},
    )


def alert_seen(alert_id: int, by: PersonId, now: datetime) -> None:
    """Somebody took note of an alert; who did so first is kept."""
    _write(
        """INSERT INTO exchange_alert_seen (alert_id, person_id, at) VALUES (%s, %s, %s)
           ON CONFLICT (alert_id) DO NOTHING RETURNING 1""",
        (alert_id, by, now),
    )


# --- Turns


def try_turn(peer: str) -> bool:
    """Be this peer's one pump until the session gives it up; False where another is."""
    return bool(one("SELECT pg_try_advisory_lock(hashtext('exchange'), hashtext(%s))", (peer,))[0])


def end_turn(peer: str) -> None:
    """Let another be this peer's pump."""
    one("SELECT pg_advisory_unlock(hashtext('exchange'), hashtext(%s))", (peer,))
