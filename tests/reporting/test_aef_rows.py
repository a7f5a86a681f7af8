"""What a cell says: values, NA where a field does not apply, nothing where nothing was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from reporting.aef_samples import (
    ACQUISITION,
    AEF,
    AUTHORIZATION,
    BLOCK,
    ENTITY,
    FIRST_TRANSFER,
    HOLDING,
    SUBMISSION,
    UNDERLYING,
    USE,
    many_actions,
)

from article6.domain.authorizations import FirstTransferDefinition, Purpose
from article6.domain.identifier_formats import parse_range
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_nomenclatures import (
    ActionSubtype,
    ActionType,
    Metric,
    Profile,
    spelled,
)
from article6.reporting.aef_records import Action, Authorization, ItmoBlock
from article6.reporting.aef_rows import (
    Cell,
    Row,
    action_row,
    authorization_row,
    entity_row,
    holding_row,
    rows,
    submission_row,
)

CARP, ANNEX = Profile.CARP_2026_02, Profile.CMA6_ANNEX


def named(table: Table, row: Row) -> dict[str, Cell]:
    return {field.technical_name: cell for field, cell in zip(FIELDS[table], row, strict=True)}


def acting(action: Action, profile: Profile = CARP) -> dict[str, Cell]:
    return named(Table.ACTIONS, action_row(action, profile))


def authorizing(record: Authorization, profile: Profile = CARP) -> dict[str, Cell]:
    return named(Table.AUTHORIZATIONS, authorization_row(record, profile))


def test_the_submission_leaves_the_platforms_fields_to_the_platform() -> None:
    row = submission_row(SUBMISSION)
    assert row[:4] == ("CHE", "1.0", 2025, "15/04/2026")
    assert row[4] == row[5] == "{Information in this field is populated by the CARP}"
    assert row[6:] == (2021, 2030, "{Link to be produced by the CARP}")
    assert SUBMISSION.file_name == "CHE 2025 1.0"


def test_an_acquisition_names_the_transferring_party_only() -> None:
    row = acting(ACQUISITION)
    assert row["ActionDateTime"] == "2025-07-08T09:30:01.250Z"
    assert (row["ActionType"], row["ActionSubtype"]) == ("Acquisition", None)
    assert (row["FirstID"], row["LastID"], row["QuantityCO2"]) == (1, 11733, 11733)
    assert (row["TransferringPartyID"], row["AcquiringPartyID"]) == ("GHA", "NA")
    assert (row["PartyITMORegistryID"], row["FirstTransferringPartyID"]) == ("CHE01", "GHA")
    absent = ("PurposeITMOUsedForOIMP", "Using/cancellingPartyID", "Using/cancellingEntityID")
    assert {row[name] for name in absent} == {"NA"}
    assert (row["YearITMOUsedTowardsNDC"], row["ResultOfConsistencyChecks"]) == ("NA", None)


def test_a_first_transfer_names_the_acquiring_party_only() -> None:
    row = acting(replace(FIRST_TRANSFER, transferring_party="GHA"))
    assert (row["TransferringPartyID"], row["AcquiringPartyID"]) == ("NA", "CHE")
    assert row["ActionSubtype"] == "First transfer to another Party"
    assert acting(replace(FIRST_TRANSFER, acquiring_party=None))["AcquiringPartyID"] == "NA"


def test_a_use_towards_the_ndc_has_a_year_and_no_using_party() -> None:
    row = acting(USE)
    assert (row["PurposeITMOUsedForOIMP"], row["YearITMOUsedTowardsNDC"]) == ("NDC", 2025)
    assert row["Using/cancellingPartyID"] == "NA"
    assert acting(replace(USE, purpose="use under CORSIA"))["Using/cancellingPartyID"] == "CHE"
    assert acting(replace(ACQUISITION, year_used=2025))["YearITMOUsedTowardsNDC"] == "NA"


def test_underlying_units_are_na_or_all_there() -> None:
    names = ("UnderlyingUnitRegistryID", "UnderlyingUnitFirstUnitID", "UnderlyingUnitLastUnitID")
    without, with_units = acting(ACQUISITION), acting(USE)
    assert [without[name] for name in names] == ["NA", "NA", "NA"]
    assert [with_units[name] for name in names] == ["GS", UNDERLYING.first, UNDERLYING.last]


def test_the_non_ghg_fields_are_na_under_a_ghg_metric() -> None:
    energy = replace(BLOCK, metric=Metric.NON_GHG, non_ghg_metric="MWh", quantity_non_ghg="12.5", quantity_tco2e=None)
    ghg, other = holding_row(HOLDING, ANNEX), holding_row(replace(HOLDING, itmos=energy), ANNEX)
    names = ("Metric", "Non-GHGMetric", "QuantityCO2", "QuantityNon-GHG")
    assert [named(Table.HOLDINGS, ghg)[name] for name in names] == ["GHG", "NA", 11733, "NA"]
    assert [named(Table.HOLDINGS, other)[name] for name in names] == ["Non-GHG", "MWh", "NA", "12.5"]
    assert acting(replace(ACQUISITION, itmos=energy), ANNEX)["Metric"] == "non-GHG"
    assert named(Table.HOLDINGS, holding_row(replace(HOLDING, itmos=energy), CARP))["Metric"] == "non-GHG"


def test_an_authorization_for_the_ndc_alone_has_no_first_transfer_definition() -> None:
    row = authorizing(replace(AUTHORIZATION, purpose=Purpose.NDC, timeframe=None, authorized_parties=()))
    assert (row["OIMPAuthorized"], row["FirstTransferDefnForOIMP"]) == ("NA", "NA")
    assert (row["AuthorizedTimeframe"], row["AuthorizedPartyIDs"]) == (None, None)
    both = authorizing(AUTHORIZATION)
    assert (both["OIMPAuthorized"], both["FirstTransferDefnForOIMP"]) == ("use under CORSIA", "Authorisation")
    assert both["Sectors"] == "Energy generation; Waste management"
    assert (both["AuthorizedTimeframe"], both["DateOfAuthorization"]) == ("2021 - 2030", "03/02/2023")
    assert (both["AuthorizationDocumentation"], both["Non-GHGMetric"]) == (None, "NA")


def test_the_annex_profile_writes_days_full_identifiers_and_its_own_spelling() -> None:
    row = acting(ACQUISITION, ANNEX)
    assert (row["ActionDateTime"], row["ActionType"]) == ("08/07/2025", "Aquisition")
    assert row["FirstID"] == "CA0001-GHA01-GHA-1-2024"
    assert row["LastID"] == "CA0001-GHA01-GHA-11733-2024"
    assert authorizing(AUTHORIZATION, ANNEX)["FirstTransferDefnForOIMP"] == "Authorization"
    assert spelled(FirstTransferDefinition.USE_OR_CANCELLATION, ANNEX) == "Use or cancellation"
    assert spelled(ActionType.VOLUNTARY_CANCELLATION, ANNEX) == "Cancellation"
    assert spelled(ActionSubtype.AUTHORIZATION, ANNEX) == "Authorization"
    assert spelled(FirstTransferDefinition.AUTHORIZATION, CARP) == "Authorisation"


def test_an_imported_identifier_is_reported_as_it_came() -> None:
    texts = ("CA0001-GHA01-GHA-1,001-2024", "CA0001-GHA01-GHA-2,000-2024")
    imported = ItmoBlock(
        identifier=parse_range(*texts, "itmo"),
        authorization_id="1",
        mitigation_type=BLOCK.mitigation_type,
        quantity_tco2e=1000,
    )
    row = holding_row(replace(HOLDING, itmos=imported), ANNEX)
    assert row[4:6] == texts
    assert holding_row(replace(HOLDING, itmos=imported), CARP)[4:6] == (1001, 2000)


def test_a_moment_is_reported_in_utc() -> None:
    in_bangkok = datetime(2024, 1, 1, 6, 0, tzinfo=timezone(timedelta(hours=7)))
    assert acting(replace(ACQUISITION, executed_at=in_bangkok))["ActionDateTime"] == "2023-12-31T23:00:00.000Z"
    assert acting(replace(ACQUISITION, executed_at=in_bangkok), ANNEX)["ActionDateTime"] == "31/12/2023"
    with pytest.raises(ValueError, match="time zone"):
        replace(ACQUISITION, executed_at=datetime(2024, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("profile", Profile)
def test_every_row_has_a_cell_for_every_field(profile: Profile) -> None:
    for table in Table:
        for row in rows(AEF, table, profile):
            assert len(row) == len(FIELDS[table])
    assert entity_row(ENTITY)[3] == "CHE-123.456.789"


def test_what_carp_fills_in_is_empty_and_what_is_required_is_there() -> None:
    for table in list(Table)[1:]:
        for row in rows(AEF, table):
            for field, cell in zip(FIELDS[table], row, strict=True):
                assert cell is None or not field.filled_by_carp
                assert cell is not None or not field.required


@pytest.mark.parametrize("version", ["", "1", "0.1", "1.x", "01.0"])
def test_a_version_is_two_numbers(version: str) -> None:
    with pytest.raises(ValueError, match=r"first version being 1\.0"):
        replace(SUBMISSION, version=version)


def test_an_unknown_party_or_a_reversed_period_is_refused() -> None:
    with pytest.raises(ValueError, match="not known"):
        replace(SUBMISSION, party="EUU")
    with pytest.raises(ValueError, match="ends before it begins"):
        replace(SUBMISSION, ndc_first_year=2031)
    with pytest.raises(ValueError, match="needs its quantity"):
        replace(BLOCK, quantity_tco2e=None)
    with pytest.raises(ValueError, match="vintage"):
        replace(BLOCK, identifier=replace(BLOCK.identifier, vintage_year=None))


def test_progress_adds_up() -> None:
    told: list[int] = []
    aef = replace(AEF, actions=lambda: many_actions(2_500))
    assert sum(1 for _ in rows(aef, Table.ACTIONS, progress=told.append)) == 2_500
    assert told == [1000, 1000, 500]
