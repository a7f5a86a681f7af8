"""What looks like a fault and is none, and what the checks say where something is missing."""

from __future__ import annotations

import copy
import random
import tracemalloc

import pytest
from reporting.worlds import Documents, checked, codes, documents, found, gaps, reading

from article6.reporting.checks import balances, catalogue, information, periods
from article6.reporting.checks.results import Gap, Result, RowNumbers

WORLD = documents()


def world(*names: str) -> Documents:
    return {name: copy.deepcopy(each) for name, each in WORLD.items() if not names or name in names}


def results(given: Documents) -> dict[str, Result]:
    return {each.check.code: each.result for each in checked(given).outcomes}


@pytest.mark.parametrize("name", WORLD)
def test_a_report_alone_is_never_inconsistent(name: str) -> None:
    assert found(checked(world(name))) == []


def test_a_missing_counterpart_is_never_an_inconsistency() -> None:
    chance = random.Random(4)
    for _ in range(25):
        names = chance.sample(sorted(WORLD), chance.randint(2, 10))
        assert found(checked(world(*names))) == [], names


def test_a_missing_counterpart_makes_the_result_null() -> None:
    alone = results(world("CHE 2024"))
    assert {code for code, result in alone.items() if result is Result.UNAVAILABLE} >= {"X1", "X2", "STC02", "II01"}
    pair = results(world("CHE 2023", "GHA 2023"))
    assert pair["X1"] is Result.CONSISTENT


@pytest.mark.parametrize(
    ("rule", "alone", "counterpart", "rows"),
    [
        ("X1", "GHA 2023", "CHE 2023", [(1, 1)]),
        ("X1", "CHE 2024", "SWE 2024", [(2, 2)]),
        ("X1", "SWE 2025", "VUT 2025", [(1, 1)]),
        ("II01", "CHE 2024", "GHA 2023", [(1, 2)]),
        ("II06", "CHE 2024", "GHA 2023", [(1, 1)]),
        ("STC02", "CHE 2024", "GHA 2023", [(1, 1)]),
        ("X2", "CHE 2024", "CHE 2023", [(1, 2)]),
        ("X2", "SWE 2025", "SWE 2024", [(2, 2)]),
    ],
)
def test_the_rows_that_wait_for_a_counterpart_are_named_and_with_it_none(
    rule: str, alone: str, counterpart: str, rows: list[tuple[int, int]]
) -> None:
    assert open_rows(world(alone), rule, alone) == rows
    assert open_rows(world(alone, counterpart), rule, alone) == []


def open_rows(given: Documents, rule: str, file: str) -> list[tuple[int, int]]:
    """The rows of table 3 that a check leaves open."""
    if rule == "II06":
        given[file]["actions"][0]["Using/cancellingPartyID"] = "CHE"
    (outcome,) = [each for each in checked(given).outcomes if each.check.code == rule]
    return [at for gap in outcome.gaps if gap.file == file for at in gap.rows.ranges]


def test_rows_that_lack_what_a_check_needs_of_them_are_left_open_and_no_other() -> None:
    given = world()
    del given["GHA 2023"]["actions"][0]["ActionSubtype"]
    given["GHA 2023"]["actions"][1].update(ActionType="Cancellation")  # for OMGE, of units first transferred before
    given["CHE 2024"]["submission"]["FirstYearOfNDCPeriod"] = None
    given["VUT 2024"]["submission"]["LastYearOfNDCPeriod"] = None
    assert open_rows(given, "STC04", "GHA 2023") == [(1, 1)]
    assert open_rows(given, "X7", "GHA 2023") == [(2, 2)]
    assert open_rows(given, "STC03", "CHE 2024") == [(1, 1)]
    assert open_rows(given, "X9", "VUT 2024") == [(1, 1)]
    held = _held_back(8)
    assert open_rows(held, "ISC01", "CHE 2025") == [(2, 9)]


def test_rows_with_one_gap_are_kept_as_ranges_whatever_their_order() -> None:
    rows = RowNumbers()
    for at in [*range(9, 5_000, 2), *range(5_000, 7, -1), 7_000, 7_000]:
        rows.add(at, at)
    assert list(rows.ranges) == [(8, 5_000), (7_000, 7_000)]
    other = RowNumbers([(1, 7)])
    other.take(rows)
    assert list(other.ranges) == [(1, 5_000), (7_000, 7_000)]
    assert other.text == "1-5000 7000"
    again = RowNumbers.of_text(other.text)
    assert [at for at in (-1, 0, 1, 5_000, 5_001, 7_000, 7_001) if at in again] == [1, 5_000, 7_000]
    assert (RowNumbers().text, list(RowNumbers.of_text("").ranges)) == ("", [])


def test_scattered_rows_with_one_gap_take_a_byte_each_at_most() -> None:
    rows = RowNumbers()
    tracemalloc.start()
    try:
        for at in range(1, 200_000, 2):
            rows.add(at, at)
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()
    assert sum(1 for _each in rows.ranges) == 100_000


def test_a_user_under_an_authorization_not_at_hand_is_not_judged() -> None:
    given = {name: each for name, each in world().items() if not name.startswith("GHA")}
    given["CHE 2024"]["actions"][0]["Using/cancellingPartyID"] = "CHE"
    report = checked(given)
    assert found(report) == []
    assert [each for each in gaps(report) if each[0] == "II06"] == [
        ("II06", "CHE 2024", information.AUTHORIZATION_MISSING)
    ]


def test_a_user_without_any_authorization_is_not_judged_and_nothing_is_made_up() -> None:
    given = world()
    row = given["CHE 2024"]["actions"][0]
    row["Using/cancellingPartyID"] = "CHE"
    row["AuthorizationID"] = "NA"
    report = checked(given)
    (said,) = [gap for each in report.outcomes if each.check.code == "II06" for gap in each.gaps]
    assert said.said.text == information.NO_AUTHORIZATION_NAMED
    assert "None" not in str(said.said)


def test_a_wrong_approach_in_a_column_is_told_once_whatever_it_differs_from() -> None:
    given = world()
    row = given["SWE 2024"]["holdings"][0]
    row.update(FirstID="CA0001-GHA01-GHA-301-2022", LastID="CA0001-GHA01-GHA-400-2022")
    assert found(checked(given)) == []
    row["CooperativeApproachID"] = "CA0002"
    assert found(checked(given)) == [("II07", "SWE 2024", "holdings", "[1].CooperativeApproachID")]


def _held_back(count: int) -> Documents:
    """Switzerland's report on 2025 with so many more acquisitions of Vanuatu's units that it does not hold; every other
    one follows on the one before."""
    given = {name: each for name, each in world().items() if not name.startswith("VUT")}
    rows = given["CHE 2025"]["actions"]
    pattern = next(each for each in rows if each["FirstTransferringPartyID"] == "VUT")
    for number in range(count):
        first = 100_001 + 100 * (number // 2) + 10 * (number % 2)
        rows.append({**pattern, "ActionType": "Acquisition", "TransferringPartyID": "VUT", "AcquiringPartyID": "NA",
                     "FirstID": first, "LastID": first + 9, "QuantityCO2": 10})  # fmt: skip
    return given


def test_units_that_may_be_no_itmos_are_told_together_with_every_cell() -> None:
    given = _held_back(8)
    before = {each.file: each for outcome in checked(_held_back(0)).outcomes for each in outcome.gaps}
    assert before
    outcome = next(each for each in checked(given).outcomes if each.check.code == "ISC01")
    told = [each for each in outcome.gaps if each.file == "CHE 2025"]
    (together,) = [each for each in told if each.said.text == balances.PERHAPS_NO_ITMOS]
    assert together.said.values["count"] == 4  # blocks that follow on each other are one
    assert together.said.values["total"] == "80"
    assert "100,001-100,020" in str(together.said.values["units"])
    assert len(together.places) == 8
    assert {place.file for place in together.places} == {"CHE 2025"}


def test_many_blocks_that_may_be_no_itmos_are_told_in_parts_and_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> list[Gap]:
        outcome = next(each for each in checked(_held_back(30)).outcomes if each.check.code == "ISC01")
        return [each for each in outcome.gaps if each.places]

    (together,) = told()
    monkeypatch.setattr(balances, "BLOCKS_TOGETHER", 10)
    parts = told()
    assert len(parts) == 2
    assert {place for each in parts for place in each.places} == set(together.places)


def test_units_that_may_be_no_itmos_are_told_alike_however_few_rows_are_looked_at_together() -> None:
    given = _held_back(8)
    readings = [reading(name, each) for name, each in given.items()]
    few = catalogue.check(readings, rows_at_once=1)
    assert {str(gap.said) for each in few.outcomes if each.check.code == "ISC01" for gap in each.gaps} == {
        str(gap.said) for each in checked(given).outcomes if each.check.code == "ISC01" for gap in each.gaps
    }


@pytest.mark.parametrize(("name", "rule"), [("CHE 2024", "STC03"), ("VUT 2024", "X9")])
@pytest.mark.parametrize("year", ["FirstYearOfNDCPeriod", "LastYearOfNDCPeriod"])
def test_nothing_is_held_against_a_period_that_is_not_given(name: str, rule: str, year: str) -> None:
    given = world()
    given[name]["submission"][year] = "NA"
    report = checked(given)
    assert found(report) == [("F03", name, "submission", f"[1].{year}")]
    assert {each for each in gaps(report) if each[0] != "X8"} == {(rule, name, periods.NO_PERIOD)}


def test_the_result_is_told_file_by_file() -> None:
    given = world()
    given["SWE 2024"]["holdings"][0]["MitigationType"] = "Removals"
    report = checked(given)
    assert report.result_of("SWE 2024") is Result.INCONSISTENT
    assert report.result_of("CHE 2024") is Result.CONSISTENT
    (outcome,) = (each for each in report.outcomes if each.check.code == "X6")
    assert (outcome.result_of("SWE 2024"), outcome.result_of("CHE 2024")) == (Result.INCONSISTENT, Result.CONSISTENT)


def test_identical_actions_of_one_day_are_two_if_their_record_ids_differ() -> None:
    given = world("CHE 2024")
    rows = given["CHE 2024"]["actions"]
    rows[1]["ActionDateTime"] = "01/06/2024"
    rows.append(copy.deepcopy(rows[1]))
    assert codes(found(checked(given))) == {"II02"}
    for number, row in enumerate(rows):
        row["Article 6 database record ID"] = f"R{number}"
    assert "II02" not in codes(found(checked(given)))


def test_units_that_came_back_may_leave_again_on_the_same_day() -> None:
    given = world("CHE 2024")
    rows = given["CHE 2024"]["actions"]
    rows[1]["ActionDateTime"] = "01/06/2024"
    back = {**rows[1], "ActionType": "Acquisition", "TransferringPartyID": "SWE", "AcquiringPartyID": "NA"}
    rows += [back, copy.deepcopy(rows[1])]
    assert found(checked(given)) == []


def test_serials_may_begin_anew_with_each_vintage() -> None:
    given = world("CHE 2023", "GHA 2023")
    for name, table in (("GHA 2023", "actions"), ("CHE 2023", "actions"), ("CHE 2023", "holdings")):
        given[name][table].append({**given[name][table][0], "Vintage": 2021, "LastID": 10, "QuantityCO2": 10})
    assert found(checked(given)) == []
    given["CHE 2023"]["actions"].pop()
    assert codes(found(checked(given))) == {"X1"}


def test_units_for_oimp_may_be_passed_on_before_their_first_transfer() -> None:
    given = world()
    for year in (2023, 2024, 2025):
        given[f"GHA {year}"]["authorizations"][0].update(
            PurposeForAuthorization="OIMP",
            OIMPAuthorized="use under CORSIA",
            FirstTransferDefnForOIMP="Use or Cancellation",
        )
    first, _omge = given["GHA 2023"]["actions"]
    given["GHA 2023"]["actions"][0] = {**first, "ActionType": "Transfer", "ActionSubtype": None}
    for name in ("CHE 2023", "CHE 2024", "CHE 2025", "SWE 2024", "SWE 2025"):
        given[name]["holdings"] = [
            each for each in given[name]["holdings"] if each["CooperativeApproachID"] != "CA0001"
        ]
    given["CHE 2024"]["actions"].clear()
    for name in ("SWE 2024", "SWE 2025"):
        given[name]["actions"] = [each for each in given[name]["actions"] if each["CooperativeApproachID"] != "CA0001"]
    ended = {
        **first, "ActionDateTime": "2024-03-01T12:00:00.000Z", "ActionSubtype": "Use or cancellation", "LastID": 300,
        "QuantityCO2": 300, "AcquiringPartyID": "NA", "PurposeITMOUsedForOIMP": "IMP: CORSIA",
    }  # fmt: skip
    given["GHA 2024"]["actions"] = [ended]
    given["CHE 2024"]["actions"] = [
        {**ended, "ActionType": "Cancellation", "ActionSubtype": "Other cancellations", "PartyITMORegistryID": "CHE01"}
    ]
    assert found(checked(given)) == []


def test_a_transfer_to_the_adaptation_fund_has_no_counterpart() -> None:
    given = world("GHA 2023")
    given["GHA 2023"]["actions"][0].update(
        AcquiringPartyID="AF", ActionSubtype="Voluntary transfer to the Adaptation Fund (A6.4 ERs)"
    )
    report = checked(given)
    assert found(report) == []
    assert {each.check.code: each.result for each in report.outcomes}["X1"] is Result.CONSISTENT


def test_totals_are_compared_with_the_structured_summary() -> None:
    readings = [reading(name, each) for name, each in world("CHE 2024").items()]
    assert found(catalogue.check(readings, {("CHE", 2024): {"used": 300, "first_transferred": 0}})) == []
    report = catalogue.check(readings, {("CHE", 2024): {"used": 301}})
    assert found(report) == [("X8", "CHE 2024", "actions", "[1].QuantityCO2")]
    ((_check, finding),) = report.findings
    assert str(finding.said) == "Used towards the NDC: 300 in the AEF, 301 in the structured summary."


def test_the_first_draft_aef_is_told_once() -> None:
    from reporting.test_reading import first_draft
    from reporting.workbooks import reading as read_workbook

    report = catalogue.check([read_workbook(first_draft())])
    # Its two rows are the same first transfer, with a record id each.
    assert [each[0] for each in found(report)] == ["F01", "X7"]


def test_ten_thousand_rows_take_seconds() -> None:
    given = world("CHE 2023")
    row, held = given["CHE 2023"]["actions"][0], given["CHE 2023"]["holdings"][0]
    units = [{"FirstID": each, "LastID": each, "QuantityCO2": 1} for each in range(1, 10_001)]
    given["CHE 2023"]["actions"] = [{**row, **each} for each in units]
    given["CHE 2023"]["holdings"] = [{**held, **each} for each in units]
    assert found(checked(given)) == []
