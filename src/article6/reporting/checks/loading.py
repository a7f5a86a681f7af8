"""From readings to the world that the checks look at. A row that was not understood where it matters is left out: the
checks of form have reported it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from fractions import Fraction

from article6.domain.authorizations import Purpose
from article6.domain.identifiers import UnitIdentifier
from article6.domain.refusals import N_
from article6.reporting.aef_fields import Table
from article6.reporting.aef_nomenclatures import ActionSubtype, ActionType
from article6.reporting.checks.results import Gap
from article6.reporting.checks.world import Act, Authorized, Block, Series, Submitted, World
from article6.reporting.reading.reader import Reading, ReadRow
from article6.reporting.said import Said

NO_SUBMISSION = N_("Table 1 does not say which Party reports on which year: only the form was checked.")
SUPERSEDED = N_("Superseded by version %(version)s in %(file)s: only the form was checked.")
GIVEN_TWICE = N_("The same Party, year and version as %(file)s: only the form was checked.")


def load(
    readings: list[Reading], totals: Mapping[tuple[str, int], Mapping[str, int | Fraction]] | None = None
) -> World:
    """The world of these readings; of several versions the newest counts."""
    world = World(readings, totals or {})
    newest: dict[tuple[str, int], Submitted] = {}
    for reading in readings:
        submitted = _submitted(reading)
        if submitted is None:
            world.notes.append(Gap(Said(NO_SUBMISSION), reading.file))
            continue
        key = (submitted.party, submitted.year)
        older = newest.get(key)
        if older is None:
            newest[key] = submitted
        elif older.version == submitted.version:
            world.notes.append(Gap(Said(GIVEN_TWICE, {"file": older.file}), submitted.file))
        else:
            old, new = sorted((older, submitted), key=lambda each: each.version)
            newest[key] = new
            version = f"{new.version[0]}.{new.version[1]}"
            world.notes.append(Gap(Said(SUPERSEDED, {"version": version, "file": new.file}), old.file))
    world.submissions = sorted(newest.values(), key=lambda each: (each.party, each.year))
    blocks: list[Block] = []
    for submitted in world.submissions:
        _load(world, submitted)
        blocks += _blocks(submitted)
    name_series(world, blocks)
    world.rows = InMemory(blocks)
    return world


@dataclass(frozen=True, slots=True)
class InMemory:
    """Rows that are all at hand; see `Rows`."""

    blocks: list[Block]

    def by_serial(self) -> Iterator[Block]:
        return iter(sorted(self.blocks, key=lambda each: (each.series[0], each.first)))

    def first_transfers(self, authorizations: frozenset[tuple[str, str]]) -> Iterator[Act]:
        codes = {code for _party, code in authorizations}
        acts = [each for each in self.blocks if isinstance(each, Act) and each.type is ActionType.FIRST_TRANSFER]
        return iter(sorted((each for each in acts if each.authorization in codes), key=lambda each: each.at))

    def of_submission(self, by: Submitted) -> Iterator[Act]:
        return (each for each in self.blocks if isinstance(each, Act) and each.by is by)


def _submitted(reading: Reading) -> Submitted | None:
    row = reading.submission
    if row is None:
        return None
    party, year = row.get("ParticipatingParty"), row.get("ReportedYear")
    if not isinstance(party, str) or not isinstance(year, int):
        return None
    version = row.get("SubmissionVersion")
    major, _point, minor = str(version or "1.0").partition(".")
    first, last = row.get("FirstYearOfNDCPeriod"), row.get("LastYearOfNDCPeriod")
    return Submitted(
        reading=reading,
        party=party,
        year=year,
        version=(int(major), int(minor)),
        ndc_first=first if isinstance(first, int) else None,
        ndc_last=last if isinstance(last, int) else None,
    )


def _load(world: World, by: Submitted) -> None:
    for row in by.reading.rows(Table.AUTHORIZATIONS):
        code, approach, version = (
            row.get(name) for name in ("AuthorizationID", "CooperativeApproachID", "AuthorizationVersion")
        )
        if isinstance(code, str):
            approach = approach if isinstance(approach, str) else None
            version = version if isinstance(version, int) else 1
            given = row.get("PurposeForAuthorization")
            purpose = None if given is None else Purpose(str(given))
            definition = row.get("FirstTransferDefnForOIMP")
            is_late = (
                None if purpose is None else not purpose.covers_ndc and definition in (None, "Use or Cancellation")
            )
            world.authorizations.append(Authorized(by, row, code, approach, version, purpose, is_late))
    for row in by.reading.rows(Table.ENTITIES):
        approach = row.get("CooperativeApproachID")
        for name in ("AuthorizedEntityName", "AuthorizedEntityID"):
            if isinstance(approach, str) and row.get(name) is not None:
                world.entities.append((approach, str(row.get(name))))


def _blocks(by: Submitted) -> Iterator[Block]:
    for table in (Table.ACTIONS, Table.HOLDINGS):
        for row in by.reading.rows(table):
            if (found := block(by, row)) is not None:
                yield found


def block(by: Submitted, row: ReadRow) -> Block | None:
    """A row of table 3 or 4 as the checks look at it; None where what matters of it was not understood."""
    found = _block(by, row)
    if found is None or row.table.table is Table.HOLDINGS:
        return found
    moment, type_ = row.get("ActionDateTime"), row.get("ActionType")
    return _act(found, moment, ActionType(str(type_))) if isinstance(moment, date) and type_ is not None else None


def _block(by: Submitted, row: ReadRow) -> Block | None:
    first, last = row.get("FirstID"), row.get("LastID")
    approach, party, vintage = (row.get(n) for n in ("CooperativeApproachID", "FirstTransferringPartyID", "Vintage"))
    origin = first.registry or "" if isinstance(first, UnitIdentifier) else ""
    low, high = (each.serial_first if isinstance(each, UnitIdentifier) else each for each in (first, last))
    if not (isinstance(low, int) and isinstance(high, int) and low <= high):
        return None
    if not (isinstance(approach, str) and isinstance(party, str) and isinstance(vintage, int)):
        return None
    code = row.get("AuthorizationID")
    return Block(by, row, approach, party, origin, vintage, low, high, None if code is None else str(code))


def _act(block: Block, moment: date, type_: ActionType) -> Act:
    subtype = block.text("ActionSubtype")
    is_day = not isinstance(moment, datetime)
    return Act(
        by=block.by,
        row=block.row,
        approach=block.approach,
        party=block.party,
        origin=block.origin,
        vintage=block.vintage,
        first=block.first,
        last=block.last,
        authorization=block.authorization,
        at=moment if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC),
        is_day=is_day,
        type=type_,
        subtype=None if subtype is None else ActionSubtype(subtype),
        transferring=block.text("TransferringPartyID"),
        acquiring=block.text("AcquiringPartyID"),
    )


def name_series(world: World, blocks: Iterable[Block]) -> None:
    """Say which rows are about the same serials. A row stands among the units of the Party in which its outcomes
    occurred, or of the one that gave its authorization where the row names another."""
    by_party: dict[str, list[Block]] = defaultdict(list)
    for each in blocks:
        giver = world.giver(each)
        by_party[each.party if giver is None else giver.by.party].append(each)
    for party, rows in by_party.items():
        # Where some show the originating registry and some do not, it tells nothing apart.
        has_origins = all(each.origin for each in rows)
        for each in rows:
            each.series = (party, each.origin) if has_origins else (party,)
        if begins_anew(rows):
            for each in rows:
                each.series = (*each.series, each.approach, str(each.vintage))


def begins_anew(rows: Iterable[Block]) -> bool:
    """Whether somebody reports the same serials twice in one role, under different approaches or vintages."""
    roles: dict[tuple[Series, str, object], list[Block]] = defaultdict(list)
    for each in rows:
        if not isinstance(each, Act):
            roles[each.series, each.by.party, each.by.year].append(each)
        elif each.type in (ActionType.FIRST_TRANSFER, ActionType.ACQUISITION):
            roles[each.series, each.by.party, each.type].append(each)
    for same in roles.values():
        reached: dict[tuple[str, int], int] = {}
        for each in sorted(same, key=lambda block: block.first):
            variant = (each.approach, each.vintage)
            if any(last >= each.first for other, last in reached.items() if other != variant):
                return True
            reached[variant] = max(each.last, reached.get(variant, 0))
    return False
