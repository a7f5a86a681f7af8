"""What peers publish: recorded here as our own services would, where it is new.

Nothing that is recorded here is overwritten. What says otherwise than our records is kept as a message, and shown to
the administrator. Of a Party that has a section here, documents are taken from a registry that has its mandate only;
what was done with underlying units, from their own registry only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from article6.domain.nomenclatures import Value
from article6.domain.refusals import N_, Code, Refused
from article6.domain.underlying import LockStatus
from article6.exchange import facts_json, keys
from article6.exchange.books import PeerStatus
from article6.exchange.facts import Proposed
from article6.exchange.message_types import Type
from article6.exchange.moments import moment
from article6.exchange.problems import Objection, Problem, Rejected
from article6.exchange.turns import Received, Subject, Turn
from article6.services.exchange import documents, leaving
from article6.services.exchange.own_code import own_code
from article6.store import journal, messages
from article6.store.journal import Command
from article6.store.queries import exchange_publishing as reading
from article6.store.queries import exchange_views

SERVICE = "subscription"
AT_ONCE = 200
"""Messages that one turn looks at again."""

RECORDED, KNOWN, OLDER, UNUSED, CONTRADICTS = "recorded", "known", "older", "unused", "contradicts"

DIFFERS = N_("What the peer published contradicts what is recorded here; nothing was changed. Find out which is right.")
NO_MANDATE = N_(
    "The peer published for a Party whose section here has given it no mandate; nothing was recorded. Ask the Party."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of something published: `record` names it here, `text` why a person is needed."""

    outcome: str
    record: str
    text: str = ""
    detail: str = ""


def _published(turn: Turn, received: Received) -> None:
    """Take what a peer published.

    Raises:
        Rejected: the peer may not publish here, or the content is not what its kind says.
    """
    data, peer = received.data, received.peer
    if peer.status is not PeerStatus.CONNECTED:
        raise Rejected(Objection(Problem.SENDER_SUSPENDED, peer.code))
    if SERVICE not in peer.services:
        raise Rejected(Objection(Problem.SERVICE_NOT_AGREED, SERVICE))
    kind = data["kind"]
    take = {reading.NOMENCLATURE: _value, reading.UNIT_STATUS: _unit_status}.get(kind)
    outcomes = take(turn, peer.code, data[kind]) if take else [_document(turn, peer.code, kind, data[kind])]
    for each in outcomes:
        _keep(peer.code, kind, received.message.id, each, turn.now)
        if each.text:
            turn.alert(peer.code, each.text, f"{kind} {each.record}: {each.detail}"[:300])


def catch_up(now: datetime) -> int:
    """Credits are locked before an outcome is recorded on them, and their registry says so then, once. What was said of
    units that nothing rested on is looked at again when something does; how many messages that were."""
    found = reading.told_before(AT_ONCE)
    for each in found:
        content = json.loads(keys.content(each["jws"]))["data"][reading.UNIT_STATUS]
        registry, series = content["registry"], content.get("series", "")
        first, last = int(content["first"]), int(content["last"])
        with journal.database_transaction():
            journal.wait_for_turn(f"unit status {registry}")
            for batch in reading.resting_on(registry, series, first, last):
                subject = f"{registry} {series}:{first}-{last}"
                outcome = _of_batch(now, LockStatus(content["status"]), content, batch, subject)
                _keep(each["peer"], reading.UNIT_STATUS, each["message_id"], outcome, now)
                if outcome.text:
                    text = f"{reading.UNIT_STATUS} {outcome.record}: {outcome.detail}"[:300]
                    messages.alert(each["peer"], outcome.text, text, now)
    return len(found)


def _keep(peer: str, kind: str, message_id: str, outcome: Outcome, now: datetime) -> None:
    journal.insert(
        "exchange_publication",
        {
            "peer": peer, "direction": "in", "kind": kind, "record": outcome.record[:200],
            "outcome": outcome.outcome, "message_id": message_id, "at": now,
        },
    )  # fmt: skip
    if outcome.outcome == RECORDED:
        by = Command(leaving.exchange_person())
        journal.note(by, "publication.recorded", f"{kind}:{outcome.record}"[:200], now)


# --- Approaches, activities, authorizations


def _document(turn: Turn, peer: str, kind: str, content: Mapping[str, Any]) -> Outcome:
    document = facts_json.document_from(content)
    name = " ".join(str(document[each]) for each in ("party", "code", "version") if each in document)
    alone = Proposed(
        "", SERVICE, "", "", 0, (), "",
        authorizations=(document,) if kind == reading.AUTHORIZATION else (),
        approaches=(document,) if kind == reading.APPROACH else (),
        activities=(document,) if kind == reading.ACTIVITY else (),
    )  # fmt: skip
    found = documents.known(alone)
    if found.objections:
        first = found.objections[0]
        return Outcome(CONTRADICTS, name, DIFFERS, f"{first.problem} {first.detail}")
    if number := _number(found, kind, document):
        return Outcome(KNOWN, str(number))
    if not _may_publish(peer, kind, document):
        return Outcome(CONTRADICTS, name, NO_MANDATE)
    if kind == reading.AUTHORIZATION and exchange_views.approach_id(str(document["approach"])) is None:
        return Outcome(CONTRADICTS, name, DIFFERS, f"approach {document['approach']} is not recorded here")
    try:
        with journal.database_transaction():
            return Outcome(RECORDED, str(_number(documents.record(alone, found, turn.now), kind, document)))
    except Refused as no:
        if Code.LEDGER_BUSY in no.codes:
            raise
        return Outcome(CONTRADICTS, name, DIFFERS, ", ".join(str(each) for each in no.codes))


def _number(found: documents.Known, kind: str, document: Mapping[str, Any]) -> int:
    """The number that the document has here, 0 where it is not recorded."""
    if kind == reading.AUTHORIZATION:
        return found.authorizations[document["party"], document["code"], document["version"]].id
    if kind == reading.APPROACH:
        return found.approaches[str(document["code"])]
    return found.activities[str(document["party"]), str(document["code"])]


def _may_publish(peer: str, kind: str, document: Mapping[str, Any]) -> bool:
    """A cooperative approach is several Parties' and has a number of the central platform; the rest is one Party's."""
    if kind == reading.APPROACH or exchange_views.section_of(document["party"]) is None:
        return True
    return exchange_views.mandate_in_force(peer, document["party"]) is not None


# --- Nomenclatures


def _value(turn: Turn, peer: str, content: Mapping[str, Any]) -> list[Outcome]:
    name, told = content["list"], content["value"]
    journal.wait_for_turn("nomenclatures")
    ours = reading.value_version(name, told)
    version, following = content["version"], (ours["version"] if ours else 0) + 1
    subject = f"{name} {told} {version}"
    if ours is not None and version < ours["version"]:
        return [Outcome(OLDER, subject)]
    if ours is not None and version == ours["version"]:
        return [Outcome(KNOWN, str(ours["id"])) if _is_same(ours, content) else Outcome(CONTRADICTS, subject, DIFFERS)]
    if not reading.is_list(name):
        return [Outcome(UNUSED, subject)]
    if ours is None and version != 1:
        version = following
    if version != following:
        return [Outcome(CONTRADICTS, subject, DIFFERS, f"version {following} did not come")]
    value = Value(
        told, date.fromisoformat(content["valid_from"]), _day(content.get("valid_until")), content.get("labels", {}),
        content.get("replaced_by", ""), f"{peer}: {content.get('source', '')}"[:500], version,
    )  # fmt: skip
    journal.record_nomenclature(name, [value], turn.now)
    recorded = reading.value_version(name, told)
    return [Outcome(RECORDED, str(recorded["id"]) if recorded else subject)]


def _is_same(ours: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    return (
        ours["valid_from"] == _day(told["valid_from"])
        and ours["valid_until"] == _day(told.get("valid_until"))
        and dict(ours["labels"]) == dict(told.get("labels", {}))
        and ours["replaced_by"] == told.get("replaced_by", "")
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# --- Underlying units


def _unit_status(turn: Turn, peer: str, content: Mapping[str, Any]) -> list[Outcome]:
    registry, series = content["registry"], content.get("series", "")
    first, last = int(content["first"]), int(content["last"])
    subject = f"{registry} {series}:{first}-{last}"
    if not 1 <= first <= last:
        raise Rejected(Objection(Problem.MESSAGE_MALFORMED, subject))
    status = LockStatus(content["status"])
    if registry == own_code():
        return [_of_ours(status, subject, registry, series, first, last)]
    if registry != peer:
        raise Rejected(
            Objection(Problem.NOT_PERMITTED, subject, "only its own registry says what was done with a unit")
        )
    found = reading.resting_on(registry, series, first, last)
    outcomes = [_of_batch(turn.now, status, content, each, subject) for each in found]
    return outcomes or [Outcome(UNUSED, subject)]


def _of_ours(status: LockStatus, subject: str, registry: str, series: str, first: int, last: int) -> Outcome:
    """A peer says what it takes to be done here with our units."""
    if status.is_secure and (missing := reading.not_secured(registry, series, first, last)):
        return Outcome(CONTRADICTS, subject, DIFFERS, f"{status}, and {missing} of them are not so here")
    return Outcome(KNOWN, subject)


def _of_batch(
    now: datetime, status: LockStatus, content: Mapping[str, Any], batch: Mapping[str, Any], subject: str
) -> Outcome:
    before = LockStatus(batch["status"]) if batch["status"] else None
    if before is status or (status is LockStatus.LABELLED and before is not None and before.is_secure):
        return Outcome(KNOWN, subject)
    if before is LockStatus.CANCELLED:
        return Outcome(CONTRADICTS, subject, DIFFERS, f"batch {batch['batch_id']}: {status} after {before}")
    if int(content["first"]) > batch["lo"] or int(content["last"]) < batch["hi"]:
        return Outcome(CONTRADICTS, subject, DIFFERS, f"batch {batch['batch_id']}: {status} is a part of its units")
    number = journal.insert(
        "underlying_statement",
        {
            "batch_id": batch["batch_id"], "status": str(status),
            "reference": (content.get("reference", "") or subject)[:500],
            "stated_on": moment(content["at"]).date(), "recorded_by": leaving.exchange_person(),
            "recorded_at": now,
        },
    )  # fmt: skip
    return Outcome(RECORDED, f"statement:{number}")


SUBSCRIBING = Subject({Type.RECORD_PUBLISHED: _published})
