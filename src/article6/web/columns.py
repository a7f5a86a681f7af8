"""A column of a table: where its values come from, how they are shown, sorted, filtered and written to files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from article6.web.templatetags.shown import amount, day, identifier, moment

Row = Any
"""A line of a table: a mapping or an object, as a service gives it."""

NUMBERS = ("units", "number")
TIMES = ("moment", "day")
KINDS = frozenset({"text", "link", "id", "badge", "template", *NUMBERS, *TIMES})


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Args:
        key: its name in the address and in files; where no `value` is given, the name of the value in the row.
        title: its heading, translated.
        kind: text, link, id (an identifier or serial, set in figures of one width), units (a whole number with thin
            separators), number (a year or another plain number), moment (UTC), day, badge, template.
        value: what is shown, sorted, filtered and exported; None shows a dash.
        href: where the value leads; an empty text for nowhere.
        note: a small second line.
        written: what a file has instead of the value.
        says: the words for a value that is a code; where it is not given, those of `choices`.
        choices: codes that a filter offers, with their words.
        tones: of a badge, by code: good, warn, bad, quiet, info.
        filter: how it is filtered: text (contains), choice (is one of), range (from, to); empty for not at all.
        template: of the cell, for the kind template; it is given `row` and `value`.
        is_sortable: whether its heading sorts.
        is_shown: whether it is there unless somebody chooses it.
        is_minor: whether a phone leaves it out.
    """

    key: str
    title: str
    kind: str = "text"
    value: Callable[[Row], Any] | None = None
    href: Callable[[Row], str] | None = None
    note: Callable[[Row], str] | None = None
    written: Callable[[Row], Any] | None = None
    says: Callable[[str], str] | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    tones: Mapping[str, str] = field(default_factory=dict)
    filter: str = ""
    template: str = ""
    is_sortable: bool = True
    is_shown: bool = True
    is_minor: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.filter not in ("", "text", "choice", "range"):
            raise ValueError(f"column {self.key}: no such kind or filter")

    @property
    def is_number(self) -> bool:
        """Whether it is set to the end of its cell."""
        return self.kind in NUMBERS

    @property
    def style(self) -> str:
        """The classes of its cells."""
        return " ".join(["number"] * self.is_number + ["minor"] * self.is_minor)

    def of(self, row: Row) -> Any:
        """The row's value."""
        if self.value is not None:
            return self.value(row)
        return row.get(self.key) if isinstance(row, Mapping) else getattr(row, self.key, None)

    def words(self, row: Row) -> str:
        """The value as a text without marks: what a filter looks in and a spreadsheet gets."""
        value = self.of(row)
        if value is None:
            return ""
        return str(self.says(value) if self.says is not None else self.choices.get(str(value), value))

    @property
    def is_coded(self) -> bool:
        """Whether its values are codes, which people read in words."""
        return bool(self.choices) or self.says is not None

    def order(self, row: Row) -> tuple[int, Any]:
        """What rows are sorted by: numbers before texts."""
        value = self.of(row)
        if self.is_coded or not isinstance(value, int | date):
            return 1, self.words(row).casefold()
        return 0, _comparable(value)

    def drawn(self, row: Row) -> SafeString:
        """The cell's contents."""
        if self.kind == "template":
            return SafeString(render_to_string(self.template, {"row": row, "value": self.of(row)}))
        shown = self._shown(row)
        if self.href is not None and (target := self.href(row)):
            shown = format_html('<a href="{}">{}</a>', target, shown)
        if self.note is not None and (note := self.note(row)):
            # A number of an account, say, stays on one line.
            whole = "" if " " in note else " whole"
            shown = format_html('{} <span class="sub{}">{}</span>', shown, whole, note)
        return shown

    def _shown(self, row: Row) -> SafeString:
        value = self.of(row)
        if value is None or value == "":
            return SafeString("–")
        if self.kind == "badge":
            return format_html('<span class="badge {}">{}</span>', self.tones.get(str(value), "quiet"), self.words(row))
        if self.kind == "id":
            return identifier(str(value))
        if self.kind == "units":
            return format_html("{}", amount(value))
        if self.kind in TIMES:
            return format_html("{}", moment(value) if self.kind == "moment" else day(value))
        return format_html("{}", self.words(row))

    def exported(self, row: Row) -> Any:
        """The value as JSON has it: a whole number, a text, or nothing; moments in UTC."""
        value = self.of(row) if self.written is None else self.written(row)
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat()
        if isinstance(value, date):
            return value.isoformat()
        return value if value is None or isinstance(value, int | str) else str(value)


def _comparable(value: Any) -> Any:
    """Days and moments of one column may be mixed; a day comes first on its day."""
    return value.isoformat() if isinstance(value, date) else value
