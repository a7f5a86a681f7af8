"""Underlying units: one to one, used once, locked or not; and amounts in other metrics."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import psycopg
import pytest
from django.db import connections
from ledger.books import NOW, Books, audit_is_clean, found_registry

from article6.domain.orders import Issuance
from article6.domain.refusals import Code, Refused
from article6.domain.underlying import LockStatus
from article6.domain.units import BatchAttributes, UnitType
from article6.services import issuance, lookup, underlying
from article6.services.underlying import NewStatement
from article6.store.database import one

VERRA = "19309-936487628-936491271-VCS-VCU-1491-VER-RW-3-4150-01102024-31122024-1"
PLAIN = BatchAttributes(UnitType.MO, vintage_year=2024)


@pytest.fixture
def books(database: object) -> Books:
    books = found_registry()
    books.open("A")
    books.open("B")
    return books


def resting(books: Books, first: int, last: int, *, registry: str = "GS", series: str = "", to: str = "A") -> int:
    """Record a batch on the basis of underlying units; its number."""
    batch = replace(
        PLAIN, underlying_registry=registry, underlying_series=series, underlying_first=first, underlying_last=last
    )
    return issue(books, batch, last - first + 1, to)


def issue(books: Books, batch: BatchAttributes, quantity: int, to: str = "A", **more: object) -> int:
    wanted = Issuance(books.accounts[to].number, "GHA01", "GHA", quantity, batch, **more)  # type: ignore[arg-type]
    return issuance.issue(wanted, by=books.admin, now=NOW).batch_id


def refused(act: object, *arguments: object, **more: object) -> Refused:
    before = one("SELECT (SELECT count(*) FROM batch), (SELECT count(*) FROM audit_event)")
    with pytest.raises(Refused) as no:
        act(*arguments, **more)  # type: ignore[operator]
    assert one("SELECT (SELECT count(*) FROM batch), (SELECT count(*) FROM audit_event)") == before
    return no.value


def test_an_underlying_block_is_used_once_whole_or_by_one_unit(books: Books) -> None:
    first = resting(books, 101, 200)
    for again in ((101, 200), (200, 210), (90, 101), (150, 150), (1, 1000)):
        no = refused(resting, books, *again)
        assert no.codes == (Code.UNDERLYING_USED_TWICE,)
        assert f"batch {first}" in no.reasons[0].detail
    resting(books, 201, 210)
    resting(books, 91, 100)
    resting(books, 101, 200, registry="ACR")
    audit_is_clean()


def test_a_series_is_a_space_of_its_own_and_no_series_is_the_whole_registry(books: Books) -> None:
    resting(books, 1, 10, series="MW")
    resting(books, 1, 10, series="RW")
    assert refused(resting, books, 10, 12).codes == (Code.UNDERLYING_USED_TWICE,)
    resting(books, 11, 20)
    assert refused(resting, books, 20, 20, series="KE").codes == (Code.UNDERLYING_USED_TWICE,)
    assert refused(resting, books, 30, 40, registry="VCS", series="x").codes == (Code.UNDERLYING_SERIES,)
    resting(books, 30, 40, registry="VCS")


def test_two_batches_of_one_command_do_not_share_underlying_units_either(books: Books) -> None:
    batch = replace(PLAIN, underlying_registry="GS", underlying_first=1, underlying_last=10)
    wanted = [(Issuance(books.accounts["A"].number, "GHA01", "GHA", 10, batch), NOW)] * 2
    assert refused(issuance.issue_many, wanted, by=books.admin).codes == (Code.UNDERLYING_USED_TWICE,)


def test_of_two_who_record_the_same_underlying_units_at_once_one_is_refused(books: Books) -> None:
    told: list[object] = []
    start = threading.Barrier(4)

    def record(to: str) -> None:
        try:
            start.wait()
            told.append(resting(books, 1, 10, to=to))
        except Refused as no:
            told.append(no.codes[0])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=record, args=(to,)) for to in ("A", "B") * 2]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(str(each) for each in told if isinstance(each, Code)) == ["underlying.used_twice"] * 3
    audit_is_clean()


def test_even_the_owner_does_not_take_underlying_units_back(books: Books, database_urls: tuple[str, str]) -> None:
    resting(books, 1, 10)
    with psycopg.connect(database_urls[1], autocommit=True) as owner:
        for statement in (
            "DELETE FROM underlying_use", "UPDATE underlying_use SET hi = 5", "TRUNCATE underlying_use",
            "UPDATE underlying_statement SET status = 'locked'",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.Error) as no:
                owner.execute(statement)
            assert str(no.value.diag.message_primary) == "ledger.append_only"


def test_the_programmes_own_serial_names_the_block(books: Books) -> None:
    batch = underlying.resting_on(PLAIN, VERRA)
    number = issue(books, batch, 3644)
    recorded = lookup.batch(number)
    assert recorded is not None
    assert (recorded["underlying_registry"], recorded["underlying_lo"]) == ("VCS", 936487628)
    assert recorded["original_serial"] == VERRA
    assert underlying.looked_up(VERRA)["batch"] == number
    overlapping = VERRA.replace("936487628-936491271", "936491271-936491999")
    assert underlying.looked_up(overlapping)["shared"] == [936491271, 936491271]
    with pytest.raises(Refused, match=r"underlying\.used_twice"):
        issue(books, underlying.resting_on(PLAIN, overlapping), 729)
    with pytest.raises(Refused, match=r"underlying\.not_one_to_one"):
        underlying.resting_on(replace(PLAIN, underlying_registry="GS"), VERRA)


def test_whether_the_underlying_units_are_locked_is_stated_and_the_latest_word_counts(books: Books) -> None:
    number, other = resting(books, 1, 10), issue(books, PLAIN, 5)

    def state(status: LockStatus, batch: int = number, **more: object) -> dict[str, object]:
        said = {"reference": "GS letter 7", "stated_on": NOW.date(), **more}
        return underlying.state(NewStatement(batch, status, **said), by=books.admin, now=NOW)  # type: ignore[arg-type]

    def latest() -> object:
        return (lookup.batch(number) or {})["underlying_status"], [each["id"] for each in underlying.not_locked().items]

    assert latest() == (None, [number])
    state(LockStatus.LABELLED)
    assert latest() == ("labelled", [number])
    state(LockStatus.LOCKED)
    assert latest() == ("locked", [])
    [unit] = lookup.find("GHA 3")
    assert unit.batch["underlying_status"] == "locked"
    state(LockStatus.NOT_LOCKED)
    assert latest() == ("not_locked", [number])
    assert [each["status"] for each in underlying.statements(number)] == ["not_locked", "locked", "labelled"]
    for wrong in (
        {"reference": " "}, {"stated_on": NOW.date() + timedelta(days=1)}, {"batch": other},
    ):  # fmt: skip
        assert refused(state, LockStatus.LOCKED, **wrong).codes == (Code.UNDERLYING_STATEMENT,)
    assert refused(state, LockStatus.LOCKED, 999).codes == (Code.BATCH_UNKNOWN,)
    by_cy = NewStatement(number, LockStatus.LOCKED, "x", date(2026, 1, 1))
    assert refused(underlying.state, by_cy, by=books.cy, now=NOW).codes == (Code.PERSON_NOT_PERMITTED,)


# --- Other metrics

MWH = replace(
    PLAIN, metric="non-GHG", metric_unit="MWh of renewable electricity", conversion=(5312, 10000),
    conversion_method="combined margin of the grid, 2024",
)  # fmt: skip


def test_amounts_without_underlying_units_are_recorded_like_any_other(books: Books) -> None:
    recorded = lookup.batch(issue(books, PLAIN, 50))
    assert recorded is not None
    assert (recorded["underlying_registry"], recorded["underlying_lo"]) == ("", None)
    assert underlying.not_locked().items == []
    books.move("A", "B", 20)
    audit_is_clean()


def test_an_account_holds_units_of_its_metric_only(books: Books) -> None:
    unit = MWH.metric_unit
    books.open("M", metric=unit)
    books.open("N", metric=unit)
    books.open("W", metric="hectares")
    assert refused(issue, books, MWH, 10).codes == (Code.ACCOUNT_REFUSES_UNIT,)
    assert refused(issue, books, PLAIN, 10, "M").codes == (Code.ACCOUNT_REFUSES_UNIT,)
    number = issue(books, MWH, 1000, "M")
    issue(books, PLAIN, 1000)
    assert refused(books.move, "M", "A", 10).codes == (Code.ACCOUNT_REFUSES_UNIT,)
    assert refused(books.move, "A", "M", 10).codes == (Code.ACCOUNT_REFUSES_UNIT,)
    assert refused(books.move, "M", "W", 10).codes == (Code.ACCOUNT_REFUSES_UNIT,)
    books.move("M", "N", 10)
    recorded = lookup.batch(number)
    assert recorded is not None
    assert (recorded["quantity_tco2e"], recorded["conversion_method"]) == (Decimal("531.2"), MWH.conversion_method)
    audit_is_clean()


def test_a_metric_has_its_name_its_conversion_and_its_method(books: Books) -> None:
    books.open("M", metric=MWH.metric_unit)
    for wrong in (
        replace(MWH, conversion=None), replace(MWH, conversion_method=" "), replace(MWH, conversion=(0, 1)),
    ):  # fmt: skip
        assert refused(issue, books, wrong, 10, "M").codes == (Code.METRIC_INCOMPLETE,)
    assert Code.METRIC_INCOMPLETE in refused(issue, books, replace(MWH, metric_unit=""), 10, "M").codes
    assert refused(issue, books, replace(PLAIN, conversion=(1, 2)), 10).codes == (Code.METRIC_INCOMPLETE,)
    issue(books, MWH, 10, "M")
    issue(books, PLAIN, 10)
