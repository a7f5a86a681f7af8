"""A table of a report as a page shows it: every field a column, what the checks say of a cell under its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from article6.domain.roles import Right
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_versions import EXPLANATORY
from article6.services import aef_versions, aef_workspace
from article6.services.aef_workspace import NOW, Findings
from article6.services.paging import Page
from article6.web import tables
from article6.web.acts import may, signed_in
from article6.web.columns import Column
from article6.web.tables import Asked, Source


class _Checked(Column):
    """A field of the format; what the checks say of the cell stands under its value."""

    __slots__ = ()

    def drawn(self, row: Any) -> SafeString:
        shown = Column.drawn(self, row)
        said = row["findings"].get(self.key, [])
        if not said:
            return shown
        lines = format_html_join("", "<li>{}</li>", ((each,) for each in said))
        return format_html('<mark class="doubtful">{}</mark><ul class="cell-findings">{}</ul>', shown, lines)


class _Explained(Column):
    """The field in which a person says something, with the way to say it."""

    __slots__ = ()

    def drawn(self, row: Any) -> SafeString:
        said = self.of(row)
        where = self.href(row) if self.href else ""
        shown = format_html("{}", said) if said else SafeString("" if where else "–")
        if not where:
            return shown
        word = _("Change") if said else _("Explain")
        return format_html(
            '{} <a href="{}">{}<span class="unseen"> {}</span></a>', shown, where, word,
            _("row %(number)s") % {"number": row["place"]},
        )  # fmt: skip


def lines(
    request: HttpRequest, party: str, year: int, of: str, table: Table, findings: Findings, now: datetime
) -> tables.Table:
    """One of the tables 2 to 5, a page of it at a time."""
    by = signed_in(request)

    def read(asked: Asked) -> Page:
        after = int(asked.after) if asked.after and asked.after.isdecimal() and len(asked.after) < 10 else 0
        found, following = aef_workspace.rows(party, year, of, table, by=by, now=now, after=after, limit=asked.limit)
        items = [{**each, "findings": findings.rows.get((table.key, each["place"]), {})} for each in found]
        total, is_more = aef_workspace.count(party, year, of, table, by=by, now=now)
        return Page(items, total, None if following is None else str(following), is_more)

    return tables.Table(
        _columns(request, party, year, of, table, findings), Source(read), request, "rows", title=table.heading,
        prefix="", empty={"title": _("This table has no rows.")},
    )  # fmt: skip


def _columns(
    request: HttpRequest, party: str, year: int, of: str, table: Table, findings: Findings
) -> list[Column]:  # fmt: skip
    doubtful = {name for (key, _row), cells in findings.rows.items() if key == table.key for name in cells}
    found = [
        Column("place", _("Row"), "number", note=lambda row: " ".join(row["findings"].get("", [])), is_sortable=False)
    ]
    for each in FIELDS[table]:
        name = each.technical_name
        if name != EXPLANATORY:
            is_shown = each.required or name in doubtful
            found.append(_Checked(name, each.label, value=_cell(name), is_sortable=False, is_shown=is_shown))
    if any(each.technical_name == EXPLANATORY for each in FIELDS[table]):
        may_explain = of == NOW and may(request, Right.FREEZE_REPORT, aef_versions.section_of(party))
        where = reverse("workspace-explain", args=[party, year])

        def href(row: Mapping[str, Any]) -> str:
            return f"{where}?{urlencode({'table': table.key, 'row': row['key']})}"

        # Beside the row's number: at the end of so wide a table nobody finds it.
        found.insert(1, _Explained(
            EXPLANATORY, _("Explanation"), value=lambda row: row["cells"][EXPLANATORY], is_sortable=False,
            href=href if may_explain else None,
        ))  # fmt: skip
    return found


def _cell(name: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda row: row["cells"][name]
