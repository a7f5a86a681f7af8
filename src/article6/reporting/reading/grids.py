"""What every kind of file becomes before it is understood: sheets of rows of cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from article6.domain.refusals import N_
from article6.reporting.said import Said


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula; `text` is the formula, without its value: a report states values."""

    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell in which the spreadsheet program itself shows a fault, such as #REF!."""

    text: str


@dataclass(frozen=True, slots=True)
class Inexact:
    """A number of which the spreadsheet keeps only the first fifteen digits."""

    text: str


Value = str | int | bool | Decimal | datetime | Formula | Fault | Inexact
"""A cell as the file has it; a `datetime` is one that the spreadsheet marked as a date (without a zone)."""


@dataclass(slots=True)
class Grid:
    """One sheet: its name and the rows that hold anything, by number from 1; columns count from 1 too.

    `keys` names the columns where the file is JSON, so that a place can be told in its own words.
    """

    name: str
    rows: dict[int, dict[int, Value]] = field(default_factory=dict)
    keys: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read before it is refused; with these, reading and checking stay below about 1 GB.

    `text_bytes` is for CSV and JSON, which are held whole; a workbook is unpacked piece by piece.
    """

    file_bytes: int = 128 * 1024 * 1024
    text_bytes: int = 96 * 1024 * 1024
    unpacked_bytes: int = 512 * 1024 * 1024
    members: int = 2_000
    sheets: int = 100
    cells: int = 5_000_000
    elements: int = 20_000_000
    text_characters: int = 32_767


class Unreadable(ValueError):
    """The file cannot be read at all; `said` tells a person why and what to do."""

    def __init__(self, sentence: str, /, **values: object) -> None:
        self.said = Said(sentence, values)
        super().__init__(str(self.said))


TOO_LARGE = N_(
    "The file is too large: %(what)s, at most %(limit)s are read. Split the report, or take out what is no report."
)


def too_large(what: str, limit: int) -> Unreadable:
    """The refusal of a file that would need too much memory."""
    return Unreadable(TOO_LARGE, what=what, limit=f"{limit:,}")
