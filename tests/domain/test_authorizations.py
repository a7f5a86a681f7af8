"""What an authorization covers."""

from __future__ import annotations

from datetime import date

import pytest

from article6.domain.authorizations import (
    Authorization,
    Covered,
    CoveredSerials,
    Event,
    FirstTransferDefinition,
    Purpose,
    Scope,
    is_first_transfer,
)


def given(**more: object) -> Authorization:
    return Authorization(1, "GHA-1", 1, "GHA", "CA0001", date(2023, 1, 1), Purpose.NDC_AND_OIMP, **more)  # type: ignore[arg-type]


def units(first: int = 1, last: int = 10, **more: object) -> Covered:
    return Covered("GHA01", first, last, **{"vintage_year": 2023, "activity": None, "metric": "GHG", **more})  # type: ignore[arg-type]


def test_sectors_and_types_are_judged_where_both_name_them() -> None:
    narrow = given(sectors=("Energy",), activity_types=("Solar", "Wind"))
    assert narrow.outside(units()) == ""
    assert narrow.outside(units(sectors=("Energy", "Waste"), activity_types=("Wind",))) == ""
    assert narrow.outside(units(sectors=("Waste",))) == "sector Waste"
    assert narrow.outside(units(activity_types=("Hydro",))) == "activity type Hydro"
    assert given().outside(units(metric="non-GHG")) == "metric non-GHG"


@pytest.mark.parametrize(
    ("first", "last", "is_covered"),
    [(1, 10, True), (10, 11, True), (1, 30, True), (31, 31, False), (20, 31, False), (50, 60, True), (30, 50, False)],
)
def test_serials_are_covered_by_ranges_that_join(first: int, last: int, is_covered: bool) -> None:
    ranges = ((11, 30), (1, 10), (50, 60))
    scope = Scope(serials=tuple(CoveredSerials("GHA01", "GHA", *each) for each in ranges))
    assert (given(scope=scope).outside(units(first, last)) == "") is is_covered


def test_a_set_of_vintages_lies_within_the_range() -> None:
    some = given(year_first=2021, year_last=2030, scope=Scope(vintages=(2023, 2025)))
    assert [year for year in range(2020, 2032) if some.covers_vintage(year)] == [2023, 2025]
    assert not some.covers_vintage(None)


def test_nothing_is_first_transferred_under_a_revoked_version() -> None:
    assert not any(is_first_transfer(given(is_revoked=True), event) for event in Event)
    late = given(first_transfer_oimp=FirstTransferDefinition.ISSUANCE)
    assert is_first_transfer(late, Event.AUTHORIZATION)
