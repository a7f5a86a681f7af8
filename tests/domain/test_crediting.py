"""An issuance is divided exactly, whatever its size, its buffer and its ratios; labels are what was said last."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article6.domain.crediting import Division, Share, divide, exact
from article6.domain.identifier_formats import parse, render
from article6.domain.labels import Statement, standing
from article6.domain.refusals import Code, Refused
from article6.domain.units import UnitType

percents = st.fractions(0, 99, max_denominator=1_000)


@given(st.integers(1, 2**62), percents, st.lists(st.integers(1, 1_000), min_size=1, max_size=6))
def test_a_division_loses_no_unit_and_is_within_one_of_the_exact_one(
    quantity: int, percent: Fraction, weights: list[int]
) -> None:
    ratios = [Fraction(each, sum(weights)) for each in weights]
    found = divide(quantity, percent, [Share("A", ratio=each) for each in ratios])
    assert sum(found.parts) + found.buffer == quantity
    assert 0 <= found.buffer - quantity * percent / 100 < 1
    left = quantity - found.buffer
    assert all(abs(part - left * ratio) < 1 for part, ratio in zip(found.parts, ratios, strict=True))


def test_what_is_left_over_goes_to_the_largest_remainders() -> None:
    def by(*ratios: Fraction, quantity: int = 100) -> tuple[int, ...]:
        return divide(quantity, Fraction(), [Share("A", ratio=each) for each in ratios]).parts

    third = Fraction(1, 3)
    assert by(third, third, third) == (34, 33, 33)
    assert by(third, 2 * third) == (33, 67)
    assert by(Fraction(1, 2), Fraction(1, 2), quantity=1) == (1, 0)
    assert divide(1, Fraction(1, 10), [Share("A")]) == Division((0,), 1)
    assert divide(10, Fraction(), [Share("A")]) == Division((10,), 0)


@pytest.mark.parametrize(
    ("percent", "shares"),
    [
        (100, [Share("A")]), (-1, [Share("A")]), (0, []), (0, [Share("A"), Share("B")]),
        (0, [Share("A", 5), Share("B", ratio=Fraction(1))]), (0, [Share("A", 9)]), (0, [Share("A", 11)]),
        (0, [Share("A", ratio=Fraction(1, 2))]), (0, [Share("A", ratio=Fraction(2)), Share("B", ratio=Fraction(-1))]),
        (0, [Share("A", 5, Fraction(1))]),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_refused(percent: int, shares: list[Share]) -> None:
    with pytest.raises(Refused) as no:
        divide(10, Fraction(percent), shares)
    assert set(no.value.codes) == {Code.CREDITING_DIVISION}


def test_parts_and_issuances_have_at_least_one_unit() -> None:
    for quantity, shares in ((0, [Share("A")]), (10, [Share("A", 0), Share("B", 10)])):
        with pytest.raises(Refused) as no:
            divide(quantity, Fraction(), shares)
        assert no.value.codes == (Code.QUANTITY_NOT_POSITIVE,)


def test_numbers_are_read_without_rounding() -> None:
    assert (exact("10"), exact("2.5"), exact("1/3")) == (10, Fraction(5, 2), Fraction(1, 3))
    for text in ("", "-1", "1e9", "1/0", "ten", "1.", "٣"):
        with pytest.raises(ValueError, match="give a number"):
            exact(text)


@given(st.lists(st.tuples(st.sampled_from("AB"), st.booleans(), st.integers(1, 30), st.integers(0, 10)), max_size=12))
def test_the_latest_statement_on_a_serial_holds(said: list[tuple[str, bool, int, int]]) -> None:
    statements = [
        Statement(label, stands, first, first + more, f"{number}", date(2026, 1, 1))
        for number, (label, stands, first, more) in enumerate(said)
    ]
    naive = {}
    for each in statements:
        for serial in range(max(each.first, 5), min(each.last, 25) + 1):
            naive[each.label, serial] = each.source if each.stands else None
    found = {
        (each.label, serial): each.source
        for each in standing(statements, 5, 25) for serial in range(each.first, each.last + 1)
    }  # fmt: skip
    assert found == {place: source for place, source in naive.items() if source is not None}


def test_an_identifier_of_a_credit_is_read_back() -> None:
    found = parse("CR-JCM-MNG-MN001-567-2023", "credit")
    assert (found.unit_type, found.registry, found.party, found.project) == (UnitType.CREDIT, "JCM", "MNG", "MN001")
    assert render(found) == "CR-JCM-MNG-MN001-567-2023"
