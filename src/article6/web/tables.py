"""Tables of pages: sorted, filtered, paged, with columns to choose, and taken along as files. All of it stands in the
address, works without a script, and can be passed on as a link.

A view makes a `Table`, answers with `table.file()` if there is one, else draws it with `web/parts/table.html`. Rows
come as a sequence, which is sorted and filtered here; or as a `Source`, for which the database does that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from article6.domain.serials import SERIAL_LIMIT
from article6.services.paging import Asked, Page
from article6.web import table_files
from article6.web.columns import Column, Row
from article6.web.templatetags.shown import units

__all__ = ["Asked", "Column", "Row", "Source", "Table", "first_file"]

SIZES = (25, 50, 100, 250)
CHOICES_AT_MOST = 300
"""More different values than these are no longer offered as a choice."""


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that the database sorts, filters and pages; `sorts` are the keys by which it can."""

    page: Callable[[Asked], Page]
    sorts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column: where a click leads, and how the table is sorted by it now."""

    column: Column
    href: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as its form shows it."""

    column: Column
    names: tuple[str, ...]
    values: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()
    error: str = ""

    @property
    def is_set(self) -> bool:
        """Whether it holds anything back."""
        return any(self.values)

    @property
    def words(self) -> str:
        """What it is set to, as a reader of paper is told."""
        if self.column.filter == "range":
            return "–".join(self.values)
        return dict(self.options).get(self.values[0], self.values[0])


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the template needs it."""

    column: Column
    content: SafeString


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of this page, how many there are in all, and where the neighbouring pages begin."""

    rows: Sequence[Row]
    total: int
    is_estimate: bool = False
    before: str | None = None
    after: str | None = None
    first: int | None = None
    links: Mapping[str, str] = field(default_factory=dict)


class Table:
    """One table of a page.

    Args:
        columns: in the order in which they stand; the first heads its row.
        rows: a sequence, or a `Source`.
        request: whose address holds the table's state.
        name: of the table in the page (letters and dashes): the region's id, the file's name, and, with a dash, the
            beginning of its names in the address.
        title: what the table is, for those who cannot see where it stands.
        caption: says how many there are, given the number; else "12 lines".
        prefix: of its names in the address, for the one main table of a page: an empty text.
        sort: the column by which it is sorted at first, with `-` before for the greatest first.
        size: rows of a page at first.
        empty: what stands there when there is nothing: title, text, href, action.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Sequence[Row] | Source,
        request: HttpRequest,
        name: str,
        *,
        title: str = "",
        caption: Callable[[int], str] | None = None,
        prefix: str | None = None,
        sort: str = "",
        size: int = 50,
        empty: Mapping[str, str] | None = None,
    ) -> None:
        self.columns, self.rows, self.request, self.name = tuple(columns), rows, request, name
        self.title = title or name
        self.prefix = f"{name}-" if prefix is None else prefix
        self.first_sort, self.first_size = sort, size
        self.empty = dict(empty or {"title": _("Nothing is here yet.")})
        self._caption = caption

    # --- What the address asks

    def _asked(self, key: str) -> str:
        return str(self.request.GET.get(self.prefix + key, "")).strip()

    @cached_property
    def size(self) -> int:
        """Rows of a page."""
        asked = self._asked("size")
        return int(asked) if asked in {str(each) for each in SIZES} else self.first_size

    @cached_property
    def sort(self) -> tuple[str, bool]:
        """The column by which it is sorted (empty for the rows' own order), and whether from the greatest down."""
        for asked in (self._asked("sort"), self.first_sort):
            key = asked.removeprefix("-")
            if any(each.key == key and self._is_sortable(each) for each in self.columns):
                return key, asked.startswith("-")
        return "", False

    def _is_sortable(self, column: Column) -> bool:
        is_known = column.key in self.rows.sorts if isinstance(self.rows, Source) else True
        return column.is_sortable and is_known

    @cached_property
    def shown(self) -> list[Column]:
        """The columns that are shown: the first, and those that were chosen."""
        chosen = set(self.request.GET.getlist(self.prefix + "columns"))
        known = chosen & {each.key for each in self.columns}
        return [
            each for at, each in enumerate(self.columns) if at == 0 or (each.key in known if known else each.is_shown)
        ]

    @cached_property
    def filters(self) -> list[Filter]:
        """The filters that the table offers, as they are set."""
        return [self._filter(each) for each in self.columns if each.filter]

    def _filter(self, column: Column) -> Filter:
        if column.filter != "range":
            options = self._options(column) if column.filter == "choice" else ()
            return Filter(column, (self.prefix + column.key,), (self._asked(column.key)[:200],), options)
        keys = (f"{column.key}-from", f"{column.key}-to")
        values = tuple(self._asked(key)[:40] for key in keys)
        error = ""
        try:
            for value in values:
                _read(column, value)
        except ValueError:
            is_time = column.kind in ("moment", "day")
            error = _("Write a day as 2025-07-08.") if is_time else _("Write a whole number.")
        return Filter(column, tuple(self.prefix + key for key in keys), values, error=error)

    def _options(self, column: Column) -> tuple[tuple[str, str], ...]:
        if column.choices or isinstance(self.rows, Source):
            return tuple((code, str(words)) for code, words in column.choices.items())
        found = {str(column.of(row)): column.words(row) for row in self.rows if column.of(row) not in (None, "")}
        return tuple(sorted(found.items(), key=lambda each: each[1].casefold()))[:CHOICES_AT_MOST]

    @cached_property
    def is_filtered(self) -> bool:
        """Whether a filter holds anything back."""
        return any(each.is_set for each in self.filters)

    @cached_property
    def _wanted(self) -> dict[str, Any]:
        """The filters by the key of their column, as `Asked` has them; those that cannot be read are left out."""
        wanted: dict[str, Any] = {}
        for each in self.filters:
            if each.column.filter == "range" and each.is_set and not each.error:
                wanted[each.column.key] = tuple(_read(each.column, value) for value in each.values)
            elif each.is_set and not each.error:
                wanted[each.column.key] = each.values[0]
        return wanted

    # --- The rows

    @cached_property
    def _part(self) -> _Part:
        if isinstance(self.rows, Source):
            after = self._asked("after") or None
            found = self._page(after, self.size)
            return _Part(
                found.items, found.total, found.is_estimate,
                before=None if after is None else self._address(after=None),
                after=None if found.next is None else self._address(after=found.next),
            )  # fmt: skip
        rows = self._fitting
        pages = max(1, -(-len(rows) // self.size))
        asked = self._asked("page")
        page = min(max(int(asked[:9]), 1), pages) if asked.isascii() and asked.isdecimal() else 1
        start = (page - 1) * self.size
        return _Part(
            rows[start : start + self.size], len(rows), first=start + 1,
            before=None if page == 1 else self._address(page=None if page == 2 else str(page - 1)),
            after=None if page == pages else self._address(page=str(page + 1)),
        )  # fmt: skip

    def _page(self, after: str | None, limit: int) -> Page:
        key, is_descending = self.sort
        source = self.rows
        if not isinstance(source, Source):
            raise TypeError("only a source is asked for pages")
        return source.page(Asked(after, limit, key, is_descending, self._wanted))

    @cached_property
    def _fitting(self) -> list[Row]:
        """The rows of a sequence that pass the filters, sorted."""
        if isinstance(self.rows, Source):
            raise TypeError("a source filters its rows itself")
        by_key = {each.key: each for each in self.columns}
        wanted = [(by_key[key], value) for key, value in self._wanted.items()]
        rows = [row for row in self.rows if all(_fits(column, row, value) for column, value in wanted)]
        key, is_descending = self.sort
        if not key:
            return rows
        column = by_key[key]
        there = [row for row in rows if column.of(row) is not None]
        missing = [row for row in rows if column.of(row) is None]
        return [*sorted(there, key=column.order, reverse=is_descending), *missing]

    def _all_rows(self) -> Iterator[Row]:
        """Every row that passes the filters, whatever page is shown."""
        if not isinstance(self.rows, Source):
            yield from self._fitting
            return
        after: str | None = None
        while True:
            found = self._page(after, table_files.ROWS_AT_ONCE)
            yield from found.items
            after = found.next
            if after is None:
                return

    # --- What the template draws

    @property
    def total(self) -> int:
        """Rows that pass the filters; of very many, an estimate."""
        return self._part.total

    @property
    def caption(self) -> str:
        """How many there are, in words."""
        total = self.total
        said = self._caption(total) if self._caption else ngettext("%s line", "%s lines", total) % units(total)
        return f"{said} ({_('estimated')})" if self._part.is_estimate else said

    @property
    def headings(self) -> list[Heading]:
        """The heads of the columns that are shown."""
        key, is_descending = self.sort
        found = []
        for column in self.shown:
            is_here = column.key == key
            target = column.key if is_here and is_descending else f"-{column.key}" if is_here else column.key
            if not is_here and (column.is_number or column.kind in ("moment", "day")):
                target = f"-{column.key}"
            href = self._address(sort=target, page=None, after=None) if self._is_sortable(column) else ""
            found.append(Heading(column, href, ("descending" if is_descending else "ascending") if is_here else ""))
        return found

    @property
    def sortable(self) -> list[Heading]:
        """The heads that sort: a phone, which shows no heads, has them above the table."""
        return [each for each in self.headings if each.href]

    @cached_property
    def lines(self) -> list[list[Cell]]:
        """The rows of this page, cell by cell."""
        return [[Cell(column, column.drawn(row)) for column in self.shown] for row in self._part.rows]

    @property
    def pager(self) -> dict[str, Any]:
        """What `parts/pager.html` draws."""
        part = self._part
        text = ""
        if part.first is not None and part.rows and (part.before or part.after):
            last = part.first + len(part.rows) - 1
            text = _("%(first)s to %(last)s of %(total)s") % {
                "first": units(part.first), "last": units(last), "total": units(part.total),
            }  # fmt: skip
        is_cursor = isinstance(self.rows, Source)
        return {"before": part.before, "after": part.after, "text": text, "is_cursor": is_cursor}

    @property
    def choosable(self) -> list[tuple[Column, bool]]:
        """Columns that can be left out, and whether they are shown."""
        return [(each, each in self.shown) for each in self.columns[1:]]

    @property
    def cleared(self) -> str:
        """The address without filters."""
        names = [name.removeprefix(self.prefix) for each in self.filters for name in each.names]
        return self._address(**dict.fromkeys([*names, "page", "after"]))

    @property
    def files(self) -> list[tuple[str, str]]:
        """The forms in which it can be taken along, and where each is."""
        return [(title, self._address(format=form, page=None, after=None)) for form, title in table_files.FORMS.items()]

    @property
    def files_note(self) -> str:
        """What a file leaves out."""
        if self.total <= table_files.ROWS_AT_MOST:
            return ""
        said = _("A file has the first %(number)s lines. Filter the table, or take all by the REST interface.")
        return said % {"number": units(table_files.ROWS_AT_MOST)}

    def kept_for(self, names: Sequence[str]) -> list[tuple[str, str]]:
        """What a form that sets `names` hands on from the address."""
        left = {*names, self.prefix + "page", self.prefix + "after", self.prefix + "format"}
        return [(key, each) for key, values in self.request.GET.lists() if key not in left for each in values]

    @property
    def kept_by_filters(self) -> list[tuple[str, str]]:
        """What the form of the filters hands on."""
        return self.kept_for([name for each in self.filters for name in each.names])

    @property
    def kept_by_columns(self) -> list[tuple[str, str]]:
        """What the form of the columns hands on."""
        return self.kept_for([self.prefix + "columns", self.prefix + "size"])

    @property
    def sizes(self) -> Sequence[int]:
        """How many rows a page may have."""
        return sorted({*SIZES, self.first_size})

    def _address(self, **changed: str | None) -> str:
        """The address with names of this table changed; None takes a name out."""
        query: QueryDict = self.request.GET.copy()
        query.pop(self.prefix + "format", None)
        for key, value in changed.items():
            query.pop(self.prefix + key, None)
            if value is not None:
                query[self.prefix + key] = value
        return f"?{query.urlencode()}#{self.name}"

    # --- Files

    def file(self) -> HttpResponse | None:
        """What is shown as a file, all pages of it, where the address asks for one."""
        form = self._asked("format")
        if form not in table_files.FORMS:
            return None
        return table_files.answer(self.name, self.shown, self._all_rows(), form)


def first_file(*tables: Table) -> HttpResponse | None:
    """The file of the table of which the address asks for one."""
    return next(filter(None, (each.file() for each in tables)), None)


def _read(column: Column, value: str) -> Any:
    """One end of a range; None where it is open.

    Raises:
        ValueError: it is no whole number, or no day.
    """
    if not value:
        return None
    if column.kind in ("moment", "day"):
        return date.fromisoformat(value)
    number = int("".join(value.split()).replace(",", ""))
    if abs(number) >= SERIAL_LIMIT:
        raise ValueError("no amount is as large")
    return number


def _fits(column: Column, row: Row, wanted: Any) -> bool:
    if column.filter == "choice":
        return str(column.of(row)) == wanted
    if column.filter == "text":
        return wanted.casefold() in column.words(row).casefold()
    value = column.of(row)
    if not isinstance(value, int | date):
        return False
    low, high = wanted
    compared: Any = value.date() if isinstance(value, datetime) else value
    return (low is None or compared >= low) and (high is None or compared <= high)
