"""Who acts in a registry of the network, and under which keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from article6.domain.orders import PersonId
from article6.services import people
from article6.services.network_demo import places

Given = Mapping[str, Any]
Act = Callable[[Given, datetime], Any]


def key(step: str) -> str:
    """The idempotency key of a step."""
    return f"network:{step}"


def founder() -> PersonId:
    """The first administrator, who offers and starts."""
    return people.person_by_login(places.ADMINISTRATOR)


def second() -> PersonId:
    """The second administrator, who agrees and confirms."""
    return people.person_by_login(places.SECOND)


def of(party: str, role: str) -> PersonId:
    """A Party's representative or approver."""
    return people.person_by_login(f"{party.lower()}.{role}")
