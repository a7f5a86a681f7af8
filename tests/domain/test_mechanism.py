"""What is levied at issuance: exact, in whole units, conserved; statements; fees."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article6.domain.fees import CMA4, Fee, FeeRequest, amount
from article6.domain.mechanism import (
    OMGE_PERCENT,
    HostStatement,
    Shares,
    Statement,
    authorized_part,
    split,
    split_over,
    statement_refusals,
)
from article6.domain.parties import PARTIES
from article6.domain.refusals import Code, Refused
from article6.domain.serials import SERIAL_LIMIT

QUANTITIES = st.one_of(st.integers(1, 300), st.integers(1, SERIAL_LIMIT))
PERCENTS = st.fractions(2, 100, max_denominator=1000)
HOSTS = st.sampled_from(sorted(PARTIES))
# Thailand is neither LDC nor SIDS; Rwanda is an LDC, Barbados a SIDS.


@given(QUANTITIES, HOSTS, PERCENTS, st.booleans())
def test_shares_are_conserved_and_no_less_than_the_percentage(
    issued: int, host: str, percent: Fraction, opted_in: bool
) -> None:
    shares = split(issued, host, omge_percent=percent, opted_in=opted_in)
    assert shares.issued == issued
    assert min(shares.sop, shares.omge, shares.rest) >= 0
    owes = opted_in or not (PARTIES[host].ldc or PARTIES[host].sids)
    assert shares.sop == (math.ceil(Fraction(issued * 5, 100)) if owes else 0)
    assert shares.omge == min(math.ceil(issued * percent / 100), issued - shares.sop)


PARTS = st.lists(st.one_of(st.integers(0, 4), st.integers(0, 10**6)), min_size=1, max_size=6).filter(any)


@given(PARTS, HOSTS, PERCENTS, st.booleans())
def test_parts_share_what_the_whole_would(parts: list[int], host: str, percent: Fraction, opted_in: bool) -> None:
    shared = split_over(parts, host, omge_percent=percent, opted_in=opted_in)
    assert [each.issued for each in shared] == parts
    assert all(min(each.sop, each.omge, each.rest) >= 0 for each in shared)
    whole = split(sum(parts), host, omge_percent=percent, opted_in=opted_in)
    assert sum(each.sop for each in shared) == whole.sop
    assert sum(each.omge for each in shared) == whole.omge


@given(PARTS, HOSTS, st.booleans())
def test_the_first_parts_give_theirs_rounded_up(parts: list[int], host: str, opted_in: bool) -> None:
    shared = split_over(parts, host, opted_in=opted_in)
    for number in range(1, len(parts) + 1):
        first, given_ = sum(parts[:number]), sum(each.sop for each in shared[:number])
        assert given_ == (split(first, host, opted_in=opted_in).sop if first else 0)


def test_three_vintages_of_one_issuance() -> None:
    assert split_over([33, 33, 34], "THA") == (Shares(2, 1, 30), Shares(2, 1, 30), Shares(1, 0, 33))
    assert split_over([7_000, 3_003], "THA") == (Shares(350, 140, 6_510), Shares(151, 61, 2_791))
    # The first unit is the Adaptation Fund's, so the second gives what is cancelled.
    assert split_over([1, 1, 1], "THA") == (Shares(1, 0, 0), Shares(0, 1, 0), Shares(0, 0, 1))


@pytest.mark.parametrize(
    ("issued", "host", "expected"),
    [
        (10_003, "THA", Shares(501, 201, 9_301)),
        (10_003, "RWA", Shares(0, 201, 9_802)),
        (10_003, "BRB", Shares(0, 201, 9_802)),
        (1, "THA", Shares(1, 0, 0)),
        (2, "THA", Shares(1, 1, 0)),
        (3, "THA", Shares(1, 1, 1)),
        (1, "RWA", Shares(0, 1, 0)),
        (100, "THA", Shares(5, 2, 93)),
    ],
)
def test_shares(issued: int, host: str, expected: Shares) -> None:
    assert split(issued, host) == expected


def test_who_opts_in_gives_and_who_asks_for_more_omge_gets_it() -> None:
    assert split(1000, "RWA", opted_in=True) == Shares(50, 20, 930)
    assert split(1000, "THA", omge_percent=Fraction(5, 2)) == Shares(50, 25, 925)
    assert split(1000, "THA", omge_percent=Fraction(100)) == Shares(50, 950, 0)


@pytest.mark.parametrize(
    ("issued", "host", "percent", "code"),
    [
        (0, "THA", OMGE_PERCENT, Code.QUANTITY_NOT_POSITIVE),
        (10, "XXX", OMGE_PERCENT, Code.PARTY_UNKNOWN),
        (10, "THA", Fraction(199, 100), Code.MECHANISM_OMGE_PERCENT),
        (10, "THA", Fraction(101), Code.MECHANISM_OMGE_PERCENT),
    ],
)
def test_no_shares(issued: int, host: str, percent: Fraction, code: Code) -> None:
    with pytest.raises(Refused) as no:
        split(issued, host, omge_percent=percent)
    assert no.value.codes == (code,)


def statement(which: Statement, quantity: int | None = None, code: str | None = None, ref: str = "L") -> HostStatement:
    return HostStatement(1, 1, which, date(2026, 1, 1), ref, quantity, code)


def test_a_statement_names_what_it_needs_and_nothing_else() -> None:
    good = [
        statement(Statement.FULL, code="A"), statement(Statement.PART, 5, "A"), statement(Statement.NONE),
        statement(Statement.CONTRIBUTION),
    ]  # fmt: skip
    assert [list(statement_refusals(each)) for each in good] == [[]] * 4
    bad = [
        statement(Statement.FULL), statement(Statement.FULL, 5, "A"), statement(Statement.PART, None, "A"),
        statement(Statement.NONE, code="A"), statement(Statement.NONE, ref=" "),
    ]  # fmt: skip
    assert all({each.code for each in statement_refusals(one)} == {Code.MECHANISM_STATEMENT} for one in bad)
    none = [each.code for each in statement_refusals(statement(Statement.PART, 0, "A"))]
    assert none == [Code.QUANTITY_NOT_POSITIVE]


def test_what_is_authorized_in_part_is_counted_over_all_issuances() -> None:
    part = statement(Statement.PART, 100, "A")
    assert [authorized_part(part, 60, before) for before in (0, 60, 100, 130)] == [60, 40, 0, 0]
    assert authorized_part(statement(Statement.FULL, code="A"), 60, 10**9) == 60
    assert authorized_part(statement(Statement.CONTRIBUTION), 60, 0) == 0


@pytest.mark.parametrize(
    ("request_", "cents"),
    [
        (FeeRequest(Fee.ISSUANCE, "THA", quantity=10_003), 200_060),
        (FeeRequest(Fee.REGISTRATION, "THA", annual_tonnes=15_000), 200_000),
        (FeeRequest(Fee.REGISTRATION, "THA", annual_tonnes=15_001), 600_000),
        (FeeRequest(Fee.REGISTRATION, "THA", annual_tonnes=50_001), 1_200_000),
        (FeeRequest(Fee.REGISTRATION, "THA", is_programme=True), 1_200_000),
        (FeeRequest(Fee.RENEWAL, "THA", annual_tonnes=50_000), 600_000),
        (FeeRequest(Fee.RENEWAL_COMPONENT, "THA"), 100_000),
        (FeeRequest(Fee.INCLUSION, "THA"), 100_000),
        (FeeRequest(Fee.CHANGE, "THA"), 200_000),
        (FeeRequest(Fee.CHANGE, "THA", annual_tonnes=20_000, annual_tonnes_before=10_000), 600_000),
        (FeeRequest(Fee.CHANGE, "THA", annual_tonnes=10_000, annual_tonnes_before=20_000), 200_000),
        (FeeRequest(Fee.ISSUANCE, "RWA", quantity=10_003), 0),
        (FeeRequest(Fee.REGISTRATION, "BRB", annual_tonnes=60_000), 0),
    ],
)
def test_fees(request_: FeeRequest, cents: int) -> None:
    assert amount(request_, CMA4).cents == cents


def test_a_fee_needs_what_it_goes_by() -> None:
    for request_ in (FeeRequest(Fee.ISSUANCE, "THA"), FeeRequest(Fee.REGISTRATION, "THA", annual_tonnes=0)):
        with pytest.raises(Refused) as no:
            amount(request_)
        assert no.value.codes == (Code.REQUEST_MALFORMED,)
