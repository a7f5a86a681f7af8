"""The machines in whose names is written what another registry's word brings about; nobody signs in as they."""

from __future__ import annotations

from article6.domain.orders import PersonId
from article6.store import journal, persons

FIRST, SECOND = "exchange.between.registries", "exchange.between.registries.second"


def exchange_person() -> PersonId:
    """Stands for the other registry, or for the first of two of its people."""
    return _machine(FIRST, "Exchange between registries")


def second_person() -> PersonId:
    """Stands for the second of two people of another registry."""
    return _machine(SECOND, "Exchange between registries: second person")


def _machine(login: str, name: str) -> PersonId:
    known = persons.ids([login])
    if login not in known:
        journal.wait_for_turn(login)
        known = persons.ids([login])
    return known[login] if login in known else persons.add(login, name, None, True)
