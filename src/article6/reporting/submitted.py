"""An AEF as the Article 6 database keeps it: every cell as it was received, and what checks ask for as typed values.

Cells go into rows of JSON and come back as the sheet they came from, which is then read by the same reader: so nothing
is understood in two ways, and no identifier is ever written anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from article6.domain.identifiers import UnitIdentifier
from article6.domain.refusals import N_, invariant
from article6.domain.submissions import Mark
from article6.reporting.aef_fields import Table
from article6.reporting.aef_records import CONFIDENTIAL
from article6.reporting.aef_specification import positions
from article6.reporting.reading.columns import RECORD_ID
from article6.reporting.reading.grids import Grid, Inexact, Unreadable, Value
from article6.reporting.reading.reader import Reading, ReadRow, ReadTable, from_grids

Cells = Mapping[str, Any]
"""Technical name -> the cell as JSON keeps it; cells in which nothing stood are left out."""

NO_TEXT = N_("%(cell)s holds characters that no text has. Type it anew.")

_PLAIN = {
    "action_type": "ActionType",
    "action_subtype": "ActionSubtype",
    "approach": "CooperativeApproachID",
    "authorization_code": "AuthorizationID",
    "registry": "PartyITMORegistryID",
    "first_party": "FirstTransferringPartyID",
    "vintage": "Vintage",
    "metric": "Metric",
    "metric_unit": "Non-GHGMetric",
    "transferring": "TransferringPartyID",
    "acquiring": "AcquiringPartyID",
    "purpose": "PurposeITMOUsedForOIMP",
    "using_party": "Using/cancellingPartyID",
    "using_entity": "Using/cancellingEntityID",
    "year_used": "YearITMOUsedTowardsNDC",
    "authorized_for": "PurposeForAuthorization",
    "authorization_version": "AuthorizationVersion",
}
_NUMBERS = {"vintage", "year_used", "authorization_version"}

TYPED = (
    *_PLAIN, "origin", "lo", "hi", "quantity", "quantity_other", "at", "is_day", "sectors", "first_id", "last_id",
)  # fmt: skip
"""The columns that checks and tables ask for; empty where the row has no such field."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table stood in the file: enough to put its cells back into their places."""

    table: Table
    sheet: str
    header: int
    is_vertical: bool
    has_keys: bool
    labels: Mapping[str, str]
    places: Mapping[str, int]
    record_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "header": self.header, "is_vertical": self.is_vertical, "has_keys": self.has_keys,
            "labels": dict(self.labels), "places": dict(self.places), "record_id": self.record_id,
        }  # fmt: skip


def layout(table: Table, sheet: str, kept: Mapping[str, Any]) -> Layout:
    """A layout as JSON kept it."""
    return Layout(table, sheet, **kept)


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row as received. `number` is its row in the sheet; 0 where the submission stands vertically."""

    table: Table
    number: int
    cells: Cells
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class KeptFile:
    """All that is kept of a file besides its bytes."""

    layouts: tuple[Layout, ...]
    rows: tuple[tuple[KeptRow, ReadRow], ...] = field(default=())


def kept(reading: Reading) -> KeptFile:
    """The rows of a file that was understood whole.

    Raises:
        Unreadable: a cell holds what no text has.
    """
    layouts = tuple(_layout(each) for each in reading.tables.values())
    rows = tuple((_kept(row), row) for table in reading.tables.values() for row in table.rows)
    return KeptFile(layouts, rows)


def _layout(read: ReadTable) -> Layout:
    columns, cells = read.columns, read.columns.grid.rows
    if columns.is_vertical:
        labels = {name: str(cells[row][columns.header_row]) for name, row in columns.places.items()}
    else:
        labels = {name: str(cells[columns.header_row][place]) for name, place in columns.places.items()}
    return Layout(
        table=read.table,
        sheet=columns.grid.name,
        header=columns.header_row,
        is_vertical=columns.is_vertical,
        has_keys=bool(columns.grid.keys),
        labels=labels,
        places=dict(columns.places),
        record_id=None if columns.is_vertical else columns.record_id,
    )


def _kept(row: ReadRow) -> KeptRow:
    columns = row.table.columns
    cells: dict[str, Any] = {}
    for name, place in columns.places.items():
        if columns.is_vertical:
            line = columns.grid.rows[place]
            at = min((each for each in line if each > columns.header_row), default=None)
            value = None if at is None else line[at]
        else:
            value = columns.grid.rows[row.number].get(place)
        if value is not None:
            cells[name] = encoded(value, str(row.place(name)))
    return KeptRow(row.table.table, row.number, cells, row.record_id)


def encoded(value: Value, cell: str = "") -> Any:
    """A cell as JSON keeps it, exactly.

    Raises:
        Unreadable: it holds what no text has.
    """
    if isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, Inexact):
        return {"inexact": value.text}
    invariant(isinstance(value, str), f"{cell} was understood although it holds {type(value).__name__}")
    text = str(value)
    if not is_text(text):
        raise Unreadable(NO_TEXT, cell=cell)
    return text


def is_text(text: str) -> bool:
    """Whether the text can be kept: no NUL, no half of a character."""
    return "\x00" not in text and text == text.encode("utf-8", "replace").decode()


def decoded(kept_value: Any) -> Value:
    """The cell again."""
    if not isinstance(kept_value, Mapping):
        plain: Value = kept_value
        return plain
    ((kind, text),) = kept_value.items()
    if kind == "decimal":
        return Decimal(text)
    return datetime.fromisoformat(text) if kind == "moment" else Inexact(text)


def shown(kept_value: Any) -> str | int | Decimal:
    """The cell as a copy of the file writes it."""
    if is_hidden(kept_value):
        return CONFIDENTIAL
    value = decoded(kept_value)
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}" if value.time() == time() else value.isoformat(timespec="seconds")
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return value.text if isinstance(value, Inexact) else str(value)
    return value


def is_hidden(kept_value: Any) -> bool:
    """Whether the cell was confidential and this is the public's view of it."""
    return isinstance(kept_value, Mapping) and "confidential" in kept_value


def read_again(name: str, form: str, layouts: Iterable[Layout], rows: Iterable[KeptRow]) -> Reading:
    """The reading of what was kept: all rows, or some."""
    grids: dict[Table, Grid] = {}
    known = {}
    for each in layouts:
        known[each.table] = each
        grids[each.table] = _empty(each)
    for row in rows:
        _put_back(grids[row.table], known[row.table], row)
    return from_grids(name, form, list(grids.values()))


def _empty(each: Layout) -> Grid:
    grid = Grid(each.sheet)
    if each.has_keys:
        grid.keys = {each.places[name]: label for name, label in each.labels.items()}
    for name, place in each.places.items():
        row, column = (place, each.header) if each.is_vertical else (each.header, place)
        grid.rows.setdefault(row, {})[column] = each.labels[name]
    if each.record_id is not None:
        grid.rows[each.header][each.record_id] = RECORD_ID
    return grid


def _put_back(grid: Grid, where: Layout, row: KeptRow) -> None:
    for name, value in row.cells.items():
        place = where.places[name]
        if where.is_vertical:
            grid.rows[place][where.header + 1] = decoded(value)
        else:
            grid.rows.setdefault(row.number, {})[place] = decoded(value)
    if row.record_id is not None and where.record_id is not None:
        grid.rows[row.number][where.record_id] = row.record_id


# --- Confidential items


def hidden(kept_file: KeptFile, marks: Iterable[Mark]) -> dict[tuple[Table, int], frozenset[str] | None]:
    """The rows with confidential items: which of their fields; None for the row as a whole.

    Raises:
        ValueError: a mark names no table, row or field of the file, or something of table 1; it is the value's text.
    """
    tables = {each.key: each for each in Table}
    known = {(row.table, row.number): row for row, _read in kept_file.rows}
    found: dict[tuple[Table, int], frozenset[str] | None] = {}
    for mark in marks:
        table = tables.get(mark.table)
        if table in (None, Table.SUBMISSION) or (mark.field is not None and mark.field not in positions(table)):
            raise ValueError(_named(mark))
        places = [place for place in known if place[0] is table and mark.row in (None, place[1])]
        if (not places and mark.row is not None) or (mark.row is None and mark.field is None):
            raise ValueError(_named(mark))
        for place in places:
            before = found.get(place, frozenset())
            found[place] = None if mark.field is None or before is None else before | {mark.field}
    return found


def _named(mark: Mark) -> str:
    return f"{mark.table}:{'' if mark.row is None else mark.row}:{mark.field or ''}"


def public(cells: Cells, fields: Iterable[str]) -> dict[str, Any]:
    """The cells without the confidential ones."""
    return {name: {"confidential": ""} if name in fields else value for name, value in cells.items()}


_TELLING = ("FirstID", "LastID", "AuthorizationID", "QuantityCO2", "QuantityNon-GHG", "Using/cancellingEntityID")


def secrets(cells: Cells, public_cells: Cells | None) -> set[str]:
    """The confidential texts of a row, as sentences may quote them; of a row that is confidential as a whole those that
    tell it from others."""
    if public_cells is None:
        names: Iterable[str] = [name for name in _TELLING if name in cells]
    else:
        names = [name for name, value in public_cells.items() if is_hidden(value)]
    found = set()
    for name in names:
        value = shown(cells[name])
        found |= {str(value), f"{value:,}"} if isinstance(value, int | Decimal) else {value}
    return found - {"", "NA"}


# --- What checks ask for


def typed(row: ReadRow, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The values of a row as the columns `TYPED`, those of some fields left out."""
    names = set(positions(row.table.table)) - without
    found: dict[str, Any] = dict.fromkeys(TYPED)
    for column, name in _PLAIN.items():
        value = row.get(name) if name in names else None
        if value is not None:
            found[column] = value if column in _NUMBERS else str(value)
    if {"FirstID", "LastID"} <= names:
        found |= _block(row)
    for column, wanted in (
        ("quantity", ("QuantityCO2", "AuthorizedQuantity")),
        ("quantity_other", ("QuantityNon-GHG",)),
    ):
        found[column] = next((_decimal(row.get(name)) for name in wanted if name in names), None)
    day = next((row.get(name) for name in ("ActionDateTime", "DateOfAuthorization") if name in names), None)
    if isinstance(day, date):
        found["is_day"] = not isinstance(day, datetime)
        found["at"] = day if isinstance(day, datetime) else datetime.combine(day, time(), UTC)
    if "Sectors" in names and isinstance(sectors := row.get("Sectors"), tuple):
        found["sectors"] = [str(each) for each in sectors]
    return found


def _block(row: ReadRow) -> dict[str, Any]:
    first, last = row.get("FirstID"), row.get("LastID")
    low, high = (each.serial_first if isinstance(each, UnitIdentifier) else each for each in (first, last))
    return {
        "origin": first.registry if isinstance(first, UnitIdentifier) else None,
        "lo": low if isinstance(low, int) else None,
        "hi": high if isinstance(high, int) else None,
        "first_id": _as_received(row, "FirstID"),
        "last_id": _as_received(row, "LastID"),
    }


def _as_received(row: ReadRow, name: str) -> str | None:
    place = row.table.columns.places.get(name)
    value = None if place is None else row.table.columns.grid.rows[row.number].get(place)
    return None if value is None else str(shown(encoded(value)))


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None
