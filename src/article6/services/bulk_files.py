"""The files of many orders: which columns they have, read with bounds and without trust in any part of them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime

from article6.domain.refusals import Code, refused
from article6.reporting.reading.grids import Fault, Formula, Grid, Inexact, Limits, Unreadable, Value
from article6.reporting.reading.plain_text import read_csv
from article6.reporting.reading.workbook import read_workbook

COLUMNS = ("from_account", "to_account", "units", "serials", "use_year", "purpose", "beneficiary", "entity", "reason")
REQUIRED = COLUMNS[:2]
BYTES_AT_MOST = 1_000_000
LIMITS = Limits(
    file_bytes=BYTES_AT_MOST, text_bytes=BYTES_AT_MOST, unpacked_bytes=20_000_000, members=100, sheets=10,
    cells=20_000, elements=500_000,
)  # fmt: skip

TEMPLATE = {
    "transfer": ("from_account", "to_account", "units", "serials"),
    "cancel": ("from_account", "to_account", "units", "serials", "purpose", "beneficiary", "entity", "reason"),
    "retire": ("from_account", "to_account", "units", "serials", "use_year"),
}


def rows(content: bytes, name: str) -> list[tuple[int, dict[str, str]]]:
    """The lines of a file (CSV or xlsx by what it begins with): their numbers, and their cells by column.

    Raises:
        Refused: it cannot be read, is too large, or has other columns.
    """
    if len(content) > BYTES_AT_MOST:
        raise refused(Code.REQUEST_MALFORMED, name[:60], f"at most {BYTES_AT_MOST:,} bytes")
    try:
        if content[:2] == b"PK":
            grids = read_workbook(io.BytesIO(content), LIMITS)
        else:
            grids = read_csv([(name, content)], LIMITS)
    except Unreadable as error:
        raise refused(Code.REQUEST_MALFORMED, name[:60], str(error)[:300]) from error
    grid = next((each for each in grids if each.rows), None)
    if grid is None:
        raise refused(Code.REQUEST_MALFORMED, name[:60], "the file has no lines")
    first, *others = sorted(grid.rows)
    heads = _heads(grid, first, name)
    return [
        (number, {heads[place]: _text(value) for place, value in grid.rows[number].items() if place in heads})
        for number in others
    ]


def _heads(grid: Grid, first: int, name: str) -> Mapping[int, str]:
    heads = {
        place: _text(value).strip().lower().replace(" ", "_").replace("-", "_")
        for place, value in grid.rows[first].items()
    }
    unknown = [each for each in heads.values() if each not in COLUMNS]
    missing = [each for each in REQUIRED if each not in heads.values()]
    if unknown or missing or len(set(heads.values())) < len(heads):
        detail = f"has {', '.join(heads.values())[:200]}; may have {', '.join(COLUMNS)}"
        raise refused(Code.FILE_COLUMNS, name[:60], detail)
    return heads


def _text(value: Value) -> str:
    """A cell as it is typed; a formula, a fault or a number that lost its last digits reads as no number."""
    if isinstance(value, Formula | Fault | Inexact):
        return f"={value.text}"[:200]
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)
