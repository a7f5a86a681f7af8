"""The life of a corrective action, and what answers it, without a database."""

from __future__ import annotations

import pytest

from article6.domain.corrections import (
    STEPS,
    Act,
    By,
    Case,
    NewRemedy,
    Remedy,
    State,
    refusals_of_act,
    refusals_of_remedy,
)
from article6.domain.notices import SENTENCES, NoticeCode
from article6.domain.orders import PersonId
from article6.domain.refusals import Code
from article6.domain.serials import SeriesRange

AMA, BO = PersonId(1), PersonId(2)


def case(state: State, opened_by: PersonId = AMA, proposed_by: PersonId = AMA) -> Case:
    waiting = proposed_by if state is State.PROPOSED else None
    return Case(1, state, opened_by, (SeriesRange(1, 1, 10), SeriesRange(1, 11, 20)), proposed_by=waiting)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", Act)
def test_an_act_is_possible_where_the_table_says(state: State, act: Act) -> None:
    by = BO if STEPS[act].by is By.SECOND else AMA
    found = [each.code for each in refusals_of_act(act, case(state), by)]
    assert found == ([] if state in STEPS[act].starts else [Code.CORRECTION_WRONG_STATE])


def test_what_is_decided_stays_decided() -> None:
    ends = set(State) - {state for step in STEPS.values() for state in step.starts}
    assert ends == {State.CONFIRMED, State.REJECTED, State.WITHDRAWN}


def test_nobody_decides_their_own_and_nobody_withdraws_anothers() -> None:
    for act in (Act.CONFIRMED, Act.REJECTED):
        [no] = refusals_of_act(act, case(State.PROPOSED), AMA)
        assert no.code is Code.PERSON_APPROVES_OWN
        assert list(refusals_of_act(act, case(State.PROPOSED, opened_by=BO), BO)) == []
    [no] = refusals_of_act(Act.WITHDRAWN, case(State.OPENED), BO)
    assert no.code is Code.CORRECTION_NOT_OWN
    assert list(refusals_of_act(Act.WITHDRAWN, case(State.PROPOSED, opened_by=BO), BO)) == []


def moved(*serials: tuple[int, int], series: int = 1) -> list[Code]:
    ranges = tuple(SeriesRange(series, *each) for each in serials)
    return [each.code for each in refusals_of_remedy(NewRemedy(Remedy.MOVEMENT, "A", "B", ranges), case(State.OPENED))]


def test_a_movement_moves_units_concerned_and_no_others() -> None:
    assert moved((5, 15)) == moved((1, 20)) == moved() == []
    assert moved((20, 21)) == moved((1, 1), (21, 30)) == moved((1, 1), series=2) == [Code.CORRECTION_NOT_CONCERNED]


@pytest.mark.parametrize(("quantity", "fits"), [(19, False), (20, True), (21, False), (None, True)])
def test_a_compensation_cancels_exactly_as_many(quantity: int | None, fits: bool) -> None:
    new = NewRemedy(Remedy.CANCELLATION, "A", "B", quantity=quantity)
    found = [each.code for each in refusals_of_remedy(new, case(State.OPENED))]
    assert found == ([] if fits else [Code.CORRECTION_QUANTITY_DIFFERS])
    assert new.order(case(State.OPENED)).quantity == 20


def test_every_notice_has_its_sentence() -> None:
    assert set(SENTENCES) == set(NoticeCode)
    assert {f"correction.{act}" for act in Act} < set(NoticeCode)
