"""The one door through which messages, peers, keys and transfers between registries are written.

What is kept is never changed (sql/exchange.sql); only a peer's numbers and a transfer's status move on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, refused
from article6.store.database import numbers, one, refusals_translated, row, rows
from article6.store.wakeups import CHANNEL

Objections = Sequence[Mapping[str, Any]]

EVIDENCE_BYTES = 256 * 1024
"""Of a body that was turned away, so much is kept; of the rest, size and digest."""

EVIDENCE_A_DAY = 1_000
"""Bodies kept of one sender a day: who floods the door must not fill the disk."""


def _write(statement: str, parameters: Sequence[Any] | Mapping[str, Any]) -> Any:
    with refusals_translated():
        found = row(statement, parameters)
    return found[0] if found else None


def _said(what: str) -> str:
    """Tell those who wait, when this database transaction is committed, that there is something to do for peers."""
    return f"SELECT pg_notify('{CHANNEL}', '{what} ' || d.peer) FROM (SELECT DISTINCT peer FROM done) d"


# Arrays of texts and moments go in binary (%b): in one written as text every character would be looked at, and every
# quotation mark escaped, which for a hundred signed messages takes longer than to sign them.


def _json(objections: Objections) -> str:
    return json.dumps([dict(each) for each in objections]) if objections else "[]"


def _columns(given: Sequence[Any], *names: str) -> tuple[list[Any], ...]:
    return tuple([getattr(each, name) for each in given] for name in names)


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


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message for the outbox: `data` as JSON text, `about` the transfer that it is about, ''."""

    message_id: str
    peer: str
    type: str
    data: str
    answers: str
    about: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message of a peer, with the receipt that we gave."""

    peer: str
    message_id: str
    sequence: int
    type: str
    about: str
    jws: str
    receipt: str
    objections: Objections
    at: datetime


def outgoing(messages: Sequence[Outgoing]) -> None:
    """Put messages in the outbox, in this order."""
    _write(
        f"""WITH done AS (INSERT INTO exchange_outgoing (message_id, peer, type, data, answers, about, written_at)
           SELECT n.message_id, n.peer, n.type, n.data, n.answers, n.about, n.at
           FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[])
                WITH ORDINALITY AS n(message_id, peer, type, data, answers, about, at, ord)
           ORDER BY n.ord RETURNING peer) {_said("send")}""",
        _columns(messages, "message_id", "peer", "type", "data", "answers", "about", "at"),
    )


def signed(messages: Sequence[tuple[str, int, str]]) -> None:
    """Keep numbers and signed forms of messages of ours (identifier, number, compact JWS), lowest number first.

    Raises:
        Refused: a number leaves a gap, or a message has one.
    """
    with refusals_translated():
        done = rows(
            """INSERT INTO exchange_signed (outgoing_id, peer, sequence, jws)
               SELECT o.id, o.peer, n.sequence, n.jws FROM unnest(%b::text[], %s::bigint[], %b::text[])
                   AS n(message_id, sequence, jws) JOIN exchange_outgoing o ON o.message_id = n.message_id
               ORDER BY n.sequence RETURNING 1""",
            ([each[0] for each in messages], numbers(each[1] for each in messages), [each[2] for each in messages]),
        )
    if len(done) != len(messages):
        raise refused(Code.REQUEST_MALFORMED, messages[0][0], "no such message")


def acknowledge(receipts: Sequence[tuple[str, str, Objections]], at: datetime) -> None:
    """Keep the first receipts that came for messages of ours (identifier, compact JWS, objections)."""
    _write(
        """INSERT INTO exchange_receipt (outgoing_id, peer, sequence, receipt, objections, received_at)
           SELECT s.outgoing_id, s.peer, s.sequence, n.receipt, n.objections::jsonb, %s
           FROM unnest(%b::text[], %b::text[], %b::text[]) AS n(message_id, receipt, objections)
           JOIN exchange_outgoing o ON o.message_id = n.message_id JOIN exchange_signed s ON s.outgoing_id = o.id
           ORDER BY s.sequence ON CONFLICT (outgoing_id) DO NOTHING RETURNING 1""",
        (at, [each[0] for each in receipts], [each[1] for each in receipts], [_json(each[2]) for each in receipts]),
    )


def incoming(messages: Sequence[Incoming]) -> None:
    """Keep messages of peers."""
    names = ("peer", "message_id", "sequence", "type", "about", "jws", "receipt", "at")
    _write(
        f"""WITH done AS (INSERT INTO exchange_incoming (peer, message_id, sequence, type, about, jws, receipt,
               received_at, objections)
           SELECT n.peer, n.id, n.sequence, n.type, n.about, n.jws, n.receipt, n.at, n.objections::jsonb
           FROM unnest(%b::text[], %b::text[], %s::bigint[], %b::text[], %b::text[], %b::text[], %b::text[],
                       %b::timestamptz[], %b::text[])
               AS n(peer, id, sequence, type, about, jws, receipt, at, objections)
           RETURNING peer) {_said("handle")}""",
        (*_columns(messages, *names), [_json(each.objections) for each in messages]),
    )


def handled(peer: str, messages: Sequence[tuple[str, Objections]]) -> None:
    """Messages of a peer (identifier, objections) have had their effects, or none because of the objections; saying so
    again changes nothing."""
    _write(
        """INSERT INTO exchange_handled (incoming_id, peer, sequence, objections)
           SELECT i.id, i.peer, i.sequence, n.objections::jsonb
           FROM unnest(%b::text[], %b::text[]) AS n(message_id, objections)
           JOIN exchange_incoming i ON i.peer = %s AND i.message_id = n.message_id
           ORDER BY i.sequence ON CONFLICT (incoming_id) DO NOTHING RETURNING 1""",
        ([each[0] for each in messages], [_json(each[1]) for each in messages], peer),
    )


def handle_alone(peer: str) -> None:
    """Keep others from handling this peer's messages until this database transaction is over."""
    row("SELECT pg_advisory_xact_lock(hashtext('exchange handling'), hashtext(%s))", (peer,))


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


_KEPT = (
    ("transfer_id", "text"), ("side", "text"), ("peer", "text"), ("status", "text"), ("service", "text"),
    ("source_account", "text"), ("target_account", "text"), ("quantity", "bigint"), ("proposed", "text"),
    ("deadline", "timestamptz"), ("changed_at", "timestamptz"), ("objections", "text"), ("ledger_id", "bigint"),
    ("completion", "text"), ("proposal_message_id", "text"), ("completion_message_id", "text"),
    ("completed_at", "timestamptz"),
)  # fmt: skip


def _given(columns: Sequence[tuple[str, str]]) -> str:
    """Rows by columns, each an array in the parameter of its name."""
    marks = (f"%({name}){'s' if type_ == 'bigint' else 'b'}::{type_}[]" for name, type_ in columns)
    return f"unnest({', '.join(marks)}) WITH ORDINALITY AS n({', '.join(name for name, _ in columns)}, ord)"


_AS = {"objections": "n.objections::jsonb"}
_SAVE = f"""INSERT INTO exchange_transfer (section_id, {", ".join(name for name, _ in _KEPT)})
    SELECT a.section_id, {", ".join(_AS.get(name, f"n.{name}") for name, _ in _KEPT)} FROM {_given(_KEPT)}
    LEFT JOIN account a ON a.number = CASE WHEN n.side = 'sender' THEN n.source_account ELSE n.target_account END
    ORDER BY n.ord
    ON CONFLICT (transfer_id) DO UPDATE SET status = EXCLUDED.status, proposed = EXCLUDED.proposed,
        deadline = EXCLUDED.deadline, changed_at = EXCLUDED.changed_at, objections = EXCLUDED.objections,
        ledger_id = EXCLUDED.ledger_id, completion = EXCLUDED.completion,
        proposal_message_id = EXCLUDED.proposal_message_id,
        completion_message_id = EXCLUDED.completion_message_id, completed_at = EXCLUDED.completed_at
    RETURNING 1"""


def save_transfers(transfers: Sequence[Mapping[str, Any]]) -> None:
    """Transfers between registries as they stand now, each once; the section is that of our side's account, by its
    number.

    Raises:
        Refused: what was proposed, and what is final, does not change.
    """
    _write(_SAVE, _columns_of(transfers, _KEPT))


_CHANGED = tuple(each for each in _KEPT if each[0] in {
    "transfer_id", "status", "changed_at", "objections", "completion", "completion_message_id", "completed_at",
})  # fmt: skip
_CHANGE = f"""UPDATE exchange_transfer t SET status = n.status, changed_at = n.changed_at,
        objections = {_AS["objections"]}, completion = n.completion,
        completion_message_id = n.completion_message_id, completed_at = n.completed_at
    FROM {_given(_CHANGED)}
    WHERE t.transfer_id = n.transfer_id RETURNING 1"""


def change_transfers(transfers: Sequence[Mapping[str, Any]]) -> None:
    """What became of transfers that are kept; what was proposed is as it was. Raises as `save_transfers` does."""
    _write(_CHANGE, _columns_of(transfers, _CHANGED))


def _columns_of(transfers: Sequence[Mapping[str, Any]], columns: Sequence[tuple[str, str]]) -> dict[str, Any]:
    kept: dict[str, Any] = {
        name: numbers(each[name] for each in transfers) if type_ == "bigint" else [each[name] for each in transfers]
        for name, type_ in columns
    }
    return {**kept, "objections": [_json(each) for each in kept["objections"]]}


def name_units(ranges: Sequence[tuple[str, str, str, int, int]]) -> None:
    """Keep which units (transfer, registry, Party, first, last) new transfers are about; once for each transfer."""
    _write(
        """INSERT INTO exchange_transfer_units (transfer_id, registry, party, lo, hi)
           SELECT u.* FROM unnest(%b::text[], %b::text[], %b::text[], %s::bigint[], %s::bigint[])
               AS u(transfer_id, registry, party, lo, hi)
           WHERE NOT EXISTS (SELECT 1 FROM exchange_transfer_units o WHERE o.transfer_id = u.transfer_id)
           RETURNING 1""",
        (
            [each[0] for each in ranges], [each[1] for each in ranges], [each[2] for each in ranges],
            numbers(each[3] for each in ranges), numbers(each[4] for each in ranges),
        ),
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
