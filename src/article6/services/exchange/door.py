"""What other registries bring: measured before it is read, bounded for each sender, then taken in by the desk."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from article6.domain.refusals import Code, Refused
from article6.exchange import keys
from article6.exchange.problems import SENTENCES, Objection, Problem, Rejected
from article6.services.exchange import desks
from article6.services.exchange.buckets import Buckets
from article6.services.exchange.limits import limits
from article6.store import journal, messages
from article6.store.queries import exchange as reading

HEAD = 2_000
"""Bytes of a body in which its first message names its sender."""

FLOOD_KEPT_S = 60.0
"""Of a flood, one body a minute is kept for each sender."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a batch gets: receipts; or why none of it was looked at, and in how many seconds to come again."""

    answer: bytes = b""
    objections: list[dict[str, str]] = field(default_factory=list)
    wait_s: float = 0.0


def batch_bytes() -> int:
    """The size of a body that is read at all."""
    return limits().batch_bytes


def too_large(most: int) -> list[dict[str, str]]:
    """The objection to a body that is not read."""
    return [Objection(Problem.MESSAGE_TOO_LARGE, "", f"at most {most} bytes").as_json()]


def receive(body: bytes, address: str, now: datetime) -> Answered:
    """Take a batch in, where its sender has not brought too much.

    Raises:
        Refused: this registry has no key to give receipts with.
    """
    sender = claimed(body)
    wait_s = _buckets().take((sender, address), max(1, body.count(b'"eyJ')))
    if wait_s:
        return Answered(objections=_flooding(sender, address, body, now), wait_s=wait_s)
    try:
        return Answered(_with_patience(body, now))
    except Rejected as rejected:
        return Answered(objections=[each.as_json() for each in rejected.objections])


def _with_patience(body: bytes, now: datetime) -> bytes:
    """A message that met its own twin on the way in is looked at again: now the twin is there."""
    try:
        return desks.desk(now).receive(body, now)
    except Refused as no:
        if no.codes != (Code.LEDGER_BUSY,):
            raise
        return desks.desk(now).receive(body, now)


def claimed(body: bytes) -> str:
    """Who the first message says it is from, '' where it does not say; nothing is proven of it."""
    start = body.find(b"eyJ", 0, HEAD)
    if start < 0:
        return ""
    head = body[start : start + keys.HEADER_LENGTH].partition(b".")[0].decode("ascii", "replace")
    try:
        return keys.header(f"{head}.e30.e30").registry[:40]
    except Rejected:
        return ""


def _flooding(sender: str, address: str, body: bytes, now: datetime) -> list[dict[str, str]]:
    objection = Objection(Problem.SENDER_FLOODING, sender, f"at most {limits().peer_messages_per_minute} a minute")
    if _is_to_be_kept(sender, address, now):
        with journal.database_transaction():
            messages.evidence(sender, body.decode("utf-8", "replace"), [objection.as_json()], now)
            if reading.peer(sender) is not None:
                messages.alert(sender, SENTENCES[Problem.SENDER_FLOODING], Problem.SENDER_FLOODING, now)
    return [objection.as_json()]


_last_kept: OrderedDict[tuple[str, str], datetime] = OrderedDict()
_SENDERS_AT_MOST = 1_000


def _is_to_be_kept(sender: str, address: str, now: datetime) -> bool:
    before = _last_kept.get((sender, address))
    if before is not None and (now - before).total_seconds() < FLOOD_KEPT_S:
        return False
    _last_kept[sender, address] = now
    while len(_last_kept) > _SENDERS_AT_MOST:
        _last_kept.popitem(last=False)
    return True


@lru_cache(maxsize=1)
def _buckets() -> Buckets:
    return Buckets(limits().peer_messages_per_minute)
