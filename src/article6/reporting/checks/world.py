"""What the checks look at: the rows of all submissions as typed values, as many at a time as fit into memory.

Rows come in windows, by first transferring Party and serial. A window has the rows that begin in it and, carried, those
that began before and reach into it; what was said of units or rows is remembered from one window to the next.

Units are told apart by first transferring Party and serial. Cooperative approach and vintage are parts of an identifier
too (6/CMA.4 annex I para 5), yet a slip in one of them must not make other units of the same: they count only where a
Party's own reports show that its serials begin anew with each.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple, Protocol, TypeVar, cast

from article6.domain.authorizations import Purpose
from article6.reporting.aef_fields import Table
from article6.reporting.aef_nomenclatures import ActionSubtype, ActionType
from article6.reporting.checks.results import Gap
from article6.reporting.reading.reader import Reading, ReadRow
from article6.reporting.said import Place

Series = tuple[str, ...]
"""First transferring Party first; what else tells the serials of one series from those of another."""

B = TypeVar("B", bound="Block")

_ENDING_SUBTYPES = frozenset(
    {
        ActionSubtype.USE_OR_CANCELLATION,
        ActionSubtype.OMGE_MANDATORY,
        ActionSubtype.OMGE_VOLUNTARY,
        ActionSubtype.OTHER_CANCELLATIONS,
    }
)
_ENDING_TYPES = frozenset({ActionType.USE, ActionType.CANCELLATION, ActionType.VOLUNTARY_CANCELLATION})
FUND_SUBTYPES = frozenset({ActionSubtype.ADAPTATION_FUND_MANDATORY, ActionSubtype.ADAPTATION_FUND_VOLUNTARY})
OMGE_SUBTYPES = frozenset({ActionSubtype.OMGE_MANDATORY, ActionSubtype.OMGE_VOLUNTARY})


_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Submitted:
    """One submission: whose, for which year, and the file it came from."""

    reading: Reading
    party: str
    year: int
    version: tuple[int, int]
    ndc_first: int | None
    ndc_last: int | None

    def has(self, *tables: Table) -> bool:
        """Whether these tables are there, even if empty."""
        return all(table in self.reading.tables for table in tables)

    @property
    def file(self) -> str:
        return self.reading.file

    @property
    def name(self) -> str:
        """As people call it: `CHE 2024 1.0`."""
        return f"{self.party} {self.year} {self.version[0]}.{self.version[1]}"


@dataclass(slots=True, eq=False)
class Block:
    """A row of table 3 or 4 whose units are known. `origin` is the originating registry, where identifiers show it."""

    by: Submitted
    row: ReadRow
    approach: str
    party: str
    origin: str
    vintage: int
    first: int
    last: int
    authorization: str | None = None
    series: Series = ()
    authorized: tuple[Authorized | None] | None = None
    """What `World.authorization` says, once it was asked."""

    @property
    def key(self) -> tuple[str, Table, int]:
        """What names the row among all."""
        return self.by.file, self.row.table.table, self.row.number

    @property
    def units(self) -> int:
        return self.last - self.first + 1

    def text(self, name: str) -> str | None:
        value = self.row.get(name)
        return None if value is None else str(value)

    @property
    def quantity(self) -> Decimal | int | None:
        return cast("Decimal | int | None", self.row.get("QuantityCO2"))

    @property
    def underlying(self) -> tuple[str | None, object, object]:
        return (
            self.text("UnderlyingUnitRegistryID"),
            self.row.get("UnderlyingUnitFirstUnitID"),
            self.row.get("UnderlyingUnitLastUnitID"),
        )


@dataclass(slots=True, eq=False)
class Act(Block):
    """A row of table 3. `is_day` says that only the day is known: the order within it is open."""

    at: datetime = _NEVER
    is_day: bool = True
    type: ActionType = ActionType.TRANSFER
    subtype: ActionSubtype | None = None
    transferring: str | None = None
    acquiring: str | None = None

    @property
    def ends(self) -> bool:
        """Whether the units are gone for good: used or cancelled."""
        if self.type is ActionType.FIRST_TRANSFER:
            return self.subtype in _ENDING_SUBTYPES and self.acquiring is None
        return self.type in _ENDING_TYPES

    def is_before(self, other: Act) -> bool:
        """Whether it certainly happened earlier."""
        if self.is_day or other.is_day:
            return self.at.date() < other.at.date()
        return self.at < other.at


@dataclass(frozen=True, slots=True, eq=False)
class Authorized:
    """A row of table 2."""

    by: Submitted
    row: ReadRow
    code: str
    approach: str | None
    version: int
    purpose: Purpose | None
    may_come_late: bool | None
    """Whether units may be handed on before their first transfer, being ITMOs only then; None where it does not say."""

    @property
    def parties(self) -> tuple[str, ...]:
        return cast("tuple[str, ...]", self.row.get("AuthorizedPartyIDs") or ())

    @property
    def entities(self) -> frozenset[str]:
        text = self.row.get("AuthorizedEntityIDs")
        return frozenset(
            part.strip().casefold() for part in str(text or "").replace("\n", ";").split(";") if part.strip()
        )


class Named(NamedTuple):
    """What decides among whose units a row stands; `party` is the first transferring one, `by` the one that reports."""

    party: str
    authorization: str | None
    approach: str
    by: str


Serial = tuple[str, int]
"""First transferring Party and serial: where a window begins or ends."""


class Rows(Protocol):
    """Where the rows of tables 3 and 4 come from."""

    def by_serial(self) -> Iterator[Block]:
        """All rows by first transferring Party (`series[0]`) and first serial."""

    def first_transfers(self, authorizations: frozenset[tuple[str, str]]) -> Iterator[Act]:
        """The actions of these authorizations (Party and code), in the order of time."""

    def of_submission(self, by: Submitted) -> Iterator[Act]:
        """The actions of a submission."""


@dataclass
class World:
    """All that was given. `totals` are figures of structured summaries by Party and year, for X8 (`stated_totals`).

    `acts` and `held` are the window's. `mute` marks units about which a check has complained: later checks do not
    report the consequences too.
    """

    readings: list[Reading]
    totals: Mapping[tuple[str, int], Mapping[str, int | Fraction]] = field(default_factory=dict)
    submissions: list[Submitted] = field(default_factory=list)
    authorizations: list[Authorized] = field(default_factory=list)
    entities: list[tuple[str, str]] = field(default_factory=list)
    notes: list[Gap] = field(default_factory=list)
    rows: Rows | None = None
    acts: list[Act] = field(default_factory=list)
    held: list[Block] = field(default_factory=list)
    carried: frozenset[tuple[str, Table, int]] = frozenset()
    since: Serial | None = None
    until: Serial | None = None
    sums: dict[tuple[Hashable, ...], int | Fraction] = field(default_factory=lambda: defaultdict(int))
    doubts: dict[tuple[Submitted, str | None], list[tuple[Series, int, int, Place]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """By submission and authorization the units of which only that authorization would say whether they are ITMOs."""
    derived: dict[str, object] = field(default_factory=dict)
    """What checks share of the window, each under its name."""
    _told: dict[str, set[Hashable]] = field(default_factory=lambda: defaultdict(set))
    _muted: dict[Series, list[tuple[int, int]]] = field(default_factory=dict)

    def show(self, rows: Iterable[Block], carried: Iterable[Block], since: Serial | None, until: Serial | None) -> None:
        """Look at the window of these rows, and of those that began before it."""
        before = list(carried)
        self.carried = frozenset(each.key for each in before)
        places = {id(each): place for place, each in enumerate(self.submissions)}
        blocks = sorted([*before, *rows], key=lambda each: (places[id(each.by)], each.row.number))
        self.acts = [each for each in blocks if isinstance(each, Act)]
        self.held = [each for each in blocks if not isinstance(each, Act)]
        self.since, self.until = since, until
        self.look_again()

    def told(self, what: str) -> set[Hashable]:
        """What was said already, for a check to keep; it stays from window to window."""
        return self._told[what]

    @property
    def new_acts(self) -> list[Act]:
        """The actions that are looked at for the first time."""
        return [each for each in self.acts if each.key not in self.carried] if self.carried else self.acts

    @property
    def new_blocks(self) -> list[Block]:
        """Actions and holdings that are looked at for the first time, in the order of their years."""
        return [each for each in self.blocks if each.key not in self.carried] if self.carried else self.blocks

    @cached_property
    def entities_of(self) -> Mapping[str, frozenset[str]]:
        """Cooperative approach -> names and identifications of the entities that any table 5 lists."""
        found: dict[str, set[str]] = defaultdict(set)
        for approach, name in self.entities:
            found[approach].add(name.casefold())
        return {approach: frozenset(names) for approach, names in found.items()}

    def submission(self, party: str, year: int) -> Submitted | None:
        """The submission of a Party for a year, in its newest version."""
        return self._submissions.get((party, year))

    @cached_property
    def _submissions(self) -> Mapping[tuple[str, int], Submitted]:
        return {(each.party, each.year): each for each in self.submissions}

    @cached_property
    def reporters(self) -> frozenset[str]:
        """The Parties of which any submission is at hand."""
        return frozenset(each.party for each in self.submissions)

    @cached_property
    def blocks(self) -> list[Block]:
        """Actions and holdings of the window alike, in the order of their years."""
        return sorted([*self.acts, *self.held], key=lambda each: (each.by.year, not isinstance(each, Act)))

    @cached_property
    def authorizations_of(self) -> Mapping[str, list[Authorized]]:
        """Cooperative approach -> the authorizations for it."""
        found: dict[str, list[Authorized]] = defaultdict(list)
        for each in self.authorizations:
            if each.approach is not None:
                found[each.approach].append(each)
        return dict(found)

    @cached_property
    def newest_authorizations(self) -> Mapping[tuple[str, str], Authorized]:
        """Party and authorization ID -> its newest version in the newest report."""
        newest: dict[tuple[str, str], Authorized] = {}
        for each in self.authorizations:
            key = (each.by.party, each.code)
            if key not in newest or (newest[key].version, newest[key].by.year) <= (each.version, each.by.year):
                newest[key] = each
        return newest

    def authorization(self, block: Block) -> Authorized | None:
        """The authorization that a row names: the first transferring Party's, else the reporting Party's own."""
        if block.authorized is None:
            known, code = self.newest_authorizations, block.authorization
            found = None
            if code is not None:
                found = known.get((block.party, code)) or known.get((block.by.party, code))
            block.authorized = (found,)
        return block.authorized[0]

    @cached_property
    def _givers(self) -> Mapping[tuple[str, str | None], Authorized]:
        return {(each.code, each.approach): each for each in self.newest_authorizations.values()}

    def giver(self, block: Block) -> Authorized | None:
        """The authorization that a row names, where another Party gave it than the one in which the row says that
        outcomes occurred; None where all is well or not known."""
        return self.giver_of(Named(block.party, block.authorization, block.approach, block.by.party))

    def giver_of(self, named: Named) -> Authorized | None:
        """As `giver`, of all rows that name these."""
        found = self._givers.get((named.authorization or "", named.approach))
        if found is None or named.party not in self.reporters:
            return None
        known, code = self.newest_authorizations, named.authorization or ""
        return None if (named.party, code) in known or (named.by, code) in known else found

    def home(self, named: Named) -> str:
        """The Party among whose units these rows stand (`Series`)."""
        giver = self.giver_of(named)
        return named.party if giver is None else giver.by.party

    def forget(self, rows: Rows) -> None:
        """Begin anew with other rows: nothing was said yet."""
        self.rows = rows
        self._told.clear()
        self._muted.clear()
        self.sums.clear()
        self.doubts.clear()

    def may_be_no_itmo(self, block: Block) -> bool | None:
        """Whether the units may be handed on before their first transfer; None where the authorization is not at hand.

        What is authorized for OIMP alone, with use or cancellation as the first transfer, is an ITMO only then.
        """
        authorized = self.authorization(block)
        return None if authorized is None else authorized.may_come_late

    def mute(self, series: Series, first: int, last: int) -> None:
        """Say no more about these units."""
        ranges = self._muted.setdefault(series, [])
        place = bisect_right(ranges, (first, last))
        # Ranges stay sorted and disjoint, so that one look is enough.
        while place > 0 and ranges[place - 1][1] >= first:
            place -= 1
            first, last = min(first, ranges[place][0]), max(last, ranges.pop(place)[1])
        while place < len(ranges) and ranges[place][0] <= last:
            last = max(last, ranges.pop(place)[1])
        ranges.insert(place, (first, last))

    def is_muted(self, series: Series, first: int, last: int) -> bool:
        """Whether anything was said about any of these units."""
        ranges = self._muted.get(series)
        if not ranges:
            return False
        place = bisect_right(ranges, (last, 2**63))
        return place > 0 and ranges[place - 1][1] >= first

    def segments(self, blocks: Iterable[B]) -> Iterator[tuple[Series, int, int, list[B]]]:
        """As `segments`, within the window."""
        return self._within(segments(blocks))

    @cached_property
    def block_segments(self) -> list[tuple[Series, int, int, list[Block]]]:
        """`segments` of all actions and holdings of the window."""
        return list(self.segments(self.blocks))

    @cached_property
    def act_segments(self) -> list[tuple[Series, int, int, list[Act]]]:
        """`segments` of the actions of the window."""
        return list(self.segments(self.acts))

    def _within(self, found: Iterable[tuple[Series, int, int, list[B]]]) -> Iterator[tuple[Series, int, int, list[B]]]:
        for series, first, last, rows in found:
            since, until = self.since, self.until
            if since is not None and series[0] == since[0]:
                first = max(first, since[1])
            if until is not None and series[0] == until[0]:
                last = min(last, until[1] - 1)
            if first <= last:
                yield series, first, last, rows

    def look_again(self) -> None:
        """Forget what was derived from the rows of the window: they are others now."""
        self.derived.clear()
        for name in ("blocks", "block_segments", "act_segments"):
            self.__dict__.pop(name, None)


def segments(blocks: Iterable[B]) -> Iterator[tuple[Series, int, int, list[B]]]:
    """The ranges of units over which the rows that name them stay the same, series by series, with those rows."""
    by_series: dict[Series, list[B]] = defaultdict(list)
    for each in blocks:
        by_series[each.series].append(each)
    for series, rows in by_series.items():
        for first, last, common in _pieces(rows):
            yield series, first, last, common


def _pieces(rows: list[B]) -> Iterator[tuple[int, int, list[B]]]:
    rows.sort(key=lambda each: each.first)
    start = 0
    while start < len(rows):
        # Rows that have units in common, directly or by way of others; most name the very same units.
        first, reach = rows[start].first, rows[start].last
        end, is_one = start + 1, True
        while end < len(rows) and rows[end].first <= reach:
            each = rows[end]
            if each.first != first or each.last != reach:
                is_one = False
                reach = max(reach, each.last)
            end += 1
        if is_one:
            yield first, reach, rows[start:end]
        else:
            yield from _cut(rows[start:end])
        start = end


def _cut(rows: list[B]) -> Iterator[tuple[int, int, list[B]]]:
    edges: dict[int, tuple[list[B], list[B]]] = defaultdict(lambda: ([], []))
    for each in rows:
        edges[each.first][0].append(each)
        edges[each.last + 1][1].append(each)
    covering: dict[int, B] = {}
    since = 0
    for at in sorted(edges):
        if covering:
            yield since, at - 1, list(covering.values())
        begins, ends = edges[at]
        for each in ends:
            del covering[id(each)]
        for each in begins:
            covering[id(each)] = each
        since = at
