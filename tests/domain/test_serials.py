"""Serial ranges, and the forks under which the journal files them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article6.domain.refusals import BrokenInvariant
from article6.domain.serials import SERIAL_LIMIT, SerialRange, SeriesRange, first_overlap, fork, forks_over
from article6.store.database import one

serial = st.integers(1, SERIAL_LIMIT)


def test_a_range_counts_both_ends() -> None:
    assert SerialRange(1, 1).count == 1
    assert SerialRange(1, SERIAL_LIMIT).count == SERIAL_LIMIT
    for bad in ((0, 1), (2, 1), (1, SERIAL_LIMIT + 1)):
        with pytest.raises(BrokenInvariant):
            SerialRange(*bad)


@given(serial, serial, serial)
def test_a_range_is_found_over_every_serial_it_covers(a: int, b: int, c: int) -> None:
    first, middle, last = sorted((a, b, c))
    where = fork(first, last)
    assert first <= where <= last
    assert where in set(forks_over(middle, SERIAL_LIMIT))
    assert where in set(forks_over(middle, last))


@given(serial)
def test_few_forks_stand_over_a_serial(each: int) -> None:
    assert len(list(forks_over(each, SERIAL_LIMIT))) <= 63


def test_the_database_files_under_the_same_fork(database: object) -> None:
    for first, last in ((1, 1), (1, 2), (5, 7), (1, SERIAL_LIMIT), (2**61, 2**61 + 5), (3, 1_000_000_007), (8, 15)):
        assert one("SELECT serial_fork(%s::bigint, %s::bigint)", (first, last)) == (fork(first, last),)


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 60), st.integers(0, 9)), max_size=8))
def test_overlaps_are_found(ranges: list[tuple[int, int, int]]) -> None:
    wanted = [SeriesRange(series, first, first + more) for series, first, more in ranges]
    seen = [(each.series_id, number) for each in wanted for number in range(each.first, each.last + 1)]
    assert (first_overlap(wanted) is None) == (len(seen) == len(set(seen)))
