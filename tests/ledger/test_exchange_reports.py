"""What two Parties with a registry each report of the units they gave each other: the same, seen from either side."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from ledger.books import audit_is_clean
from ledger.neighbours import NOW, Neighbourhood, authorized, neighbours

from article6.domain.kinds import Kind
from article6.reporting.aef_matching import unmatched
from article6.reporting.aef_nomenclatures import ActionType
from article6.reporting.aef_records import Action, Aef, Holding
from article6.reporting.checks import catalogue
from article6.reporting.reading.reader import Reading, read
from article6.services import aef, aef_files, transactions
from article6.store.database import one_moment

YEAR = NOW.year
AFTER = datetime(YEAR + 1, 4, 1, tzinfo=UTC)


@pytest.fixture
def them(fresh_database: Any) -> Iterator[Neighbourhood]:
    """Ghana gave Switzerland 100 units, which used 30 and gave 40 to Thailand; 10 of those went back to Ghana."""
    with neighbours(fresh_database, GHA01=Kind.PARTY, CHE01=Kind.PARTY, THA01=Kind.PARTY) as them:
        authorized(them)
        them.give("GHA01", "CHE01", None, (1, 60), (201, 240), at=datetime(YEAR, 3, 2, 23, 59, 58, tzinfo=UTC))
        with them.at("CHE01") as swiss:
            swiss.open("use", "retirement", section="CHE", period_first=2021, period_last=2030)
            use = swiss.order("A", "use", None, (31, 60), type_="use_ndc", use_year=2024)
            later = datetime(YEAR, 4, 1, tzinfo=UTC)
            used = transactions.propose(use, by=swiss.ama, now=later)
            transactions.approve(used.transaction_id, by=swiss.bo, now=later)
        them.give("CHE01", "THA01", None, (201, 240), at=datetime(YEAR, 5, 1, tzinfo=UTC))
        them.give("THA01", "GHA01", None, (231, 240), at=datetime(YEAR, 6, 1, tzinfo=UTC))
        yield them


def report(them: Neighbourhood, code: str, year: int = YEAR) -> tuple[list[Action], list[Holding]]:
    with them.at(code), one_moment():
        found = aef.aef(code[:3], year, now=AFTER)
        return list(found.actions()), list(found.holdings())


def reading(them: Neighbourhood, code: str, without: ActionType | None = None) -> Reading:
    """The AEF as a file, read again; on demand without one kind of action."""
    with them.at(code):
        found: Aef = aef.aef(code[:3], YEAR, now=AFTER)
        kept = [each for each in report(them, code)[0] if each.type is not without]
        file = io.BytesIO()
        with one_moment():
            aef_files.write(replace(found, actions=lambda: kept), "json", file)
    return read(file, f"{found.submission.file_name}.json")


def told(actions: list[Action]) -> list[tuple[str, int, int, str | None, str | None, str]]:
    return [
        (str(each.type), each.itmos.identifier.serial_first, each.itmos.identifier.serial_last, each.transferring_party,
         each.acquiring_party, f"{each.executed_at:%d.%m.}")
        for each in actions
    ]  # fmt: skip


def test_each_side_reports_its_own_and_the_first_transfer_once(them: Neighbourhood) -> None:
    assert told(report(them, "GHA01")[0]) == [
        ("First transfer", 1, 60, None, "CHE", "02.03."),
        ("First transfer", 201, 240, None, "CHE", "02.03."),
        ("Acquisition", 231, 240, "THA", None, "01.06."),
    ]
    assert told(report(them, "CHE01")[0]) == [
        ("Acquisition", 1, 60, "GHA", None, "02.03."),
        ("Acquisition", 201, 240, "GHA", None, "02.03."),
        ("Use", 31, 60, None, None, "01.04."),
        ("Transfer", 201, 240, None, "THA", "01.05."),
    ]
    assert told(report(them, "THA01")[0]) == [
        ("Acquisition", 201, 240, "CHE", None, "01.05."),
        ("Transfer", 231, 240, None, "GHA", "01.06."),
    ]


def test_holdings_are_itmos_wherever_they_were_first_transferred(them: Neighbourhood) -> None:
    held = {
        code: [(each.itmos.identifier.serial_first, each.itmos.identifier.serial_last, each.registry)
               for each in report(them, code)[1]]
        for code in them.all
    }  # fmt: skip
    assert held == {"GHA01": [(231, 240, "GHA01")], "CHE01": [(1, 30, "CHE01")], "THA01": [(201, 230, "THA01")]}


def test_the_checks_find_the_three_reports_consistent(them: Neighbourhood) -> None:
    found = catalogue.check([reading(them, code) for code in them.all], {})
    assert list(found.findings) == []
    assert not unmatched(
        report(them, "GHA01")[0], report(them, "CHE01")[0], transferring_party="GHA", acquiring_party="CHE"
    )
    for code in them.all:
        with them.at(code):
            audit_is_clean()


def test_the_checks_see_it_where_one_side_leaves_its_acquisitions_out(them: Neighbourhood) -> None:
    there = [reading(them, "GHA01"), reading(them, "CHE01", ActionType.ACQUISITION), reading(them, "THA01")]
    assert catalogue.check(there, {}).findings


def test_years_are_those_of_the_senders_completion(them: Neighbourhood) -> None:
    with them.at("CHE01"):
        assert aef.reported() == [("CHE", YEAR)]
    with them.at("THA01"):
        assert aef.reported() == [("THA", YEAR)]
