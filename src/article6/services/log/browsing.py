"""The log page by page: its leaves, newest first, and what each is about as far as that is public."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from article6.services import sight
from article6.services.figures import counted
from article6.services.paging import Page, below, page
from article6.store.queries import explorer as queries
from article6.transparency.leaves import Kind

TOLD = frozenset({Kind.NOMENCLATURE, Kind.AUTHORIZATION, Kind.TRANSACTION})
"""Kinds whose subjects are told where the whole registry is in sight; a message is told to those whom it concerns."""


def leaves(after: str | None = None, limit: int = 50, kind: str | None = None) -> Page:
    """Leaves, newest first: position, kind, subject (empty where it is not told), hash (hex), at."""
    wanted = kind if kind in frozenset(Kind) else None
    items = [_shown(each) for each in queries.leaves(below(after), limit + 1, wanted)]
    total = counted(queries.LEAVES_COUNTED, {"kind": wanted})
    return page(items, limit, lambda each: f"{each['position']}", total)


def leaf(position: int) -> dict[str, Any] | None:
    """The leaf at a position, as in `leaves`; None where the log is shorter."""
    found = queries.leaf(position) if 0 <= position < 2**62 else None
    return _shown(found) if found else None


def of_transactions(numbers: Iterable[int]) -> dict[int, int]:
    """The positions of the leaves of transactions that the reader sees; those not in the log yet are left out."""
    found = queries.positions(Kind.TRANSACTION, [str(each) for each in numbers])
    return {int(subject): position for subject, position in found.items()}


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    is_told = found["kind"] in TOLD and sight.is_whole()
    return found if is_told else {**found, "subject": ""}
