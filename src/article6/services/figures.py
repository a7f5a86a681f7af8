"""Figures over the whole ledger: totals by Party, issuance and cancellation over time, counts of long lists."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from article6.domain.parties import party
from article6.store.database import sight
from article6.store.queries import lookup as queries
from article6.store.queries import movements
from article6.store.queries import public_figures as public_queries
from article6.store.queries import totals as total_queries

Figure = TypeVar("Figure")

QUICK_S = 0.25
KEPT_AT_LEAST_S = 10.0
KEPT_TIMES = 20
"""A figure that took longer than QUICK_S is kept this many times as long as it took, so that computing it takes at most
a twentieth of a processor; quicker ones are computed afresh and always current."""

KEPT_AT_MOST = 1000
"""How many figures are remembered; beyond it all are forgotten and computed again when asked for."""

_kept: dict[tuple[str, str], tuple[float, Any]] = {}
_locks = tuple(threading.Lock() for _ in range(32))


def kept(name: str, compute: Callable[[], Figure]) -> Figure:
    """The figure, computed now or (when that takes long) remembered from some seconds ago, in this process.

    While one thread computes a figure anew, the others get the one before. `compute` asks for no figure itself.
    """
    key = (queries.database_name(), f"{sight()} {name}")
    lock = _locks[hash(key) % len(_locks)]
    before = _kept.get(key)
    if before is not None and time.monotonic() < before[0]:
        return cast(Figure, before[1])
    if not lock.acquire(blocking=before is None):
        return cast(Figure, before[1]) if before is not None else compute()
    try:
        meanwhile = _kept.get(key)
        if meanwhile is not None and meanwhile is not before:
            return cast(Figure, meanwhile[1])
        return _compute(key, compute)
    finally:
        lock.release()


def _compute(key: tuple[str, str], compute: Callable[[], Figure]) -> Figure:
    begun = time.monotonic()
    figure = compute()
    took = time.monotonic() - begun
    if took > QUICK_S:
        if len(_kept) >= KEPT_AT_MOST:
            _kept.clear()
        _kept[key] = (time.monotonic() + max(KEPT_AT_LEAST_S, KEPT_TIMES * took), figure)
    else:
        _kept.pop(key, None)
    return figure


KEPT_UNCHANGED_S = 60.0
"""How long a figure is kept while nothing is booked: acts that end in another order than they began would else hide."""

_unchanged: dict[tuple[str, str], tuple[int, float, Any]] = {}


def kept_unchanged(name: str, compute: Callable[[], Figure]) -> Figure:
    """A figure that stays until something is booked; where much is booked, and computing takes long, as in `kept`."""
    key = (queries.database_name(), f"{sight()} {name}")
    stamp = public_queries.stamp()
    before = _unchanged.get(key)
    if before is not None and before[0] == stamp and time.monotonic() < before[1]:
        return cast(Figure, before[2])
    figure = kept(name, compute)
    if len(_unchanged) >= KEPT_AT_MOST:
        _unchanged.clear()
    _unchanged[key] = (stamp, time.monotonic() + KEPT_UNCHANGED_S, figure)
    return figure


FOLDED_AT_ONCE = 200_000
"""Lines of the journal that are added to the sums in one database transaction."""


def keep_up() -> int:
    """Add what was booked to the sums that pictures are drawn from; how many lines of the journal."""
    # What may be added is marked one turn before: acts that were under way then have to be over.
    folded = movements.fold(FOLDED_AT_ONCE)
    while more := movements.fold(FOLDED_AT_ONCE):
        folded += more
    return folded


def counted(rows: str, parameters: Mapping[str, Any]) -> tuple[int, bool]:
    """How many rows a statement has, and whether that is an estimate (above a million)."""
    return kept(f"{rows}{sorted(parameters.items())}", lambda: total_queries.counted(rows, parameters))


def totals() -> list[dict[str, Any]]:
    """Per Party that ever issued: party, name, issued, cancelled, retired, remaining, blocks; the largest first.

    `cancelled` and `retired` stand in terminal accounts, `remaining` elsewhere; the three add up to `issued`.
    """
    return kept("totals", _totals)


def _totals() -> list[dict[str, Any]]:
    by_party: dict[str, dict[str, Any]] = {}

    def of(code: str) -> dict[str, Any]:
        known = party(code)
        empty = {"party": code, "name": known.name if known else code}
        numbers = dict.fromkeys(("issued", "cancelled", "retired", "remaining", "blocks"), 0)
        return by_party.setdefault(code, {**empty, **numbers})

    for each in total_queries.issued():
        of(each["party"])["issued"] += each["quantity"]
    for each in total_queries.standing():
        line = of(each["party"])
        line[fate(each["account_type"], is_terminal=each["is_terminal"])] += each["quantity"]
        line["blocks"] += each["blocks"]
    return sorted(by_party.values(), key=lambda line: (-line["issued"], line["party"]))


def fate(account_type: str, *, is_terminal: bool = True) -> str:
    """What has become of units that stand in an account of this type: remaining, retired or cancelled."""
    if not is_terminal:
        return "remaining"
    return "retired" if account_type == "retirement" else "cancelled"


def timeline() -> list[dict[str, Any]]:
    """Per year, Party and unit type: year, party, unit_type, issued, cancelled, retired; by the ledger's own times."""
    return kept("timeline", _timeline)


def _timeline() -> list[dict[str, Any]]:
    lines: dict[tuple[int, str, str], dict[str, Any]] = {}

    def add(each: Mapping[str, Any], what: str) -> None:
        key = (each["year"], each["party"], each["unit_type"])
        empty = {"year": key[0], "party": key[1], "unit_type": key[2], "issued": 0, "cancelled": 0, "retired": 0}
        lines.setdefault(key, empty)[what] += each["quantity"]

    for each in total_queries.issued():
        add(each, "issued")
    for each in total_queries.ended():
        add(each, fate(each["account_type"]))
    return [lines[key] for key in sorted(lines)]
