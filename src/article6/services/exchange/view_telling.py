"""Telling a Party's registry what it may see here, page by page: holdings, or what was done, as of a moment.

A Party that has given the peer a mandate lets it see its own section, and the units that the Party first transferred,
wherever they stand here; of others' accounts neither number nor holder is told. Nothing else is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from article6.domain.holdings import Held
from article6.domain.kinds import ELSEWHERE
from article6.domain.units import UnitType, shown_as
from article6.exchange import facts_json, schemas
from article6.exchange.books import PeerStatus
from article6.exchange.facts import Serials
from article6.exchange.message_types import Type
from article6.exchange.moments import moment, written
from article6.exchange.problems import Objection, Problem, Rejected
from article6.exchange.turns import Received, Turn
from article6.services import as_of
from article6.services.exchange.own_code import own_code
from article6.store.database import one_moment
from article6.store.queries import exchange_views as reading
from article6.store.queries import lookup

SERVICE = "pull_view"
HOLDINGS, ACTIONS = "holdings", "actions"

_CURSOR = re.compile(r"([0-9]{1,18})-([0-9]{1,19})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for, between `since` (None: from the beginning) and `at`, on a page after `after`; of `serials`
    (None: of all)."""

    party: str
    at: datetime
    since: datetime | None
    after: tuple[int, int]
    limit: int
    serials: Serials | None = None


def asked(turn: Turn, received: Received) -> None:
    """Answer a question: with a page, or with why nothing is shown.

    Raises:
        Rejected: the cursor is none that we gave.
    """
    data = received.data
    at = moment(data["as_of"]) if data["as_of"] else turn.now
    answer: dict[str, Any] = {
        "view": data["view"], "party": data["party"], "as_of": written(at), "holdings": [], "actions": [],
        "cursor": "", "objections": [],
    }  # fmt: skip
    found = re.fullmatch(_CURSOR, data["cursor"] or "0-0")
    if found is None:
        raise Rejected(Objection(Problem.MESSAGE_MALFORMED, "cursor", "none that was told"))
    since = moment(data["since"]) if data["since"] else None
    serials = facts_json.serials_from(data["serials"]) if "serials" in data else None
    wanted = Wanted(data["party"], at, since, (int(found[1]), int(found[2])), data["limit"], serials)
    no = _why_not(turn, received, wanted)
    if no is None:
        rows = _holdings(wanted) if data["view"] == HOLDINGS else _actions(wanted)
        answer[data["view"]], answer["cursor"] = rows
    else:
        answer["objections"] = [no.as_json()]
    turn.say(received.peer.code, Type.VIEW_TOLD, _sayable(answer), received.message.id)


def _sayable(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer; where something of it does not fit into a message, that nothing is shown, and what it is."""
    try:
        schemas.validate(Type.VIEW_TOLD, answer)
    except Rejected as rejected:
        nothing: dict[str, Any] = {"holdings": [], "actions": [], "cursor": ""}
        return {**answer, **nothing, "objections": [each.as_json() for each in rejected.objections]}
    return answer


def _why_not(turn: Turn, received: Received, wanted: Wanted) -> Objection | None:
    peer = received.peer
    if peer.status is not PeerStatus.CONNECTED:
        return Objection(Problem.SENDER_SUSPENDED, peer.code)
    if SERVICE not in peer.services:
        return Objection(Problem.SERVICE_NOT_AGREED, SERVICE)
    mandate = reading.mandate_in_force(peer.code, wanted.party)
    if mandate is None or not mandate["may_view"]:
        return Objection(Problem.NOT_PERMITTED, wanted.party, "the Party has not given this registry a mandate here")
    if wanted.at > turn.now + turn.limits.skew:
        return Objection(Problem.MESSAGE_MALFORMED, "as_of", "is to come")
    return None


# --- Holdings


def _holdings(wanted: Wanted) -> tuple[list[dict[str, Any]], str]:
    """A page and its cursor: account and place of the last line told, '' at the end."""
    told: list[dict[str, Any]] = []
    account_id, place = wanted.after
    last = ""
    with one_moment():
        # The account that the page before ended within is gone on with.
        for number, is_own in reading.accounts_of(wanted.party, account_id - 1):
            begin = place if number == account_id else 0
            for position, line in enumerate(_held(number, is_own, wanted), 1):
                if position <= begin:
                    continue
                if len(told) == wanted.limit:
                    return told, last
                told.append(line)
                last = f"{number}-{position}"
    return told, ""


def _held(account_id: int, is_own: bool, wanted: Wanted) -> Iterator[dict[str, Any]]:
    account = lookup.account(account_id)
    found = as_of.held(account_id, wanted.at)
    if not found.held:
        return
    names = {each.id: (each.registry, each.party) for each in lookup.series()}
    marked: dict[int | None, datetime | None] = {None: None}
    for held, transaction_id in as_of.first_transferred(found, wanted.at):
        if transaction_id not in marked and transaction_id is not None:
            marked[transaction_id] = _decided(transaction_id)
        part = _within(held, names[held.series_id], wanted.serials)
        if part and (is_own or (transaction_id is not None and names[held.series_id][1] == wanted.party)):
            yield _holding(part, account, names[held.series_id], marked[transaction_id], is_own=is_own)


def _within(held: Held, name: tuple[str, str], serials: Serials | None) -> Held | None:
    """The part of what is held that is asked for, None where nothing is."""
    if serials is None:
        return held
    first, last = max(held.first, serials.first), min(held.last, serials.last)
    return (
        held._replace(first=first, last=last) if name == (serials.registry, serials.party) and first <= last else None
    )


def _decided(transaction_id: int) -> datetime | None:
    found = lookup.transaction(transaction_id)
    return found["decided_at"] if found else None


def _holding(
    held: Held, account: Mapping[str, Any], name: tuple[str, str], first: datetime | None, *, is_own: bool
) -> dict[str, Any]:
    batch = lookup.batch(held.batch_id)
    line: dict[str, Any] = {
        "account": account["number"] if is_own else "",
        "party": _party(account["party"]),
        "serials": _serials(name, held.first, held.last),
        "unit_type": str(shown_as(UnitType(batch["unit_type"]), first is not None)),
        "cooperative_approach": batch["cooperative_approach"] or "",
        "vintage_year": batch["vintage_year"],
        "authorization": None,
        "first_transferred_at": written(first) if first else "",
        "status": _status(account),
    }
    if held.authorization_id:
        laid = lookup.authorization(held.authorization_id)
        line["authorization"] = {"party": laid["party"], "code": laid["code"], "version": laid["version"]}
    return line


def _status(account: Mapping[str, Any]) -> str:
    if account["type"] == ELSEWHERE:
        return "held elsewhere"
    if not account["is_terminal"]:
        return "held"
    return "retired" if account["type"].startswith("retirement") else "cancelled"


def _party(text: str | None) -> str:
    """A Party's code; particulars of transactions are what people gave."""
    return text if text and re.fullmatch(r"[A-Z]{3}", text) else ""


def _serials(name: tuple[str, str], first: int, last: int) -> dict[str, str]:
    return {"registry": name[0], "party": name[1], "first": str(first), "last": str(last)}


# --- Actions


def _actions(wanted: Wanted) -> tuple[list[dict[str, Any]], str]:
    of = wanted.serials
    serials = (of.registry, of.party, of.first, of.last) if of else None
    found = reading.actions(wanted.party, wanted.since, wanted.at, wanted.after, wanted.limit + 1, serials)
    page = found[: wanted.limit]
    code = own_code()
    cursor = f"{page[-1]['id']}-{page[-1]['part']}" if len(found) > wanted.limit else ""
    return [_action(_clipped(each, of), wanted.party, code) for each in page], cursor


def _clipped(line: Mapping[str, Any], of: Serials | None) -> Mapping[str, Any]:
    if of is None:
        return line
    return {**line, "first": max(line["first"], of.first), "last": min(line["last"], of.last)}


def _action(line: Mapping[str, Any], party: str, code: str) -> dict[str, Any]:
    terms = line["terms"] or {}
    action: dict[str, Any] = {
        "type": line["type"], "at": written(line["decided_at"]), "registry": code, "first": str(line["first"]),
        "last": str(line["last"]), "transaction": str(line["transaction_id"]),
        "from_party": _party(line["from_party"]), "to_party": _party(line["to_party"]), "authorization": line["under"],
        "purpose": str(terms.get("purpose") or "")[:200], "is_first_transfer": line["is_first_transfer"],
        "from_account": line["from_account"] if line["from_section"] == party else "",
        "to_account": line["to_account"] if line["to_section"] == party else "",
    }  # fmt: skip
    named = {name: value for name, value in action.items() if value}
    return {"serials": _serials((line["registry"], line["party"]), line["first"], line["last"]), "action": named}
