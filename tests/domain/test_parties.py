"""The Parties, against what is known about them and against the public list where it is at hand."""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from article6.domain.parties import PARTIES, by_alpha2, paris_parties, party

DATA = Path(os.environ.get("ARTICLE6_DATA", Path(__file__).parents[2].parent / "shared" / "data"))


def test_there_are_198_parties_and_each_code_is_used_once() -> None:
    assert len(PARTIES) == 198
    assert len({each.alpha2 for each in PARTIES.values()}) == 198
    assert len({each.name for each in PARTIES.values()}) == 198


def test_na_is_namibia_and_the_european_union_is_eue() -> None:
    namibia, union = by_alpha2("NA"), by_alpha2("EU")
    assert namibia is not None
    assert namibia.code == "NAM"
    assert union is not None
    assert union.code == "EUE"
    assert union.annex_one


@pytest.mark.parametrize("code", ["", "che", "EU", "EUU", "XXX", "CHE ", "UK"])
def test_an_unknown_code_is_nobody(code: str) -> None:
    assert party(code) is None


def test_names_are_those_of_the_united_nations() -> None:
    names = {code: PARTIES[code].name for code in ("TUR", "VNM", "VAT", "CIV")}
    assert names == {"TUR": "Türkiye", "VNM": "Viet Nam", "VAT": "Holy See", "CIV": "Côte d'Ivoire"}


def test_the_united_states_left_on_27_january_2026() -> None:
    usa = PARTIES["USA"]
    days = (date(2016, 11, 3), date(2016, 11, 4), date(2020, 11, 4), date(2021, 2, 19), date(2026, 1, 26))
    assert [usa.is_paris_party(day) for day in days] == [False, True, False, True, True]
    assert not usa.is_paris_party(date(2026, 1, 27))


def test_iran_libya_and_yemen_never_joined_the_paris_agreement() -> None:
    before, after = paris_parties(date(2026, 1, 26)), paris_parties(date(2026, 1, 27))
    assert (len(before), len(after)) == (195, 194)
    outside = set(PARTIES) - {each.code for each in after}
    assert outside == {"IRN", "LBY", "YEM", "USA"}


def test_the_groups_have_the_known_sizes() -> None:
    everyone = PARTIES.values()
    assert sum(each.annex_one for each in everyone) == 43
    assert sum(each.ldc for each in everyone) == 44
    assert sum(each.sids for each in everyone) == 39


def test_the_table_agrees_with_the_public_list() -> None:
    source = DATA / "reference" / "unfccc_parties_198.csv"
    if not source.is_file():
        pytest.skip(f"the public list of Parties is not at {source}; set ARTICLE6_DATA to the folder that has it")
    corrected = {("COK", "sids"), ("NIU", "sids"), ("STP", "ldc")}
    with source.open(encoding="utf-8", newline="") as file:
        listed = {row["party_code_aef"]: row for row in csv.DictReader(file)}
    assert listed.keys() == PARTIES.keys()
    for code, row in listed.items():
        ours = PARTIES[code]
        assert ours.alpha2 == row["alpha2"], code
        since = ours.paris_since.isoformat() if ours.paris_since else ""
        assert since == row["pa_date_of_effect"], code
        for group in ("annex_one", "ldc", "sids"):
            if (code, group) not in corrected:
                assert getattr(ours, group) is (row[group] == "True"), (code, group)
