"""Sentences that are translated where they are shown, and places in a file that they speak about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Said:
    """A gettext message id with named values: `Said(N_("No %(what)s"), {"what": "sheet"})`; `str` is the English."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A cell (`C12`), a line and column of a CSV file in the same notation, or a key of a JSON row.

    `row` and `column` count from 1; 0 is the whole row, the whole column, or the whole sheet.
    """

    file: str
    sheet: str = ""
    row: int = 0
    column: int = 0
    key: str = ""

    @property
    def cell(self) -> str:
        """The cell as people write it; empty for a whole sheet."""
        if self.key:
            return f"[{self.row}].{self.key}" if self.row else self.key
        letters = column_letters(self.column) if self.column else ""
        return f"{letters}{self.row or ''}"

    def __str__(self) -> str:
        return " ".join(part for part in (self.file, self.sheet, self.cell) if part)


def column_letters(column: int) -> str:
    """1 -> A, 27 -> AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
