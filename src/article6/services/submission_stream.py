"""What the checks say of recorded submissions, whose rows pass in windows: memory does not grow with their number.

The units of one first transferring Party are looked at after those of another, and nothing that is said of the ones
rests on the others: so those of some Parties can be looked at without the rest.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, cast

from article6.domain.refusals import BrokenInvariant
from article6.reporting.aef_nomenclatures import ActionType
from article6.reporting.checks import catalogue
from article6.reporting.checks.kept import KeptUnits, block
from article6.reporting.checks.loading import load
from article6.reporting.checks.model import Check, Outcome
from article6.reporting.checks.windows import ROWS_AT_ONCE
from article6.reporting.checks.world import Act, Block, Named, Series, Submitted, World
from article6.reporting.reading.reader import Reading
from article6.reporting.submitted import is_text
from article6.store.queries import check_memory
from article6.store.queries.submitted_units import Group, Placed, Units

NO_UNIT = ""
"""Instead of a Party: for what is said of no unit, but of submissions and authorizations."""


def ask(
    readings: list[Reading], items: Mapping[str, Mapping[str, Any]], homes: Collection[str] | None,
    checks: tuple[Check, ...], rows_at_once: int = ROWS_AT_ONCE,
) -> list[Outcome]:  # fmt: skip
    """Ask the checks; needs a database transaction around it.

    Args:
        readings: the submissions without their rows of tables 3 and 4.
        items: the recorded submission of each reading, by the reading's name.
        homes: the Parties whose units are looked at; None: all.
    """
    world = load(readings)
    rows = Recorded(world, items, homes)
    found = {each.code: Outcome(each) for each in checks}
    for _home, outcomes in by_home(world, rows, checks, rows_at_once):
        for outcome in outcomes:
            found[outcome.check.code].add([*outcome.findings, *outcome.gaps])
    return list(found.values())


def by_home(
    world: World, rows: Recorded, checks: tuple[Check, ...], rows_at_once: int = ROWS_AT_ONCE
) -> Iterator[tuple[str, list[Outcome]]]:
    """What the checks say, by the Party whose units they speak of; first of no unit."""
    yield NO_UNIT, catalogue.once(world, checks)
    for home, passing in groupby(rows.by_serial(), key=lambda each: each.series[0]):
        world.forget(_OfHome(home, passing, rows))
        outcomes = [Outcome(each) for each in checks]
        catalogue.look(world, outcomes, rows_at_once)
        yield home, outcomes


class _OfHome:
    """`world.Rows` of the units of one Party."""

    def __init__(self, home: str, passing: Iterable[Block], rows: Recorded) -> None:
        self._home, self._passing, self._rows = home, passing, rows

    def by_serial(self) -> Iterator[Block]:
        return iter(self._passing)

    def first_transfers(self, authorizations: frozenset[tuple[str, str]]) -> Iterator[Act]:
        return self._rows.first_transfers(self._home, sorted({code for _party, code in authorizations}))

    def of_submission(self, by: Submitted) -> Iterator[Act]:
        # Only totals of structured summaries ask for it, and those are of no recorded submission.
        raise BrokenInvariant(f"actions of {by.name} are asked for one Party's units")


class Recorded:
    """The rows of recorded submissions that are about the units of some Parties, and rows `besides` that are not
    recorded (they come with the submissions of the world that are no item)."""

    def __init__(
        self, world: World, items: Mapping[str, Mapping[str, Any]], homes: Collection[str] | None,
        besides: Sequence[Block] = (),
    ) -> None:  # fmt: skip
        self._world = world
        self._by = {items[each.file]["id"]: each for each in world.submissions if each.file in items}
        self._ids = {each.file: number for number, each in self._by.items()}
        self._units = Units(self._by)
        strays = strays_of(world, self._by)
        self._strays = {group: home for group, (home, _has) in strays.items() if homes is None or home in homes}
        named = check_memory.first_parties(self._by)
        self._parties = [each for each in named if homes is None or each in homes]
        # Of a Party whose units are looked at, rows may be strays of one whose units are not.
        self._elsewhere = {group for group in strays if group.first_party in self._parties}
        self._besides = [each for each in besides if homes is None or self._home(each) in homes]
        self._has_origins = self._with_origins(strays)
        self._anew = self._units.beginning_anew(
            sorted({*self._parties, *map(self._home, self._besides)}),
            sorted(self._has_origins),
            [_placed(each, self._home(each)) for each in self._besides if _begins(each)],
        )

    @property
    def read(self) -> int:
        """How many rows were read so far."""
        return self._units.read

    def _with_origins(self, strays: Mapping[Group, tuple[str, bool]]) -> set[str]:
        homes = {*self._parties, *self._strays.values(), *map(self._home, self._besides)}
        without = check_memory.without_origins(self._parties, self._by, strays)
        without |= {home for home, has_origins in strays.values() if not has_origins}
        without |= {self._home(each) for each in self._besides if not each.origin}
        return homes - without

    def by_serial(self) -> Iterator[Block]:
        """All of them, by Party whose units they are and serial."""
        usual: Iterator[Block] = (
            self._block(each, self._series)
            for each in self._units.in_order(self._parties)
            if not self._elsewhere or _group(each) not in self._elsewhere
        )
        more = [self._block(each, self._series) for group in self._strays for each in self._units.of_group(group)]
        for each in self._besides:
            each.series = self._series(each)
        more = sorted([*more, *self._besides], key=_place)
        return heapq.merge(usual, more, key=_place) if more else usual

    def first_transfers(self, home: str, codes: Sequence[str]) -> Iterator[Act]:
        """First transfers under authorizations of a Party, by time; those that name other Parties are under none."""
        kept = [each for each in codes if is_text(each)]
        found = (cast(Act, self._block(each, self._series)) for each in self._units.of_codes(home, kept))
        besides = [each for each in self._besides if isinstance(each, Act) and _is_first_transfer(each, home, codes)]
        besides.sort(key=lambda each: each.at)
        return heapq.merge(found, besides, key=lambda each: each.at) if besides else found

    def _block(self, kept: KeptUnits, series_of: Callable[[Block], Series]) -> Block:
        return block(kept, self._by[kept.submission_id], series_of)

    def _home(self, found: Block) -> str:
        number = self._ids.get(found.by.file)
        if number is None:
            return self._world.home(Named(found.party, found.authorization, found.approach, found.by.party))
        if not self._elsewhere and not self._strays:
            return found.party
        return self._strays.get(Group(found.party, found.authorization, found.approach, number), found.party)

    def _series(self, found: Block) -> Series:
        """As `loading.name_series` says it."""
        home = self._home(found)
        series = (home, found.origin) if home in self._has_origins else (home,)
        return (*series, found.approach, str(found.vintage)) if home in self._anew else series


def strays_of(world: World, by: Mapping[int, Submitted]) -> dict[Group, tuple[str, bool]]:
    """The groups of rows that belong to another Party than they name, to the one that gave their authorization; and
    whether all their rows show the originating registry."""
    found = {}
    known = [(party, code) for party, code in world.newest_authorizations if is_text(code)]
    for group, has_origins in check_memory.doubtful(known, by):
        party = by[group.submission_id].party
        home = world.home(Named(group.first_party, group.code, group.approach, party))
        if home != group.first_party:
            found[group] = home, has_origins
    return found


def _is_first_transfer(act: Act, home: str, codes: Collection[str]) -> bool:
    return act.type is ActionType.FIRST_TRANSFER and act.party == home and act.authorization in codes


def _begins(each: Block) -> bool:
    """Whether nobody names a serial twice in this role, unless serials begin anew (`loading.begins_anew`). What no
    database keeps is the form's to tell."""
    is_kept = each.last < 2**63 and each.vintage < 2**31 and is_text(each.approach) and is_text(each.origin)
    return is_kept and (not isinstance(each, Act) or each.type in (ActionType.FIRST_TRANSFER, ActionType.ACQUISITION))


def _placed(each: Block, home: str) -> Placed:
    role = each.type.value if isinstance(each, Act) else str(each.by.year)
    return Placed(home, each.origin, each.first, each.last, each.approach, each.vintage, role, each.by.party)


def _place(found: Block) -> tuple[str, int]:
    return found.series[0], found.first


def _group(kept: KeptUnits) -> Group:
    return Group(kept.first_party, kept.authorization_code, kept.approach, kept.submission_id)
