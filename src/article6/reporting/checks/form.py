"""Checks of form: is everything there that has to be, written so that the platform can read it?"""

from __future__ import annotations

from collections.abc import Iterator

from article6.domain.identifiers import UnitIdentifier
from article6.domain.refusals import N_
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_nomenclatures import SUBTYPES, ActionSubtype, ActionType, Metric
from article6.reporting.aef_specification import SPECIFICATION, Condition, Requiredness, Specification
from article6.reporting.checks.model import Check
from article6.reporting.checks.results import Finding, Gap, Scope
from article6.reporting.checks.world import FUND_SUBTYPES, World
from article6.reporting.reading.reader import Reading, ReadRow
from article6.reporting.said import Place, Said

DRAFT = N_("The file has the shape of the first draft AEF, which 4/CMA.6 replaced.")
NO_TABLE = N_("%(table)s is missing.")
NO_COLUMN = N_("The column %(field)s is missing.")
TWO_SUBMISSIONS = N_("Table 1 describes more than one submission.")
MISSING = N_("%(field)s is missing.")
MISSING_HERE = N_("%(field)s is missing; it is needed for %(why)s.")
DOES_NOT_APPLY = N_("%(field)s does not apply to %(why)s, but says %(value)s.")
NOT_FOR_PARTIES = N_("%(field)s is filled in by the platform, but says %(value)s.")
BACKWARDS = N_("The first ID is above the last.")
DIFFER = N_("The identifiers of the block differ in more than the serial.")
PARTS_DIFFER = N_("The identifier says %(inside)s, the column %(field)s says %(value)s.")
WRONG_SUBTYPE = N_("The subtype %(subtype)s does not go with the type %(type)s.")
PERIOD_BACKWARDS = N_("The NDC implementation period ends before it begins.")

_USES = frozenset(
    {ActionType.USE, ActionType.FIRST_TRANSFER, ActionType.CANCELLATION, ActionType.VOLUNTARY_CANCELLATION}
)


def _tables(world: World) -> Iterator[Finding | Gap]:
    for reading in world.readings:
        if reading.is_draft:
            yield Finding(Said(DRAFT), (Place(reading.file),), reading.file)
            continue
        for table in Table:
            read = reading.tables.get(table)
            if read is None:
                yield Finding(Said(NO_TABLE, {"table": table.heading}), (Place(reading.file),), reading.file)
                continue
            labels = {each.technical_name: each for each in FIELDS[table]}
            for name in read.columns.missing:
                if labels[name].filled_by_carp:
                    continue
                said = Said(NO_COLUMN, {"field": labels[name].label})
                yield Finding(said, (Place(reading.file, read.sheet),), reading.file)
        rows = reading.rows(Table.SUBMISSION)
        if len(rows) > 1:
            yield Finding(Said(TWO_SUBMISSIONS), (rows[1].place("ParticipatingParty"),), reading.file)


def _unread(world: World) -> Iterator[Finding | Gap]:
    for reading in world.readings:
        for remark in reading.remarks:
            if remark.is_unread:
                yield Finding(remark.said, (remark.place,), reading.file)


def _mandatory(world: World) -> Iterator[Finding | Gap]:
    for reading, row, specification in _cells(world):
        name = specification.field.technical_name
        if not row.is_absent(name) or name not in row.table.columns.places:
            continue
        if specification.requiredness is Requiredness.MANDATORY:
            if name == "QuantityCO2" and row.get("Metric") == Metric.NON_GHG:
                continue  # a metric that has no equivalent in tonnes
            yield _finding(reading, row, name, Said(MISSING, {"field": specification.field.label}))
        elif (why := _needed(row, specification)) is not None:
            said = Said(MISSING_HERE, {"field": specification.field.label, "why": why})
            yield _finding(reading, row, name, said)


def _needed(row: ReadRow, specification: Specification) -> str | None:
    """Why a conditional field has to be filled in here; None if it need not."""
    name = specification.field.technical_name
    if specification.requiredness is Requiredness.CONDITIONAL:
        return _holding(row, specification.condition)
    if specification.field.table is not Table.ACTIONS:
        return None
    type_, subtype = row.get("ActionType"), row.get("ActionSubtype")
    if name == "AcquiringPartyID":
        if subtype == ActionSubtype.TO_ANOTHER_PARTY:
            return str(subtype)
        return str(type_) if type_ == ActionType.TRANSFER else None
    # A use is either towards an NDC, in a year, or for another purpose.
    if name == "YearITMOUsedTowardsNDC" and type_ == ActionType.USE:
        purpose = row.get("PurposeITMOUsedForOIMP")
        return str(type_) if purpose is None or "NDC" in str(purpose) else None
    return None


def _holding(row: ReadRow, condition: Condition) -> str | None:
    """What makes the condition hold in this row, as people call it; None where it does not."""
    if condition is Condition.NON_GHG:
        return str(Metric.NON_GHG) if row.get("Metric") == Metric.NON_GHG else None
    if condition is Condition.OIMP:
        purpose = row.get("PurposeForAuthorization")
        return str(purpose) if purpose is not None and purpose != "NDC" else None
    if condition is Condition.ACQUISITION:
        return str(ActionType.ACQUISITION) if row.get("ActionType") == ActionType.ACQUISITION else None
    return ""


def _applicable(world: World) -> Iterator[Finding | Gap]:
    for reading, row, specification in _cells(world):
        if specification.condition is Condition.ALWAYS:
            continue
        name = specification.field.technical_name
        value = row.get(name)
        if value is not None and (why := _excluded(row, specification.condition)) is not None:
            said = Said(DOES_NOT_APPLY, {"field": specification.field.label, "why": why, "value": value})
            yield _finding(reading, row, name, said)


def _excluded(row: ReadRow, condition: Condition) -> str | None:
    """Why a field does not apply in this row; None where it does or nothing can be said."""
    if condition is Condition.NON_GHG:
        return str(Metric.GHG) if row.get("Metric") == Metric.GHG else None
    if condition is Condition.OIMP:
        return "NDC" if row.get("PurposeForAuthorization") == "NDC" else None
    if condition is Condition.UNDERLYING or row.get("ActionType") is None:
        return None
    type_ = ActionType(str(row.get("ActionType")))
    applies = {
        Condition.ACQUISITION: type_ is ActionType.ACQUISITION,
        Condition.SENDING: type_ in (ActionType.FIRST_TRANSFER, ActionType.TRANSFER),
        Condition.USE_OR_CANCELLATION: type_ in _USES,
        Condition.USE: type_ is ActionType.USE,
    }[condition]
    return None if applies else str(type_)


def _platform(world: World) -> Iterator[Finding | Gap]:
    for reading, row, specification in _cells(world):
        if specification.requiredness is Requiredness.PLATFORM:
            name = specification.field.technical_name
            value = row.get(name)
            if value is not None:
                said = Said(NOT_FOR_PARTIES, {"field": specification.field.label, "value": str(value)[:60]})
                yield _finding(reading, row, name, said)


def _blocks(world: World) -> Iterator[Finding | Gap]:
    for reading in world.readings:
        for table in (Table.ACTIONS, Table.HOLDINGS):
            for row in reading.rows(table):
                yield from _block(reading, row)


def _block(reading: Reading, row: ReadRow) -> Iterator[Finding]:
    first, last = row.get("FirstID"), row.get("LastID")
    if first is None or last is None:
        return
    head, tail = (each.serial_first if isinstance(each, UnitIdentifier) else each for each in (first, last))
    if isinstance(head, int) and isinstance(tail, int) and head > tail:
        yield _finding(reading, row, "FirstID", Said(BACKWARDS), "LastID")
        return
    if isinstance(first, UnitIdentifier) != isinstance(last, UnitIdentifier):
        yield _finding(reading, row, "LastID", Said(DIFFER), "FirstID")
        return
    if not (isinstance(first, UnitIdentifier) and isinstance(last, UnitIdentifier)):
        return
    parts = ("unit_type", "registry", "party", "cooperative_approach", "vintage_year", "project")
    if any(getattr(first, part) != getattr(last, part) for part in parts):
        yield _finding(reading, row, "LastID", Said(DIFFER), "FirstID")
        return
    for inside, name in ((first.party, "FirstTransferringPartyID"), (first.vintage_year, "Vintage")):
        value = row.get(name)
        if inside is not None and value is not None and inside != value:
            label = next(each.label for each in FIELDS[row.table.table] if each.technical_name == name)
            said = Said(PARTS_DIFFER, {"inside": inside, "field": label, "value": value})
            yield _finding(reading, row, name, said, "FirstID")


def _subtypes(world: World) -> Iterator[Finding | Gap]:
    for reading in world.readings:
        for row in reading.rows(Table.ACTIONS):
            type_, subtype = row.get("ActionType"), row.get("ActionSubtype")
            if type_ is None or subtype is None:
                continue
            allowed = SUBTYPES.get(ActionType(str(type_)), tuple(ActionSubtype))
            if type_ == ActionType.FIRST_TRANSFER:
                # Not in the nomenclatures' list, but such a transfer is recorded as a first transfer (4/CMA.6 para 16).
                allowed = (*allowed, *FUND_SUBTYPES)
            if ActionSubtype(str(subtype)) not in allowed:
                said = Said(WRONG_SUBTYPE, {"subtype": subtype, "type": type_})
                yield _finding(reading, row, "ActionSubtype", said, "ActionType")


def _period(world: World) -> Iterator[Finding | Gap]:
    for reading in world.readings:
        for row in reading.rows(Table.SUBMISSION):
            first, last = row.get("FirstYearOfNDCPeriod"), row.get("LastYearOfNDCPeriod")
            if isinstance(first, int) and isinstance(last, int) and first > last:
                yield _finding(reading, row, "FirstYearOfNDCPeriod", Said(PERIOD_BACKWARDS), "LastYearOfNDCPeriod")


def _cells(world: World) -> Iterator[tuple[Reading, ReadRow, Specification]]:
    """Every field of every row. The first draft AEF is told once, not field by field."""
    for reading in world.readings:
        if reading.is_draft:
            continue
        for table, read in reading.tables.items():
            for row in read.rows:
                for specification in SPECIFICATION[table]:
                    yield reading, row, specification


def _finding(reading: Reading, row: ReadRow, name: str, said: Said, *others: str) -> Finding:
    return Finding(said, (row.place(name), *(row.place(other) for other in others)), reading.file)


_OMISSIONS = "4/CMA.6 paras 29(b), 33"
CHECKS = (
    Check(
        "F01",
        N_("Tables and columns of the format"),
        "4/CMA.6 para 19 and annex II",
        Scope.FORM,
        N_("Use the five tables of 4/CMA.6 annex II with all their columns; `article6 aef write` makes them."),
        None,
        once=_tables,
    ),
    Check(
        "F02",
        N_("Every cell can be read"),
        "4/CMA.6 annex II; 6/CMA.4 annex I paras 28-30",
        Scope.FORM,
        N_("Write the value as the format and the common nomenclatures prescribe."),
        None,
        once=_unread,
    ),
    Check(
        "F03",
        N_("Mandatory information is given"),
        _OMISSIONS,
        Scope.FORM,
        N_("Fill in the cell."),
        None,
        once=_mandatory,
    ),
    Check(
        "F04",
        N_("What does not apply reads NA"),
        "4/CMA.6 annex II, notes to the tables",
        Scope.FORM,
        N_("Write NA, or correct what makes the field inapplicable."),
        None,
        once=_applicable,
    ),
    Check(
        "F05",
        N_("The platform's fields are left to it"),
        "4/CMA.6 annex II, notes to the tables",
        Scope.FORM,
        N_("Empty the cell."),
        None,
        once=_platform,
    ),
    Check(
        "F06",
        N_("The identifiers of a block agree"),
        "6/CMA.4 annex I paras 5-6",
        Scope.FORM,
        N_("Give the first and the last identifier of one block; they share everything but the serial."),
        None,
        once=_blocks,
    ),
    Check(
        "F07",
        N_("Action subtypes go with their types"),
        "common nomenclatures of February 2026, table 26",
        Scope.FORM,
        N_("Choose a subtype of this action type."),
        None,
        once=_subtypes,
    ),
    Check(
        "F08",
        N_("The NDC implementation period is one"),
        "4/CMA.6 annex II, table 1",
        Scope.FORM,
        N_("Exchange the two years."),
        None,
        once=_period,
    ),
)
