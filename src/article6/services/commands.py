"""Idempotency: the same key and content gets the first answer; the same key with other content is refused."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from typing import Any, TypeVar

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused, refused
from article6.store.journal import Command
from article6.store.queries import facts

Answer = TypeVar("Answer")


@dataclasses.dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What a command was answered: ids, and the last word of its audit event's action (`completed`, `proposed`)."""

    ids: list[int]
    outcome: str


def digest(action: str, content: Any) -> bytes:
    """SHA-256 of a request: its action and its content, a dataclass or plain values."""
    text = json.dumps([action, content], default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, each.name) for each in dataclasses.fields(value)]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Fraction):
        return str(value)
    return dict(value)


def command(by: PersonId, key: str | None, action: str, content: Any) -> Command:
    """The command under its key; without a key nothing is remembered and no digest is needed."""
    return Command(by, key, digest(action, content) if key else None)


def repeated(given: Command, earlier: facts.Earlier | None) -> GivenAnswer | None:
    """The answer given before under this key, None when there was none.

    Raises:
        Refused: the key stood for another request.
    """
    if earlier is None:
        return None
    if earlier.content != given.content:
        raise refused(Code.IDEMPOTENCY_CONTENT_DIFFERS, given.key or "")
    return GivenAnswer(earlier.answer, earlier.action.rpartition(".")[2])


def earlier_answer(given: Command) -> GivenAnswer | None:
    """The answer given before under this command's key, looked up; None when there was none.

    Raises:
        Refused: the key stood for another request.
    """
    return repeated(given, facts.earlier_answer(given.person_id, given.key)) if given.key else None


def was_answered(by: PersonId, key: str) -> bool:
    """Whether a command of this person's was answered under the key: asked again, it gets that answer."""
    return facts.earlier_answer(by, key) is not None


def once(given: Command, act: Callable[[], Answer], repeat: Callable[[GivenAnswer], Answer]) -> Answer:
    """Act, or, when the same command got there first, repeat its answer."""
    answer = earlier_answer(given)
    if answer is not None:
        return repeat(answer)
    try:
        return act()
    except Refused as no:
        if given.key is None or Code.IDEMPOTENCY_CONTENT_DIFFERS not in no.codes:
            raise
        answer = earlier_answer(given)
        if answer is None:
            raise
        return repeat(answer)
