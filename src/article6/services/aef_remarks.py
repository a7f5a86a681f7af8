"""What people say of a Party's report: texts that explain it, and what of it is confidential. Figures are the ledger's.

Both are said of a report and stay with it from version to version, until somebody says otherwise; each act is kept
with who and when.

Source: 2/CMA.3 annex para 24; 4/CMA.6 annex II, "Additional explanatory information".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_records import ConfidentialItem
from article6.reporting.aef_rows import keyed_rows
from article6.reporting.aef_versions import EXPLANATORY, TABLE_BY_KEY, TABLES, explanatory_fields, markable
from article6.services import aef_versions, people
from article6.services.commands import command, once
from article6.store import journal
from article6.store.database import one_moment
from article6.store.queries import aef_versions as reading

LONGEST = 2_000
"""Characters of a text or a reason."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def table_named(name: str) -> Table:
    """The table with this key.

    Raises:
        Refused: there is none.
    """
    found = TABLE_BY_KEY.get(name)
    if found is None:
        raise refused(Code.REQUEST_MALFORMED, name[:40], f"one of {', '.join(TABLE_BY_KEY)}")
    return found


def explain(
    party: str, year: int, table: Table, text: str, *, row: str = "", field: str = "", by: PersonId, now: datetime,
    key: str | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Explain a row (its additional explanatory information) or, without one, a table; an empty text takes back what
    was said. All texts of the report, as `explanations`.

    Raises:
        Refused: the field takes no text, there is no such row, nothing was said that could be taken back, or `by` may
            not explain the Party's reports.
    """
    given = command(by, key, "explain_aef", [party, year, table.key, row, field, text])

    def act() -> None:
        said = _text(text)
        if field not in ("", EXPLANATORY) or (field and not row) or (row and not explanatory_fields(table)):
            raise refused(Code.AEF_NOT_EXPLANATORY, f"{table.key}.{field}" if field else table.key)
        if said and row:
            _require_row(party, year, table, row, now)
        before = {(each["table_key"], each["row_key"]) for each in reading.explanations(party, year)}
        if not said and (table.key, row) not in before:
            raise refused(Code.AEF_ROW_UNKNOWN, f"{table.key} {row}".strip(), "nothing was said of it")
        values = {"table_key": table.key, "row_key": row, "explanation": said}
        _write("aef_explanation", "aef.explained", party, year, values, given, now)

    once(given, lambda: _permitted(party, by, act), lambda _answer: None)
    return explanations(party, year)


def explanations(party: str, year: int) -> list[dict[str, Any]]:
    """The texts in force: table, row (empty: the table's), text, person, at."""
    return [
        {"table": each["table_key"], "row": each["row_key"], "text": each["explanation"], "person": each["person"],
         "at": each["at"]}
        for each in reading.explanations(party, year)
    ]  # fmt: skip


def mark(
    party: str, year: int, item: ConfidentialItem, *, is_confidential: bool = True, by: PersonId, now: datetime,
    key: str | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Mark a cell, or without a field a whole row, as confidential, or say that it is no longer; the reason is needed
    both times. All that is confidential in the report, as `confidential`.

    Raises:
        Refused: the field is always public, there is no such row, it was not marked, no reason is given, or `by` may
            not say so for the Party.
    """
    given = command(by, key, "mark_aef", [party, year, item.table.key, item.row_key, item.field, item.reason,
                                          is_confidential])  # fmt: skip

    def act() -> None:
        reason = _text(item.reason)
        if not reason:
            raise refused(Code.REQUEST_MALFORMED, "reason", "give the reason")
        _require_markable(item)
        if is_confidential:
            _require_row(party, year, item.table, item.row_key, now)
        elif not any(_place(each) == _place(item) for each in aef_versions.confidential_now(party, year)):
            raise refused(Code.AEF_ROW_UNKNOWN, f"{item.table.key} {item.row_key}", "it was not marked")
        values = {"table_key": item.table.key, "row_key": item.row_key, "field": item.field, "reason": reason,
                  "is_confidential": is_confidential}  # fmt: skip
        _write("aef_confidential", "aef.marked" if is_confidential else "aef.unmarked", party, year, values, given, now)

    once(given, lambda: _permitted(party, by, act), lambda _answer: None)
    return confidential(party, year)


def confidential(party: str, year: int) -> list[dict[str, Any]]:
    """What is confidential now: table, row, field (empty: the whole row), reason, person, at."""
    return [
        {"table": each["table_key"], "row": each["row_key"], "field": each["field"], "reason": each["reason"],
         "person": each["person"], "at": each["at"]}
        for each in reading.confidential(party, year)
    ]  # fmt: skip


def _place(item: ConfidentialItem) -> tuple[Table, str, str]:
    return item.table, item.row_key, item.field


def _permitted(party: str, by: PersonId, act: Callable[[], None]) -> None:
    people.require(by, Right.FREEZE_REPORT, aef_versions.section_of(party))
    with journal.database_transaction():
        act()


def _text(given: str) -> str:
    said = given.strip()
    if len(said) > LONGEST or _CONTROL.search(said):
        raise refused(Code.REQUEST_MALFORMED, said[:40], f"one line of at most {LONGEST} characters")
    return said


def _require_markable(item: ConfidentialItem) -> None:
    names = {each.technical_name for each in markable(item.table)}
    if not names or item.field not in {"", *names}:
        is_field = item.field in {each.technical_name for each in FIELDS[item.table]}
        if item.field and not is_field:
            raise refused(Code.REQUEST_MALFORMED, item.field[:60], f"{item.table.heading} has no such field")
        raise refused(Code.AEF_ALWAYS_PUBLIC, f"{item.table.key}.{item.field}".rstrip("."))


def _require_row(party: str, year: int, table: Table, row: str, now: datetime) -> None:
    found = aef_versions.draft(party, year, now=now)
    with one_moment():
        if table not in TABLES or not any(key == row for key, _cells in keyed_rows(found, table)):
            raise refused(Code.AEF_ROW_UNKNOWN, f"{table.key} {row[:60]}".strip())


def _write(
    table: str, action: str, party: str, year: int, values: dict[str, Any], given: journal.Command, now: datetime
) -> None:
    section_id = aef_versions.section_of(party)
    number = journal.insert(
        table,
        {"section_id": section_id, "party": party, "year": year, **values, "person_id": given.person_id, "at": now},
    )
    journal.note(given, action, f"aef:{party}:{year}", now, [number], section_id=section_id)
