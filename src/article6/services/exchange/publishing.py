"""Publishing to peers that subscribe: values of nomenclatures, approaches, activities, authorizations with all their
versions, and what was done with underlying units.

By the clock, what was recorded since is told each peer once, in the order in which it was recorded. What a peer itself
published is not told on: whoever records something first publishes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from article6.domain.kinds import Kind
from article6.domain.refusals import N_
from article6.exchange import facts_json, schemas
from article6.exchange.books import PeerStatus
from article6.exchange.channel import Channel
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.exchange.problems import Rejected
from article6.services.exchange import desks, documents
from article6.services.exchange.subscribing import SERVICE, UNUSED, catch_up
from article6.services.paging import Page, below, page
from article6.store import journal
from article6.store.queries import authorizations as laid
from article6.store.queries import exchange, exchange_ledger, registries
from article6.store.queries import exchange_publishing as reading

NOT_SAID = N_("A record of ours is too long for a message and was not published; tell the peer by another way.")

AT_ONCE = 200
"""Records that one turn publishes to a peer, of each kind."""


def publish(now: datetime) -> int:
    """Tell every subscriber what it was not told yet; how many messages."""
    subscribers = [
        each["code"] for each in exchange.peers()
        if each["status"] == PeerStatus.CONNECTED and SERVICE in each["services"]
    ]  # fmt: skip
    if not subscribers:
        return 0
    catch_up(now)
    channel = desks.channel(now)
    return sum(_publish_to(peer, channel, now) for peer in subscribers)


def publications(
    after: str | None = None, limit: int = 50, peer: str | None = None, direction: str | None = None
) -> Page:
    """What was published, to a peer (`out`) or by one (`in`, with what became of it), newest first."""
    found = reading.publications(below(after), limit + 1, peer, direction)
    return page(found, limit, lambda each: f"{each['id']}", (reading.publications_count(peer, direction), False))


def _publish_to(peer: str, channel: Channel, now: datetime) -> int:
    told = 0
    for kind in reading.KINDS:
        ids = reading.unpublished(kind, peer, AT_ONCE)
        if ids:
            contents = _CONTENTS[kind](ids)
            told += _send(peer, channel, kind, {str(number): contents[number] for number in ids}, now)
        if len(ids) == AT_ONCE:
            # What names these comes after them.
            return told
    statuses = reading.unpublished_statuses(peer, AT_ONCE, is_crediting=_is_crediting())
    return told + _send(peer, channel, reading.UNIT_STATUS, {each["record"]: _status(each) for each in statuses}, now)


def _send(peer: str, channel: Channel, kind: str, contents: Mapping[str, Mapping[str, Any]], now: datetime) -> int:
    if not contents:
        return 0
    with journal.database_transaction():
        journal.wait_for_turn(f"publish {peer}")
        for record, content in contents.items():
            message_id = _said(peer, channel, kind, record, content, now)
            journal.insert(
                "exchange_publication",
                {
                    "peer": peer, "direction": "out", "kind": kind, "record": record, "message_id": message_id,
                    "outcome": "" if message_id else UNUSED, "at": now,
                },
            )  # fmt: skip
    return len(contents)


def _said(peer: str, channel: Channel, kind: str, record: str, content: Mapping[str, Any], now: datetime) -> str:
    """The message that says a record, '' where no message can: the administrator is told, and the rest goes on."""
    data = {"kind": kind, "published_at": written(now), kind: facts_json.document_json(content)}
    try:
        schemas.validate(Type.RECORD_PUBLISHED, data)
        return channel.send(peer, Type.RECORD_PUBLISHED, data, now)
    except Rejected as rejected:
        channel.books.alert(peer, NOT_SAID, f"{kind} {record}: {rejected.objections[0].subject}", now)
        return ""


def _values(ids: list[int]) -> dict[int, dict[str, Any]]:
    return {
        each["id"]: {
            name: each[name]
            for name in ("list", "value", "valid_from", "valid_until", "labels", "replaced_by", "source", "version")
        }
        for each in reading.values(ids)
    }


def _approaches(ids: list[int]) -> dict[int, dict[str, Any]]:
    codes = reading.approach_codes(ids)
    found = exchange_ledger.approaches(codes.values())
    return {number: documents.approach_told(found[code]) for number, code in codes.items()}


def _activities(ids: list[int]) -> dict[int, dict[str, Any]]:
    names = reading.activity_names(ids)
    found = exchange_ledger.activities(names.values())
    return {number: documents.activity_told(found[name]) for number, name in names.items()}


def _authorizations(ids: list[int]) -> dict[int, dict[str, Any]]:
    found = laid.authorizations_by_id(ids)
    return {number: documents.authorization_told(found[number]) for number in ids}


_CONTENTS = {
    reading.NOMENCLATURE: _values, reading.APPROACH: _approaches, reading.ACTIVITY: _activities,
    reading.AUTHORIZATION: _authorizations,
}  # fmt: skip


def _status(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "registry": row["registry"], "series": row["series"], "first": str(row["first"]), "last": str(row["last"]),
        "status": row["status"], "at": written(row["at"]), "reference": row["reference"][:500],
    }  # fmt: skip


def _is_crediting() -> bool:
    identity = registries.identity()
    return identity is not None and Kind(identity["kind"]) is Kind.CREDITING
