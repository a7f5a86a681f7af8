"""The log's signing key is replaced: one administrator asks, a second approves, and the log announces it.

From the approval on the new key signs checkpoints and certificates; the old one goes on signing checkpoints beside it
for as long as was asked, so that who has not heard of the new one loses nothing, and then never again. What it signed
stays verifiable for ever: the announcement, under both keys, leads from one to the other (`transparency.log_keys`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.services import people, sight
from article6.services.commands import command, once
from article6.services.log import keeping
from article6.services.log.keeping import Role
from article6.services.proposals import PROPOSED
from article6.store import journal
from article6.store.database import seeing
from article6.store.queries import log as queries
from article6.transparency import log_keys

OVERLAP = timedelta(days=30)
"""So long the old key signs beside the new one, unless another time is asked for."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """A change of the log's key: `proposed`, `approved` or `rejected`; with the new key once it is approved."""

    id: int
    status: str
    key: str = ""


def propose(
    reason: str, overlap: timedelta = OVERLAP, *, by: PersonId, now: datetime, key: str | None = None
) -> Rotation:
    """Ask to replace the log's key. An overlap of nothing is for a key that somebody else may have.

    Raises:
        Refused: `by` may not connect registries; no reason; an overlap of more than a year.
    """
    hours = int(overlap / timedelta(hours=1))
    given = command(by, key, "rotate_log_key", [reason, hours])

    def act() -> Rotation:
        people.require(by, Right.CONNECT, ANY_SECTION)
        with seeing(sight.EVERYTHING), journal.database_transaction():
            asked = {"overlap_hours": hours, "reason": reason.strip(), "proposed_by": by, "proposed_at": now}
            number = journal.insert("log_rotation", asked)
            journal.note(given, "log_key.rotation_proposed", f"log_rotation:{number}", now, [number])
        return Rotation(number, PROPOSED)

    return once(given, act, lambda answer: _standing(answer.ids[0]))


def decide(
    number: int, *, approve: bool, by: PersonId, now: datetime, reason: str = "", key: str | None = None
) -> Rotation:
    """Approve, as a second administrator, or reject; who asked may reject, which withdraws.

    Raises:
        Refused: `by` may not connect registries, or asked for it; no such request, or it is decided; the secret that
            seals keys cannot be had.
    """
    given = command(by, key, "decide_log_key", [number, approve, reason])

    def act() -> Rotation:
        people.require(by, Right.CONNECT, ANY_SECTION)
        with seeing(sight.EVERYTHING), journal.database_transaction():
            journal.wait_for_turn("log key log")
            asked = _asked(number)
            decision = {"rotation_id": number, "is_approved": approve, "reason": reason}
            journal.insert("log_rotation_decision", {**decision, "decided_by": by, "decided_at": now})
            if approve:
                _announce(number, timedelta(hours=asked["overlap_hours"]), now)
            said = "rotated" if approve else "rotation_rejected"
            journal.note(given, f"log_key.{said}", f"log_rotation:{number}", now, [number])
        return _standing(number)

    return once(given, act, lambda answer: _standing(answer.ids[0]))


def listed() -> list[dict[str, Any]]:
    """The requests to replace the log's key, newest first, with what was decided and the keys."""
    with seeing(sight.EVERYTHING):
        return queries.rotations()


def announcements() -> list[str]:
    """What leads from each key of the log to the next, oldest first, as notes; for everybody."""
    return [note for _id, note, _place in queries.announcements()]


def _announce(number: int, overlap: timedelta, now: datetime) -> None:
    old = keeping.signer(Role.LOG, now)
    new = keeping.made_anew(Role.LOG, now)
    note = log_keys.announce(old, new, now, now + overlap)
    journal.insert(
        "log_key_announcement",
        {
            "rotation_id": number, "old_vkey": str(old.verifier), "new_vkey": str(new.verifier), "note": str(note),
            "announced_at": now, "retires_at": now + overlap,
        },
    )  # fmt: skip


def _asked(number: int) -> dict[str, Any]:
    found = next((each for each in queries.rotations() if each["id"] == number), None)
    if found is None:
        raise refused(Code.PROPOSAL_UNKNOWN, str(number))
    return found


def _standing(number: int) -> Rotation:
    with seeing(sight.EVERYTHING):
        found = _asked(number)
    return Rotation(number, found["status"], found["new_vkey"] or "")
