"""Files that are no report: each gets a plain message, and nothing of it is kept."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from reporting.workbooks import changed, content, written
from reporting.worlds import aefs
from services.reports import DAY, Portal, found_portal

from article6.domain.refusals import Code, Refused
from article6.reporting.aef_csv import write_csv
from article6.reporting.aef_fields import Table
from article6.services import inconsistencies, submissions
from article6.services.submissions import Upload
from article6.store.database import rows


def good() -> bytes:
    return content(aefs()["GHA 2023"])


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return file.getvalue()


def with_member(name: str, data: bytes) -> bytes:
    file = io.BytesIO(good())
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def blank_rows() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Table 1 Submission")
    for _ in range(1_000):
        sheet.append([])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


UNREADABLE: dict[str, tuple[Callable[[], bytes], str]] = {
    "password-protected.xlsx": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "protected by a password"),
    "truncated.xlsx": (lambda: good()[: len(good()) // 2], "damaged"),
    "renamed-ods.xlsx": (lambda: zipped(mimetype=b"x", content_dot_xml=b"<x/>"), "OpenDocument"),
    "macros.xlsx": (lambda: with_member("xl/vbaProject.bin", b"x"), "macros"),
    "bomb.xlsx": (lambda: with_member("xl/media/x.bin", b"\0" * (513 * 1024 * 1024)), "too large"),
    "blank.xlsx": (blank_rows, "no sheet with anything"),
    "empty.xlsx": (lambda: b"", "empty"),
    "picture.csv": (lambda: b"\x89PNG\0\0\0\0", "neither a workbook nor text"),
    "wrong-encoding.json": (lambda: b'{"submission": "\xff\x00"}', "neither a workbook nor text"),
    "something.json": (lambda: b'{"submission": [', "not JSON"),
    "else.csv": (lambda: b"name,colour\nx,red\n", "No table"),
}


@pytest.fixture
def portal(database: object) -> Portal:
    return found_portal()


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_refused_in_a_sentence_and_nothing_is_kept(portal: Portal, name: str) -> None:
    make, told = UNREADABLE[name]
    data = make()
    for act in (
        lambda: submissions.submit(Upload(name, data), by=portal.ama, now=DAY),
        lambda: inconsistencies.precheck(name, data),
    ):
        with pytest.raises(Refused) as no:
            act()
        assert no.value.codes == (Code.SUBMISSION_UNREADABLE,)
        assert told in no.value.reasons[0].detail
    tables = ("submission", "submission_file", "submission_row", "submission_act")
    assert [rows(f"SELECT count(*) FROM {each}") for each in tables] == [[(0,)]] * 4


def test_who_submits_for_no_party_is_turned_away_before_the_file_is_opened(portal: Portal) -> None:
    from article6.services import people

    stranger = people.add_person("cy", "Cy", by=portal.root, now=DAY)
    with pytest.raises(Refused) as no:
        submissions.submit(Upload("x", b"no file at all"), by=stranger, now=DAY)
    assert no.value.codes == (Code.PERSON_NOT_PERMITTED,)


def test_a_renamed_file_is_taken_for_what_is_in_it(portal: Portal) -> None:
    text = json.dumps(portal.given["GHA 2023"]).encode()
    lines = io.StringIO()
    write_csv(aefs()["GHA 2023"], Table.ACTIONS, lines)
    with pytest.raises(Refused) as no:
        submissions.submit(Upload("GHA 2023.xlsx", lines.getvalue().encode()), by=portal.ama, now=DAY)
    assert no.value.codes == (Code.SUBMISSION_UNNAMED,), "read as the CSV that it is, of one table alone"
    assert submissions.listed().items == []
    assert submissions.submit(Upload("GHA 2023.xlsx", text), by=portal.ama, now=DAY)["form"] == "json"


def test_a_formula_or_a_link_to_another_workbook_fails_the_form(portal: Portal) -> None:
    for value in ("=SUM(A1:A2)", "='[other.xlsx]Sheet1'!A1"):
        data = changed(written("Table 3 Actions", "P9", value), aefs()["GHA 2023"])
        done = submissions.submit(Upload("GHA.xlsx", data), by=portal.ama, now=DAY)
        assert done["state"] == "form_failed"
        said = [line["said"] for each in inconsistencies.checked(done["id"]) for line in each["findings"]]
        assert any("formula" in each for each in said), said


def test_a_million_blank_rows_cost_nothing(portal: Portal) -> None:
    data = changed(lambda book: book["Table 3 Actions"].cell(1_048_576, 30, " "), aefs()["GHA 2023"])
    assert submissions.submit(Upload("GHA.xlsx", data), by=portal.ama, now=DAY)["state"] == "consistent"


def test_a_report_that_does_not_say_whose_it_is_is_refused(portal: Portal) -> None:
    for name, value in (("ParticipatingParty", None), ("ReportedYear", "soon")):
        document = json.loads(json.dumps(portal.given["GHA 2023"]))
        document["submission"][name] = value
        with pytest.raises(Refused) as no:
            submissions.submit(Upload("x.json", json.dumps(document).encode()), by=portal.ama, now=DAY)
        assert no.value.codes == (Code.SUBMISSION_UNNAMED,)


def test_a_party_without_a_section_cannot_submit(portal: Portal) -> None:
    portal.given["GHA 2023"]["submission"]["ParticipatingParty"] = "THA"
    with pytest.raises(Refused) as no:
        portal.submit("GHA 2023")
    assert no.value.codes == (Code.SECTION_UNKNOWN,)


def test_characters_that_no_text_has_are_refused(portal: Portal) -> None:
    for bad in ("nothing\x00", "half \ud800"):
        portal.given["GHA 2023"]["actions"][0]["AdditionalExplanatoryInformation"] = bad
        with pytest.raises(Refused) as no:
            portal.submit("GHA 2023")
        assert no.value.codes == (Code.SUBMISSION_UNREADABLE,)
    assert rows("SELECT count(*) FROM submission") == [(0,)]
    portal.given["GHA 2023"]["actions"][0]["Vintage"] = "half \ud800\x00"
    portal.given["GHA 2023"]["actions"][0]["AdditionalExplanatoryInformation"] = ""
    assert portal.submit("GHA 2023")["state"] == "form_failed"
