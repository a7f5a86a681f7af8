"""The AEF as one JSON document, written row by row; keys are the technical names of the common nomenclatures.

    {"format": "AEF 4/CMA.6 annex II", "profile": "carp-2026-02", "remark": null,
     "submission": {...}, "authorizations": [{...}], "actions": [...], "holdings": [...],
     "authorized_entities": [...]}

Fields that the platform fills in are null. Serials are JSON numbers up to 2^62: read them with exact
integers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import TextIO

from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_nomenclatures import Profile
from article6.reporting.aef_records import Aef
from article6.reporting.aef_rows import Cell, Row, rows

FORMAT = "AEF 4/CMA.6 annex II"


def write_json(
    aef: Aef,
    file: TextIO,
    profile: Profile = Profile.CARP_2026_02,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write the document and return how many rows tables 2 to 5 have. `progress` is as in `aef_rows.rows`."""
    head = {"format": FORMAT, "profile": profile.value, "remark": aef.remark}
    file.write("{" + ", ".join(f"{_text(key)}: {_text(value)}" for key, value in head.items()))
    (submission,) = rows(aef, Table.SUBMISSION, profile)
    file.write(f',\n"{Table.SUBMISSION.key}": {_text(_named(Table.SUBMISSION, submission))}')
    count = 0
    for table in list(Table)[1:]:
        file.write(f',\n"{table.key}": [')
        separator = "\n"
        for row in rows(aef, table, profile, progress):
            file.write(separator + _text(_named(table, row)))
            separator = ",\n"
            count += 1
        file.write("]")
    file.write("}\n")
    return count


def _named(table: Table, row: Row) -> dict[str, Cell]:
    return {
        field.technical_name: None if field.filled_by_carp else cell
        for field, cell in zip(FIELDS[table], row, strict=True)
    }


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_number)


def _number(value: Decimal) -> float | str:
    """A decimal as the JSON number that is exactly it, as text where there is none."""
    nearest = float(value)
    return nearest if Decimal(repr(nearest)) == value else str(value)
