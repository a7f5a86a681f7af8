"""The ledger answers for any past moment what it said then."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger import books as books_module
from ledger.books import Books, audit_is_clean, found_registry

from article6.domain.holdings import CAME, LEFT, STAYED, Change, Held, holdings
from article6.domain.orders import Order
from article6.domain.refusals import Refused
from article6.services import as_of, audit, transactions
from article6.services.naming import NamedSerials
from article6.store.database import rows

START = datetime(2023, 11, 1, tzinfo=UTC)


def observed(book: Books) -> dict[str, list[tuple[int, ...]]]:
    """What the blocks say now: of each account, its runs of one batch and authorization."""
    found: dict[str, list[tuple[int, ...]]] = {}
    for name, account in book.accounts.items():
        runs: list[tuple[int, ...]] = []
        for series_id, lo, hi, batch, authorization in rows(
            """SELECT series_id, lo, hi, batch_id, COALESCE(authorization_id, 0) FROM block WHERE account_id = %s
               ORDER BY series_id, hi""",
            (account.id,),
        ):
            before = runs[-1] if runs else None
            if before and (before[0], before[2] + 1, before[3], before[4]) == (series_id, lo, batch, authorization):
                runs[-1] = (*before[:2], hi, *before[3:])
            else:
                runs.append((series_id, lo, hi, batch, authorization))
        found[name] = runs
    return found


def told(book: Books, at: datetime) -> dict[str, list[tuple[int, ...]]]:
    return {name: [tuple(each) for each in as_of.held(account.id, at).held] for name, account in book.accounts.items()}


def step(book: Books, seed: random.Random, at: datetime) -> None:
    """Something happens, or is refused."""
    names = list(book.accounts)
    if seed.random() < 0.25:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(books_module, "NOW", at)
            book.issue(seed.choice(names), seed.randint(1, 50), party=seed.choice(("GHA", "THA")))
        return
    source, target = seed.sample(names, 2)
    order = Order("transfer", book.accounts[source].number, book.accounts[target].number, seed.randint(1, 40))
    with contextlib.suppress(Refused):
        done = transactions.propose(order, by=book.ama, now=at)
        if done.status == "proposed":
            transactions.approve(done.transaction_id, by=book.bo, now=at + timedelta(hours=seed.randint(1, 500)))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), keep_often=st.booleans())
def test_as_of_a_moment_is_what_was_observed_then(
    fresh_database: Callable[[], contextlib.AbstractContextManager[object]], seed: int, keep_often: bool
) -> None:
    chance = random.Random(seed)
    with fresh_database():
        book = found_registry()
        for name in ("A", "B", "C"):
            book.open(name, needs_approval=name == "C")
        moments, at = [], START
        for _ in range(25):
            step(book, chance, at)
            at += timedelta(days=30)  # longer than an approval takes
            moments.append((at, observed(book)))
            at += timedelta(days=1)
            if keep_often and chance.random() < 0.3:
                as_of.keep_due(at)
        for moment, then in moments:
            assert told(book, moment) == then
        as_of.keep_due(at)
        assert rows("SELECT count(*) FROM holding_snapshot")[0][0] > 0
        for moment, then in moments:
            assert told(book, moment) == then
            units = {name: sum(each[2] - each[1] + 1 for each in runs) for name, runs in then.items()}
            known = as_of.balances(moment)
            assert {name: known.get(book.accounts[name].number, 0) for name in units} == units
            whole = {each.account: list(map(tuple, each.held)) for each in as_of.registry_holdings(moment, "GHA")}
            assert whole == {book.accounts[name].number: runs for name, runs in then.items() if runs}
            for name, runs in then.items():
                for series_id, first, *_rest in runs:
                    party = rows("SELECT party FROM series WHERE id = %s", (series_id,))[0][0]
                    assert as_of.owner(NamedSerials(party, first, first), moment) == book.accounts[name].number
        audit_is_clean()


def test_a_replay_of_the_past_overtakes_what_was_kept(database: object) -> None:
    """Holdings kept of a year into which something is written afterwards are left aside, and kept anew."""
    book = found_registry()
    book.open("A")
    book.open("B")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(books_module, "NOW", START)
        book.issue("A", 100)
    new_year = datetime(2024, 1, 1, tzinfo=UTC)
    assert as_of.keep_due(datetime(2024, 6, 1, tzinfo=UTC)) == 1
    assert as_of.keep_due(datetime(2024, 6, 1, tzinfo=UTC)) == 0
    late = Order("transfer", book.accounts["A"].number, book.accounts["B"].number, 30)
    transactions.propose(late, by=book.ama, now=START + timedelta(days=3))
    assert [as_of.held(book.accounts[name].id, new_year).units for name in "AB"] == [70, 30]
    assert as_of.keep_due(datetime(2024, 6, 1, tzinfo=UTC)) == 2
    assert [as_of.held(book.accounts[name].id, new_year).units for name in "AB"] == [70, 30]
    audit_is_clean()


def test_the_audit_finds_kept_holdings_that_the_journal_does_not_bear_out(database: object) -> None:
    book = found_registry()
    book.open("A")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(books_module, "NOW", START)
        book.issue("A", 100)
    assert as_of.keep_due(datetime(2024, 6, 1, tzinfo=UTC)) == 1
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE holding_snapshot DISABLE TRIGGER USER")
        cursor.execute("UPDATE holding_snapshot SET his = ARRAY[99]::bigint[], units = 99")
        cursor.execute("ALTER TABLE holding_snapshot ENABLE TRIGGER USER")
    assert [check.name for check in audit.run() if not check.ok] == ["kept"]


def test_moments_that_cross_are_told_and_not_kept() -> None:
    came, left, stayed = (Change(number, 1, 1, 10, step, 1, 0) for number, step in ((1, CAME), (2, LEFT), (3, STAYED)))
    assert holdings((), [left]).held == ()
    assert not holdings((), [left]).is_plain
    assert holdings((), [left, came]) == holdings((), [came, left]) == holdings((), [])
    assert holdings((), [came, stayed._replace(authorization_id=4)]).held == (Held(1, 1, 10, 1, 4),)
    assert holdings((Held(1, 1, 10, 1, 0),), [left._replace(first=4, last=6)]).held == (
        Held(1, 1, 3, 1, 0), Held(1, 7, 10, 1, 0),
    )  # fmt: skip
