"""Every clause in the list has its tests, and every rule its clause."""

from __future__ import annotations

import re
from collections import Counter

from house.sources import functions, modules

from article6.domain.clauses import clauses
from article6.domain.refusals import Code
from article6.domain.rules import RULES

QUOTED = re.compile(r"`([a-z0-9_]+\.[a-z0-9_]+)`")


def test_every_named_test_exists() -> None:
    there = {each.name for path in modules("tests") for each in functions(path)}
    named = {test for each in clauses() for test in each.tests}
    assert not sorted(named - there)


def test_what_is_met_is_tested_and_what_is_not_says_why() -> None:
    assert not [(each.decision, each.paragraph) for each in clauses() if each.is_met != bool(each.tests)]
    assert not [(each.decision, each.paragraph) for each in clauses() if not each.is_met and not each.missing]


def test_every_rule_is_named_by_a_clause_and_every_code_named_exists() -> None:
    named = {code for each in clauses() for code in QUOTED.findall(each.met_by)}
    assert not sorted({str(rule.code) for rule in RULES} - named)
    assert not sorted(named - {str(code) for code in Code})


def test_there_are_well_over_a_hundred_clauses_and_none_twice() -> None:
    rows = Counter((each.decision, each.paragraph, each.demands) for each in clauses())
    assert len(rows) > 100
    assert max(rows.values()) == 1
