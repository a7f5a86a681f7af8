"""What a report says, in one form: facts, tables, notes; its canonical content and the digest of that.

Nothing in it depends on the reader's language: titles are gettext message ids, which writers translate. So one report
has one digest, whoever reads it in whichever language and format.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from article6.domain.refusals import N_
from article6.reporting.said import Said

FORMAT = "article6-report/1"
"""Says how the canonical content is written; another way of writing has another number."""

Cell = str | int | bool | datetime | None
Translate = Callable[[str], str]


class Form(StrEnum):
    """What the cells of a column are. `TERM`: a message id. `CENTS`: whole US cents."""

    TEXT = "text"
    TERM = "term"
    UNITS = "units"
    NUMBER = "number"
    CENTS = "cents"
    MOMENT = "moment"
    YES_NO = "yes_no"


NUMERIC = frozenset({Form.UNITS, Form.NUMBER, Form.CENTS})
"""Forms of which columns stand to the right; years and transaction numbers are TEXT or NUMBER as they are counted."""


@dataclass(frozen=True, slots=True)
class Column:
    """`key` for programs, `title` (a message id) for people."""

    key: str
    title: str
    form: Form = Form.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """Rows have a cell for each column; None is an empty one."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]

    def total(self, key: str) -> int:
        """The sum of a column of numbers."""
        at = [column.key for column in self.columns].index(key)
        cells = [row[at] for row in self.rows]
        return sum(cell for cell in cells if isinstance(cell, int))


@dataclass(frozen=True, slots=True)
class Fact:
    """A line above the tables."""

    key: str
    title: str
    value: Cell
    form: Form = Form.TEXT


@dataclass(frozen=True, slots=True)
class Report:
    """A report as of a moment. `registry` and `name` are the registry's; `clause` says where it comes from."""

    kind: str
    title: str
    clause: str
    registry: str
    name: str
    parameters: Mapping[str, str]
    as_of: datetime
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[Said, ...] = ()

    @property
    def rows(self) -> int:
        return sum(len(each.rows) for each in self.tables)


def told(moment: datetime) -> str:
    """A moment as programs read it, exactly: UTC, with `Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def content(report: Report) -> str:
    """The canonical content of a report."""
    return canonical(as_plain(report))


def canonical(plain: Any) -> str:
    """JSON with its names in order and no space between."""
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(text: str) -> bytes:
    """SHA-256 of the canonical content."""
    return hashlib.sha256(text.encode()).digest()


def as_plain(report: Report) -> dict[str, Any]:
    """The report as values that JSON has a form for."""
    return {
        "format": FORMAT,
        "kind": report.kind,
        "title": report.title,
        "clause": report.clause,
        "registry": {"code": report.registry, "name": report.name},
        "parameters": dict(report.parameters),
        "as_of": told(report.as_of),
        "facts": [
            {"key": each.key, "title": each.title, "form": each.form, "value": _plain(each.value)}
            for each in report.facts
        ],
        "tables": [
            {
                "key": each.key,
                "title": each.title,
                "columns": [{"key": one.key, "title": one.title, "form": one.form} for one in each.columns],
                "rows": [[_plain(cell) for cell in row] for row in each.rows],
            }
            for each in report.tables
        ],
        "notes": [{"text": each.text, "values": dict(each.values)} for each in report.notes],
    }


def _plain(cell: Cell) -> Any:
    return told(cell) if isinstance(cell, datetime) else cell


def read(text: str) -> Report:
    """The report of a canonical content.

    Raises:
        ValueError: the text is no such content.
    """
    try:
        found = json.loads(text)
        if found["format"] != FORMAT:
            raise ValueError(str(found["format"])[:40])
        return Report(
            kind=found["kind"],
            title=found["title"],
            clause=found["clause"],
            registry=found["registry"]["code"],
            name=found["registry"]["name"],
            parameters=found["parameters"],
            as_of=datetime.fromisoformat(found["as_of"]),
            facts=tuple(
                Fact(each["key"], each["title"], _cell(each["value"], Form(each["form"])), Form(each["form"]))
                for each in found["facts"]
            ),
            tables=tuple(_table(each) for each in found["tables"]),
            notes=tuple(Said(each["text"], each["values"]) for each in found["notes"]),
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("this is no content of a report") from error


def _table(found: Mapping[str, Any]) -> Table:
    columns = tuple(Column(each["key"], each["title"], Form(each["form"])) for each in found["columns"])
    rows = [[_cell(cell, column.form) for cell, column in zip(row, columns, strict=True)] for row in found["rows"]]
    return Table(found["key"], found["title"], columns, rows)


def _cell(value: Any, form: Form) -> Cell:
    if value is not None and not isinstance(value, str | int):
        raise TypeError(type(value).__name__)
    return datetime.fromisoformat(value) if form is Form.MOMENT and isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Issue:
    """What makes a report one that was issued: its code, the digest of its content, and when.

    `where` is the address at which the code is looked up, empty where the registry has none; `language` and
    `translate` are those of the copy.
    """

    code: str
    digest: str
    at: datetime
    language: str
    translate: Translate
    where: str = ""


YES, NO = N_("yes"), N_("no")


def shown(cell: Cell, form: Form, translate: Translate) -> str:
    """A cell as people read it: moments to the second in UTC, numbers with a narrow space between thousands."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return translate(YES if cell else NO)
    if isinstance(cell, datetime):
        return moment_shown(cell)
    if isinstance(cell, int):
        if form is Form.CENTS:
            return f"{'-' if cell < 0 else ''}{_thousands(abs(cell) // 100)}.{abs(cell) % 100:02}"
        return _thousands(cell) if form is Form.UNITS else str(cell)
    return translate(cell) if form is Form.TERM and cell else cell


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def moment_shown(moment: datetime) -> str:
    """A moment to the second, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


HEADINGS = {
    "as_of": N_("As of (UTC)"),
    "issued": N_("Issued (UTC)"),
    "registry": N_("Registry"),
    "code": N_("Verification code"),
    "digest": N_("SHA-256 of the content"),
    "basis": N_("Basis"),
    "where": N_("Verify at"),
    "notes": N_("Notes"),
    "nothing": N_("None."),
    "page": N_("Page"),
    "of": N_("of"),
}
"""What every report says besides its own words."""


def lines(report: Report, issue: Issue) -> list[tuple[str, str]]:
    """The head of a copy: what it is of, as of when, its code, and the report's own facts; label and value."""
    say = issue.translate
    head = [
        (say(HEADINGS["registry"]), f"{report.name} ({report.registry})"),
        (say(HEADINGS["as_of"]), moment_shown(report.as_of)),
        *((say(each.title), shown(each.value, each.form, say)) for each in report.facts),
        (say(HEADINGS["issued"]), moment_shown(issue.at)),
        (say(HEADINGS["basis"]), report.clause),
        (say(HEADINGS["code"]), issue.code),
        (say(HEADINGS["digest"]), issue.digest),
        (say(HEADINGS["where"]), issue.where),
    ]
    return [(label, value) for label, value in head if value]


def notes(report: Report, translate: Translate) -> list[str]:
    """The notes in the reader's language."""
    return [translate(each.text) % each.values if each.values else translate(each.text) for each in report.notes]
