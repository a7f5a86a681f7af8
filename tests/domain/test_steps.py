"""The audit's own arithmetic: the journal replayed onto steps."""

from hypothesis import given
from hypothesis import strategies as st

from article6.domain.steps import NOWHERE, Line, Run, Stand, Steps, differences, joined


def line(number: int, first: int, last: int, source: int | None, target: int, **more: object) -> Line:
    values = {"batch": 1, "authorization": None, "is_first_transfer": False, **more}
    return Line(number, number, first, last, source, target, **values)  # type: ignore[arg-type]


def test_a_journal_that_hangs_together() -> None:
    steps = Steps()
    assert steps.apply(line(1, 1, 100, None, 7)) == ""
    assert steps.apply(line(2, 11, 20, 7, 8)) == ""
    assert steps.apply(line(3, 15, 20, 8, 7)) == ""
    assert list(joined(steps.runs())) == [
        Run(1, 10, Stand(7, 1)), Run(11, 14, Stand(8, 1)), Run(15, 100, Stand(7, 1)),
    ]  # fmt: skip


def test_a_missing_line_is_noticed_at_the_next_one() -> None:
    steps = Steps()
    steps.apply(line(1, 1, 100, None, 7))
    assert "the journal has them in 7" in steps.apply(line(3, 15, 20, 8, 9))


def test_a_second_first_transfer_is_noticed() -> None:
    steps = Steps()
    steps.apply(line(1, 1, 100, None, 7, authorization=1))
    assert steps.apply(line(2, 1, 10, 7, 8, authorization=1, is_first_transfer=True)) == ""
    assert "second first transfer" in steps.apply(line(3, 10, 12, 8, 9, authorization=1, is_first_transfer=True))
    assert "nobody authorized" in steps.apply(line(4, 50, 50, 7, 9, is_first_transfer=True))


def test_units_out_of_nothing_and_twice_issued_are_noticed() -> None:
    steps = Steps()
    assert "account 7" in steps.apply(line(1, 1, 10, 7, 8))
    assert "account None" in steps.apply(line(2, 5, 6, None, 8))


pieces = st.lists(st.tuples(st.integers(1, 30), st.sampled_from([NOWHERE, Stand(1, 1), Stand(2, 1)])), max_size=12)


def runs(steps: list[tuple[int, Stand]]) -> list[Run]:
    found, first = [], 1
    for count, stand in steps:
        found.append(Run(first, first + count - 1, stand))
        first += count
    return found


@given(pieces, pieces)
def test_differences_are_exactly_the_serials_that_differ(
    left: list[tuple[int, Stand]], right: list[tuple[int, Stand]]
) -> None:
    def by_serial(steps: list[tuple[int, Stand]]) -> dict[int, Stand]:
        return {serial: run.stand for run in runs(steps) for serial in range(run.first, run.last + 1)}

    one, other = by_serial(left), by_serial(right)
    expected = {serial for serial in one | other if one.get(serial, NOWHERE) != other.get(serial, NOWHERE)}
    found = [serial for first, last, _, _ in differences(runs(left), runs(right)) for serial in range(first, last + 1)]
    assert sorted(found) == sorted(expected)
