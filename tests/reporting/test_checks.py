"""Every rule: one thing is broken in a world that is consistent, and exactly that is found, in the right cell."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from reporting.worlds import Documents, checked, codes, documents, found, gaps, reading

from article6.reporting.checks import catalogue
from article6.reporting.checks.balances import PERHAPS_NO_ITMO
from article6.reporting.checks.catalogue import CHECKS
from article6.reporting.checks.results import Result

Cell = tuple[str, str, int, str]
Fault = tuple[str, str, Callable[[Documents], object], list[Cell]]

WORLD = documents()


def put(file: str, table: str, row: int, **fields: Any) -> Callable[[Documents], object]:
    """Write other values into a row; keys of JSON that are no Python names are given by their labels' last word."""
    names = {"UsingParty": "Using/cancellingPartyID", "UsingEntity": "Using/cancellingEntityID",
             "NonGHGMetric": "Non-GHGMetric", "QuantityNonGHG": "QuantityNon-GHG"}  # fmt: skip

    def change(world: Documents) -> None:
        rows = world[file][table]
        target = rows if isinstance(rows, dict) else rows[row - 1]
        target.update({names.get(name, name): value for name, value in fields.items()})

    return change


def drop(file: str, table: str, row: int) -> Callable[[Documents], object]:
    return lambda world: world[file][table].pop(row - 1)


def again(file: str, table: str, row: int, to: str | None = None, **fields: Any) -> Callable[[Documents], object]:
    """Give a row again, at the end, changed as said."""
    return lambda world: world[to or file][table].append({**world[file][table][row - 1], **fields})


def both(*changes: Callable[[Documents], object]) -> Callable[[Documents], object]:
    return lambda world: [change(world) for change in changes]


TREES = (("VUT 2024", "actions", 1), ("VUT 2024", "actions", 2), ("VUT 2024", "holdings", 1), ("VUT 2025",
     "actions", 1),
         ("VUT 2025", "holdings", 1), ("CHE 2025", "actions", 1), ("CHE 2025", "holdings", 2))  # fmt: skip

FAULTS: list[Fault] = [
    ("a table is missing", "F01", lambda world: world["CHE 2024"].pop("holdings") and world["CHE 2025"].pop("holdings"),
     [("CHE 2024", "", 0, ""), ("CHE 2025", "", 0, "")]),
    ("a column is missing", "F01",
     lambda world: [each.pop("MitigationType") for each in world["CHE 2024"]["holdings"]],
     [("CHE 2024", "holdings", 0, "")]),
    ("a submission that is described twice", "F01",
     lambda world: world["CHE 2024"].update(submission=[world["CHE 2024"]["submission"]] * 2),
     [("CHE 2024", "submission", 2, "ParticipatingParty")]),
    ("a Party that does not exist", "F02", put("CHE 2023", "actions", 1, PartyITMORegistryID="Bern"),
     [("CHE 2023", "actions", 1, "PartyITMORegistryID")]),
    ("a sector that is on no list", "F02", put("GHA 2024", "authorizations", 1, Sectors="Energie"),
     [("GHA 2024", "authorizations", 1, "Sectors")]),
    ("a number that may be two", "F02", put("CHE 2023", "actions", 1, QuantityCO2="1.000"),
     [("CHE 2023", "actions", 1, "QuantityCO2")]),
    ("mandatory information is missing", "F03", put("SWE 2024", "holdings", 1, MitigationType="NA"),
     [("SWE 2024", "holdings", 1, "MitigationType")]),
    ("a transfer to nobody", "F03", both(put("CHE 2024", "actions", 2, AcquiringPartyID="NA"), drop("SWE 2024",
     "actions", 1),
     drop("SWE 2024", "holdings", 1), drop("SWE 2025", "actions", 2), drop("SWE 2025", "holdings", 1)),
     [("CHE 2024", "actions", 2, "AcquiringPartyID")]),
    ("a use without a year", "F03", put("CHE 2024", "actions", 1, YearITMOUsedTowardsNDC="NA"),
     [("CHE 2024", "actions", 1, "YearITMOUsedTowardsNDC")]),
    ("OIMP without its definition", "F03", put("VUT 2025", "authorizations", 1, FirstTransferDefnForOIMP=None),
     [("VUT 2025", "authorizations", 1, "FirstTransferDefnForOIMP")]),
    ("an acquiring Party of a use", "F04", put("CHE 2024", "actions", 1, AcquiringPartyID="SWE"),
     [("CHE 2024", "actions", 1, "AcquiringPartyID")]),
    ("a non-GHG quantity of tonnes", "F04", put("CHE 2024", "holdings", 1, QuantityNonGHG="600"),
     [("CHE 2024", "holdings", 1, "QuantityNon-GHG")]),
    ("a result that is the platform's to give", "F05",
     put("CHE 2024", "submission", 1, ResultOfConsistencyCheck="Consistent"),
     [("CHE 2024", "submission", 1, "ResultOfConsistencyCheck")]),
    ("a block that runs backwards", "F06", both(put("VUT 2025", "actions", 2, FirstID=2010, LastID=2001),
     drop("SWE 2025", "actions", 1), drop("SWE 2025", "holdings", 2)), [("VUT 2025", "actions", 2, "FirstID")]),
    ("a block from an identifier to a serial", "F06",
     put("CHE 2024", "holdings", 1, FirstID="CA0001-GHA01-GHA-401-2022"), [("CHE 2024", "holdings", 1, "LastID")]),
    ("a block from one vintage to another", "F06",
     put("CHE 2024", "holdings", 1, FirstID="CA0001-GHA01-GHA-401-2022", LastID="CA0001-GHA01-GHA-1000-2023"),
     [("CHE 2024", "holdings", 1, "LastID")]),
    ("a vintage that contradicts the identifier", "F06",
     put("VUT 2025", "holdings", 1, FirstID="CA0002-VUT01-VUT-201-2024", LastID="CA0002-VUT01-VUT-500-2024"),
     [("VUT 2025", "holdings", 1, "Vintage")]),
    ("a subtype of another type", "F07",
     put("CHE 2024", "actions", 2, ActionSubtype="Mandatory cancellation to deliver OMGE"),
     [("CHE 2024", "actions", 2, "ActionSubtype")]),
    ("a period that ends before it begins", "F08", put("GHA 2024", "submission", 1, FirstYearOfNDCPeriod=2031),
     [("GHA 2024", "submission", 1, "FirstYearOfNDCPeriod")]),
    ("a Party that is in no authorization", "II01", both(
     put("VUT 2024", "authorizations", 2, AuthorizedPartyIDs="CHE"), put("VUT 2025", "authorizations", 2,
     AuthorizedPartyIDs="CHE")),
     [("SWE 2025", "actions", 1, "CooperativeApproachID")]),
    ("an action reported twice", "II02", again("CHE 2024", "actions", 2), [("CHE 2024", "actions", 3,
     "ActionDateTime")]),
    ("an action reported by the other Party too", "II02", again("GHA 2023", "actions", 1, to="CHE 2023"),
     [("CHE 2023", "actions", 2, "ActionDateTime")]),
    ("sectors that changed without a version", "II03", put("GHA 2025", "authorizations", 1, Sectors="Waste management"),
     [("GHA 2025", "authorizations", 1, "Sectors")]),
    ("sectors of which another Party of the approach names none", "II03",
     again("GHA 2024", "authorizations", 1, to="SWE 2024", AuthorizationID="SWE 1", Sectors="Waste management"),
     [("SWE 2024", "authorizations", 1, "Sectors")]),
    ("a quantity that is not first to last", "X3", put("CHE 2024", "actions", 2, QuantityCO2=99),
     [("CHE 2024", "actions", 2, "QuantityCO2")]),
    ("units held in two rows", "X3", again("CHE 2025", "holdings", 1, FirstID=950, LastID=1000, QuantityCO2=51),
     [("CHE 2025", "holdings", 3, "FirstID")]),
    ("units held by two Parties", "X3", again("CHE 2025", "holdings", 1, to="SWE 2025", PartyITMORegistryID="SWE01"),
     [("SWE 2025", "holdings", 3, "FirstID"), ("CHE 2025", "holdings", 1, "FirstID")]),
    ("another metric than authorized", "II04",
     put("SWE 2025", "holdings", 2, Metric="GHG", NonGHGMetric="NA", QuantityNonGHG="NA", QuantityCO2=10),
     [("SWE 2025", "holdings", 2, "Metric")]),
    ("an underlying block of another size", "II05", put("CHE 2025", "actions", 1, UnderlyingUnitLastUnitID=9199),
     [("CHE 2025", "actions", 1, "UnderlyingUnitLastUnitID")]),
    ("an underlying block that runs backwards", "II05",
     put("CHE 2025", "actions", 1, UnderlyingUnitFirstUnitID=9200, UnderlyingUnitLastUnitID=9101),
     [("CHE 2025", "actions", 1, "UnderlyingUnitFirstUnitID")]),
    ("other underlying units", "II05",
     put("CHE 2025", "actions", 1, UnderlyingUnitFirstUnitID=8101, UnderlyingUnitLastUnitID=8200),
     [("CHE 2025", "actions", 1, "UnderlyingUnitFirstUnitID")]),
    ("an underlying registry without units", "II05", put("CHE 2023", "holdings", 1, UnderlyingUnitRegistryID="GS"),
     [("CHE 2023", "holdings", 1, "UnderlyingUnitFirstUnitID")]),
    ("an entity that is not authorized", "II06", put("VUT 2024", "actions", 2, UsingEntity="Air Nowhere"),
     [("VUT 2024", "actions", 2, "Using/cancellingEntityID")]),
    ("a user that is not authorized", "II06", put("VUT 2024", "actions", 2, UsingParty="GHA"),
     [("VUT 2024", "actions", 2, "Using/cancellingPartyID")]),
    ("another cooperative approach", "II07", put("SWE 2024", "holdings", 1, CooperativeApproachID="CA0002"),
     [("SWE 2024", "holdings", 1, "CooperativeApproachID")]),
    ("an identifier of another cooperative approach", "II07",
     put("SWE 2024", "holdings", 1, FirstID="CA0002-GHA01-GHA-301-2022", LastID="CA0002-GHA01-GHA-400-2022"),
     [("SWE 2024", "holdings", 1, "CooperativeApproachID")]),
    ("another mitigation type", "X6", put("SWE 2025", "actions", 2, MitigationType="Removals"),
     [("SWE 2025", "actions", 2, "MitigationType")]),
    ("another vintage", "X6", put("CHE 2025", "holdings", 1, Vintage=2023), [("CHE 2025", "holdings", 1, "Vintage")]),
    ("another first transferring Party", "X6", put("CHE 2025", "holdings", 2, FirstTransferringPartyID="GHA"),
     [("CHE 2025", "holdings", 2, "FirstTransferringPartyID")]),
    ("an action of another year", "STC01", put("SWE 2025", "actions", 2, ActionDateTime="2026-01-01T00:00:00.000Z"),
     [("SWE 2025", "actions", 2, "ActionDateTime")]),
    ("an authorization that is not listed", "STC02", put("SWE 2025", "actions", 2, AuthorizationID="GHA CHE 9"),
     [("SWE 2025", "actions", 2, "AuthorizationID")]),
    ("a use for a purpose not authorized", "STC02",
     put("CHE 2024", "actions", 1, YearITMOUsedTowardsNDC="NA", PurposeITMOUsedForOIMP="IMP"),
     [("CHE 2024", "actions", 1, "PurposeITMOUsedForOIMP")]),
    ("a first transfer before the authorization", "STC02", both(*(
     put(f"GHA {year}", "authorizations", 1, DateOfAuthorization="01/06/2023") for year in (2023, 2024, 2025))),
     [("GHA 2023", "actions", 1, "ActionDateTime"), ("GHA 2023", "actions", 2, "ActionDateTime")]),
    ("a use for a year outside the period", "STC03", put("CHE 2024", "actions", 1, YearITMOUsedTowardsNDC=2031),
     [("CHE 2024", "actions", 1, "YearITMOUsedTowardsNDC")]),
    ("a vintage before the period", "STC03", put("CHE 2024", "submission", 1, FirstYearOfNDCPeriod=2023),
     [("CHE 2024", "actions", 1, "Vintage")]),
    ("a first transfer that was not defined so", "STC04", put("VUT 2024", "actions", 1, ActionSubtype="Authorization"),
     [("VUT 2024", "actions", 1, "ActionSubtype")]),
    ("a first transfer defined in two ways for one approach", "STC04",
     again("VUT 2025", "authorizations", 1, AuthorizationID="VUT 9", FirstTransferDefnForOIMP="Authorisation"),
     [("VUT 2025", "authorizations", 3, "FirstTransferDefnForOIMP")]),
    ("more than was authorized", "X5", both(*(
     put(f"GHA {year}", "authorizations", 1, AuthorizedQuantity=1000) for year in (2023, 2024, 2025))),
     [("GHA 2023", "actions", 2, "QuantityCO2")]),
    ("a vintage outside the timeframe", "X5", both(*(
     put(f"GHA {year}", "authorizations", 1, AuthorizedTimeframe="2023 - 2030") for year in (2023, 2024, 2025))),
     [("GHA 2023", "actions", 1, "Vintage"), ("GHA 2023", "actions", 2, "Vintage")]),
    ("a first transfer for OIMP after its time", "X9", both(*(
     put(file, table, row, Vintage=2019) for file, table, row in TREES)), [("VUT 2024", "actions", 1,
     "ActionDateTime")]),
    ("units used twice", "X4", again("CHE 2024", "actions", 1, ActionDateTime="2024-09-01T00:00:00.000Z"),
     [("CHE 2024", "actions", 3, "FirstID")]),
    ("units passed on after their use", "X4", both(*(
     again(file, table, row, FirstID=201, LastID=300)
     for file, table, row in (("CHE 2024", "actions", 2), ("SWE 2024", "actions", 1), ("SWE 2024", "holdings", 1)))),
     [("CHE 2024", "actions", 3, "FirstID"), ("SWE 2024", "actions", 2, "FirstID")]),
    ("a first transfer of the same units again", "X7",
     again("GHA 2023", "actions", 1, to="GHA 2024", ActionDateTime="2024-05-02T12:00:00.000Z", FirstID=401, LastID=500,
           QuantityCO2=100), [("GHA 2024", "actions", 1, "ActionType")]),
    ("a first transfer by another Party", "X7", both(put("CHE 2024", "actions", 2, ActionType="First transfer"),
     ), [("CHE 2024", "actions", 2, "ActionType")]),
    ("an acquisition before the first transfer", "X7", put("CHE 2023", "actions", 1,
     ActionDateTime="2023-04-01T12:00:00.000Z"),
     [("CHE 2023", "actions", 1, "ActionDateTime")]),
    ("own units cancelled for OMGE without a first transfer", "X7",
     again("GHA 2023", "actions", 2, to="GHA 2024", ActionType="Cancellation", FirstID=1021, LastID=1040,
           ActionDateTime="2024-05-02T12:00:00.000Z"), [("GHA 2024", "actions", 1, "ActionType")]),
    ("an acquisition that is not reported", "X1", drop("SWE 2024", "actions", 1),
     [("CHE 2024", "actions", 2, "AcquiringPartyID")]),
    ("a transfer that is not reported", "X1", drop("VUT 2025", "actions", 1),
     [("CHE 2025", "actions", 1, "TransferringPartyID")]),
    ("units sent to another Party than received them", "X1", put("CHE 2024", "actions", 2, AcquiringPartyID="GHA"),
     [("CHE 2024", "actions", 2, "AcquiringPartyID"), ("SWE 2024", "actions", 1, "TransferringPartyID")]),
    ("units acquired that are not held", "ISC01", drop("CHE 2025", "holdings", 2), [("CHE 2025", "actions", 1,
     "FirstID")]),
    ("units used that are still held", "ISC01", both(put("SWE 2025", "holdings", 1, FirstID=301, QuantityCO2=100)),
     [("SWE 2025", "holdings", 1, "FirstID")]),
    ("units that are gone without an action", "X2", put("CHE 2025", "holdings", 1, LastID=900, QuantityCO2=500),
     [("CHE 2025", "holdings", 0, "")]),
    ("units that come from nowhere", "X2", put("CHE 2025", "holdings", 1, LastID=1050, QuantityCO2=650),
     [("CHE 2025", "holdings", 1, "FirstID")]),
    ("units used that were never held", "X2", again("SWE 2025", "actions", 2, FirstID=5001, LastID=5010,
     QuantityCO2=10),
     [("SWE 2025", "actions", 3, "FirstID")]),
]  # fmt: skip


def broken(change: Callable[[Documents], object]) -> Documents:
    world = copy.deepcopy(WORLD)
    change(world)
    return world


def cell(where: Cell) -> tuple[str, str, str]:
    file, sheet, row, name = where
    return file, sheet, f"[{row}].{name}" if name else ""


def test_the_world_is_consistent() -> None:
    report = checked(WORLD)
    assert found(report) == []
    results = {each.check.code: each.result for each in report.outcomes}
    assert {code for code, result in results.items() if result is not Result.CONSISTENT} == {"X8"}


@pytest.mark.parametrize(("what", "rule", "change", "cells"), FAULTS, ids=[each[0] for each in FAULTS])
def test_one_fault_is_found_in_its_cell_and_nothing_else(
    what: str, rule: str, change: Callable[[Documents], object], cells: list[Cell]
) -> None:
    report = checked(broken(change))
    assert codes(found(report)) == {rule}
    assert [each[1:] for each in found(report)] == [cell(each) for each in cells]
    assert {each.check.code: each.result for each in report.outcomes}[rule] is Result.INCONSISTENT


@pytest.mark.parametrize(("what", "rule", "change", "cells"), FAULTS, ids=[each[0] for each in FAULTS])
def test_a_fault_is_found_however_few_rows_are_looked_at_together(
    what: str, rule: str, change: Callable[[Documents], object], cells: list[Cell]
) -> None:
    readings = [reading(name, each) for name, each in broken(change).items()]
    report = catalogue.check(readings, rows_at_once=1)
    assert set(found(report)) == {(rule, *cell(each)) for each in cells}


def test_units_that_came_under_an_authorization_not_at_hand_may_be_no_itmos() -> None:
    world = broken(drop("CHE 2025", "holdings", 2))
    report = checked({name: each for name, each in world.items() if not name.startswith("VUT")})
    assert found(report) == []
    assert ("ISC01", "CHE 2025", PERHAPS_NO_ITMO) in gaps(report)


def test_every_rule_is_tripped_by_a_fault() -> None:
    assert {rule for _what, rule, _change, _cells in FAULTS} | {"X8"} == {each.code for each in CHECKS}
