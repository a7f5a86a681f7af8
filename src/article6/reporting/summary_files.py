"""The structured summary as JSON and as a workbook. Figures are exact: fractions are `n/d` in JSON, with a rounded
figure beside, and a division in the workbook, where only the display rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from article6.domain.adjustments import METHODS, Level
from article6.domain.refusals import N_
from article6.reporting.itmo_amounts import AUTHORIZED_OIMP, FIRST_TRANSFERRED, USED, Share
from article6.reporting.sheet_look import FONT, STYLES
from article6.reporting.structured_summary import Cell, Summary

PLACES = 3
"""Digits after the point in rounded figures; halves go to the even neighbour."""

LARGEST_EXACT = 10**15 - 1
"""A spreadsheet keeps numbers in binary floating point: above fifteen digits they become texts."""

SHARE_TITLES: Mapping[str, str] = {
    FIRST_TRANSFERRED: N_("First transferred"),
    AUTHORIZED_OIMP: N_("Authorized for other international mitigation purposes"),
    USED: N_("Used towards the NDC"),
}
SHARE_HEADINGS = (
    N_("Quantity of"), N_("Year"), N_("Cooperative approach"), N_("Sectors"), N_("Transferring Party"),
    N_("Using Party"), N_("Vintage"), N_("Quantity"),
)  # fmt: skip
_NUMBER = {"num_format": "#,##0.###", "align": "right", "indent": 1, "border": 1, "border_color": "#9DB8AF"}
_WHOLE = {**_NUMBER, "num_format": "#,##0"}
Told = Callable[[str], str]


def rounded(value: Level, places: int = PLACES) -> str:
    """A figure for people, as a decimal number of at most so many digits after the point."""
    scaled = round(Fraction(value) * 10**places)
    whole, part = divmod(abs(scaled), 10**places)
    digits = f"{part:0{places}d}".rstrip("0") if places else ""
    return f"{'-' if scaled < 0 else ''}{whole}{'.' if digits else ''}{digits}"


def figure(value: Level | None) -> dict[str, str] | None:
    """A figure for programs: exact, as a whole number or `n/d`, and rounded."""
    return None if value is None else {"exact": str(value), "rounded": rounded(value)}


def as_json(summary: Summary, told: Told = str) -> dict[str, Any]:
    """The structured summary as plain values."""
    plan, end = summary.plan, summary.achievement
    return {
        "party": plan.party,
        "period": [plan.first_year, plan.last_year],
        "method": str(plan.method),
        "method_title": told(METHODS[plan.method][0]),
        "basis": str(plan.basis),
        "unit": summary.unit,
        "through": summary.through,
        "rows": [
            {
                "key": row.key, "clause": row.clause, "title": told(row.title), "unit": row.unit,
                "figures": {str(year): figure(value) for year, value in row.figures.items()},
                "said": told(row.said) if isinstance(row.said, str) else figure(row.said),
            }
            for row in summary.rows
        ],
        "breakdown": [share_as_json(each) for each in summary.tallied.shares],
        "authorized_oimp": [
            {
                "authorization": each.authorization_id, "version": each.version, "year": each.year,
                "cooperative_approach": each.cooperative_approach, "quantity": each.quantity,
                "entities": list(each.entities),
            }
            for each in summary.tallied.authorized
        ],
        "uncounted_rows": summary.tallied.uncounted,
        "target": figure(summary.target),
        "reference": figure(summary.targets.reference),
        "reference_year": summary.targets.reference_year,
        "achievement": {
            "adjusted": figure(end.adjusted), "target": figure(end.target), "margin": figure(end.margin),
            "is_final": end.is_final,
        },
        "allowance": figure(summary.allowance),
    }  # fmt: skip


def share_as_json(share: Share) -> dict[str, Any]:
    """One line of the breakdown as plain values."""
    return {
        "what": share.what, "year": share.year, "cooperative_approach": share.cooperative_approach,
        "sectors": list(share.sectors), "transferring_party": share.transferring_party,
        "using_party": share.using_party, "vintage": share.vintage, "quantity": figure(share.quantity),
    }  # fmt: skip


def write_xlsx(summary: Summary, file: IO[bytes], told: Told = str, remark: str = "") -> None:
    """Write the workbook: table 4, and the breakdown of para 23(j)."""
    workbook = xlsxwriter.Workbook(file, {"in_memory": True})
    named = {**STYLES, "number": _NUMBER, "quantity": _WHOLE}
    styles = {name: workbook.add_format({**FONT, **style}) for name, style in named.items()}
    workbook.set_properties({"title": _title(summary, told), "comments": remark})
    _write_table(workbook.add_worksheet(told(N_("Table 4"))), styles, summary, told, remark)
    _write_shares(workbook.add_worksheet(told(N_("Breakdown"))), styles, summary, told)
    workbook.close()


def _title(summary: Summary, told: Told) -> str:
    plan = summary.plan
    return f"{told(N_('Structured summary'))} {plan.party} {plan.first_year}-{plan.last_year}"


def _write_table(
    sheet: Worksheet, styles: Mapping[str, Format], summary: Summary, told: Told, remark: str
) -> None:  # fmt: skip
    years = [each.year for each in summary.years]
    _set_page(sheet)
    sheet.set_column(1, 1, 62)
    sheet.set_column(2, 2, 30)
    sheet.set_column(3, 4, 16)
    sheet.set_column(5, 5 + len(years), 15)
    sheet.write_string(1, 1, _title(summary, told), styles["heading"])
    about = f"{told(METHODS[summary.plan.method][0])}. 5/CMA.3, annex II, table 4."
    sheet.write_string(2, 1, f"{about} {remark}".strip(), styles["remark"])
    headings = [told(N_("Row")), told(N_("Source")), told(N_("Unit")), told(N_("Reference")), *map(str, years)]
    for column, text in enumerate([*headings, told(N_("Target level"))], start=1):
        sheet.write_string(4, column, text, styles["label"])
    sheet.freeze_panes(5, 2)
    for at, row in enumerate(summary.rows, start=5):
        is_indicator = row.key == "indicator"
        cells: list[Cell] = [told(row.title), row.clause, row.unit]
        cells.append(summary.targets.reference if is_indicator else None)
        cells += [row.figures.get(year) for year in years]
        said = told(row.said) if isinstance(row.said, str) else row.said
        cells.append(summary.target if is_indicator else said)
        _write_line(sheet, styles, at, cells)


def _write_shares(sheet: Worksheet, styles: Mapping[str, Format], summary: Summary, told: Told) -> None:
    _set_page(sheet)
    for column, width in enumerate((48, 8, 20, 40, 18, 14, 10, 16), start=1):
        sheet.set_column(column, column, width)
    sheet.write_string(1, 1, f"{told(N_('Breakdown'))}: 2/CMA.3, 23(j)", styles["heading"])
    for column, text in enumerate(SHARE_HEADINGS, start=1):
        sheet.write_string(3, column, told(text), styles["label"])
    sheet.freeze_panes(4, 0)
    for at, each in enumerate(summary.tallied.shares, start=4):
        cells = [
            told(SHARE_TITLES[each.what]), str(each.year), each.cooperative_approach, "; ".join(each.sectors),
            each.transferring_party, each.using_party, str(each.vintage or ""), each.quantity,
        ]  # fmt: skip
        _write_line(sheet, styles, at, cells)


def _set_page(sheet: Worksheet) -> None:
    sheet.set_column(0, 0, 2)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)


def _write_line(sheet: Worksheet, styles: Mapping[str, Format], at: int, cells: Iterable[Cell]) -> None:
    for column, cell in enumerate(cells, start=1):
        write_cell(sheet, styles, at, column, cell)


def write_cell(sheet: Worksheet, styles: Mapping[str, Format], at: int, column: int, cell: Cell) -> None:
    """Write a text, or a figure that stays exact: a fraction is the division that it is."""
    if cell is None:
        sheet.write_blank(at, column, None, styles["text"])
    elif isinstance(cell, str):
        # Never `write`: a text that begins with = would become a formula.
        sheet.write_string(at, column, cell, styles["text"])
    elif max(abs(cell.numerator), cell.denominator) > LARGEST_EXACT:
        sheet.write_string(at, column, str(cell), styles["text"])
    elif cell.denominator == 1:
        sheet.write_number(at, column, cell.numerator, styles["quantity"])
    else:
        division = f"={cell.numerator}/{cell.denominator}"
        sheet.write_formula(at, column, division, styles["number"], rounded(cell, 9))
