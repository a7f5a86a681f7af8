"""The submission portal of the Article 6 database."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import openpyxl
import psycopg
import pytest
from conftest import Database
from ledger.test_races import at_once, losers
from reporting.workbooks import content
from reporting.worlds import aefs
from services.reports import DAY, Portal, found_portal, upload

from article6.domain.kinds import Kind
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused
from article6.domain.submissions import Mark
from article6.reporting.aef_fields import Table
from article6.services import inconsistencies, notices, sight, submission_tables, submissions
from article6.services.submissions import Upload
from article6.store.database import NOTHING, rows, seeing


@pytest.fixture
def portal(database: object) -> Portal:
    return found_portal()


def states() -> dict[str, str]:
    items = submissions.listed(limit=100).items
    return {f"{each['party']} {each['year']} {each['version']}": each["state"] for each in reversed(items)}


def refused(act: Any) -> tuple[Code, ...]:
    with pytest.raises(Refused) as no:
        act()
    return no.value.codes


def counts() -> list[tuple[Any, ...]]:
    tables = ("submission", "submission_file", "submission_row", "submission_act", "submission_result", "notice")
    return [rows(f"SELECT count(*) FROM {each}")[0] for each in tables]


def results(number: int) -> dict[str, str]:
    return {each["code"]: each["result"] for each in inconsistencies.checked(number)}


def told(by: PersonId) -> list[str]:
    return [each["code"] for each in notices.listed(by=by).items]


def larger(document: dict[str, Any]) -> None:
    document["actions"][0]["LastID"] = 900
    document["actions"][0]["QuantityCO2"] = 900


# --- The life of a submission


def test_a_consistent_world_is_recorded_and_consistent(portal: Portal) -> None:
    portal.all()
    assert set(states().values()) == {"consistent"}
    found = inconsistencies.shown(1, now=DAY)
    assert (found["result"], found["inconsistencies"]) == ("Checked, no inconsistencies identified", [])
    assert [each["act"] for each in found["acts"]] == ["form_passed", "found_consistent"]
    assert [each for each in told(portal.root) if each.startswith("submission")] == []


def test_the_counterparts_report_is_awaited_and_then_compared(portal: Portal) -> None:
    number = portal.submit("GHA 2023")["id"]
    assert results(number)["X1"] == "Null, information for check not available"
    assert states() == {"GHA 2023 1.0": "consistent"}, "'Null' alone makes nothing inconsistent"
    portal.given["CHE 2023"]["actions"].clear()
    portal.given["CHE 2023"]["holdings"].clear()
    portal.submit("CHE 2023")
    assert results(number)["X1"] == "Checked, inconsistencies identified"
    assert states()["GHA 2023 1.0"] == "inconsistent"
    assert "submission.inconsistent" in told(portal.ama)
    assert "submission.inconsistent" in told(portal.lea), "its rows are the other side of it"
    lines = inconsistencies.standing(now=DAY)
    assert {(each["code"], each["party"], each["is_cross_party"], each["versions_since"]) for each in lines} == {
        ("X1", "GHA", True, 0),
        ("X1", "CHE", True, 0),
    }, "nobody knows which of the two is wrong"


def test_a_revision_takes_the_older_ones_place_and_everything_is_checked_anew(portal: Portal) -> None:
    portal.submit("GHA 2023")
    portal.submit("CHE 2023")
    wrong = portal.revise("CHE 2023", "1.1", larger)
    assert states() == {"GHA 2023 1.0": "inconsistent", "CHE 2023 1.0": "obsolete", "CHE 2023 1.1": "inconsistent"}
    portal.revise("CHE 2023", "1.2", lambda each: each["actions"][0].update(LastID=950, QuantityCO2=950))
    lasting = {each["code"]: each for each in inconsistencies.standing(now=DAY, party="CHE")}
    assert {each["versions"] for each in lasting.values()} == {2}
    assert {each["versions_since"] for each in lasting.values()} == {1}
    portal.revise("CHE 2023", "1.10", lambda each: each["actions"][0].update(LastID=1000, QuantityCO2=1000))
    assert states()["GHA 2023 1.0"] == states()["CHE 2023 1.10"] == "consistent"
    assert "submission.consistent" in told(portal.ama)
    history = [each["result"] for each in inconsistencies.checked(1, history=True) if each["code"] == "X1"]
    assert history[0].startswith("Null")
    assert "Checked, inconsistencies identified" in history
    assert history[-1] == "Checked, no inconsistencies identified"
    assert inconsistencies.checked(wrong["id"]), "what was said of an obsolete version stays readable"


def test_what_fails_the_form_is_kept_with_its_findings_and_may_come_again(portal: Portal) -> None:
    document = json.loads(json.dumps(portal.given["GHA 2023"]))
    document["actions"][0]["Vintage"] = "soon"
    failed = submissions.submit(upload("GHA 2023", document), by=portal.ama, now=DAY)
    assert failed["state"] == "form_failed"
    assert results(failed["id"])["F02"] == "Checked, inconsistencies identified"
    assert rows("SELECT count(*) FROM submission_row") == [(0,)]
    assert submissions.file(failed["id"])[1] == upload("GHA 2023", document).content
    assert portal.submit("GHA 2023", by=portal.ama)["state"] == "consistent"


def test_the_same_version_or_the_same_bytes_are_a_duplicate(portal: Portal) -> None:
    first = portal.submit("GHA 2023")
    assert portal.submit("GHA 2023")["duplicate_of"] == first["id"]
    portal.given["GHA 2023"]["remark"] = "other bytes"
    again = portal.submit("GHA 2023")
    assert (again["state"], again["duplicate_of"]) == ("duplicate", first["id"])
    assert rows("SELECT count(*) FROM submission_file") == [(2,)]


def test_a_version_that_goes_backwards_is_refused(portal: Portal) -> None:
    portal.given["GHA 2023"]["submission"]["SubmissionVersion"] = "1.10"
    portal.submit("GHA 2023")
    before = counts()
    assert refused(lambda: portal.revise("GHA 2023", "1.9", larger)) == (Code.SUBMISSION_VERSION_BACKWARDS,)
    assert counts() == before


def test_of_two_uploads_of_one_version_at_once_one_wins(portal: Portal) -> None:
    given = [json.loads(json.dumps({**portal.given["GHA 2023"], "remark": str(number)})) for number in range(4)]
    done = at_once(*[
        lambda each=each: submissions.submit(upload("GHA 2023", each), by=portal.ama, now=DAY) for each in given
    ])  # fmt: skip
    assert losers(done) == []
    assert sorted(states_of()) == ["consistent", "duplicate", "duplicate", "duplicate"]


def states_of() -> list[str]:
    return [each["state"] for each in submissions.listed(limit=100).items]


def test_the_same_command_again_gets_the_first_answer(portal: Portal) -> None:
    given = upload("GHA 2023", portal.given["GHA 2023"])
    first = submissions.submit(given, by=portal.ama, now=DAY, key="k")
    assert submissions.submit(given, by=portal.ama, now=DAY, key="k") == first
    assert refused(
        lambda: submissions.submit(upload("CHE 2023", portal.given["CHE 2023"]), by=portal.ama, now=DAY, key="k")
    ) == (Code.IDEMPOTENCY_CONTENT_DIFFERS,)
    assert states_of() == ["consistent"]


def test_a_withdrawn_report_counts_no_more_and_its_version_stays_used(portal: Portal) -> None:
    number = portal.submit("GHA 2023")["id"]
    portal.submit("CHE 2023")
    assert refused(lambda: submissions.withdraw(number, reason=" ", by=portal.ama, now=DAY)) == (
        Code.REQUEST_MALFORMED,
    )
    assert submissions.withdraw(number, reason="Wrong", by=portal.ama, now=DAY)["state"] == "withdrawn"
    assert results(2)["X1"] == "Null, information for check not available"
    again = refused(lambda: submissions.withdraw(number, reason="Wrong", by=portal.ama, now=DAY))
    assert again == (Code.SUBMISSION_WRONG_STATE,)
    assert refused(lambda: submissions.withdraw(99, reason="x", by=portal.ama, now=DAY)) == (Code.SUBMISSION_UNKNOWN,)
    assert portal.submit("GHA 2023")["state"] == "duplicate"


# --- Who may


def test_only_a_representative_of_the_party_submits_for_it(portal: Portal) -> None:
    before = counts()
    given = upload("GHA 2023", portal.given["GHA 2023"])
    assert refused(lambda: submissions.submit(given, by=portal.lea, now=DAY)) == (Code.PERSON_NOT_PERMITTED,)
    assert counts() == before
    number = submissions.submit(given, by=portal.ama, now=DAY)["id"]
    assert refused(lambda: submissions.withdraw(number, reason="x", by=portal.lea, now=DAY)) == (
        Code.PERSON_NOT_PERMITTED,
    )


def test_only_the_international_registry_keeps_the_database(database: object) -> None:
    portal = found_portal(Kind.PARTY)
    assert refused(lambda: portal.submit("GHA 2023")) == (Code.SUBMISSION_NOT_HERE,)
    for read in (submissions.listed, submission_tables.summary, lambda: inconsistencies.precheck("x", b"{}")):
        assert refused(read) == (Code.SUBMISSION_NOT_HERE,)


def test_what_was_submitted_is_never_changed(portal: Portal, database: Database) -> None:
    portal.submit("GHA 2023")
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        for table in ("submission", "submission_file", "submission_row", "submission_act", "submission_result"):
            for act in (
                f"DELETE FROM {table}",
                f"UPDATE {table} SET section_id = section_id",
                f"TRUNCATE {table} CASCADE",
            ):
                with pytest.raises(psycopg.Error, match="append_only"):
                    owner.execute(act)


def test_a_failed_form_is_for_the_party_itself(portal: Portal) -> None:
    portal.given["GHA 2023"]["actions"][0]["Vintage"] = "soon"
    number = portal.submit("GHA 2023")["id"]
    with seeing(sight.of(portal.lea)):
        assert refused(lambda: submissions.one(number)) == (Code.SUBMISSION_UNKNOWN,)
        assert submissions.listed().items == []
    with seeing(sight.of(portal.ama)):
        assert submissions.one(number)["state"] == "form_failed"


# --- Rows as received


def test_rows_are_kept_as_received_and_identifiers_never_written_anew(portal: Portal) -> None:
    document = portal.given["GHA 2023"]
    document["actions"][0]["FirstID"] = "CA0001-GHA01-GHA-1-2022"
    document["actions"][0]["LastID"] = "CA0001-GHA01-GHA-1,000-2022"
    number = portal.submit("GHA 2023")["id"]
    [first, _second] = submissions.rows(number, Table.ACTIONS).items
    assert first["cells"]["LastID"] == "CA0001-GHA01-GHA-1,000-2022"
    kept = rows(
        "SELECT first_party, origin, lo, hi, last_id, approach FROM submission_row WHERE action_type IS NOT NULL"
    )
    assert kept[0] == ("GHA", "GHA01", 1, 1000, "CA0001-GHA01-GHA-1,000-2022", "CA0001")
    page = submissions.rows(number, Table.ACTIONS, limit=1)
    assert [each["number"] for each in submissions.rows(number, Table.ACTIONS, after=page.next).items] == [2]


def test_a_workbook_keeps_its_sheets_and_cells(portal: Portal) -> None:
    given = Upload("C:\\reports\\GHA 2023.xlsx", content(aefs()["GHA 2023"]))
    number = submissions.submit(given, by=portal.ama, now=DAY)["id"]
    assert submissions.one(number)["file_name"] == "GHA 2023.xlsx"
    assert [each["number"] for each in submissions.rows(number, Table.ACTIONS).items] == [9, 10]
    portal.given["CHE 2023"]["actions"].clear()
    portal.submit("CHE 2023")
    [finding] = next(each for each in inconsistencies.checked(number) if each["code"] == "X1")["findings"]
    places = [(each["sheet"], each["cell"], each["row"]) for each in finding["places"]]
    assert ("Table 3 Actions", "I9", 9) in places
    assert submissions.file(number) == ("GHA 2023.xlsx", given.content)


# --- Confidential items


ENTITY = "Using/cancellingEntityID"


def test_confidential_items_stay_out_of_the_public_copy_and_of_others_sight(portal: Portal) -> None:
    portal.submit("VUT 2023")
    marks = (Mark("actions", 2, ENTITY), Mark("authorizations", None, "AuthorizedEntityIDs"), Mark("holdings", 1))
    number = portal.submit("VUT 2024", marks=marks)["id"]
    for form in ("xlsx", "csv", "json"):
        file = io.BytesIO()
        with seeing(sight.of(portal.lea)):
            submission_tables.write_public(number, form, file)
        assert b"Air Vanuatu" not in _unpacked(file.getvalue()).replace(b"VU 1", b"").split(b"AuthorizedEntityName")[0]
    document = json.loads(file.getvalue())
    assert document["actions"][1][ENTITY] == "Confidential"
    assert document["holdings"] == []
    assert document["submission"]["ResultOfConsistencyCheck"] == "Checked, no inconsistencies identified"
    with seeing(sight.of(portal.lea)):
        row = submissions.rows(number, Table.ACTIONS).items[1]
        assert (row["cells"][ENTITY], row["is_confidential"]) == ("Confidential", True)
        assert submissions.rows(number, Table.HOLDINGS).items == []
        assert refused(lambda: submissions.file(number)) == (Code.PERSON_NOT_PERMITTED,)
        assert rows("SELECT 1 FROM submission_mark") == []
    assert submissions.rows(number, Table.ACTIONS).items[1]["cells"][ENTITY] == "Air Vanuatu"
    assert len(submissions.rows(number, Table.HOLDINGS).items) == 1


def _unpacked(data: bytes) -> bytes:
    if data[:2] != b"PK":
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(archive.read(each) for each in archive.namelist() if "Table 5" not in each)


def test_a_finding_that_rests_on_confidential_items_is_redacted_for_others(portal: Portal) -> None:
    number = portal.submit("GHA 2023", marks=(Mark("actions", 1),))["id"]
    portal.given["CHE 2023"]["actions"].clear()
    portal.submit("CHE 2023")
    [whole] = next(each for each in inconsistencies.checked(number) if each["code"] == "X1")["findings"]
    assert "1-1,000" in whole["said"]
    for eyes in (sight.of(portal.lea), NOTHING):
        with seeing(eyes):
            [left] = next(each for each in inconsistencies.checked(number) if each["code"] == "X1")["findings"]
        assert (left["is_redacted"], left["places"]) == (True, [])
        assert left["said"] == "This rests on information that GHA marked as confidential."
    with seeing(sight.of(portal.ama)):
        [own] = next(each for each in inconsistencies.checked(number) if each["code"] == "X1")["findings"]
    assert own == whole


def test_a_mark_that_names_nothing_is_refused(portal: Portal) -> None:
    before = counts()
    for mark in (
        Mark("actions", 99),
        Mark("actions", 1, "Colour"),
        Mark("submission", 1),
        Mark("actions"),
        Mark("x", 1),
    ):
        assert refused(lambda mark=mark: portal.submit("GHA 2023", marks=(mark,))) == (Code.SUBMISSION_CONFIDENTIAL,)
    assert counts() == before


# --- Before it is submitted


def test_a_file_is_checked_against_what_is_recorded_and_nothing_is_kept(portal: Portal) -> None:
    portal.submit("GHA 2023")
    before = counts()
    larger(portal.given["CHE 2023"])
    given = upload("CHE 2023 1.0", portal.given["CHE 2023"])
    found = inconsistencies.precheck(given.name, given.content)
    assert found["result"] == "Checked, inconsistencies identified"
    assert found["compared_with"] == ["GHA 2023 1.0"]
    codes = {each["code"] for each in found["checks"] if each["findings"]}
    assert codes, found
    assert counts() == before
    again = upload("GHA 2023 1.0", portal.given["GHA 2023"])
    assert inconsistencies.precheck("GHA 2023 1.0", again.content)["version_refused"] == "1.0"


def test_confidential_rows_of_others_are_not_found_out_by_trying(portal: Portal) -> None:
    portal.submit("GHA 2023", marks=(Mark("actions", 1), Mark("actions", 2)))
    given = upload("CHE 2023", portal.given["CHE 2023"])
    with seeing(sight.of(portal.lea)):
        guessed = inconsistencies.precheck(given.name, given.content)
    larger(portal.given["CHE 2023"])
    other = upload("CHE 2023", portal.given["CHE 2023"])
    with seeing(sight.of(portal.lea)):
        missed = inconsistencies.precheck(other.name, other.content)
    x1 = [next(each for each in found["checks"] if each["code"] == "X1") for found in (guessed, missed)]
    assert [len(each["findings"]) for each in x1] == [1, 1]


# --- Tables


def test_the_summary_says_what_each_party_reported(portal: Portal) -> None:
    portal.all()
    lines = {(each["party"], each["year"], each["metric"]): each for each in submission_tables.summary()}
    ghana = lines["GHA", 2023, "GHG"]
    assert (ghana["authorized"], ghana["first_transferred"], ghana["omge"]) == (1_500, 1_020, 20)
    assert (lines["CHE", 2024, "GHG"]["used_ndc"], lines["CHE", 2024, "GHG"]["held"]) == (300, 600)
    assert lines["VUT", 2024, "GHG"]["used_oimp"] == 100
    assert lines["SWE", 2025, "non-GHG"]["acquired"] == 10
    with seeing(NOTHING):
        assert submission_tables.summary("GHA", 2023) == [ghana]
    details = submission_tables.lines("disaggregated", "CHE", 2024)
    assert ("used_ndc", "CA0001", 2022, 300) in [
        (each["information"], each["approach"], each["vintage"], each["amount"]) for each in details
    ]


def test_no_cell_of_an_export_is_taken_for_a_formula(portal: Portal) -> None:
    action = portal.given["VUT 2024"]["actions"][1]
    action["PurposeITMOUsedForOIMP"] = "=HYPERLINK(1)"
    action["AdditionalExplanatoryInformation"] = "@SUM(A1)"
    number = portal.submit("VUT 2024")["id"]
    text = io.StringIO()
    submission_tables.write_csv("disaggregated", text)
    assert "'=HYPERLINK(1)" in text.getvalue()
    assert not [
        cell for line in csv.reader(io.StringIO(text.getvalue())) for cell in line if cell[:1] in "=+-@" and cell
    ]
    file = io.BytesIO()
    submission_tables.write_public(number, "csv", file)
    assert b"'@SUM(A1)" in _unpacked(file.getvalue())
    file = io.BytesIO()
    submission_tables.write_public(number, "xlsx", file)
    sheet = openpyxl.load_workbook(file)["Table 3 Actions"]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line if cell.value == "@SUM(A1)"} == {"s"}


def test_confidential_amounts_are_in_no_sum(portal: Portal) -> None:
    portal.submit("GHA 2023", marks=(Mark("actions", 1), Mark("actions", 2, "QuantityCO2")))
    [line] = submission_tables.summary("GHA", 2023)
    assert (line["first_transferred"], line["omge"], line["authorized"]) == (None, None, 1_500)


def test_a_report_that_names_no_unit_is_checked_anew_when_its_counterpart_is_corrected(portal: Portal) -> None:
    portal.given["CHE 2023"]["actions"].clear()
    portal.given["CHE 2023"]["holdings"].clear()
    portal.submit("CHE 2023")
    assert states() == {"CHE 2023 1.0": "consistent"}
    portal.submit("GHA 2023")
    assert states() == {"CHE 2023 1.0": "inconsistent", "GHA 2023 1.0": "inconsistent"}
    portal.revise("GHA 2023", "1.1", lambda each: each["actions"].pop(0))
    assert states() == {"CHE 2023 1.0": "consistent", "GHA 2023 1.0": "obsolete", "GHA 2023 1.1": "consistent"}
