"""Mistakes with amounts that are told, planted: the units move, or more than was told is done with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from article6.exchange import provenance, titles
from article6.exchange.facts import Serials
from article6.exchange.message_types import Type
from article6.exchange.problems import Rejected
from article6.exchange.simulation.ledger import ELSEWHERE, USED, MemoryLedger, Told

Plant = Callable[[pytest.MonkeyPatch], None]


def takes_what_was_told_for_a_title(patch: pytest.MonkeyPatch) -> None:
    """Whoever was told of units shows that word, and is believed to have them."""

    def read(jws: str, books: Any, completed_by: Type = Type.TRANSFER_COMPLETED) -> titles.Title:
        try:
            return titles.read_title(jws, books, completed_by)
        except Rejected:
            return titles.read_title(jws, books, Type.TRANSFER_TOLD)

    patch.setattr(provenance, "read_title", read)


def moves_what_it_tells(patch: pytest.MonkeyPatch) -> None:
    """Units of which the amounts are told leave like all others."""
    patch.setattr(MemoryLedger, "held_in", lambda self, transfer: f"{ELSEWHERE}{transfer.peer}")


def tells_and_keeps(patch: pytest.MonkeyPatch) -> None:
    """Units of which the amounts are told stay in their account, and are given on."""
    patch.setattr(MemoryLedger, "held_in", lambda self, transfer: transfer.proposed.source_account)


def takes_for_done_what_it_asked(patch: pytest.MonkeyPatch) -> None:
    """What is instructed counts as done before the answer comes."""

    def ask(self: MemoryLedger, part: Serials, asked: str) -> None:
        def done(each: Told) -> Told:
            return replace(each, asked=asked, act=USED)

        self.change_told(part, done)

    patch.setattr(MemoryLedger, "ask", ask)


PLANTS: tuple[Plant, ...] = (
    takes_what_was_told_for_a_title, moves_what_it_tells, tells_and_keeps, takes_for_done_what_it_asked,
)  # fmt: skip
