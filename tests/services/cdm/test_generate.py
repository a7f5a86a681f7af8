"""The generated history: the same by seed, of the CDM's shape, and without contradictions."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from article6.domain.refusals import Code
from article6.services.cdm import chronology, history, shape
from article6.services.cdm.generate import generate_cdm

SMALL = Fraction(1, 100)


def test_the_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    first = generate_cdm(7, tmp_path / "first", SMALL)
    again = generate_cdm(7, tmp_path / "again", SMALL)
    other = generate_cdm(8, tmp_path / "other", SMALL)
    assert [each.read_bytes() for each in first] == [each.read_bytes() for each in again]
    assert [each.read_bytes() for each in first] != [each.read_bytes() for each in other]
    assert {each.name for each in tmp_path.rglob("*.*")} == {"cdm_issuances.csv", "cdm_cancellations.csv"}


def test_at_full_size_it_is_as_large_as_the_cdm(tmp_path: Path) -> None:
    past = history.read(*generate_cdm(1, tmp_path))
    chronology.sift(past)
    assert len(past.issuances) == sum(each.issuances for each in shape.PARTIES) == 12_569
    assert sum(each.count for each in past.issuances) == sum(each.issued for each in shape.PARTIES) == 2_425_409_379
    assert len({each.party for each in past.issuances}) == 82
    assert len({each.unit_type for each in past.issuances}) == 3
    assert 27_000 <= len(past.cancellations) <= 27_745
    # Nothing contradicts anything; the one line left out is the foreign unit.
    assert [each.code for line in past.left_out for each in line.reasons] == [Code.UNIT_FOREIGN]


def test_serials_of_a_party_run_from_one_without_a_gap(tmp_path: Path) -> None:
    past = history.read(*generate_cdm(3, tmp_path, SMALL))
    reached: dict[str, int] = {}
    for row in sorted(past.issuances, key=lambda each: (each.party, each.first)):
        assert row.first == reached.get(row.party, 0) + 1
        reached[row.party] = row.last


def test_some_issuances_are_completed_out_of_serial_order(tmp_path: Path) -> None:
    rows = history.read(*generate_cdm(3, tmp_path, SMALL)).issuances
    chinese = [each.first for each in sorted(rows, key=lambda each: each.at) if each.party == "CHN"]
    assert chinese != sorted(chinese)
