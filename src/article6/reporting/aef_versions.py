"""Versions of an AEF: their numbers, the form in which their rows are kept, the public copy, and explanatory texts.

The content of a version is text, a JSON document a line: first the head, then every row of tables 2 to 5 with its
key, in the order of the tables. Its SHA-256 is the version's. A row is kept as it is spelled in the files, so that a
later release of the program writes the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from article6.domain.submissions import Version
from article6.reporting.aef_fields import FIELDS, Field, Table
from article6.reporting.aef_records import CONFIDENTIAL, Aef, Cell, ConfidentialItem, Keyed, Row, Submission
from article6.reporting.aef_rows import keyed_rows, keyed_texts
from article6.reporting.aef_specification import positions
from article6.reporting.aef_typesetting import Spelling, Typesetter

EXPLANATORY = "AdditionalExplanatoryInformation"
"""The one field of tables 2, 3 and 5 in which a human says something; every other one follows from the ledger."""

# In the language of the format, like its labels: a file reads the same for whoever opens it.
ROWS_LEFT_OUT = "Rows that the Party has marked confidential are left out of this copy."
CELLS_LEFT_OUT = "What the Party has marked confidential is left out of this copy."

TABLES = (Table.AUTHORIZATIONS, Table.ACTIONS, Table.HOLDINGS, Table.ENTITIES)
"""The tables that have rows with keys."""

TABLE_BY_KEY: Mapping[str, Table] = {table.key: table for table in Table}

_LINES_AT_ONCE = 1_000
_NUMBER = re.compile(r"([1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})")


FIRST = Version(1, 0)


def version(text: str) -> Version | None:
    """The version that a text names, None where it names none."""
    found = _NUMBER.fullmatch(text)
    return Version(int(found[1]), int(found[2])) if found else None


def explanatory_fields(table: Table) -> tuple[str, ...]:
    """The fields of a table that take an explanatory text."""
    return tuple(field.technical_name for field in FIELDS[table] if field.technical_name == EXPLANATORY)


def markable(table: Table) -> tuple[Field, ...]:
    """The fields that a Party may mark confidential: none of table 1, and none that the platform fills in."""
    return tuple(field for field in FIELDS[table] if table is not Table.SUBMISSION and not field.filled_by_carp)


# --- What is drawn from the ledger, with what people said of it


def explained(aef: Aef, texts: Mapping[tuple[Table, str], str]) -> Aef:
    """The AEF with explanatory texts: by table and key of the row, or with an empty key of the table as a whole."""
    of_tables = {table: text for (table, key), text in texts.items() if not key}
    of_rows: dict[Table, dict[str, str]] = {}
    for (table, key), text in texts.items():
        if key:
            of_rows.setdefault(table, {})[key] = text
    if not of_rows:
        return replace(aef, remarks=of_tables)

    def written(table: Table) -> Iterator[Keyed]:
        kept = keyed_rows(aef, table)
        return _explained(kept, positions(table)[EXPLANATORY], of_rows[table]) if table in of_rows else kept

    return replace(aef, remarks=of_tables, written=written)


def _explained(kept: Iterable[Keyed], place: int, texts: Mapping[str, str]) -> Iterator[Keyed]:
    for key, row in kept:
        text = texts.get(key)
        if text is None:
            yield key, row
        else:
            said = " ".join(filter(None, (None if row[place] is None else str(row[place]), text)))
            yield key, (*row[:place], said, *row[place + 1 :])


# --- The public copy


def public(aef: Aef, items: Collection[ConfidentialItem]) -> Aef:
    """The copy for everybody: marked rows are left out, marked cells read `Confidential`.

    Source: 2/CMA.3 annex para 24.
    """
    if not items:
        return replace(aef, confidential=())
    rows: dict[Table, set[str]] = {}
    cells: dict[Table, dict[str, list[int]]] = {}
    for item in items:
        if item.field:
            place = positions(item.table)[item.field]
            cells.setdefault(item.table, {}).setdefault(item.row_key, []).append(place)
        else:
            rows.setdefault(item.table, set()).add(item.row_key)
    remarks = dict(aef.remarks)
    for table in {item.table for item in items}:
        sentence = ROWS_LEFT_OUT if table in rows else CELLS_LEFT_OUT
        remarks[table] = " ".join(filter(None, (remarks.get(table), sentence)))

    def written(table: Table) -> Iterator[Keyed]:
        left_out, marked = rows.get(table, set()), cells.get(table, {})
        for key, row in keyed_rows(aef, table):
            if key not in left_out:
                yield key, _without(row, marked[key]) if key in marked else row

    return replace(aef, remarks=remarks, confidential=(), written=written)


def _without(row: Row, places: Collection[int]) -> Row:
    return tuple(CONFIDENTIAL if place in places else cell for place, cell in enumerate(row))


# --- The content as it is kept


@dataclass(frozen=True, slots=True)
class Head:
    """What a version keeps beside its rows."""

    submission: Submission
    remark: str | None
    remarks: Mapping[Table, str]
    confidential: tuple[ConfidentialItem, ...]

    def as_json(self) -> dict[str, object]:
        """As plain values."""
        said = self.submission
        return {
            "submission": {
                "party": said.party,
                "version": said.version,
                "reported_year": said.reported_year,
                "submitted_on": said.submitted_on.isoformat(),
                "ndc_first_year": said.ndc_first_year,
                "ndc_last_year": said.ndc_last_year,
            },
            "remark": self.remark,
            "remarks": {table.key: text for table, text in self.remarks.items()},
            "confidential": [
                {"table": each.table.key, "row": each.row_key, "field": each.field, "reason": each.reason}
                for each in self.confidential
            ],
        }

    def aef(self, written: Callable[[Table], Iterator[Keyed]], written_at: datetime) -> Aef:
        """The AEF of these rows."""
        return Aef(
            submission=self.submission,
            remark=self.remark,
            remarks=self.remarks,
            confidential=self.confidential,
            written=written,
            written_at=written_at,
        )


def head_of(kept: Mapping[str, object]) -> Head:
    """The head from its plain values."""
    said, remarks, items = kept["submission"], kept["remarks"], kept["confidential"]
    if not (isinstance(said, dict) and isinstance(remarks, dict) and isinstance(items, list)):
        raise ValueError("the head of a version")
    return Head(
        submission=Submission(**{**said, "submitted_on": date.fromisoformat(said["submitted_on"])}),
        remark=None if kept["remark"] is None else str(kept["remark"]),
        remarks={TABLE_BY_KEY[key]: text for key, text in remarks.items()},
        confidential=tuple(
            ConfidentialItem(TABLE_BY_KEY[each["table"]], each["row"], each["field"], each["reason"]) for each in items
        ),
    )


def line(value: object) -> bytes:
    """A value as one line of canonical JSON: keys in order, no blanks, UTF-8."""
    return (_write(value) + "\n").encode()


def row_line(table: Table, keyed: Keyed) -> bytes:
    """A row as a line of the content."""
    return (_write([table.key, keyed[0], keyed[1]]) + "\n").encode()


def row_lines(aef: Aef, table: Table) -> Iterator[bytes]:
    """The lines of all rows of a table, each as `row_line` writes it."""
    spell = Spelling(_write)
    count = len(FIELDS[table])
    cells = Typesetter(table, [spell] * count, ["[", *[","] * (count - 1), "]]\n"])
    start = f"[{_write(table.key)},"
    for key, text in keyed_texts(aef, table, cells):
        yield f"{start}{_write(key)},{text}".encode()


def row_of(kept: bytes) -> Keyed:
    """The row of a line."""
    _table, key, cells = json.loads(kept, object_hook=_decimal)
    return key, tuple(cells)


def rows_of(kept: Iterable[bytes]) -> Iterator[Keyed]:
    """The rows of many lines, read some at a time: a document of many rows takes less than as many documents."""
    remaining = iter(kept)
    while some := list(islice(remaining, _LINES_AT_ONCE)):
        for _table, key, cells in json.loads(b"[%s]" % b",".join(some), object_hook=_decimal):
            yield key, tuple(cells)


def _plain(value: Cell) -> dict[str, str]:
    return {"decimal": str(value)}


def _decimal(kept: dict[str, str]) -> Decimal:
    return Decimal(kept["decimal"])


_write = json.JSONEncoder(default=_plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
