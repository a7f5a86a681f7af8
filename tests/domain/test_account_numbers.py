"""Account numbers: the public examples, round trips, and what a mistyped number is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article6.domain.account_numbers import AccountNumber

PUBLIC = (
    "GB-100-1000-1-94",
    "GB-100-1001-1-89",
    "GB-100-1002-1-84",
    "GB-121-50035-2-40",
    "UK-100-1010-0-47",
    "UK-100-10000014-2-82",
    "UK-100-10000088-0-9",
    "UK-100-10000068-2-6",
    "EU-100-5035894-0-15",
)

numbers = st.builds(
    AccountNumber,
    registry=st.from_regex(r"[A-Z0-9]{2,8}", fullmatch=True),
    account_type=st.integers(100, 999),
    identifier=st.integers(1, 10**15 - 1),
    period=st.integers(0, 99),
)


@pytest.mark.parametrize("text", PUBLIC)
def test_the_public_examples_fit(text: str) -> None:
    assert AccountNumber.parse(text).render() == text


def test_a_party_registry_needs_no_period() -> None:
    assert str(AccountNumber("CHE01", 100, 1001)) == "CHE01-100-1001-0-90"
    assert str(AccountNumber("CDM", 110, 1)).startswith("CDM-110-1-0-")


@given(numbers)
def test_what_is_rendered_is_read_back(number: AccountNumber) -> None:
    assert AccountNumber.parse(f"  {number.render().lower()} ") == number
    assert 2 <= number.check_digits <= 98


@given(numbers, st.data())
def test_one_wrong_digit_is_always_found(number: AccountNumber, data: st.DataObject) -> None:
    text = str(number.identifier)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([digit for digit in "123456789" if digit != text[place]]))
    wrong = AccountNumber(
        number.registry, number.account_type, int(text[:place] + other + text[place + 1 :]), number.period
    )
    mistyped = f"{wrong.registry}-{wrong.account_type}-{wrong.identifier}-{wrong.period}-{number.check_digits}"
    with pytest.raises(ValueError, match="check digits"):
        AccountNumber.parse(mistyped)


@pytest.mark.parametrize(
    "text",
    ["", "GB", "GB-100-1001-1", "GB-10-1001-1-89", "G-100-1001-1-89", "GB-100-0-1-89", "GB-100-1٠01-1-89"],
)
def test_another_shape_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="for example GB-100-1001-1-89"):
        AccountNumber.parse(text)


@pytest.mark.parametrize(
    ("registry", "account_type", "identifier", "period"),
    [("c", 100, 1, 0), ("CHE01X12X", 100, 1, 0), ("GB", 99, 1, 0), ("GB", 100, 0, 0), ("GB", 100, 1, 100)],
)
def test_a_part_out_of_range_is_refused(registry: str, account_type: int, identifier: int, period: int) -> None:
    with pytest.raises(ValueError, match="give"):
        AccountNumber(registry, account_type, identifier, period)
