"""Acquisitions against transfers, row for row: a report may not be off by one unit, one row or one Party."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reporting.aef_samples import ACQUISITION, BLOCK, FIRST_TRANSFER, USE

from article6.reporting.aef_matching import unmatched
from article6.reporting.aef_nomenclatures import ActionSubtype, ActionType
from article6.reporting.aef_records import ItmoBlock


def test_what_was_sent_and_received_matches() -> None:
    result = unmatched([FIRST_TRANSFER], [ACQUISITION, USE], transferring_party="GHA", acquiring_party="CHE")
    assert not result
    assert not unmatched([replace(FIRST_TRANSFER, type=ActionType.TRANSFER)], [ACQUISITION])


@pytest.mark.parametrize(
    "other",
    [
        replace(BLOCK, identifier=replace(BLOCK.identifier, serial_last=11_732), quantity_tco2e=11_732),
        replace(BLOCK, quantity_tco2e=11_734),
        replace(BLOCK, identifier=replace(BLOCK.identifier, vintage_year=2023)),
        replace(BLOCK, identifier=replace(BLOCK.identifier, cooperative_approach="CA0002")),
        replace(BLOCK, identifier=replace(BLOCK.identifier, party="THA")),
    ],
)
def test_a_row_that_differs_is_reported_on_both_sides(other: ItmoBlock) -> None:
    acquisition = replace(ACQUISITION, itmos=other)
    result = unmatched([FIRST_TRANSFER], [acquisition])
    assert (result.transfers, result.acquisitions) == ((FIRST_TRANSFER,), (acquisition,))


def test_a_row_reported_twice_is_found() -> None:
    result = unmatched([FIRST_TRANSFER], [ACQUISITION, ACQUISITION])
    assert (result.transfers, result.acquisitions) == ((), (ACQUISITION,))


def test_rows_with_other_parties_and_cancellations_do_not_count() -> None:
    to_japan = replace(FIRST_TRANSFER, acquiring_party="JPN")
    for_omge = replace(FIRST_TRANSFER, acquiring_party=None, subtype=ActionSubtype.OMGE_MANDATORY)
    from_thailand = replace(ACQUISITION, transferring_party="THA")
    result = unmatched(
        [FIRST_TRANSFER, to_japan, for_omge],
        [ACQUISITION, from_thailand],
        transferring_party="GHA",
        acquiring_party="CHE",
    )
    assert not result
