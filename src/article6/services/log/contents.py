"""What a leaf commits to, made anew from rows that never change: the same rows always give the same content.

Whole numbers of units and serials are decimal strings. Persons are not told. What may be confidential - particulars of
a transaction, entities and terms of an authorization - is withheld by itself, and disclosed by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from article6.domain.refusals import invariant
from article6.store.queries import log_sources
from article6.transparency import key_files
from article6.transparency.leaves import Content, Kind, plain

PARTICULARS = "particulars."
"""Before the name of a transaction's particular, among what is withheld."""


def of(kind: str, subjects: Sequence[str]) -> dict[str, Content]:
    """The contents of subjects of one kind; each of them must have been recorded."""
    if not subjects:
        return {}
    found = READERS[Kind(kind)](subjects)
    invariant(len(found) == len(set(subjects)), f"{kind}: of {len(subjects)} subjects {len(found)} are recorded")
    return found


def _transactions(subjects: Sequence[str]) -> dict[str, Content]:
    ids = [int(each) for each in subjects]
    entries: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for transaction_id, *line in log_sources.entries(ids):
        entries[transaction_id].append(_entry(*line))
    contents = {}
    for row in log_sources.transactions(ids):
        facts = {
            "transaction": str(row["id"]),
            "type": row["type"],
            "section": row["section"],
            "from": row["source"],
            "to": row["target"],
            "quantity": str(row["quantity"]),
            "proposed_at": moment(row["proposed_at"]),
            "completed_at": moment(row["decided_at"]),
            "entries": entries[row["id"]],
        }
        withheld = {f"{PARTICULARS}{name}": plain(value) for name, value in (row["terms"] or {}).items()}
        contents[str(row["id"])] = Content(Kind.TRANSACTION, str(row["id"]), facts, withheld)
    return contents


def _entry(
    registry: str, party: str, first: int, last: int, source: str | None, target: str, batch: bytes,
    authorizing: str | None, code: str | None, version: int | None, is_first_transfer: bool,
) -> dict[str, Any]:  # fmt: skip
    return {
        "registry": registry,
        "party": party,
        "first": str(first),
        "last": str(last),
        "from": source,
        "to": target,
        "batch": bytes(batch).hex(),
        "authorization": None if code is None else [authorizing, code, version],
        "first_transfer": is_first_transfer,
    }


_AUTHORIZATION_FACTS = ("party", "code", "version", "cooperative_approach", "purposes", "is_revoked")
_AUTHORIZATION_BESIDE = (*_AUTHORIZATION_FACTS, "id", "authorized_on", "quantity", "recorded_at")


def _authorizations(subjects: Sequence[str]) -> dict[str, Content]:
    contents = {}
    for row in log_sources.authorizations([int(each) for each in subjects]):
        facts = {
            **{name: row[name] for name in _AUTHORIZATION_FACTS},
            "authorized_on": row["authorized_on"].isoformat(),
            "quantity": None if row["quantity"] is None else str(row["quantity"]),
            "recorded_at": moment(row["recorded_at"]),
        }
        withheld = {name: plain(value) for name, value in row.items() if name not in _AUTHORIZATION_BESIDE}
        contents[str(row["id"])] = Content(Kind.AUTHORIZATION, str(row["id"]), facts, withheld)
    return contents


def _nomenclature(subjects: Sequence[str]) -> dict[str, Content]:
    contents = {}
    for row in log_sources.nomenclature([int(each) for each in subjects]):
        facts = {name: plain(value) for name, value in row.items() if name not in ("id", "recorded_at")}
        facts["recorded_at"] = moment(row["recorded_at"])
        contents[str(row["id"])] = Content(Kind.NOMENCLATURE, str(row["id"]), facts)
    return contents


def _messages(kind: Kind) -> Callable[[Sequence[str]], dict[str, Content]]:
    def read(subjects: Sequence[str]) -> dict[str, Content]:
        numbers = [(peer, int(number)) for peer, _, number in (each.rpartition(":") for each in subjects)]
        return {row["subject"]: Content(kind, row["subject"], _message(row)) for row in _rows(kind, numbers)}

    return read


def _rows(kind: Kind, numbers: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    return log_sources.messages(kind, numbers)


def _message(row: Mapping[str, Any]) -> dict[str, Any]:
    """A message by its digest: who has the message knows that it is this one."""
    facts = {
        "peer": row["peer"],
        "sequence": row["sequence"],
        "message": row["message_id"],
        "sha256": sha256(row["jws"].encode()).hexdigest(),
    }
    if "receipt" in row:
        facts |= {
            "receipt_sha256": sha256(row["receipt"].encode()).hexdigest(),
            "received_at": moment(row["received_at"]),
        }
    else:
        facts["type"] = row["type"]
    return facts


def _announcements(subjects: Sequence[str]) -> dict[str, Content]:
    found = log_sources.announcements([int(each) for each in subjects])
    return {
        str(row["id"]): Content(Kind.LOG_KEY, str(row["id"]), {key_files.ANNOUNCEMENT: row["note"]}) for row in found
    }


def moment(at: datetime) -> str:
    """A moment as text, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


READERS: Mapping[Kind, Callable[[Sequence[str]], dict[str, Content]]] = {
    Kind.TRANSACTION: _transactions,
    Kind.AUTHORIZATION: _authorizations,
    Kind.NOMENCLATURE: _nomenclature,
    Kind.MESSAGE_RECEIVED: _messages(Kind.MESSAGE_RECEIVED),
    Kind.MESSAGE_SENT: _messages(Kind.MESSAGE_SENT),
    Kind.LOG_KEY: _announcements,
}
