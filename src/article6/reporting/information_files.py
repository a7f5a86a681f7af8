"""A Party's report on its participation as a workbook: paragraph by paragraph, with what is for the Party to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

import xlsxwriter

from article6.domain.refusals import N_
from article6.reporting.sheet_look import FONT, STYLES
from article6.reporting.summary_files import Told, write_cell

COLUMNS: Mapping[str, str] = {
    "what": N_("What"), "value": N_("Value"), "communicated_on": N_("Communicated on"), "metric": N_("Metric"),
    "target": N_("Target"), "method": N_("Method"), "first_year": N_("First year"), "last_year": N_("Last year"),
    "title": N_("Title"), "unit": N_("Unit"), "year": N_("Year"), "amount": N_("Amount"), "source": N_("Source"),
    "cooperative_approach": N_("Cooperative approach"), "authorization": N_("Authorization"),
    "version": N_("Version"), "authorized_on": N_("Authorized on"), "purpose": N_("Purpose"),
    "quantity": N_("Quantity"), "sectors": N_("Sectors"), "parties": N_("Parties"), "entities": N_("Entities"),
    "remarks": N_("Remarks"), "units": N_("Units"), "action": N_("Action"), "subtype": N_("Subtype"),
    "first_transferring_party": N_("First transferring Party"), "vintage": N_("Vintage"),
    "adjustment": N_("Corresponding adjustment"), "is_indicative": N_("Indicative"), "balance": N_("Balance"),
    "row": N_("Row"), "clause": N_("Clause"), "figure": N_("Figure"),
}  # fmt: skip
"""What the lines of an item know, by name, as headings."""

_PARTICIPATION: Mapping[str, str] = {
    "party_to_the_paris_agreement": N_("Party to the Paris Agreement"),
    "itmo_registry": N_("Registry that tracks ITMOs"),
    "ndc": N_("NDC"),
}
_YEARS = frozenset({"year", "first_year", "last_year", "vintage"})

FOR_THE_PARTY = N_("Nothing here is known to the registry: for the Party to say.")
_WIDTHS = (20, 34, *[18] * 10)
_LAST_COLUMN = len(_WIDTHS)


def write_xlsx(found: Mapping[str, Any], file: IO[bytes], told: Told = str, remark: str = "") -> None:
    """Write a report as `services.party_information` tells it: one sheet, each item with its lines as a table."""
    workbook = xlsxwriter.Workbook(file, {"in_memory": True})
    named = {**STYLES, "clause": {"bold": True, "font_size": 11, "font_color": "#1F5C4D"}}
    styles = {name: workbook.add_format({**FONT, **style}) for name, style in named.items()}
    title = f"{found['party']}, {found['title']}, {found['year']}"
    workbook.set_properties({"title": title, "comments": remark})
    sheet = workbook.add_worksheet(told(N_("Report")))
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 2)
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.set_column(column, column, width)
    sheet.write_string(1, 1, title, styles["heading"])
    sheet.write_string(2, 1, remark, styles["remark"])
    at = 4
    for item in found["items"]:
        sheet.write_string(at, 1, f"{item['clause']}: {item['title']}", styles["clause"])
        at += 1
        if not item["lines"]:
            sheet.write_string(at, 1, told(FOR_THE_PARTY), styles["remark"])
            at += 1
        else:
            names = _names(item["lines"])
            for column, name in enumerate(names, start=1):
                sheet.write_string(at, column, told(COLUMNS[name]), styles["label"])
            for line in item["lines"]:
                at += 1
                for column, name in enumerate(names, start=1):
                    write_cell(sheet, styles, at, column, _cell(name, line.get(name), told))
            at += 1
        at += 1
    workbook.close()


def _names(lines: Iterable[Mapping[str, Any]]) -> Sequence[str]:
    """What any of the lines knows, in the order in which it first comes."""
    return list(dict.fromkeys(name for line in lines for name in line))


def _cell(name: str, value: Any, told: Told) -> str | int | None:
    if isinstance(value, bool):
        return told(N_("yes")) if value else told(N_("no"))
    if name == "what" and value in _PARTICIPATION:
        return told(_PARTICIPATION[value])
    if name in _YEARS:
        return str(value or "")
    if isinstance(value, int) or value is None:
        return value
    if isinstance(value, Mapping):
        return str(value["rounded"])
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return str(value)
