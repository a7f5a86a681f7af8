"""The life of a submission as a table, its versions, and whom an inconsistency concerns."""

from __future__ import annotations

import pytest

from article6.domain.refusals import Code
from article6.domain.submissions import (
    CURRENT,
    REVIEW_KEYS,
    STATE_TITLES,
    STEPS,
    Act,
    State,
    Version,
    concerned,
    is_name,
    name,
    read_version,
    refusals_of_act,
    refusals_of_version,
)


def test_every_state_but_received_is_the_end_of_an_act_and_has_a_title() -> None:
    assert {step.ends for step in STEPS.values()} == set(State) - {State.RECEIVED}
    assert set(STATE_TITLES) == set(State)
    assert set(STEPS) == set(Act)


@pytest.mark.parametrize("state", [State.OBSOLETE, State.DUPLICATE, State.WITHDRAWN, State.FORM_FAILED])
def test_what_does_not_count_any_more_stays_so(state: State) -> None:
    assert state not in CURRENT
    for act in Act:
        assert [each.code for each in refusals_of_act(act, state, "1")] == [Code.SUBMISSION_WRONG_STATE]


def test_what_counts_is_checked_again_and_again() -> None:
    for state in CURRENT:
        for act in (Act.FOUND_CONSISTENT, Act.FOUND_INCONSISTENT, Act.SUPERSEDED, Act.WITHDRAWN):
            assert list(refusals_of_act(act, state, "1")) == []


@pytest.mark.parametrize("text", ["1", "1.", ".1", "0.1", "1.x", "1.1.1", "-1.0", "1.0000000", "١.٠", ""])
def test_a_version_is_two_numbers_and_the_first_is_1_0(text: str) -> None:
    assert read_version(text) is None
    assert read_version("1.0") == Version(1, 0)


def test_1_10_comes_after_1_9_and_no_version_goes_backwards() -> None:
    assert Version(1, 10) > Version(1, 9)
    assert list(refusals_of_version(Version(1, 10), Version(1, 9), "x")) == []
    assert [each.code for each in refusals_of_version(Version(1, 9), Version(1, 10), "x")] == [
        Code.SUBMISSION_VERSION_BACKWARDS
    ]
    assert list(refusals_of_version(Version(1, 0), None, "x")) == []


def test_the_seven_marks_are_the_decisions_words() -> None:
    assert len(REVIEW_KEYS) == 7
    assert all(each.startswith("Review ") for each in REVIEW_KEYS.values())
    assert "consistencies identified that are both" in REVIEW_KEYS["both"]


def test_an_inconsistency_of_one_party_is_no_cross_party_one() -> None:
    assert concerned([], "CHE") == (("CHE",), False)
    assert concerned(["GHA", "CHE"], "CHE") == (("CHE", "GHA"), True)


def test_a_submission_has_the_secretariats_name() -> None:
    assert name("CHE", 2024, Version(1, 0)) == "CHE 2024 1.0"
    assert is_name("CHE 2024 1.0")
    assert not is_name("CHE 2024 1.0.xlsx")
