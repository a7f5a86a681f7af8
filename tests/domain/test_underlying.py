"""Serials of other registries, and conversions, read and stated exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article6.domain.metrics import PLACES, converted, ratio
from article6.domain.refusals import Refused
from article6.domain.underlying import LockStatus, read

VERRA = "19309-936487628-936491271-VCS-VCU-1491-VER-RW-3-4150-01102024-31122024-1"


@pytest.mark.parametrize(
    ("serial", "block"),
    [
        (VERRA, ("VCS", "", 936487628, 936491271)),
        (
            "19316-938356291-938706290-VCS-VCU-1289-VER-KH-3-2925-01042023-31122023-1",
            ("VCS", "", 938356291, 938706290),
        ),
        (
            "IN-5-1234567-2-2-0-1234 to IN-5-1234600-2-2-0-1234",
            ("CDM", "IND", 1234567, 1234600),
        ),
        ("CA0001-CHE01-GHA-1234-2023", ("CHE01", "GHA", 1234, 1234)),
        ("MO-GHA01-GHA-567-2023 to MO-GHA01-GHA-600-2023", ("GHA01", "GHA", 567, 600)),
    ],
)
def test_a_programmes_serial_names_registry_series_and_block(serial: str, block: tuple[str, str, int, int]) -> None:
    found = read(f"  {serial} ")
    assert (found.registry, found.series, found.first, found.last) == block
    assert found.serial == serial
    assert found.count == block[3] - block[2] + 1


@pytest.mark.parametrize(
    "serial",
    [
        "", "hello", "19309", VERRA[:-2], f"{VERRA}9", VERRA.replace("936487628", "936491272"),
        VERRA.replace("01102024", "32132024"), VERRA.replace("31122024", "01012023"), VERRA.replace("VCU", "XXX"),
        "IN-5-10-2-2-0-1234 to IN-5-9-2-2-0-1234", "IN-5-10-2-2-0-1234 to CN-5-19-2-2-0-1234",
    ],
)  # fmt: skip
def test_a_serial_that_cannot_be_read_or_contradicts_itself_is_refused(serial: str) -> None:
    with pytest.raises(Refused, match=r"serial\.malformed"):
        read(serial)


def test_a_label_is_no_lock() -> None:
    assert [each for each in LockStatus if each.is_secure] == [LockStatus.LOCKED, LockStatus.CANCELLED]


@given(st.integers(1, 2**62), st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_conversion_is_exact_or_says_that_it_was_rounded_down(units: int, numerator: int, denominator: int) -> None:
    found = converted(units, numerator, denominator)
    assert found.exact == Fraction(units * numerator, denominator)
    stated = Fraction(found.stated)
    assert (stated == found.exact) is not found.is_rounded
    assert 0 <= found.exact - stated < Fraction(1, 10**PLACES)


def test_amounts_are_stated_as_people_write_them() -> None:
    assert converted(1000, 5312, 10000).stated == Decimal("531.2")
    assert converted(3, 1, 3).stated == 1
    assert (converted(100, 1, 3).stated, converted(100, 1, 3).is_rounded) == (Decimal("33.333333"), True)
    assert isinstance(converted(2, 1, 2).stated, int)
    long = converted(2**62 - 1, 999_999_999, 5**12)
    assert Fraction(long.stated) == long.exact


def test_conversions_are_read_as_decimals_or_ratios() -> None:
    assert (ratio("0.5312"), ratio("1/3"), ratio("2")) == ((332, 625), (1, 3), (2, 1))
    for wrong in ("0", "-1", "x", "", "1/0"):
        with pytest.raises(ValueError, match=r"Fraction|above zero"):
            ratio(wrong)
