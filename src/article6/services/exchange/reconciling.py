"""Reconciliation for administrators: start a comparison, read the case, sign how it is resolved; and daily by itself.

Whoever signs is an administrator; the other side's administrator is the second person. What a correction moves is
decided by two people of the registry that corrects (`services.corrections`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.serials import SERIAL_LIMIT
from article6.exchange import comparing
from article6.exchange.cases import SERVICE, Correction, Reconciliation, Status, left_open, waiting
from article6.exchange.facts import Serials
from article6.exchange.problems import Problem, Rejected
from article6.exchange.turns import Turn
from article6.services.commands import command, once
from article6.services.exchange import desks, own_keys, peers
from article6.services.exchange.books import KeptBooks
from article6.services.exchange.cases import KeptCases, as_case
from article6.services.exchange.limits import limits
from article6.services.exchange.overview import PEER_LINES
from article6.services.exchange.own_code import own_code
from article6.services.paging import Page, below, page
from article6.store import journal
from article6.store.queries import facts
from article6.store.queries import reconciliation as reading

EVERY = timedelta(hours=24)
"""So often registries compare without being asked; the one with the lower code starts."""


STARTS_AN_HOUR = 10
"""So many comparisons with one peer are started by hand in an hour: each has both registries read all that passed."""


@dataclass(frozen=True, slots=True)
class NewResolution:
    """What is done in whose books (`registry`), and why, about serials as in `GHA01-GHA:11-50`; none: all still open.
    The action `statement`: nothing is done, the books stand as they do."""

    registry: str
    action: str
    reason: str
    serials: tuple[str, ...] = ()


def start(peer: str, *, by: PersonId, now: datetime, key: str | None = None) -> str:
    """Ask a peer to compare books now; the id of the comparison. The answers come with the messages.

    Raises:
        Refused: not connected, the service is not agreed, there is no key, `by` may not connect registries, or it was
            done too often.
    """
    given = command(by, key, "start_reconciliation", peer)

    def act() -> str:
        peers.require(by)
        peers.known(peer)
        with journal.database_transaction(), _rejections_told():
            journal.wait_for_turn(f"reconcile {peer}")
            if reading.started_here(peer, now - timedelta(hours=1)) >= STARTS_AN_HOUR:
                raise refused(Code.RECONCILIATION_TOO_MANY, peer, f"{STARTS_AN_HOUR} in the last hour")
            found = desks.RECONCILING.start(_turn(now), peer, "on_demand")
            number = reading.number(found.id, peer)
            journal.note(given, "reconciliation.started", f"reconciliation:{found.id}", now, [number])
        return found.id

    return once(given, act, lambda answer: reading.named(answer.ids[0]))


def daily(now: datetime) -> int:
    """Start the comparisons that are due; how many."""
    due = reading.due(SERVICE, now - EVERY, own_code())
    for peer in due:
        with journal.database_transaction():
            desks.RECONCILING.start(_turn(now), peer, "daily")
    return len(due)


def _turn(now: datetime) -> Turn:
    own_keys.signer(now)
    return Turn(KeptBooks(), desks.channel(now), limits(), now)


def resolve(
    reconciliation_id: str, new: NewResolution | None = None, *, by: PersonId, now: datetime, key: str | None = None
) -> dict[str, Any]:  # fmt: skip
    """Sign how a case is resolved; None: sign what the peer has signed. Once both have signed the same, what is to be
    corrected here is free for it, and the rest after a comparison that finds nothing.

    Raises:
        Refused: no open case, nothing to sign, a correction is not of what differs, or `by` may not connect registries.
    """
    given = command(by, key, "resolve_reconciliation", [reconciliation_id, new])

    def act() -> dict[str, Any]:
        peers.require(by)
        with journal.database_transaction(), _rejections_told():
            found = _case(reconciliation_id, lock=True)
            desks.RECONCILING.sign(_turn(now), found, _wanted(found, new), facts.actor(by).name)
            number = reading.number(found.id, found.peer)
            journal.note(given, "reconciliation.signed", f"reconciliation:{reconciliation_id}", now, [number])
        return shown(reconciliation_id)

    return once(given, act, lambda _answer: shown(reconciliation_id))


def _wanted(found: Reconciliation, new: NewResolution | None) -> tuple[Correction, ...]:
    kept = KeptCases()
    signatures = kept.signatures(found.id, found.peer)
    if new is None:
        signed = waiting(signatures, by_us=False)
        if not signed:
            raise refused(Code.RECONCILIATION_STATE, found.id, "the peer has signed nothing that waits for us")
        return signed
    if new.registry not in (own_code(), found.peer):
        raise refused(Code.REQUEST_MALFORMED, new.registry, "neither of the two registries")
    named = [_named(each) for each in new.serials]
    serials = named or left_open(kept.differences(found.id, found.peer), signatures)
    if not serials:
        raise refused(Code.RECONCILIATION_STATE, found.id, "nothing of it is open")
    return tuple(Correction(each, new.registry, new.action, new.reason) for each in serials)


def _named(text: str) -> Serials:
    found = re.fullmatch(r"([A-Z0-9]{2,8})-([A-Z]{0,3}):([0-9]{1,19})-([0-9]{1,19})", text)
    if found is None or not 1 <= int(found[3]) <= int(found[4]) <= SERIAL_LIMIT:
        raise refused(Code.SERIAL_MALFORMED, text[:60], "as in GHA01-GHA:11-50")
    return Serials(found[1], found[2], int(found[3]), int(found[4]))


def _case(reconciliation_id: str, *, lock: bool = False) -> Reconciliation:
    found = reading.reconciliation(reconciliation_id, lock=lock)
    if found is None:
        raise refused(Code.RECONCILIATION_UNKNOWN, reconciliation_id[:64])
    return as_case(found)


def listed(
    after: str | None = None, limit: int = 50, peer: str | None = None, *, is_open: bool = False,
    by: PersonId | None = None,
) -> Page:  # fmt: skip
    """Comparisons, newest first; `is_open`: cases in the administrators' hands."""
    if by is not None:
        peers.require(by)
    found = reading.listed(below(after), limit + 1, peer, is_open=is_open)
    return page(found, limit, lambda each: f"{each['id']}", (reading.count(peer, is_open=is_open), False))


def has_ended(reconciliation_id: str) -> bool:
    """Whether both sides have said what they found."""
    found = _case(reconciliation_id)
    return found.status is Status.DENIED or bool(found.result and found.peer_result)


def shown(reconciliation_id: str, *, by: PersonId | None = None) -> dict[str, Any]:
    """A comparison with what differs, what is held here, what each side signed, and every message of both sides, each
    with its signature: the evidence.

    Raises:
        Refused: there is none, or `by`, where somebody is named, may not connect registries.
    """
    if by is not None:
        peers.require(by)
    found = reading.reconciliation(reconciliation_id)
    if found is None:
        raise refused(Code.RECONCILIATION_UNKNOWN, reconciliation_id[:64])
    case = as_case(found)
    differences = KeptCases().differences(case.id, case.peer)
    signatures = KeptCases().signatures(case.id, case.peer)
    return {
        **found, "differences": [_difference(each) for each in differences], "holds": reading.holds(found["id"]),
        "resolutions": reading.resolutions(found["id"]),
        "is_agreed": bool(differences) and not left_open(differences, signatures),
        "messages": reading.messages(case.id, case.peer),
    }  # fmt: skip


def _difference(each: comparing.Difference) -> dict[str, Any]:
    return {
        "registry": each.serials.registry, "party": each.serials.party, "first": each.serials.first,
        "last": each.serials.last, "unit_type": each.unit_type, "way": str(each.way), "is_ours": each.is_ours,
    }  # fmt: skip


def _lines() -> dict[str, str]:
    """In a peer's line: how its newest comparison ended and when it began, and how many cases are open."""
    return {
        peer: f"{each['status']} {each['started_at']:%Y-%m-%d %H:%M}" + (f", {each['open']} open" * bool(each["open"]))
        for peer, each in reading.last_by_peer().items()
    }


PEER_LINES["reconciliation"] = _lines


@contextmanager
def _rejections_told() -> Iterator[None]:
    try:
        yield
    except Rejected as rejected:
        raise Refused(
            [
                Refusal(
                    Code.SERVICE_NOT_AGREED
                    if each.problem is Problem.SERVICE_NOT_AGREED
                    else Code.RECONCILIATION_STATE,
                    each.subject,
                    each.detail,
                )
                for each in rejected.objections
            ]
        ) from rejected
