"""Files that nobody can read, or that want to do harm: a plain sentence, bounded memory, never a traceback."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reporting import workbooks
from reporting.workbooks import ACTIONS, changed, content, written

from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.checks import catalogue
from article6.reporting.reading.grids import Grid, Limits, Unreadable
from article6.reporting.reading.reader import from_grids, read

PARTS = ("xl/workbook.xml", "xl/worksheets/sheet5.xml", "xl/sharedStrings.xml", "xl/styles.xml",
         "xl/_rels/workbook.xml.rels")  # fmt: skip


def repacked(change: Callable[[str, bytes], bytes | None], more: dict[str, bytes] | None = None) -> bytes:
    """The workbook with its parts changed; None leaves one out."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content())) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            part = change(each.filename, old.read(each))
            if part is not None:
                new.writestr(each.filename, part)
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return file.getvalue()


def unchanged(_name: str, part: bytes) -> bytes:
    return part


def with_type(name: str, part: bytes) -> bytes:
    if name != "xl/worksheets/sheet5.xml":
        return part
    entity = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>'
    return part.replace(b"?>", b"?>" + entity, 1)


def bomb() -> bytes:
    return repacked(unchanged, {"xl/media/image1.bin": b"\0" * 60_000_000})


def encrypted() -> bytes:
    data = bytearray(content())
    # The flag of encryption, in every local and central header.
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def of_open_document() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<a/>")
    return file.getvalue()


REFUSED: list[tuple[str, bytes | Callable[[], bytes], str]] = [
    ("empty", b"", "The file is empty"),
    ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00\x00", "neither a workbook nor text"),
    ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "This is an .xls workbook"),
    ("an OpenDocument spreadsheet", of_open_document, "OpenDocument"),
    ("half a workbook", lambda: content()[:4000], "damaged"),
    ("a zip without anything", lambda: b"PK\x05\x06" + b"\0" * 18, "damaged"),
    ("a protected workbook", encrypted, "password"),
    ("a workbook with macros", lambda: repacked(unchanged, {"xl/vbaProject.bin": b"x"}), "macros"),
    ("a document type", lambda: repacked(with_type), "document type"),
    ("no sheets", lambda: repacked(lambda name, part: None if "sheet" in name.lower() else part), "no sheet|damaged"),
    ("many bytes unpacked", bomb, "too large"),
    ("JSON that is none", b'{"actions": [', "not JSON"),
    ("JSON too deep", b'{"actions": ' + b"[" * 100_000, "not JSON"),
    ("JSON with a number of 10,000 digits", b'{"actions": [{"FirstID": ' + b"9" * 10_000 + b"}]}", "not JSON"),
    ("JSON of another shape", b'{"actions": 5}', "not a list"),
    ("a JSON list", b"[1, 2]", "no tables"),
    ("CSV with a quote that never ends", b'a,b\n"' + b"x" * 200_000, "cannot be read as CSV"),
    ("text that holds no table", b"hello", "No table"),
]


@pytest.mark.parametrize(("what", "given_data", "said"), REFUSED, ids=[each[0] for each in REFUSED])
def test_what_cannot_be_read_is_refused_in_a_sentence(what: str, given_data: Any, said: str) -> None:
    data = given_data() if callable(given_data) else given_data
    with pytest.raises(Unreadable, match=said) as refused:
        read(io.BytesIO(data), what, Limits(unpacked_bytes=50_000_000))
    assert "%(" not in str(refused.value.said)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    data = bomb()
    tracemalloc.start()
    with pytest.raises(Unreadable, match="too large"):
        read(io.BytesIO(data), "bomb.xlsx", Limits(unpacked_bytes=50_000_000))
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_sheet_that_claims_a_million_rows_costs_nothing() -> None:
    def claimed(name: str, part: bytes) -> bytes:
        return part.replace(b'<dimension ref="', b'<dimension ref="A1:XFD1048576" x="') if "sheet5" in name else part

    assert len(workbooks.reading(repacked(claimed)).rows(Table.ACTIONS)) == 2


def test_blank_rows_cost_no_memory_and_too_many_are_refused() -> None:
    def blank(name: str, part: bytes) -> bytes:
        rows = b"".join(b'<row r="%d"><c r="B%d" s="1"/></row>' % (each, each) for each in range(100, 100_000))
        return part.replace(b"</sheetData>", rows + b"</sheetData>") if "sheet5" in name else part

    data = repacked(blank)
    assert len(workbooks.reading(data).rows(Table.ACTIONS)) == 2
    with pytest.raises(Unreadable, match="too large: elements"):
        read(io.BytesIO(data), "blank.xlsx", Limits(elements=100_000))
    with pytest.raises(Unreadable, match="too large"):
        read(io.BytesIO(data), "blank.xlsx", Limits(cells=50))
    with pytest.raises(Unreadable, match="too large"):
        read(io.BytesIO(data), "blank.xlsx", Limits(file_bytes=50))


def test_text_is_refused_by_its_size() -> None:
    with pytest.raises(Unreadable, match="too large: 9 bytes"):
        read(io.BytesIO(b"{} " * 3), "a.json", Limits(text_bytes=8))


def test_a_formula_is_a_finding_and_no_value() -> None:
    reading = workbooks.reading(changed(written(ACTIONS, "S9", "=11733")))
    assert reading.rows(Table.ACTIONS)[0].get("QuantityCO2") is None
    (remark,) = reading.remarks
    assert remark.is_unread
    assert remark.place.cell == "S9"


def test_a_long_number_that_the_spreadsheet_has_cut_is_not_believed() -> None:
    reading = workbooks.reading(changed(written(ACTIONS, "I9", 1234567890123456789)))
    assert "fifteen digits" in str(reading.remarks[0].said)


def judged(data: bytes) -> None:
    """Reading and checking end in a report or in a refusal."""
    try:
        reading = read(io.BytesIO(data), "anything", Limits(unpacked_bytes=20_000_000))
    except Unreadable as refused:
        assert str(refused.said)
        return
    for _check, finding in catalogue.check([reading]).findings:
        assert str(finding.said)
        assert finding.places


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"{", b"[", b"\xff\xfe", b"\xef\xbb\xbf", b"Party,"])
)
def test_random_bytes_never_break_it(data: bytes, head: bytes) -> None:
    judged(head + data)


def test_workbooks_with_flipped_bytes_never_break_it() -> None:
    chance = random.Random(6)
    whole = content()
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        judged(bytes(data))


@pytest.mark.parametrize("part", PARTS)
def test_workbooks_with_broken_parts_never_break_it(part: str) -> None:
    chance = random.Random(6)
    for _ in range(60):

        def broken(name: str, old: bytes) -> bytes:
            if name != part:
                return old
            data = bytearray(old)
            for _ in range(chance.randint(1, 6)):
                at = chance.randrange(len(data))
                kind = chance.randrange(3)
                if kind == 0:
                    data[at] = chance.choice(b'<>"=&0199zA/ ')
                elif kind == 1:
                    del data[at : at + chance.randint(1, 40)]
                else:
                    data[at:at] = data[max(0, at - 60) : at]
            return bytes(data)

        judged(repacked(broken))


VALUES = [
    "", "NA", "-", "x" * 40_000, "=1", "\x00", "9" * 60, "1.234", "-1", "31/02/2025", "CA0001-GHA01-GHA-0-2024",
    "é", "  ",
    "2025-13-45T99:99:99Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "12/31/9999", "1e400", "٣",
]  # fmt: skip
NUMBERS = [0, -1, 1e300, 0.1, 2**62, 2**70, True, 99999999]


def test_any_value_in_any_cell_never_breaks_it() -> None:
    chance = random.Random(62)
    for _ in range(400):
        grids = []
        for table in Table:
            grid = Grid(table.sheet, {1: {each.position: each.label for each in FIELDS[table]}})
            for row in range(2, 5):
                grid.rows[row] = {each.position: chance.choice([*VALUES, *NUMBERS, "CHE", "GHA", 5, 2024, "Use",
                                                                "First transfer", "CA0001", "GHG"])
                                  for each in FIELDS[table]}  # fmt: skip
            grids.append(grid)
        reading = from_grids("any", "csv", grids)
        for _check, finding in catalogue.check([reading]).findings:
            assert str(finding.said)
