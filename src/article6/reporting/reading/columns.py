"""Which sheet is which table, where its labels stand, and which column is which field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from types import MappingProxyType

from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_sheets import INDEX_SHEET, SUMMARY_SHEET
from article6.reporting.reading.grids import Grid, Value

RECORD_ID = "Article 6 database record ID"
"""A column that the first draft AEF has and some keep: it tells identical actions apart."""

_SEARCHED_ROWS = 40
_ENOUGH = 3
_CLOSE = 0.88

# The first draft AEF (6/CMA.4 annex VII): its labels, and the fields of today in which they have a place.
FIRST_DRAFT: Mapping[Table, Mapping[str, str]] = MappingProxyType(
    {
        Table.ACTIONS: {
            "Cooperative approach": "CooperativeApproachID",
            "First unique identifier": "FirstID",
            "Last unique identifier": "LastID",
            "Underlying unit block start ID": "UnderlyingUnitFirstUnitID",
            "Underlying unit block end ID": "UnderlyingUnitLastUnitID",
            "Quantity (expressed in metric)": "QuantityNon-GHG",
            "First transferring participating Party": "FirstTransferringPartyID",
            "Transferring participating Party": "TransferringPartyID",
            "Acquiring participating Party": "AcquiringPartyID",
            "Purposes for cancellation": "PurposeITMOUsedForOIMP",
            "Using participating Party or authorized entity or entities": "Using/cancellingEntityID",
        },
        Table.HOLDINGS: {
            "Cooperative approach": "CooperativeApproachID",
            "First unique identifier": "FirstID",
            "Last unique identifier": "LastID",
            "Underlying unit block start ID": "UnderlyingUnitFirstUnitID",
            "Underlying unit block end ID": "UnderlyingUnitLastUnitID",
            "Quantity (expressed in metric)": "QuantityNon-GHG",
            "First transferring participating Party": "FirstTransferringPartyID",
        },
        Table.AUTHORIZATIONS: {
            "Cooperative approach": "CooperativeApproachID",
            "First transfer definition": "FirstTransferDefnForOIMP",
        },
    }
)
# Labels that only the first draft has: two of them tell that a sheet is one of it.
_DRAFT_ONLY = ("First unique identifier", "Last unique identifier", "Conversion factor (reporting Party)", RECORD_ID)

# What people write over columns instead.
_ALIASES: Mapping[str, str] = {
    "Reporting Party": "ParticipatingParty",
    "Participating Party": "ParticipatingParty",
    "Reporting year": "ReportedYear",
    "Submission date": "DateOfSubmission",
    "Quantity (tCO2eq)": "QuantityCO2",
    "Quantity (t CO2e)": "QuantityCO2",
    "Action date and time": "ActionDateTime",
    "Cooperative approach identifier": "CooperativeApproachID",
}


@dataclass(slots=True)
class Columns:
    """Where one table stands in a sheet.

    Attributes:
        header_row: the row of the labels; for a submission that stands vertically the column of its labels.
        places: technical name -> column (vertical: row).
        doubtful: technical name -> the label as written, where it differs from the decision's in more than its case.
        unknown: columns with a label that is none of the table's.
        record_id: the column of record ids, where there is one.
        is_draft: the sheet is one of the first draft AEF.
    """

    table: Table
    grid: Grid
    header_row: int
    places: dict[str, int]
    doubtful: dict[str, str] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    record_id: int | None = None
    is_vertical: bool = False
    is_draft: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """The technical names of fields without a column."""
        return tuple(each.technical_name for each in FIELDS[self.table] if each.technical_name not in self.places)


def tables(grids: list[Grid]) -> tuple[list[Columns], list[Columns]]:
    """The tables found, and those passed over because another sheet is more like the same table."""
    found: dict[Table, tuple[float, Columns]] = {}
    passed: list[Columns] = []
    for grid in grids:
        if grid.name in (INDEX_SHEET, SUMMARY_SHEET):
            continue
        best = _best(grid)
        if best is None:
            continue
        score, columns = best
        _closest(columns)
        if columns.table in found:
            before = found[columns.table]
            passed.append(before[1] if before[0] < score else columns)
        if columns.table not in found or found[columns.table][0] < score:
            found[columns.table] = best
    taken = [found[table][1] for table in Table if table in found]
    if Table.AUTHORIZATIONS not in found and Table.ACTIONS in found and found[Table.ACTIONS][1].is_draft:
        taken.append(_drafted_authorizations(found[Table.ACTIONS][1]))
    return taken, passed


def _best(grid: Grid) -> tuple[float, Columns] | None:
    if len(grid.rows) != 1:
        return _best_of(grid)
    # Of a table that is read without its rows there is the line of labels, in many files the same.
    ((number, cells),) = grid.rows.items()
    found = _best_of_labels(grid.name, number, tuple(cells.items()))
    if found is None:
        return None
    score, it = found
    return score, replace(it, grid=grid, places=dict(it.places), doubtful=dict(it.doubtful), unknown=dict(it.unknown))


@lru_cache(maxsize=256)
def _best_of_labels(name: str, number: int, cells: tuple[tuple[int, Value], ...]) -> tuple[float, Columns] | None:
    return _best_of(Grid(name, rows={number: dict(cells)}))


def _best_of(grid: Grid) -> tuple[float, Columns] | None:
    candidates = [each for table in Table for each in (_header(grid, table), _vertical(grid, table)) if each]
    if not candidates:
        return None
    named = _named(grid.name)
    return max(
        ((_score(each) + (2 if each.table is named else 0), each) for each in candidates), key=lambda pair: pair[0]
    )


def _score(columns: Columns) -> float:
    exact = len(columns.places) - len(columns.doubtful)
    # How much of the table is there counts too: the labels of table 4 are a part of those of table 3.
    return exact * (1 + exact / len(FIELDS[columns.table]))


def _named(name: str) -> Table | None:
    wanted = _folded(name)
    for table in Table:
        # The first draft counted its tables otherwise, so a number alone says nothing.
        if wanted in (_folded(table.sheet), _folded(table.key), _folded(table.heading)):
            return table
    words = ((Table.ENTITIES, "entit"), (Table.AUTHORIZATIONS, "authoriz"), (Table.AUTHORIZATIONS, "authoris"),
             (Table.ACTIONS, "action"), (Table.HOLDINGS, "holding"), (Table.SUBMISSION, "submission"),
             (Table.SUBMISSION, "heading"))  # fmt: skip
    return next((table for table, word in words if word in name.casefold()), None)


def _header(grid: Grid, table: Table) -> Columns | None:
    best: Columns | None = None
    for number in sorted(grid.rows)[:_SEARCHED_ROWS]:
        labels = {column: text for column, value in grid.rows[number].items() if (text := _label(value))}
        if len(labels) < 2:
            continue
        columns = _matched(table, grid, number, labels)
        if best is None or len(columns.places) > len(best.places):
            best = columns
    return best if best is not None and len(best.places) >= _ENOUGH else None


def _vertical(grid: Grid, table: Table) -> Columns | None:
    """The submission with a label in each row and its value to the right."""
    if table is not Table.SUBMISSION:
        return None
    by_column: dict[int, dict[int, str]] = {}
    for number in sorted(grid.rows)[:_SEARCHED_ROWS]:
        for column, value in grid.rows[number].items():
            if text := _label(value):
                by_column.setdefault(column, {})[number] = text
    found = [_matched(table, grid, column, labels) for column, labels in by_column.items()]
    best = max(found, key=lambda each: len(each.places), default=None)
    if best is None or len(best.places) < 2:
        return None
    best.is_vertical = True
    return best


def _matched(table: Table, grid: Grid, at: int, labels: Mapping[int, str]) -> Columns:
    """The labels that are exactly one of the table's; the others wait as unknown."""
    names, is_draft = _fields(table, tuple(labels.values()))
    columns = Columns(table, grid, at, {}, is_draft=is_draft)
    for (place, label), name in zip(labels.items(), names, strict=True):
        if name == RECORD_ID:
            columns.record_id = place
        elif name is None or name in columns.places:
            columns.unknown[place] = label
        else:
            columns.places[name] = place
    return columns


@lru_cache(maxsize=2048)
def _fields(table: Table, labels: tuple[str, ...]) -> tuple[tuple[str | None, ...], bool]:
    """The field of each label, and whether they are those of the first draft. Many files have the same labels."""
    is_draft = sum(_folded(each) in _draft_only() for each in labels) >= 2
    known = _labels(table, is_draft=is_draft)
    found: list[str | None] = []
    for label in labels:
        folded = _folded(label)
        is_record_id = folded in (_folded(RECORD_ID), "recordid")
        found.append(RECORD_ID if is_record_id else known.get(folded) or known.get(_folded(_without_mark(label))))
    return tuple(found), is_draft


@cache
def _draft_only() -> frozenset[str]:
    return frozenset(map(_folded, _DRAFT_ONLY))


def _closest(columns: Columns) -> None:
    """What is left is taken for the closest field that has no column yet, and said."""
    known = _labels(columns.table, is_draft=columns.is_draft)
    left, columns.unknown = columns.unknown, {}
    for place, label in left.items():
        free = {folded: name for folded, name in known.items() if name not in columns.places}
        close = difflib.get_close_matches(_folded(label), free, n=1, cutoff=_CLOSE)
        if close:
            columns.places[free[close[0]]] = place
            columns.doubtful[free[close[0]]] = label
        elif place > min(columns.places.values(), default=place):
            columns.unknown[place] = label


@cache
def _labels(table: Table, *, is_draft: bool) -> Mapping[str, str]:
    """Folded label -> technical name: the decision's labels, technical names, CAD Trust's keys, and others."""
    known: dict[str, str] = {}
    names = {each.technical_name for each in FIELDS[table]}
    others = [*_ALIASES.items(), *(FIRST_DRAFT.get(table, {}).items() if is_draft else ())]
    for label, name in others:
        if name in names:
            known[_folded(label)] = name
    for each in FIELDS[table]:
        for label in (each.technical_name, each.cad_trust_key, each.label):
            known[_folded(label)] = each.technical_name
    return MappingProxyType(known)


def _drafted_authorizations(actions: Columns) -> Columns:
    """The authorizations that the first draft AEF keeps in the rows of its actions."""
    labels = {column: _label(value) for column, value in actions.grid.rows[actions.header_row].items()}
    columns = _matched(Table.AUTHORIZATIONS, actions.grid, actions.header_row, {k: v for k, v in labels.items() if v})
    columns.is_draft = True
    return columns


def _label(value: Value) -> str:
    return value.strip() if isinstance(value, str) and 1 < len(value.strip()) < 200 else ""


def _without_mark(label: str) -> str:
    """Without the mark of a note: the decision prints `Action typeb`, some type `Action type*`."""
    return re.sub(r"(?:\s*\*|\s*\([a-z]\)|(?<=[A-Za-z)])[a-z])$", "", label)


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9&/+]", "", text.casefold())
