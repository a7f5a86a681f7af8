"""What the checks say of recorded submissions, whose rows pass in windows: memory does not grow with their number."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from article6.reporting.checks import catalogue
from article6.reporting.checks.kept import KeptUnits, block
from article6.reporting.checks.loading import load
from article6.reporting.checks.model import Check, Outcome
from article6.reporting.checks.windows import ROWS_AT_ONCE
from article6.reporting.checks.world import Act, Block, Series, Submitted, World
from article6.reporting.reading.reader import Reading
from article6.store.queries.submitted_units import Units

Group = tuple[str, str, str, int]
"""First transferring Party, authorization code, approach and submission."""


def ask(
    readings: list[Reading], items: Mapping[str, Mapping[str, Any]], approaches: Sequence[str] | None,
    checks: tuple[Check, ...], rows_at_once: int = ROWS_AT_ONCE,
) -> list[Outcome]:  # fmt: skip
    """Ask the checks; needs a database transaction around it.

    Args:
        readings: the submissions without their rows of tables 3 and 4.
        items: the recorded submission of each reading, by the reading's name.
        approaches: of which rows count; None: of all.
    """
    world = load(readings)
    world.rows = _Recorded(world, {name: item["id"] for name, item in items.items()}, approaches)
    return catalogue.ask(world, checks, rows_at_once)


class _Recorded:
    """`world.Rows` of what is recorded."""

    def __init__(self, world: World, ids: Mapping[str, int], approaches: Sequence[str] | None) -> None:
        self._by = {ids[each.file]: each for each in world.submissions}
        self._ids = dict(ids)
        self._units = Units(list(self._by), approaches)
        self._world = world
        groups = self._units.groups()
        self._strays = self._stray(groups)
        homes: dict[str, bool] = {}
        for party, code, approach, number, has_origins in groups:
            home = self._strays.get((party, code or "", approach, number), party)
            homes[home] = homes.get(home, True) and has_origins
        self._has_origins = {home for home, has_origins in homes.items() if has_origins}
        self._anew = self._units.beginning_anew(sorted(self._has_origins))

    def _stray(self, groups: list[tuple[str, str | None, str, int, bool]]) -> dict[Group, str]:
        """The groups of rows that belong to another Party than they name: to the one that gave their authorization."""
        found = {}
        for party, code, approach, number, _has_origins in groups:
            if code is None or not self._is_doubtful(party, code, self._by[number]):
                continue
            example = self._units.of_group(party, code, approach, number)[0]
            giver = self._world.giver(self._block(example, lambda block: (block.party,)))
            if giver is not None:
                found[party, code, approach, number] = giver.by.party
        return found

    def _is_doubtful(self, party: str, code: str, by: Submitted) -> bool:
        known = self._world.newest_authorizations
        return (party, code) not in known and (by.party, code) not in known

    def by_serial(self) -> Iterator[Block]:
        """As `Rows.by_serial`."""
        strays = [self._block(each, self._series) for group in self._strays for each in self._units.of_group(*group)]
        strays.sort(key=_place)
        usual = (
            self._block(each, self._series)
            for each in self._units.in_order()
            if not self._strays or _group(each) not in self._strays
        )
        return heapq.merge(usual, strays, key=_place) if strays else usual

    def first_transfers(self, authorizations: frozenset[tuple[str, str]]) -> Iterator[Act]:
        """As `Rows.first_transfers`."""
        codes = sorted({code for _party, code in authorizations})
        return (cast(Act, self._block(each, self._series)) for each in self._units.of_codes(codes))

    def of_submission(self, by: Submitted) -> Iterator[Act]:
        """As `Rows.of_submission`."""
        number = self._ids[by.file]
        return (cast(Act, self._block(each, self._series)) for each in self._units.of_submission(number))

    def _block(self, kept: KeptUnits, series_of: Callable[[Block], Series]) -> Block:
        return block(kept, self._by[kept.submission_id], series_of)

    def _series(self, found: Block) -> Series:
        """As `loading.name_series` says it."""
        home = found.party
        if self._strays:
            group = (found.party, found.authorization or "", found.approach, self._ids[found.by.file])
            home = self._strays.get(group, home)
        series = (home, found.origin) if home in self._has_origins else (home,)
        return (*series, found.approach, str(found.vintage)) if home in self._anew else series


def _place(found: Block) -> tuple[str, int]:
    return found.series[0], found.first


def _group(kept: KeptUnits) -> Group:
    return kept.first_party, kept.authorization_code or "", kept.approach, kept.submission_id
