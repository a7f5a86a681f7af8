"""What a programme does with its credits, the registries that record outcomes on them come to know, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from ledger.books import NOW, Books
from services.network import Network, with_programme

from article6.domain.crediting import NewCredits, Share
from article6.domain.orders import Issuance, Order
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes, UnitType
from article6.services import audit, crediting, issuance, labels, transactions, underlying
from article6.services.crediting import NewLock
from article6.services.exchange import overview
from article6.services.labels import NewLabel
from article6.store.database import one, rows


@dataclass
class World:
    """The programme's registry and Switzerland's, which subscribe to each other."""

    net: Network
    books: Books

    def lock(self, first: int, last: int) -> int:
        with self.net.at("JCM"):
            new = NewLock(self.books.accounts["host"].number, "CHE01", "record 1", ranges=(self.serials(first, last),))
            return self._approved(crediting.lock(new, by=self.books.ama, now=NOW).transaction_id)

    def serials(self, first: int, last: int) -> SeriesRange:
        with self.net.at("JCM"):
            return SeriesRange(int(one("SELECT id FROM series WHERE party = 'MNG'")[0]), first, last)

    def _approved(self, number: int) -> int:
        if one("SELECT status FROM ledger_transaction WHERE id = %s", (number,))[0] == "proposed":
            transactions.approve(transactions.TransactionId(number), by=self.books.bo, now=NOW)
        return number

    def release(self, lock: int) -> None:
        with self.net.at("JCM"):
            done = crediting.release(lock, reason="Struck", by=self.books.admin, now=NOW)
            self._approved(done.transaction_id)

    def convert(self, lock: int) -> None:
        with self.net.at("JCM"):
            self._approved(crediting.convert(lock, by=self.books.admin, now=NOW).transaction_id)

    def cancel(self, first: int, last: int) -> None:
        with self.net.at("JCM"):
            account = self.books.accounts
            order = Order(
                "cancellation_voluntary", account["host"].number, account["voluntary"].number, last - first + 1,
                ranges=(self.serials(first, last),), terms={"purpose": "Footprint"},
            )  # fmt: skip
            self._approved(transactions.propose(order, by=self.books.ama, now=NOW).transaction_id)

    def label(self, first: int, last: int) -> None:
        with self.net.at("JCM"):
            said = NewLabel("Article 6 Authorized", "Letter 1", date(2026, 3, 1), (self.serials(first, last),))
            labels.state(said, by=self.books.admin, now=NOW)

    def recorded(self, first: int, last: int) -> int:
        """A batch in CHE01 on the basis of these credits."""
        with self.net.at("CHE01") as side:
            batch = BatchAttributes(
                UnitType.MO, vintage_year=2024, underlying_registry="JCM", underlying_series="MNG",
                underlying_first=first, underlying_last=last,
            )  # fmt: skip
            new = Issuance(side.account.number, "CHE01", "CHE", last - first + 1, batch)
            issuance.issue(new, by=side.root, now=self.net.now)
            return int(one("SELECT max(id) FROM batch")[0])

    def statuses(self, batch: int) -> list[str]:
        """What Switzerland's registry was told of a batch's credits, newest first."""
        with self.net.at("CHE01"):
            return [str(each["status"]) for each in underlying.statements(batch)]

    def came(self, code: str = "CHE01") -> list[str]:
        with self.net.at(code):
            kept = "SELECT outcome FROM exchange_publication WHERE direction = 'in' AND kind = %s ORDER BY id"
            return [outcome for (outcome,) in rows(kept, ("unit_status",))]

    def alerts(self, code: str) -> list[str]:
        with self.net.at(code):
            return [each["subject"] for each in overview.alerts(is_open=False).items]


@pytest.fixture
def world(fresh_database: object) -> Iterator[World]:
    with with_programme(fresh_database) as (net, books):  # type: ignore[arg-type]
        with net.at("JCM"):
            new = NewCredits(
                "JCM", "MNG", "MN001", 1_000, 2024, date(2024, 1, 1), date(2024, 12, 31), "Joint Committee 12",
                (Share(books.accounts["host"].number),),
            )  # fmt: skip
            crediting.issue(new, by=books.admin, now=NOW)
        net.connect("subscription")
        net.settle()
        yield World(net, books)


def test_a_lock_a_release_a_conversion_and_a_cancellation_are_told_in_their_order(world: World) -> None:
    batch, other = world.recorded(1, 100), world.recorded(201, 300)
    lock = world.lock(1, 100)
    world.net.settle()
    assert world.statuses(batch) == ["locked"]
    world.release(lock)
    world.net.settle()
    assert world.statuses(batch) == ["not_locked", "locked"]
    again = world.lock(1, 100)
    world.convert(again)
    world.net.settle()
    assert world.statuses(batch) == ["cancelled", "locked", "not_locked", "locked"]
    world.cancel(201, 300)
    world.net.settle()
    assert world.statuses(other) == ["cancelled"]
    with world.net.at("CHE01"):
        assert [each.name for each in audit.run() if not each.ok] == []
        [cancelled] = underlying.statements(other)
        assert str(cancelled["reference"]).startswith("transaction ")
    world.net.settle(hours=1)
    assert world.came() == ["recorded"] * 5  # nothing twice
    assert world.came("JCM") == []  # and nothing is told back


def test_a_label_says_what_credits_are_and_takes_no_lock_away(world: World) -> None:
    labelled, locked = world.recorded(1, 100), world.recorded(101, 200)
    world.label(1, 200)
    world.net.settle()
    assert world.statuses(labelled) == world.statuses(locked) == ["labelled"]
    world.lock(101, 200)
    world.net.settle()
    world.label(101, 150)
    world.net.settle()
    assert world.statuses(locked) == ["locked", "labelled"]
    assert world.alerts("CHE01") == []


def test_credits_that_were_locked_before_the_outcome_was_recorded_are_known_to_be_locked(world: World) -> None:
    lock = world.lock(1, 100)
    world.lock(301, 400)
    world.net.settle()
    assert world.came() == ["unused", "unused"]
    batch = world.recorded(1, 100)
    world.net.settle(minutes=1)
    assert world.statuses(batch) == ["locked"]
    world.net.settle(minutes=1)
    assert world.statuses(batch) == ["locked"]
    world.release(lock)
    world.net.settle()
    assert world.statuses(batch) == ["not_locked", "locked"]
    later = world.recorded(301, 400)
    world.net.settle(minutes=1)
    assert world.statuses(later) == ["locked"]


def test_what_was_told_of_them_before_comes_in_its_order(world: World) -> None:
    lock = world.lock(1, 100)
    world.net.settle()
    world.release(lock)
    world.net.settle()
    world.lock(1, 100)
    world.net.settle()
    batch = world.recorded(1, 100)
    world.net.settle(minutes=1)
    assert world.statuses(batch) == ["locked", "not_locked", "locked"]


def test_a_lock_of_a_part_is_shown_to_a_person(world: World) -> None:
    batch = world.recorded(1, 100)
    world.lock(1, 50)
    world.net.settle()
    assert world.statuses(batch) == []
    assert world.came() == ["contradicts"]
    assert any("a part of its units" in each for each in world.alerts("CHE01"))


def test_the_programme_hears_what_others_were_told_of_its_credits_and_says_where_it_is_not_so(world: World) -> None:
    batch, free = world.recorded(1, 100), world.recorded(201, 300)
    world.lock(1, 100)
    with world.net.at("JCM"):
        assert crediting.locks()
    with world.net.at("CHE01") as side:
        for number, what in ((batch, underlying.LockStatus.LOCKED), (free, underlying.LockStatus.CANCELLED)):
            said = underlying.NewStatement(number, what, "by letter", (world.net.now + timedelta(0)).date())
            underlying.state(said, by=side.root, now=world.net.now)
    world.net.settle()
    assert world.came("JCM") == ["known", "contradicts"]
    [alert] = world.alerts("JCM")
    assert "JCM MNG:201-300" in alert
    assert "100 of them" in alert
