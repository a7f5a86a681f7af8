"""Races, with real threads and processes against a real server. Each ends with exactly the units there are."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence

import pytest
from ledger.books import NOW, Books, audit_is_clean, found_registry

from article6.domain.orders import Outcome, Status
from article6.domain.refusals import Code, Refused
from article6.services import accounts, transactions
from article6.store import database as connection
from article6.store.database import one

ROUNDS = 15
NOT_ENOUGH = {Code.QUANTITY_EXCEEDS_HOLDING, Code.BLOCK_NOT_HELD, Code.BLOCK_RESERVED}


@pytest.fixture
def books(database: object) -> Books:
    books = found_registry()
    for name in ("A", "B", "C"):
        books.open(name)
    books.open("gone", "cancellation_administrative")
    return books


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run acts in threads that start together; what each returned, or the refusal it got."""
    barrier = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(position: int, act: Callable[[], object]) -> None:
        one("SELECT 1")  # connected before the race begins
        barrier.wait()
        try:
            results[position] = act()
        except Refused as no:
            results[position] = no
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert None not in results
    return results


def winners(results: Sequence[object]) -> list[object]:
    return [each for each in results if not isinstance(each, Refused)]


def losers(results: Sequence[object]) -> list[Refused]:
    return [each for each in results if isinstance(each, Refused)]


def fresh(books: Books, quantity: int = 100) -> tuple[int, int]:
    """Empty the accounts into the bin and issue anew."""
    for name in ("A", "B", "C"):
        if held := books.quantity(name):
            sent = books.move(name, "gone", held, type_="cancellation_administrative", by=books.admin, reason="round")
            transactions.approve(sent.transaction_id, by=books.bo, now=NOW)
    return books.issue("A", quantity)


def test_two_transfers_of_60_from_100(books: Books) -> None:
    for _ in range(ROUNDS):
        fresh(books)
        results = at_once(lambda: books.move("A", "B", 60), lambda: books.move("A", "C", 60))
        assert len(winners(results)) == 1
        assert all(set(no.codes) <= NOT_ENOUGH for no in losers(results))
        assert (books.quantity("A"), books.quantity("B") + books.quantity("C")) == (40, 60)
    audit_is_clean()


def test_eight_transfers_of_70_from_100(books: Books) -> None:
    for _ in range(ROUNDS):
        fresh(books)
        results = at_once(*[lambda: books.move("A", "B", 70)] * 8)
        assert len(winners(results)) == 1
        assert all(set(no.codes) <= NOT_ENOUGH for no in losers(results))
        assert (books.quantity("A"), books.quantity("B")) == (30, 70)
    audit_is_clean()


def test_60_transferred_while_60_are_cancelled(books: Books) -> None:
    for _ in range(ROUNDS):
        fresh(books)

        def cancel() -> Outcome:
            sent = books.move("A", "gone", 60, type_="cancellation_administrative", by=books.admin, reason="race")
            return transactions.approve(sent.transaction_id, by=books.bo, now=NOW)

        results = at_once(lambda: books.move("A", "B", 60), cancel)
        assert len(winners(results)) == 1
        assert books.quantity("A") == 40
    audit_is_clean()


def test_overlapping_explicit_serials(books: Books) -> None:
    for _ in range(ROUNDS):
        first, _ = fresh(books)
        wanted = [(first + low, first + low + 29) for low in range(0, 70, 10)]
        results = at_once(*[lambda each=each: books.move("A", "B", None, each) for each in wanted])
        assert 1 <= len(winners(results)) <= 3
        assert all(set(no.codes) <= NOT_ENOUGH for no in losers(results))
        assert books.quantity("B") == 30 * len(winners(results))
    audit_is_clean()


def test_crossing_transfers_do_not_deadlock(books: Books) -> None:
    first, last = fresh(books, 2000)
    books.move("A", "B", None, *[(serial, serial) for serial in range(first, last, 2)])
    for _ in range(ROUNDS):
        odd = [(serial, serial) for serial in range(first, first + 400, 2)]
        even = [(serial, serial) for serial in range(first + 1, first + 400, 2)]
        results = at_once(
            lambda: books.move("B", "A", None, *odd),
            lambda: books.move("A", "B", None, *even),
            lambda: books.move("A", "C", 50),
            lambda: books.move("B", "C", 50),
        )
        assert winners(results)
        assert all(set(no.codes) <= NOT_ENOUGH for no in losers(results))
        books.move("C", "A", books.quantity("C"))
        if set(odd) - set(books.holds("B")):
            held = books.quantity("B")
            if held:
                books.move("B", "A", held)
            books.move("A", "B", None, *[(serial, serial) for serial in range(first, last, 2)])
    audit_is_clean()


def test_triple_approval(books: Books) -> None:
    books.open("D", needs_approval=True)
    for _ in range(ROUNDS):
        fresh(books)
        books.move("A", "D", 100)
        proposed = books.move("D", "A", 40).transaction_id
        results = at_once(*[lambda: transactions.approve(proposed, by=books.bo, now=NOW)] * 3)
        assert len(winners(results)) == 1
        assert [no.codes for no in losers(results)] == [(Code.TRANSACTION_NOT_PROPOSED,)] * 2
        assert one("SELECT sum(hi - lo + 1) FROM entry WHERE transaction_id = %s", (proposed,)) == (40,)
    audit_is_clean()


def test_approval_against_rejection_and_withdrawal(books: Books) -> None:
    books.open("D", needs_approval=True)
    for _ in range(ROUNDS):
        fresh(books)
        books.move("A", "D", 100)
        held = books.quantity("D")
        proposed = books.move("D", "A", 40).transaction_id
        results = at_once(
            lambda: transactions.approve(proposed, by=books.bo, now=NOW),
            lambda: transactions.reject(proposed, by=books.bo, now=NOW, reason="no"),
            lambda: transactions.cancel(proposed, by=books.ama, now=NOW),
            lambda: transactions.expire_due(NOW),
        )
        decided = [each for each in winners(results) if isinstance(each, Outcome)]
        assert len(decided) == 1
        assert books.quantity("D") == (held - 40 if decided[0].status is Status.COMPLETED else held)
    audit_is_clean()


def test_the_same_key_from_eight_clients(books: Books) -> None:
    for turn in range(ROUNDS):
        fresh(books)
        results = at_once(*[lambda: books.move("A", "B", 30, key=f"key {turn}")] * 8)
        assert losers(results) == []
        assert len({each.transaction_id for each in results if isinstance(each, Outcome)}) == 1
        assert books.quantity("B") == 30
    audit_is_clean()


def test_the_same_key_with_other_content_from_eight_clients(books: Books) -> None:
    for turn in range(ROUNDS):
        fresh(books)
        results = at_once(
            *[lambda n=n: books.move("A", "B", n, key=f"other {turn}") for n in (10, 11, 12, 13, 14, 15, 16, 17)]
        )
        assert len(winners(results)) == 1
        assert {no.codes for no in losers(results)} == {(Code.IDEMPOTENCY_CONTENT_DIFFERS,)}
    audit_is_clean()


def test_issuing_the_same_serials_at_once(books: Books) -> None:
    for turn in range(ROUNDS):
        first = 10_000 + turn * 100
        results = at_once(*[lambda low=low: books.issue("A", 50, first=low) for low in (first, first + 10, first + 49)])
        assert len(winners(results)) == 1
        assert {no.codes for no in losers(results)} == {(Code.SERIALS_ALREADY_ISSUED,)}
    results = at_once(*[lambda: books.issue("A", 7)] * 8)
    assert len({each for each in results if isinstance(each, tuple)}) == 8
    audit_is_clean()


def test_closing_an_account_while_units_arrive(books: Books) -> None:
    for turn in range(ROUNDS):
        fresh(books)
        name = f"shut {turn}"
        number = books.open(name).number
        results = at_once(
            lambda: accounts.set_status(number, "closed", reason="wound up", by=books.admin, now=NOW),
            lambda: books.move("A", name, 10),
        )
        [no] = losers(results)
        assert no.codes in ((Code.ACCOUNT_NOT_EMPTY,), (Code.ACCOUNT_NOT_OPEN,))
        assert one(
            "SELECT (a.status = 'closed') = (NOT EXISTS (SELECT 1 FROM block b WHERE b.account_id = a.id)) "
            "FROM account a WHERE a.number = %s",
            (number,),
        ) == (True,)
    audit_is_clean()


PROCESS = """
import json, random, sys
import django
django.setup()
from article6.store.database import see_everything_in_this_process
see_everything_in_this_process()
from datetime import UTC, datetime
from article6.domain.orders import Order
from article6.domain.refusals import Refused
from article6.services import transactions
source, others, by, seed = json.loads(sys.argv[1])
chance, done, refused = random.Random(seed), 0, 0
for turn in range(60):
    a, b = chance.sample([source, *others], 2)
    try:
        transactions.propose(Order("transfer", a, b, chance.randint(1, 90)), by=by, now=datetime.now(UTC))
        done += 1
    except Refused as no:
        assert {str(each) for each in no.codes} == {"quantity.exceeds_holding"}, no
        refused += 1
print(json.dumps([done, refused]))
"""


def test_processes_shuffle_units_and_none_is_lost(books: Books, process_environment: dict[str, str]) -> None:
    fresh(books, 300)
    numbers = [books.accounts[name].number for name in ("A", "B", "C")]
    environment = {
        **process_environment,
        "DJANGO_SETTINGS_MODULE": "article6.config.settings",
        "ARTICLE6_SECRET_KEY": "tests",
    }
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, json.dumps([numbers[0], numbers[1:], books.ama, seed])],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(4)
    ]
    done = 0
    for process in running:
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        done += json.loads(out)[0]
    assert done > 0
    assert sum(books.quantity(name) for name in ("A", "B", "C")) == 300
    audit_is_clean()
