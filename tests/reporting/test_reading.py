"""The reader: every form that we write comes back as the same records, and so do workbooks that were rearranged."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from reporting import workbooks
from reporting.aef_samples import ACQUISITION, AEF, AUTHORIZATION, BLOCK, ENTITY, HOLDING, SUBMISSION, USE
from reporting.workbooks import ACTIONS, HOLDINGS, changed, content, written

from article6.domain.identifiers import UnitIdentifier
from article6.reporting.aef_csv import csv_name, write_csv
from article6.reporting.aef_fields import Table
from article6.reporting.aef_json import write_json
from article6.reporting.aef_nomenclatures import ActionSubtype, ActionType, MitigationType, Profile
from article6.reporting.aef_records import Action, Aef, Authorization, Holding, UnderlyingBlock
from article6.reporting.reading import records
from article6.reporting.reading.grids import Unreadable
from article6.reporting.reading.reader import Reading, read, read_folder


def as_csv(aef: Aef, profile: Profile) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in tables_as_csv(aef, profile).items():
            archive.writestr(name, text)
    return file.getvalue()


def tables_as_csv(aef: Aef, profile: Profile = Profile.CARP_2026_02) -> dict[str, str]:
    texts = {}
    for table in Table:
        text = io.StringIO(newline="")
        write_csv(aef, table, text, profile)
        texts[csv_name(table)] = text.getvalue()
    return texts


def as_json(aef: Aef, profile: Profile) -> bytes:
    text = io.StringIO()
    write_json(aef, text, profile)
    return text.getvalue().encode()


FORMS = {"xlsx": content, "csv": as_csv, "json": as_json}


def shown(aef: Aef) -> tuple[Any, ...]:
    """All records; the originating registry is no part of the comparison: serial numbers alone do not show it."""
    return (
        aef.submission,
        [*aef.authorizations()],
        [replace(each, itmos=without_origin(each.itmos)) for each in aef.actions()],
        [replace(each, itmos=without_origin(each.itmos)) for each in aef.holdings()],
        [*aef.entities()],
    )


def without_origin(itmos: Any) -> Any:
    return replace(itmos, identifier=replace(itmos.identifier, registry=None))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("profile", [Profile.CARP_2026_02, Profile.CAD_TRUST_V2])
def test_what_is_written_is_read_as_the_same_records(form: str, profile: Profile) -> None:
    reading = read(io.BytesIO(FORMS[form](AEF, profile)), "CHE 2025 1.0")
    assert reading.form == form
    assert reading.remarks == []
    # A use for another purpose than an NDC has no user, and the record had one: NA.
    expected = replace(AEF, actions=lambda: (ACQUISITION, replace(USE, using_party=None)))
    assert shown(records.aef(reading)) == shown(expected)


@pytest.mark.parametrize("form", FORMS)
def test_the_annex_keeps_days_and_full_identifiers(form: str) -> None:
    reading = read(io.BytesIO(FORMS[form](AEF, Profile.CMA6_ANNEX)), "CHE 2025 1.0")
    assert reading.remarks == []
    (action, _use) = records.aef(reading).actions()
    assert action.executed_at == datetime(2025, 7, 8, tzinfo=UTC)
    assert action.itmos.identifier == BLOCK.identifier
    assert action.itmos.identifier.original == "CA0001-GHA01-GHA-1-2024"


TEXTS = st.text("abc äß=+-@'\"<&;,€\u4e2d", min_size=1, max_size=20).map(str.strip).filter(
    lambda text: text and text.strip("-") and text == " ".join(text.split()) and not text.startswith("'")
)  # fmt: skip
PARTIES = st.sampled_from(["CHE", "GHA", "EUE", "NAM"])
MOMENTS = st.datetimes(datetime(2021, 1, 1), datetime(2030, 12, 31)).map(  # noqa: DTZ001 - given a zone at once
    lambda each: each.replace(tzinfo=UTC, microsecond=each.microsecond // 1000 * 1000)
)


@st.composite
def blocks(draw: st.DrawFn) -> Any:
    first = draw(st.integers(1, 2**61))
    count = draw(st.integers(1, 10**9))
    identifier = replace(
        BLOCK.identifier, registry=None, party=draw(PARTIES), serial_first=first, serial_last=first + count - 1,
        vintage_year=draw(st.integers(2013, 2035)),
    )  # fmt: skip
    underlying = UnderlyingBlock("VCS", first, first + count - 1) if draw(st.booleans()) else None
    return replace(
        BLOCK, identifier=identifier, quantity_tco2e=count, underlying=underlying,
        mitigation_type=draw(st.sampled_from(MitigationType)), gwp_values=draw(st.none() | TEXTS),
    )  # fmt: skip


@st.composite
def aefs(draw: st.DrawFn) -> Aef:
    actions = [
        Action(executed_at=draw(MOMENTS), type=ActionType.FIRST_TRANSFER, itmos=draw(blocks()), registry="GHA01",
               subtype=draw(st.none() | st.sampled_from(ActionSubtype)), acquiring_party=draw(st.none() | PARTIES),
               purpose=draw(st.none() | TEXTS), using_entity=draw(st.none() | TEXTS), remarks=draw(st.none() | TEXTS))
        for _ in range(draw(st.integers(0, 4)))
    ]  # fmt: skip
    held = [Holding(itmos=draw(blocks()), registry="CHE01") for _ in range(draw(st.integers(0, 3)))]
    authorization: Authorization = replace(
        AUTHORIZATION, authorized_on=draw(st.dates(date(2021, 1, 1), date(2030, 1, 1))), terms=draw(st.none() | TEXTS),
        oimp=draw(TEXTS), quantity_max=draw(st.none() | st.integers(1, 10**14)),
    )  # fmt: skip
    entity = replace(ENTITY, name=draw(TEXTS), conditions=draw(st.none() | TEXTS))
    return Aef(
        submission=SUBMISSION, authorizations=lambda: [authorization], actions=lambda: actions, holdings=lambda: held,
        entities=lambda: [entity],
    )  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(aefs(), st.sampled_from(sorted(FORMS)), st.sampled_from([Profile.CARP_2026_02, Profile.CAD_TRUST_V2]))
def test_whatever_is_written_is_read_as_the_same_records(aef: Aef, form: str, profile: Profile) -> None:
    reading = read(io.BytesIO(FORMS[form](aef, profile)), "CHE 2025 1.0")
    assert [each for each in reading.remarks if each.is_unread] == []
    assert shown(records.aef(reading)) == shown(aef)


def moved(workbook: Workbook) -> None:
    sheet = workbook[ACTIONS]
    sheet.delete_cols(11)  # a spacer
    sheet.insert_cols(3, 2)
    sheet.insert_rows(1, 4)


def swapped(workbook: Workbook) -> None:
    sheet = workbook[ACTIONS]
    for row in range(8, 11):
        sheet.cell(row, 2).value, sheet.cell(row, 34).value = sheet.cell(row, 34).value, sheet.cell(row, 2).value


def renamed(workbook: Workbook) -> None:
    workbook[ACTIONS].title = "actions 2025"
    workbook["actions 2025"]["E8"] = "COOPERATIVE APPROACH id"
    workbook["actions 2025"]["W8"] = "Vintagé"


@pytest.mark.parametrize("change", [moved, swapped, renamed])
def test_columns_may_stand_elsewhere(change: Any) -> None:
    reading = workbooks.reading(changed(change))
    assert len([*records.aef(reading).actions()]) == 2
    assert shown(records.aef(reading))[3] == shown(AEF)[3]


def test_a_label_that_is_nearly_right_is_taken_and_said() -> None:
    reading = workbooks.reading(changed(written(ACTIONS, "Q8", "Aplicable GWP value(s)")))
    (remark,) = reading.remarks
    assert str(remark.said) == "The column Aplicable GWP value(s) was taken for Applicable GWP value(s)."
    assert remark.place.cell == "Q8"


def test_a_column_of_somebody_is_said_and_not_read() -> None:
    reading = workbooks.reading(changed(written(ACTIONS, "AI8", "Our own notes")))
    assert [str(each.said) for each in reading.remarks] == [
        "The column Our own notes is not one of the format and was not read."
    ]


def test_a_missing_column_is_missing() -> None:
    reading = workbooks.reading(changed(lambda workbook: workbook[HOLDINGS].delete_cols(19)))
    assert reading.tables[Table.HOLDINGS].columns.missing == ("MitigationType",)
    assert [*records.aef(reading).holdings()] == []


def test_of_two_sheets_that_are_the_same_table_one_is_read_and_the_other_said() -> None:
    def copied(workbook: Workbook) -> None:
        workbook.copy_worksheet(workbook[HOLDINGS]).title = "Old holdings"

    reading = workbooks.reading(changed(copied))
    assert [str(each.said) for each in reading.remarks] == [
        "This sheet was not read: Table 4 Holdings is more like the same table."
    ]
    assert len(reading.rows(Table.HOLDINGS)) == 1


def test_every_cell_tells_its_place() -> None:
    row = workbooks.reading(content()).rows(Table.ACTIONS)[1]
    assert str(row.place("YearITMOUsedTowardsNDC")) == "CHE 2025 1.0.xlsx Table 3 Actions AE10"
    submission = workbooks.reading(content()).submission
    assert submission is not None
    assert submission.place("ReportedYear").cell == "C6"


def test_a_date_cell_is_a_date() -> None:
    cell = datetime.combine(date(2025, 7, 9), time())
    reading = workbooks.reading(changed(written(ACTIONS, "B9", cell, "dd/mm/yyyy")))
    assert reading.rows(Table.ACTIONS)[0].get("ActionDateTime") == date(2025, 7, 9)
    assert [str(each.said) for each in reading.remarks] == ["A date of the spreadsheet was read as 09/07/2025."]


def test_a_folder_of_csv_files_is_one_submission() -> None:
    files = [(name, text.encode()) for name, text in tables_as_csv(AEF).items()]
    assert len(records.aef(read_folder(files, "reports")).submission.file_name) == len("CHE 2025 1.0")


def test_csv_with_semicolons_and_of_a_windows_program() -> None:
    table = csv.reader(io.StringIO(tables_as_csv(replace(AEF, entities=lambda: [replace(ENTITY, name="Société")]))[
        csv_name(Table.ENTITIES)]))  # fmt: skip
    text = "\r\n".join(";".join(line) for line in table)
    reading = read(io.BytesIO(text.encode("cp1252")), "Table 5 Auth. entities.csv")
    assert reading.rows(Table.ENTITIES)[0].get("AuthorizedEntityName") == "Société"


def test_a_neutralised_formula_is_the_text_that_it_was() -> None:
    reading = read(io.BytesIO(as_csv(AEF, Profile.CARP_2026_02)), "che.zip")
    assert [each.name for each in records.aef(reading).entities()] == ["=HYPERLINK(1) Foundation"]


DRAFT_LABELS = (
    "Article 6 database record ID", "Cooperative approach", "First unique identifier", "Last unique identifier",
    "Underlying unit block start ID", "Underlying unit block end ID", "Metric", "Quantity (expressed in metric)",
    "Quantity (t CO2 eq)", "Conversion factor (reporting Party)", "First transferring participating Party", "Vintage",
    "Sector(s)", "Activity type(s)", "Date of authorization", "Authorization ID", "Purposes for authorization",
    "OIMP authorized by the Party", "First transfer definition", "Action date", "Action type",
    "Transferring participating Party", "Acquiring participating Party", "Purposes for cancellation",
    "Using participating Party or authorized entity or entities", "First transfer",
)  # fmt: skip
DRAFT_ROW = (
    "R1", "CA0001", "CA0001-GHA01-GHA-1-2024", "CA0001-GHA01-GHA-11,733-2024", "NA", "NA", "GHG", "NA", 11733, None,
    "GHA", 2024, "Energy generation", "Solar", "03/02/2023", "GHA CHE 1", "NDC", "NA", "NA", "08/07/2025",
    "First transfer", "GHA", "CHE", "NA", "NA", "Yes",
)  # fmt: skip


def first_draft() -> bytes:
    workbook = Workbook()
    heading = workbook.active
    assert heading is not None
    heading.title = "Table 1 Heading"
    heading["B3"], heading["C3"], heading["B4"], heading["C4"] = "Party", "GHA", "Reported year", 2025
    actions = workbook.create_sheet("Table 2 Actions")
    for column, (label, value) in enumerate(zip(DRAFT_LABELS, DRAFT_ROW, strict=True), 2):
        actions.cell(6, column, label)
        actions.cell(8, column, value)
        actions.cell(9, column, "R2" if value == "R1" else value)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_the_first_draft_aef_is_read_as_far_as_it_goes() -> None:
    reading = workbooks.reading(first_draft())
    assert reading.is_draft
    assert "first draft AEF" in str(reading.remarks[0].said)
    (first, second) = reading.rows(Table.ACTIONS)
    assert (first.record_id, second.record_id) == ("R1", "R2")
    assert isinstance(first.get("FirstID"), UnitIdentifier)
    assert first.get("AcquiringPartyID") == "CHE"
    (authorized,) = reading.rows(Table.AUTHORIZATIONS)
    assert (authorized.get("AuthorizationID"), authorized.get("Sectors")) == ("GHA CHE 1", ("Energy generation",))


def test_one_table_alone_is_read() -> None:
    text = tables_as_csv(AEF)[csv_name(Table.HOLDINGS)]
    reading = read(io.BytesIO(text.encode()), "holdings.csv")
    assert list(reading.tables) == [Table.HOLDINGS]
    with pytest.raises(records.NotWhole):
        records.aef(reading)


def test_json_with_labels_instead_of_names() -> None:
    document = {"actions": [{"Action date": "08/07/2025", "Action type": "Transfer", "First ID": 5, "Vintage": 2024}]}
    reading: Reading = read(io.BytesIO(json.dumps(document).encode()), "a.json")
    assert reading.rows(Table.ACTIONS)[0].get("FirstID") == 5


def test_what_holds_no_table_says_so() -> None:
    with pytest.raises(Unreadable, match="No table of the agreed electronic format"):
        read(io.BytesIO(b"name,age\nAma,30\n"), "people.csv")


def test_holdings_are_no_actions() -> None:
    reading = workbooks.reading(content(replace(AEF, actions=lambda: (), holdings=lambda: (HOLDING,))))
    assert (len(reading.rows(Table.ACTIONS)), len(reading.rows(Table.HOLDINGS))) == (0, 1)
