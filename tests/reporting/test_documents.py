"""What a report says is the same in every format, whoever reads it; no cell is a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import pytest

from article6.domain.report_kinds import Rhythm, moment, period_ends, period_start
from article6.reporting.documents.files import write_csv, write_json, write_xlsx
from article6.reporting.documents.model import (
    Column,
    Fact,
    Form,
    Issue,
    Report,
    Table,
    content,
    digest,
    read,
    shown,
)
from article6.reporting.documents.typeset import LettersMissing, write_pdf
from article6.reporting.said import Said

AT = datetime(2026, 1, 1, tzinfo=UTC)
COLUMNS = (
    Column("at", "At", Form.MOMENT),
    Column("name", "Name"),
    Column("units", "Units", Form.UNITS),
    Column("due", "Due", Form.CENTS),
    Column("final", "Final", Form.YES_NO),
)
ROWS = [
    (AT, "=HYPERLINK(1)", 2**62, -105, True),
    (AT, "@cmd", 7, 100_000, False),
    (None, "#strong[no]\n*markup*", None, None, None),
]


def report() -> Report:
    return Report(
        "issuance", "Issuance", "clause 1", "GHA01", 'Ghana "سجل" Реестр 注册', {"since": "2026"}, AT,
        (Fact("units", "Units", 12_345, Form.UNITS), Fact("from", "From", AT, Form.MOMENT)),
        (Table("rows", "Rows: all/[of] them*", COLUMNS, ROWS), Table("none", "Rows: all/[of] them*", COLUMNS, [])),
        (Said("Counted %(how)s.", {"how": "twice"}),),
    )  # fmt: skip


def issue(language: str = "en") -> Issue:
    found = content(report())
    return Issue("K7QF-2M0X-91TB-WZ4C", digest(found).hex(), AT, language, lambda text: text)


def test_the_content_reads_back_and_its_digest_stays() -> None:
    assert content(read(content(report()))) == content(report())
    assert digest(content(report())) == digest(content(read(content(report()))))
    for wrong in ("", "[]", "{}", '{"format": "article6-report/2"}', content(report()).replace('"units"', '"colour"')):
        with pytest.raises(ValueError):
            read(wrong)


def test_no_cell_of_a_csv_file_is_a_formula() -> None:
    file = io.BytesIO()
    write_csv(report(), issue(), file)
    archive = zipfile.ZipFile(file)
    rows = list(csv.reader(io.StringIO(archive.read("rows.csv").decode())))
    assert rows[0] == ["At", "Name", "Units", "Due", "Final"]
    assert rows[1] == ["2026-01-01 00:00:00", "'=HYPERLINK(1)", str(2**62), "'-1.05", "yes"]
    assert rows[2] == ["2026-01-01 00:00:00", "'@cmd", "7", "1000.00", "no"]
    about = dict(each for each in csv.reader(io.StringIO(archive.read("report.csv").decode())) if len(each) == 2)
    assert about["Verification code"] == "K7QF-2M0X-91TB-WZ4C"
    assert about["Notes"] == "Counted twice."
    assert about["As of (UTC)"] == "2026-01-01 00:00:00"


def test_a_workbook_has_texts_for_texts_and_numbers_for_numbers() -> None:
    file = io.BytesIO()
    write_xlsx(report(), issue(), file)
    book = openpyxl.load_workbook(file)
    assert len(set(book.sheetnames)) == len(book.sheetnames) == 3
    sheet = book.worksheets[1]
    assert [cell.data_type for cell in sheet[2]] == ["s"] * 5
    assert sheet["B2"].value == "=HYPERLINK(1)"
    assert sheet["C3"].value == 7
    assert sheet["C2"].value.replace("\u202f", "") == str(2**62)  # a spreadsheet would round it
    again = io.BytesIO()
    write_xlsx(report(), issue(), again)
    assert again.getvalue() == file.getvalue()


def test_a_pdf_is_tagged_and_says_title_and_language() -> None:
    file = io.BytesIO()
    write_pdf(report(), issue("fr"), file)
    written = file.getvalue()
    assert b"/MarkInfo" in written
    assert b"/Lang (fr)" in written.replace(b"/Lang(", b"/Lang (")
    assert b"pdfuaid:part" in written
    again = io.BytesIO()
    write_pdf(report(), issue("fr"), again)
    assert again.getvalue() == written


def test_a_letter_that_no_font_has_is_refused_not_shown_as_a_box() -> None:
    file = io.BytesIO()
    strange = replace(report(), name="Registry \U000f0001 \U000f0002 \U000f0001")
    with pytest.raises(LettersMissing) as no:
        write_pdf(strange, issue(), file)
    assert no.value.letters == ("\\u{f0001}", "\\u{f0002}")
    assert file.getvalue() == b""


def test_json_has_code_digest_and_content() -> None:
    file = io.BytesIO()
    write_json(report(), issue(), file)
    assert b'"code": "K7QF-2M0X-91TB-WZ4C"' in file.getvalue()


def test_cells_are_shown_exactly() -> None:
    assert shown(1_234_567, Form.UNITS, str) == "1\u202f234\u202f567"
    assert shown(2023, Form.NUMBER, str) == "2023"
    assert shown(-5, Form.CENTS, str) == "-0.05"
    assert shown("transfer", Form.TERM, str.upper) == "TRANSFER"


def test_periods_end_where_months_and_years_do() -> None:
    after, now = datetime(2025, 11, 5, tzinfo=UTC), datetime(2026, 2, 1, 0, 20, tzinfo=UTC)
    assert [f"{each:%Y-%m-%d}" for each in period_ends(Rhythm.MONTH, after, now)] == [
        "2025-12-01", "2026-01-01", "2026-02-01",
    ]  # fmt: skip
    assert [f"{each:%Y-%m-%d}" for each in period_ends(Rhythm.YEAR, after, now)] == ["2026-01-01"]
    assert period_start(Rhythm.MONTH, AT) == datetime(2025, 12, 1, tzinfo=UTC)
    assert period_start(Rhythm.YEAR, AT) == datetime(2025, 1, 1, tzinfo=UTC)
    assert moment("2026-01-01T01:00:00+01:00") == AT
    assert moment("nonsense") is None
