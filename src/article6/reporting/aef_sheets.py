"""Where things stand in the official AEF workbook: rows, columns, spacers and the captions above the labels.

Every sheet has a blank column A. In tables 2 to 5 the captions stand on the rows above the labels;
unlabelled spacer columns part the groups. Rows and columns are counted from 1, as in a spreadsheet.

Source: 4/CMA.6 annex II; positions of the platform's workbook as reproduced by UNDP's national carbon
registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from article6.reporting.aef_fields import FIELDS, Table

INDEX_SHEET = "Index"
SUMMARY_SHEET = "Summary information"
CONFIDENTIAL_SHEET = "Confidential items"
HEADING_ROW = 2
REMARK_ROW = 3
FIRST_COLUMN = 2
SUBMISSION_FIRST_ROW = 4
# Excel's own limit; LibreOffice has the same.
LAST_ROW = 1_048_576


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption over the fields at positions `first` to `last`, `up` rows above the labels."""

    text: str
    up: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Layout:
    """One of the tables 2 to 5: the row of its labels, the positions that a spacer follows, its captions."""

    header_row: int
    spacers_after: tuple[int, ...] = ()
    captions: tuple[Caption, ...] = ()

    @property
    def first_data_row(self) -> int:
        """The row of the first record."""
        return self.header_row + 1

    def column(self, position: int) -> int:
        """The column of the field at this position."""
        return FIRST_COLUMN + position - 1 + sum(1 for spacer in self.spacers_after if spacer < position)


LAYOUTS: Mapping[Table, Layout] = MappingProxyType(
    {
        Table.AUTHORIZATIONS: Layout(
            header_row=7,
            spacers_after=(4,),
            captions=(Caption("Authorization", 1, 1, 4), Caption("Authorization details", 1, 5, 19)),
        ),
        Table.ACTIONS: Layout(
            header_row=8,
            spacers_after=(9, 12, 17, 19, 21, 25),
            captions=(
                Caption("Action type and date", 4, 1, 3),
                Caption("ITMO", 4, 5, 19),
                Caption("Action", 4, 20, 25),
                Caption("Unique identifiers", 3, 5, 12),
                Caption("Metric and quantity", 3, 13, 17),
                Caption("ITMO details", 3, 18, 19),
                Caption("Action details", 3, 20, 25),
                Caption("Underlying units", 2, 10, 12),
                Caption("Transfer / Acquisition", 2, 20, 21),
                Caption("Use or cancellation", 2, 22, 25),
                Caption("ITMO unique identifier", 1, 8, 9),
                Caption("Underlying unit unique identifier", 1, 11, 12),
            ),
        ),
        Table.HOLDINGS: Layout(
            header_row=7,
            spacers_after=(6, 9, 14),
            captions=(
                Caption("Unique identifiers", 3, 1, 9),
                Caption("Metric and quantity", 3, 10, 14),
                Caption("ITMO details", 3, 15, 16),
                Caption("Underlying units", 2, 7, 9),
                Caption("ITMO unique identifier", 1, 5, 6),
                Caption("Underlying unit unique identifier", 1, 8, 9),
            ),
        ),
        Table.ENTITIES: Layout(
            header_row=10,
            captions=(Caption("Authorized entity", 1, 2, 4),),
        ),
    }
)


def width(table: Table) -> int:
    """The last column that the table uses."""
    return LAYOUTS[table].column(len(FIELDS[table]))
