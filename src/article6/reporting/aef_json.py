"""The AEF as one JSON document, written row by row; keys are the technical names of the common nomenclatures, or
CAD Trust's where its profile is asked for.

    {"format": "AEF 4/CMA.6 annex II", "profile": "carp-2026-02", "remark": null,
     "submission": {...}, "authorizations": [{...}], "actions": [...], "holdings": [...],
     "authorized_entities": [...]}

`remarks` by table and `confidential` items stand after `remark` where there are any. Fields that the platform fills in
are null. Serials are JSON numbers up to 2^62: read them with exact integers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import TextIO

from article6.reporting.aef_fields import CARP_FIELD, CARP_LINK, FIELDS, Table
from article6.reporting.aef_nomenclatures import Profile
from article6.reporting.aef_records import Aef
from article6.reporting.aef_rows import Cell, Row, rows, texts
from article6.reporting.aef_typesetting import Spelling, Typesetter, in_bulk

FORMAT = "AEF 4/CMA.6 annex II"
PLACEHOLDERS = (CARP_FIELD, CARP_LINK)
BETWEEN_ITEMS = ",\n"


def write_json(
    aef: Aef,
    file: TextIO,
    profile: Profile = Profile.CARP_2026_02,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write the document and return how many rows tables 2 to 5 have. `progress` is as in `aef_rows.rows`."""
    head: dict[str, object] = {"format": FORMAT, "profile": profile.value, "remark": aef.remark}
    if aef.remarks:
        head["remarks"] = {table.key: aef.remarks[table] for table in Table if table in aef.remarks}
    if aef.confidential:
        head["confidential"] = [
            {"table": each.table.key, "row": each.row_key, "field": each.field or None, "reason": each.reason}
            for each in aef.confidential
        ]
    file.write("{" + ", ".join(f"{_text(key)}: {_text(value)}" for key, value in head.items()))
    (submission,) = rows(aef, Table.SUBMISSION, profile)
    file.write(f',\n"{Table.SUBMISSION.key}": {_text(_named(Table.SUBMISSION, submission, profile))}')
    count = 0
    for table in list(Table)[1:]:
        file.write(f',\n"{table.key}": [')
        item = _items(table, profile)
        separator = "\n"
        for number, text in in_bulk(texts(aef, table, item, profile, progress)):
            file.write(separator + text.removesuffix(BETWEEN_ITEMS))
            separator = BETWEEN_ITEMS
            count += number
        file.write("]")
    file.write("}\n")
    return count


def _items(table: Table, profile: Profile) -> Typesetter:
    """Sets rows as JSON objects, each with what parts it from the next."""
    spell = Spelling(lambda cell: _text(_said(cell)))
    names = [_text(name) for name in _names(table, profile)]
    between = [f"{{{names[0]}: ", *(f", {name}: " for name in names[1:]), "}" + BETWEEN_ITEMS]
    return Typesetter(table, [spell] * len(names), between)


def _named(table: Table, row: Row, profile: Profile) -> dict[str, Cell]:
    return dict(zip(_names(table, profile), map(_said, row), strict=True))


def _names(table: Table, profile: Profile) -> list[str]:
    by_cad_trust = profile is Profile.CAD_TRUST_V2
    return [field.cad_trust_key if by_cad_trust else field.technical_name for field in FIELDS[table]]


def _said(cell: Cell) -> Cell:
    return None if cell in PLACEHOLDERS else cell


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_number)


def _number(value: Decimal) -> float | str:
    """A decimal as the JSON number that is exactly it, as text where there is none."""
    nearest = float(value)
    return nearest if Decimal(repr(nearest)) == value else str(value)
