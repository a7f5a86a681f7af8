"""Asking a peer to show what a Party holds there and what was done with its units; and what it showed last.

An answer is a page of signed messages after another; once it is whole it is kept for good, and shown with its age
whether or not the peer can be reached. What was done is asked for since the last whole answer, and added to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from article6.domain.canonical import canonical
from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.exchange.message_types import Type
from article6.services import people, sight
from article6.services.commands import command, once
from article6.services.exchange import agreed, desks, peers
from article6.services.exchange.overview import PEER_LINES
from article6.services.exchange.view_telling import ACTIONS, HOLDINGS, SERVICE
from article6.services.exchange.viewing import question
from article6.services.naming import NamedSerials
from article6.store import journal
from article6.store.queries import exchange_views as reading

OVERLAP = timedelta(minutes=10)
"""What was done is asked for again so far back: what was decided then may have been written later."""

KINDS = (HOLDINGS, ACTIONS)


@dataclass(frozen=True, slots=True)
class NewView:
    """What is to be shown: `holdings` or `actions` of a Party at a peer, now or `as_of` a moment, of all units or of
    `serials` (with the registry of their series). `from_start`: do not go on from the last answer, but ask for
    everything that was done."""

    peer: str
    party: str
    view: str = HOLDINGS
    as_of: datetime | None = None
    from_start: bool = False
    serials: NamedSerials | None = None


def ask(new: NewView, *, by: PersonId, now: datetime, key: str | None = None) -> int:
    """Ask; the answer comes when the peer does. The view's number.

    Raises:
        Refused: not connected, `pull_view` is not agreed, no such Party's section here for somebody who does not see
            everything, or a moment to come.
    """
    given = command(by, key, "ask_view", new)

    def act() -> int:
        section_id = _require_reader(new.party, by)
        agreed.require(new.peer, SERVICE)
        if new.view not in KINDS or (new.as_of is not None and new.as_of > now):
            raise refused(Code.REQUEST_MALFORMED, new.view, "a view of now, or of a moment that is past")
        serials = str(new.serials) if new.serials else ""
        if new.serials and (new.serials.registry is None or not 1 <= new.serials.first <= new.serials.last):
            raise refused(Code.SERIAL_MALFORMED, serials, "write it as in THA01/THA:1-100")
        with journal.database_transaction():
            goes_on = new.view == ACTIONS and not new.from_start and new.as_of is None
            before = _last_whole(new.peer, new.party, new.view, serials) if goes_on else None
            since = before["as_of"] - OVERLAP if before else None
            asked = question(new.view, new.party, new.as_of, since, serials=serials)
            message_id = desks.channel(now).send(new.peer, Type.VIEW_ASKED, asked, now)
            number = journal.insert(
                "exchange_view",
                {
                    "peer": new.peer, "section_id": section_id, "party": new.party, "view": new.view,
                    "serials": serials, "as_of": new.as_of, "since": since, "follows": before["id"] if before else None,
                    "message_id": message_id, "asked_by": by, "asked_at": now,
                },
            )  # fmt: skip
            journal.note(given, "view.asked", f"view:{number}", now, [number], section_id=section_id)
        return number

    return once(given, act, lambda answer: answer.ids[0])


def shown(
    peer: str, party: str, view: str, *, now: datetime, number: int | None = None, serials: NamedSerials | None = None
) -> dict[str, Any]:
    """The last whole answer in sight (or the one of this number), with its age in seconds and whether the peer could be
    reached lately; `as_of` None where nothing has come yet. `asked` is the question that waits, `objections` why the
    peer showed nothing the last time.

    Raises:
        Refused: no such peer or view.
    """
    found = reading.views(peer, party, view, str(serials) if serials else "")
    if number is not None:
        found = [each for each in found if each["id"] == number]
        if not found:
            raise refused(Code.PROPOSAL_UNKNOWN, str(number))
    with sight.seeing(sight.EVERYTHING):
        standing = peers.known(peer)
    whole = next((each for each in found if _is_answer(each)), None)
    newest = found[0] if found else None
    return {
        "peer": peer, "party": party, "view": view,
        "as_of": whole["as_of"] if whole else None,
        "told_at": whole["told_at"] if whole else None,
        "age_s": max(0, int((now - whole["as_of"]).total_seconds())) if whole else None,
        "is_peer_reached": standing["failures"] == 0,
        "asked": newest["asked_at"] if newest and not newest["is_whole"] else None,
        "objections": newest["objections"] if newest and newest["is_whole"] else [],
        "lines": _lines(whole) if whole else [],
        "messages": [whole["message_id"]] if whole else [],
    }  # fmt: skip


def is_answered(number: int) -> bool:
    """Whether the answer to a question has come in whole."""
    found = reading.view(number)
    return found is not None and found["is_whole"]


def last(peer: str | None = None) -> list[dict[str, Any]]:
    """Of each peer, Party and kind in sight what was shown last: peer, party, view, as_of, told_at, lines."""
    return reading.last_views(peer)


def _require_reader(party: str, by: PersonId) -> int | None:
    """The Party's section here; who asks must read in it, or everywhere where the Party has none here."""
    section_id = reading.section_of(party)
    people.require(by, Right.READ, ANY_SECTION if section_id is None else section_id)
    return section_id


def _last_whole(peer: str, party: str, view: str, serials: str) -> dict[str, Any] | None:
    return next((each for each in reading.views(peer, party, view, serials) if _is_answer(each)), None)


def _is_answer(view: Mapping[str, Any]) -> bool:
    return bool(view["is_whole"]) and not view["objections"]


def _lines(whole: Mapping[str, Any]) -> list[Any]:
    """What was told in a view and in those that it follows on; what is told twice is shown once."""
    chain: list[int] = []
    at: Mapping[str, Any] | None = whole
    while at is not None:
        chain.append(at["id"])
        at = reading.view(at["follows"]) if at["follows"] is not None else None
    return _once(reading.lines(chain[::-1])) if whole["view"] == ACTIONS else reading.lines(chain)


def _once(lines: Sequence[Any]) -> list[Any]:
    return list({canonical(each): each for each in lines}.values())


def _ages() -> Mapping[str, Any]:
    told: dict[str, Any] = {}
    for each in reading.last_views():
        told[each["peer"]] = max(each["as_of"], told.get(each["peer"], each["as_of"]))
    return told


PEER_LINES["last_view"] = _ages
