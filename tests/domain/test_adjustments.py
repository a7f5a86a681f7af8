"""Corresponding adjustments: the examples worked by hand, and what holds for any numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article6.domain.adjustments import Amounts, Basis, Levels, Method, Plan, achievement, allowance, balance, what_if
from article6.domain.refusals import Refused

THAILAND = {2021: Amounts(first_transferred=1916)}


def plan(method: Method, basis: Basis = Basis.GHG, first: int = 2021, last: int = 2030) -> Plan:
    return Plan("THA", first, last, method, basis)


def test_averaging_spreads_what_was_transferred_over_the_elapsed_years() -> None:
    # standards.md 5.1: 1,916 units of vintage 2021 and nothing else.
    years = balance(plan(Method.AVERAGING), THAILAND, Levels(dict.fromkeys(range(2021, 2031), 1000000)), 2030)
    assert [each.adjustment for each in years[:4]] == [1916, 958, Fraction(1916, 3), 479]
    assert years[-1].adjustment == Fraction(1916, 10)
    assert years[-1].balance == 1_000_000 + Fraction(958, 5)
    assert [each.is_indicative for each in years] == [True] * 9 + [False]


def test_a_trajectory_adjusts_the_year_in_which_mitigation_occurred_and_not_the_target_year() -> None:
    years = balance(plan(Method.TRAJECTORY), THAILAND, Levels(), 2030)
    assert [each.adjustment for each in years] == [1916] + [0] * 9
    assert [each.cumulative for each in years] == [1916] * 10


def test_a_multi_year_ndc_is_judged_by_the_sum() -> None:
    of = plan(Method.MULTI_YEAR, last=2023)
    levels = Levels({2021: 100, 2022: 90, 2023: 80}, {2021: 95, 2022: 90, 2023: 90})
    years = balance(of, {2021: Amounts(10), 2022: Amounts(used=4), 2023: Amounts(used=12)}, levels, 2025)
    assert [each.balance for each in years] == [110, 86, 68]
    end = achievement(of, years, None)
    assert (end.adjusted, end.target, end.margin, end.is_final) == (264, 275, 11, True)
    assert not any(each.is_indicative for each in years)


def test_a_non_ghg_indicator_is_adjusted_the_other_way_round() -> None:
    amounts = {2024: Amounts(first_transferred=30, used=5)}
    [year] = balance(plan(Method.MULTI_YEAR, Basis.NON_GHG, 2024, 2024), amounts, Levels({2024: 1000}), 2024)
    assert (year.net, year.adjustment, year.balance) == (25, -25, 975)


def test_policies_and_measures_are_adjusted_as_emissions_are() -> None:
    [year] = balance(plan(Method.TRAJECTORY, Basis.POLICIES, 2024, 2024), {2024: Amounts(3)}, Levels({2024: 7}), 2024)
    assert year.balance == 10


def test_cers_are_subtracted_within_the_total_and_are_no_itmos() -> None:
    # 7/CMA.4 annex I para 24: in the row of para 23(g), not in those of 23(c)-(f).
    amounts = {2021: Amounts(cers=40), 2022: Amounts(first_transferred=10)}
    levels = Levels({2021: 100, 2022: 100})
    annual = balance(plan(Method.TRAJECTORY, last=2022), amounts, levels, 2022)
    assert [(each.net, each.adjustment, each.balance) for each in annual] == [(0, -40, 60), (10, 10, 110)]
    averaged = balance(plan(Method.AVERAGING, last=2022), amounts, levels, 2022)
    assert [(each.average, each.adjustment) for each in averaged] == [(0, -40), (5, -15)]


def test_a_missing_inventory_year_leaves_the_balance_open_and_nothing_else() -> None:
    of = plan(Method.MULTI_YEAR, last=2022)
    years = balance(of, THAILAND, Levels({2022: 5}), 2022)
    assert [each.balance for each in years] == [None, 5]
    assert [each.adjustment for each in years] == [1916, 0]
    assert achievement(of, years, 10).margin is None


def test_what_if_half_a_million_more_were_authorized_for_export() -> None:
    of = plan(Method.TRAJECTORY, last=2025)
    levels = Levels(dict.fromkeys(of.years, 10000000))
    now = achievement(of, balance(of, THAILAND, levels, 2025), 9_800_000)
    amounts = what_if(THAILAND, {2025: Amounts(first_transferred=500_000)})
    then = achievement(of, balance(of, amounts, levels, 2025), 9_800_000)
    assert now.margin == -200_000
    assert then.margin == -700_000


def test_how_high_the_level_may_be_follows_without_any_inventory() -> None:
    for method, left in ((Method.TRAJECTORY, 0), (Method.AVERAGING, Fraction(1916, 10)), (Method.MULTI_YEAR, 1916)):
        of = plan(method)
        assert allowance(of, balance(of, THAILAND, Levels(), 2030), 10_000) == 10_000 - left
    of = plan(Method.MULTI_YEAR)
    years = balance(of, THAILAND, Levels({}, dict.fromkeys(of.years, 100)), 2030)
    assert allowance(of, years, None) == 1000 - 1916
    assert allowance(of, balance(of, THAILAND, Levels(), 2030), None) is None
    assert allowance(of, [], 5) is None


def test_the_margin_of_an_indicator_is_what_it_has_above_its_trajectory() -> None:
    of = plan(Method.TRAJECTORY, Basis.NON_GHG, 2024, 2024)
    [year] = balance(of, {2024: Amounts(30)}, Levels({2024: 100}, {2024: 60}), 2024)
    assert (year.balance, year.margin) == (70, 10)
    assert achievement(of, [year], 75).margin == -5


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Refused):
        Plan("THA", 2030, 2021, Method.AVERAGING)


small = st.integers(0, 10**9)
amounts_of_years = st.dictionaries(st.integers(2021, 2030), st.builds(Amounts, small, small, small, small, small))


@given(amounts_of_years, st.sampled_from(Basis))
def test_all_methods_agree_on_a_finished_period(amounts: dict[int, Amounts], basis: Basis) -> None:
    levels = Levels(dict.fromkeys(range(2021, 2031), 10**9))
    annual = balance(plan(Method.TRAJECTORY, basis), amounts, levels, 2030)
    averaged = balance(plan(Method.AVERAGING, basis), amounts, levels, 2030)
    cumulative = balance(plan(Method.MULTI_YEAR, basis), amounts, levels, 2030)
    assert sum(each.adjustment for each in annual) == averaged[-1].adjustment * 10
    assert [each.adjustment for each in annual] == [each.adjustment for each in cumulative]
    assert annual[-1].cumulative == averaged[-1].cumulative == sum(each.net for each in annual)


@given(amounts_of_years, st.sampled_from(Method))
def test_a_what_if_of_nothing_changes_nothing(amounts: dict[int, Amounts], method: Method) -> None:
    of, levels = plan(method), Levels(dict.fromkeys(range(2021, 2031), 10**9))
    nothing = what_if(amounts, {2027: Amounts()})
    assert balance(of, nothing, levels, 2030) == balance(of, amounts, levels, 2030)


@given(amounts_of_years, st.integers(1, 10**9), st.integers(2021, 2030), st.sampled_from(Method))
def test_exporting_more_and_taking_it_back_changes_nothing(
    amounts: dict[int, Amounts], more: int, year: int, method: Method
) -> None:
    of, levels = plan(method), Levels(dict.fromkeys(range(2021, 2031), 10**9))
    there = what_if(amounts, {year: Amounts(first_transferred=more)})
    back = what_if(there, {year: Amounts(first_transferred=-more)})
    assert balance(of, back, levels, 2030) == balance(of, amounts, levels, 2030)
    assert sum(each.net for each in balance(of, there, levels, 2030)) == more + sum(
        each.net for each in balance(of, amounts, levels, 2030)
    )


@given(amounts_of_years, st.integers(2021, 2035))
def test_a_year_never_depends_on_a_later_one(amounts: dict[int, Amounts], through: int) -> None:
    for method in Method:
        whole = balance(plan(method), amounts, Levels(), 2030)
        assert balance(plan(method), amounts, Levels(), through) == whole[: through - 2020]


@given(amounts_of_years, amounts_of_years)
def test_what_one_party_gives_up_another_gains(seller: dict[int, Amounts], buyer: dict[int, Amounts]) -> None:
    """A transfer that is used in the year of its vintage leaves the sum of two balances as it was (para 7)."""
    traded = {2024: Amounts(first_transferred=77)}
    used = {2024: Amounts(used=77)}
    levels = Levels(dict.fromkeys(range(2021, 2031), 10**9))
    of = plan(Method.MULTI_YEAR)

    def total(*books: dict[int, Amounts]) -> Fraction:
        return sum(
            (each.balance or Fraction(0) for book in books for each in balance(of, book, levels, 2030)), Fraction(0)
        )

    assert total(seller, buyer) == total(what_if(seller, traded), what_if(buyer, used))
