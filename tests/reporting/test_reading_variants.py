"""What people write: understood and said, or not understood and said; never guessed in silence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from article6.reporting.aef_fields import Table
from article6.reporting.aef_specification import SPECIFICATION
from article6.reporting.reading.grids import Fault, Formula, Inexact, Value
from article6.reporting.reading.values import Absent, understand

SPECIFIED = {(table, each.field.technical_name): each for table in Table for each in SPECIFICATION[table]}
T1, T2, T3, T5 = Table.SUBMISSION, Table.AUTHORIZATIONS, Table.ACTIONS, Table.ENTITIES
EXACT: list[tuple[Table, str, Value, object]] = [
    (T1, "ParticipatingParty", "CHE", "CHE"),
    (T1, "ParticipatingParty", " EUE ", "EUE"),
    (T1, "SubmissionVersion", "1.10", "1.10"),
    (T1, "ReportedYear", 2025, 2025),
    (T1, "ReportedYear", "2025", 2025),
    (T1, "DateOfSubmission", "15/04/2026", date(2026, 4, 15)),
    (T1, "DateOfSubmission", "04/07/2026", date(2026, 7, 4)),
    (T1, "ReviewStatusOfInitialReport", "{Information in this field is populated by the CARP}", Absent.EMPTY),
    (T2, "AuthorizationID", "CHE-GHA 1", "CHE-GHA 1"),
    (T2, "Metric", "Non-GHG", "non-GHG"),
    (T2, "Sectors", "Energy generation; Waste management", ("Energy generation", "Waste management")),
    (T2, "AuthorizedPartyIDs", "CHE; SWE", ("CHE", "SWE")),
    (T2, "AuthorizedTimeframe", "2021 - 2030", (2021, 2030)),
    (T2, "FirstTransferDefnForOIMP", "Use of cancellation", "Use or Cancellation"),
    (T3, "ActionDateTime", "2025-07-08T09:30:00.000Z", datetime(2025, 7, 8, 9, 30, tzinfo=UTC)),
    (T3, "ActionDateTime", "2025-07-08T11:30:00+02:00", datetime(2025, 7, 8, 9, 30, tzinfo=UTC)),
    (T3, "ActionType", "Aquisition", "Acquisition"),
    (T3, "FirstID", 11733, 11733),
    (T3, "UnderlyingUnitFirstUnitID", "1234-5678-VCS", "1234-5678-VCS"),
    (T3, "UnderlyingUnitRegistryID", "NA", Absent.NOT_APPLICABLE),
    (T3, "AcquiringPartyID", "AF", "AF"),
    (T3, "QuantityCO2", Decimal("1.5"), Decimal("1.5")),
    (T5, "AuthorizedEntityCountryOfIncorporation", "HKG", "HKG"),
    (T5, "AuthorizedEntityName", "=HYPERLINK(1)", "=HYPERLINK(1)"),
]
ADAPTED: list[tuple[Table, str, Value, object]] = [
    (T1, "ParticipatingParty", "che", "CHE"),
    (T1, "ParticipatingParty", "CH", "CHE"),
    (T1, "ParticipatingParty", "Switzerland", "CHE"),
    (T1, "ParticipatingParty", "EU", "EUE"),
    (T1, "SubmissionVersion", 1, "1.0"),
    (T1, "SubmissionVersion", Decimal("1.1"), "1.1"),
    (T1, "SubmissionVersion", "v2", "2.0"),
    (T1, "DateOfSubmission", "2026-04-15", date(2026, 4, 15)),
    (T1, "DateOfSubmission", "15.04.2026", date(2026, 4, 15)),
    (T1, "DateOfSubmission", "15 April 2026", date(2026, 4, 15)),
    (T1, "DateOfSubmission", "04/15/2026", date(2026, 4, 15)),
    (T1, "DateOfSubmission", 46127, date(2026, 4, 15)),
    (T1, "DateOfSubmission", datetime(2026, 4, 15), date(2026, 4, 15)),  # noqa: DTZ001 - a spreadsheet's date
    (T2, "AuthorizedQuantity", "3,200,000", 3_200_000),
    (T2, "AuthorizedQuantity", "3 200 000", 3_200_000),
    (T2, "AuthorizedQuantity", "3'200'000", 3_200_000),
    (T2, "AuthorizedQuantity", "3.200.000", 3_200_000),
    (T2, "AuthorizedQuantity", "3,200", 3_200),
    (T2, "Metric", "ghg", "GHG"),
    (T2, "CooperativeApproachID", "ca 0001", "CA0001"),
    (T2, "AuthorizedTimeframe", "from 2021 to 2030", (2021, 2030)),
    (T2, "AuthorizedTimeframe", "2021–2030", (2021, 2030)),
    (T2, "AuthorizedTimeframe", "Occurred: from 2021 to 2030. Use: from 2022 to 2031", (2021, 2030)),
    (T2, "Sectors", "energy Generation", ("Energy generation",)),
    (T2, "Non-GHGMetric", "n/a", Absent.NOT_APPLICABLE),
    (T3, "ActionDateTime", "2025-07-08T09:30:00", datetime(2025, 7, 8, 9, 30, tzinfo=UTC)),
    (T3, "ActionType", "first transfer", "First transfer"),
    (T3, "PartyITMORegistryID", "che-01", "CHE01"),
    (T3, "FirstID", "11,733", 11_733),
    (T3, "AcquiringPartyID", "Adaptation Fund", "AF"),
    (T3, "QuantityCO2", "11,733.5", Decimal("11733.5")),
    (T3, "Using/cancellingEntityID", "-", Absent.EMPTY),
]
UNREAD: list[tuple[Table, str, Value]] = [
    (T1, "ParticipatingParty", "XYZ"),
    (T1, "SubmissionVersion", "final"),
    (T1, "ReportedYear", "25"),
    (T1, "DateOfSubmission", "31/02/2026"),
    (T1, "DateOfSubmission", "13/13/2026"),
    (T1, "DateOfSubmission", "next week"),
    (T1, "DateOfSubmission", 5),
    (T2, "AuthorizedQuantity", "1.234"),
    (T2, "AuthorizedQuantity", "12.5"),
    (T2, "AuthorizedQuantity", "about 1000"),
    (T2, "Sectors", "Energy generatio"),
    (T2, "Sectors", "Magic"),
    (T2, "AuthorizedTimeframe", "2030 - 2021"),
    (T3, "FirstID", Inexact("10000000000000000")),
    (T3, "FirstID", 0),
    (T3, "FirstID", "CA0001-CHE01"),
    (T3, "LastID", -5),
    (T3, "QuantityCO2", "1.234"),
    (T3, "QuantityCO2", Formula("=1+1")),
    (T3, "QuantityCO2", Fault("#REF!")),
    (T3, "QuantityCO2", Decimal("1E+999999")),
    (T3, "QuantityCO2", True),
    (T3, "CooperativeApproachID", "CA1"),
]


@pytest.mark.parametrize(("table", "name", "raw", "value"), EXACT)
def test_what_is_prescribed_needs_no_remark(table: Table, name: str, raw: Value, value: object) -> None:
    found = understand(SPECIFIED[table, name], raw)
    assert (found.value, found.said) == (value, None)


@pytest.mark.parametrize(("table", "name", "raw", "value"), ADAPTED)
def test_what_is_written_otherwise_is_understood_and_said(table: Table, name: str, raw: Value, value: object) -> None:
    found = understand(SPECIFIED[table, name], raw)
    assert found.value == value
    assert found.said is not None
    assert "%" not in str(found.said)


@pytest.mark.parametrize(("table", "name", "raw"), UNREAD)
def test_what_is_unclear_is_not_guessed(table: Table, name: str, raw: Value) -> None:
    found = understand(SPECIFIED[table, name], raw)
    assert found.value is None
    assert found.said is not None
    assert "%(" not in str(found.said)


def test_a_date_that_may_be_two_is_unclear_beside_one_with_the_month_first() -> None:
    field = SPECIFIED[T1, "DateOfSubmission"]
    unclear = understand(field, "04/07/2026", month_first=True)
    assert unclear.value is None
    assert "4 July 2026 or 7 April 2026" in str(unclear.said)
    assert understand(field, "07/07/2026", month_first=True).value == date(2026, 7, 7)


def test_a_full_identifier_keeps_its_text() -> None:
    found = understand(SPECIFIED[T3, "FirstID"], "CA0001-CHE01-GHA-1,234-2023").value
    assert getattr(found, "serial_first", None) == 1234
    assert getattr(found, "original", None) == "CA0001-CHE01-GHA-1,234-2023"
