"""An AEF as a file: the workbook, a CSV archive with one file per table, or JSON."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import IO

from article6.reporting.aef_csv import NOTES_NAME, csv_name, notes, write_csv
from article6.reporting.aef_fields import Table
from article6.reporting.aef_json import write_json
from article6.reporting.aef_records import Aef
from article6.reporting.aef_xlsx import write_xlsx
from article6.store.database import one_moment

FORMATS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "csv": ("csv.zip", "application/zip"),
        "json": ("json", "application/json"),
    }
)
"""The formats: the end of the file's name, and its media type."""


def file_name(party: str, year: int, form: str, *, version: str | None = None, is_public: bool = False) -> str:
    """The name of the file: `AEF-GHA-2025.xlsx` from the ledger now, `GHA-2025-1.0.xlsx` of a version."""
    name = f"AEF-{party}-{year}" if version is None else f"{party}-{year}-{version}"
    return f"{name}{'-public' if is_public else ''}.{FORMATS[form][0]}"


def write(aef: Aef, form: str, file: IO[bytes], progress: Callable[[int], None] | None = None) -> int:
    """Write the AEF in a format and return how many rows tables 2 to 5 have; `progress` gets the rows written.

    All tables show the ledger of one moment. Rows go through as they are read: a report of millions needs no memory.
    """
    with one_moment():
        if form == "xlsx":
            return write_xlsx(aef, file, progress=progress)
        if form == "csv":
            return _write_archive(aef, file, progress)
        text = io.TextIOWrapper(file, encoding="utf-8", write_through=True)
        try:
            return write_json(aef, text, progress=progress)
        finally:
            text.detach()


def _write_archive(aef: Aef, file: IO[bytes], progress: Callable[[int], None] | None) -> int:
    count = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in Table:
            with archive.open(_member(csv_name(table)), "w", force_zip64=True) as member:
                text = io.TextIOWrapper(member, encoding="utf-8", newline="")
                rows = write_csv(aef, table, text, progress=progress)
                text.flush()
                text.detach()
            count += rows if table is not Table.SUBMISSION else 0
        if said := notes(aef):
            archive.writestr(_member(NOTES_NAME), said)
    return count


def _member(name: str) -> zipfile.ZipInfo:
    """A file in the archive without the hour at which it was written: the same content makes the same bytes."""
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member
