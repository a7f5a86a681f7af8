"""The checklist of safety names every requirement once, and evidence that exists."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import lru_cache

import pytest
from house.sources import CHECKOUT, modules, tree

PAGE = CHECKOUT / "docs" / "reference" / "asvs.md"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)
NAMED = re.compile(r"`([^`]+)`")
HAVE = {1: 38, 2: 53, 3: 18, 4: 9, 5: 30, 6: 13, 7: 12, 8: 15, 9: 7, 10: 5, 11: 8, 12: 15, 13: 13, 14: 23}
"""Requirements of each chapter of ASVS 4.0.3 up to level 2."""


def rows() -> list[tuple[str, str, str, str, str]]:
    return ROW.findall(PAGE.read_text(encoding="utf-8"))


@lru_cache
def known_tests() -> frozenset[str]:
    """The names of all tests."""
    return frozenset(
        node.name
        for path in modules("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def test_every_requirement_has_one_row_and_they_stand_in_order() -> None:
    numbers = [tuple(int(part) for part in row[0].split(".")) for row in rows()]
    assert numbers == sorted(set(numbers))
    assert Counter(number[0] for number in numbers) == HAVE


def test_every_row_says_how_it_stands_and_what_is_missing() -> None:
    stands = Counter(stand for _number, _short, stand, _said, _evidence in rows())
    assert set(stands) <= {"met", "partly", "no", "n/a"}
    told = f"Met {stands['met']}, partly {stands['partly']}, no {stands['no']}, not applicable {stands['n/a']};"
    assert told in PAGE.read_text(encoding="utf-8")
    for number, _short, stand, said, evidence in rows():
        assert stand == "met" or said.strip(), f"{number}: say what is missing"
        assert stand not in ("met", "partly") or NAMED.search(evidence), f"{number}: name the evidence"


@pytest.mark.parametrize("chapter", sorted(HAVE))
def test_what_is_named_as_evidence_exists(chapter: int) -> None:
    for number, _short, _stand, _said, evidence in rows():
        if not number.startswith(f"{chapter}."):
            continue
        for named in NAMED.findall(evidence):
            if named.startswith("test_"):
                assert named in known_tests(), (number, named)
            else:
                beside = (CHECKOUT / named, CHECKOUT / "src" / "article6" / named)
                assert any(path.exists() for path in beside), (number, named)
