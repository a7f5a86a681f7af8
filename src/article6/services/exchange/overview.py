"""What the exchange looks like to administrators: status lines, messages, evidence, alerts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from article6.domain.orders import PersonId
from article6.exchange.problems import SENTENCES, Problem
from article6.services.commands import command, once
from article6.services.exchange import own_keys, peers
from article6.services.exchange.own_code import own_code
from article6.services.log import status as log_status
from article6.services.paging import Page, below, page
from article6.store import journal, messages
from article6.store.queries import exchange as reading


def _tested(act: str) -> Callable[[], Mapping[str, Any]]:
    """How the newest tests of the connection ended, and when, by peer."""

    def lines() -> Mapping[str, str]:
        return {
            each["peer"]: f"{'passed' if not each['failed'] else ', '.join(each['failed']) + ' failed'} "
            f"{each['at']:%Y-%m-%d %H:%M}"
            for each in reading.last_tests(act)
        }

    return lines


PEER_LINES: dict[str, Callable[[], Mapping[str, Any]]] = {
    "witness": log_status.cosigned, "tested": _tested("tested"), "tested_by_peer": _tested("peer_tested"),
}  # fmt: skip
"""Further facts of peers in `status`, by name: each gives values by peer. Other subjects add theirs when imported."""

OWN_LINES: dict[str, Callable[[], Any]] = {"log": log_status.line}
"""The same of this registry as a whole."""


def status(by: PersonId | None = None) -> dict[str, Any]:
    """This registry, its keys, and each peer with its queues, alerts and the lines that other subjects add.

    Raises:
        Refused: `by`, where somebody is named, may not connect registries.
    """
    if by is not None:
        peers.require(by)
    further = {name: line() for name, line in PEER_LINES.items()}
    return {
        "code": own_code(),
        "keys": own_keys.listed(),
        **{name: line() for name, line in OWN_LINES.items()},
        "peers": [
            {**each, **{name: values.get(each["code"]) for name, values in further.items()}} for each in peers.listed()
        ],
    }


def kept_messages(peer: str | None = None, direction: str = "out", after: str | None = None, limit: int = 50) -> Page:
    """Messages that went `out` or came `in`, newest first, with signature and receipt."""
    total = (reading.count("outgoing" if direction == "out" else "incoming", peer), False)
    found = reading.messages(peer, direction, below(after), limit + 1)
    return page(found, limit, lambda each: f"{each['id']}", total)


def evidence(peer: str | None = None, after: str | None = None, limit: int = 50) -> Page:
    """What was turned away at the door, newest first."""
    found = reading.evidence(peer, below(after), limit + 1)
    return page(found, limit, lambda each: f"{each['id']}", (reading.count("evidence", peer), False))


def alerts(after: str | None = None, limit: int = 50, *, is_open: bool = True) -> Page:
    """What needs a person, newest first; `text` is a gettext message."""
    found = reading.alerts(below(after), limit + 1, is_open=is_open)
    return page(found, limit, lambda each: f"{each['id']}", (reading.count("alert", None), False))


def take_note(alert_id: int, *, by: PersonId, now: datetime, key: str | None = None) -> None:
    """Take note of an alert: it is shown no more, and the same is raised again where it happens again.

    Raises:
        Refused: `by` may not connect registries.
    """
    given = command(by, key, "see_alert", alert_id)

    def act() -> None:
        peers.require(by)
        with journal.database_transaction():
            messages.alert_seen(alert_id, by, now)
            journal.note(given, "alert.seen", f"alert:{alert_id}", now)

    once(given, act, lambda _answer: None)


def sentence(code: str) -> str:
    """What a code of the protocol means, as a gettext message."""
    return SENTENCES[Problem(code)]
