"""A frozen version of a Party's report, as an upload to the Article 6 database of the same registry."""

from __future__ import annotations

import io
from collections.abc import Iterator

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.domain.submissions import Mark
from article6.reporting.aef_records import Aef
from article6.reporting.aef_rows import keyed_rows
from article6.reporting.aef_versions import TABLES
from article6.services import aef_files, aef_versions, people
from article6.services.submissions import LIMITS, Upload


def of_version(party: str, year: int, version: str, *, by: PersonId) -> Upload:
    """The version as JSON, with what the Party has marked confidential in it, then or since.

    Raises:
        Refused: there is no such version, it is too large, or `by` does not submit for the Party.
    """
    people.require(by, Right.SUBMIT_REPORT, aef_versions.section_of(party))
    frozen = aef_versions.frozen(party, year, aef_versions.named(version))
    found = aef_versions.full_copy(frozen)
    file = io.BytesIO()
    aef_files.write(found, "json", file)
    if file.tell() > LIMITS.file_bytes:
        raise refused(Code.SUBMISSION_UNREADABLE, f"{party} {year} {version}", f"{file.tell():,} bytes")
    name = aef_files.file_name(party, year, "json", version=version)
    return Upload(name, file.getvalue(), tuple(_marks(found, party, year)))


def _marks(found: Aef, party: str, year: int) -> Iterator[Mark]:
    items = dict.fromkeys((*found.confidential, *aef_versions.confidential_now(party, year)))
    for table in TABLES:
        fields: dict[str, list[str]] = {}
        for item in items:
            if item.table is table:
                fields.setdefault(item.row_key, []).append(item.field)
        if not fields:
            continue
        for number, (key, _row) in enumerate(keyed_rows(found, table), 1):  # the items of JSON count from 1
            for field in fields.get(key, ()):
                yield Mark(table.key, number, field or None)
