"""Ghana and Switzerland compare their books: what was planted on one side is found on both, nothing else blocked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from ledger.books import audit_is_clean
from services.network import Fresh, Network, network

from article6.domain.corrections import NewRemedy, Remedy
from article6.domain.orders import Order, Status
from article6.domain.refusals import Code, Refused
from article6.domain.serials import SeriesRange
from article6.exchange.cases import STATEMENT
from article6.exchange.cases import Status as CaseStatus
from article6.services import accounts, audit, corrections, transactions
from article6.services.exchange import overview, peers, reconciling, transfers
from article6.services.exchange.reconciling import NewResolution
from article6.services.exchange.transfers import NewTransfer
from article6.services.reports import issuing
from article6.services.reports.reconciliations import OUTCOMES
from article6.store import journal
from article6.store.database import one, rows

BOTH = ("GHA01", "CHE01")


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.connect()
        yield both


def _compare(net: Network, code: str = "GHA01") -> str:
    with net.at(code) as side:
        found = reconciling.start("CHE01" if code == "GHA01" else "GHA01", by=side.root, now=net.now)
    net.settle()
    return found


def _seen(net: Network, code: str, reconciliation_id: str) -> dict[str, Any]:
    with net.at(code) as side:
        return reconciling.shown(reconciliation_id, by=side.root)


def _status(net: Network, reconciliation_id: str) -> list[str]:
    return [_seen(net, code, reconciliation_id)["status"] for code in BOTH]


def _differing(found: dict[str, Any]) -> list[tuple[int, int, str, bool]]:
    return [(each["first"], each["last"], each["way"], each["is_ours"]) for each in found["differences"]]


def _held(net: Network, code: str) -> list[tuple[int, int]]:
    with net.at(code):
        return [
            (int(lo), int(hi))
            for lo, hi in rows(
                """SELECT b.lo, b.hi FROM block b JOIN ledger_transaction t ON t.id = b.reserved_by
                   WHERE t.type = 'hold' AND t.status = 'proposed' ORDER BY b.lo"""
            )
        ]


def _by_hand(net: Network, code: str, *statements: str) -> None:
    """Change the database with its owner's rights, past every guard, as the program never could."""
    with psycopg.connect(net[code].database.owner_url, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        for statement in statements:
            assert owner.execute(statement).rowcount >= 1, statement


def test_books_that_agree_are_found_to_agree(net: Network) -> None:
    net.send(300)
    net.send(50)
    net.settle()
    for code in BOTH:
        found = _compare(net, code)
        assert _status(net, found) == ["completed", "completed"]
        assert all(_seen(net, each, found)["peer_result"] == "agreed" for each in BOTH)
    with net.at("GHA01"):
        assert overview.status()["peers"][0]["reconciliation"].startswith("completed")
        audit_is_clean()


def _corrected(
    net: Network, code: str, transaction_id: int, ranges: tuple[SeriesRange, ...], way: tuple[str, str]
) -> None:
    """Two administrators of a registry put units of an arrival from one account into another."""
    with net.at(code) as side:
        new = corrections.NewCase("a letter", "wrong account", transaction_id=transaction_id, ranges=ranges)
        case = corrections.open_case(new, by=side.root, now=net.now)["id"]
        corrections.propose(case, NewRemedy(Remedy.MOVEMENT, *way), by=side.root, now=net.now)
        corrections.confirm(case, by=side.ana, now=net.now)


def _acquisition(net: Network, code: str = "CHE01") -> tuple[int, int]:
    """The newest arrival: its transaction, and its series."""
    with net.at(code):
        return one("SELECT transaction_id, series_id FROM entry ORDER BY id DESC LIMIT 1")


def test_a_local_correction_is_found_blocked_resolved_and_clean_again(net: Network) -> None:
    net.send(100)
    net.settle()
    arrival, series = _acquisition(net)
    with net.at("CHE01") as side:
        other = accounts.open_account(accounts.NewAccount("holding", "CHE", "Other"), by=side.root, now=net.now).number
    moved = (SeriesRange(series, 11, 50),)
    _corrected(net, "CHE01", arrival, moved, (net["CHE01"].account.number, other))

    found = _compare(net)
    assert _status(net, found) == ["by_hand", "by_hand"]
    assert _differing(_seen(net, "GHA01", found)) == [(11, 50, "given", True)]
    assert _differing(_seen(net, "CHE01", found)) == [(11, 50, "given", False)]
    assert (_held(net, "GHA01"), _held(net, "CHE01")) == ([], [(11, 50)])
    # Both see the evidence of both, signed; among it the completion and the correction.
    for code in BOTH:
        told = {(each["direction"], each["type"].split(".")[-2]) for each in _seen(net, code, found)["messages"]}
        assert {(way, what) for way in ("in", "out") for what in ("totals", "blocks", "trail", "result")} <= told
        assert all(each["jws"] for each in _seen(net, code, found)["messages"])
    _holds_and_goes_on(net, series, moved, other)
    sent = net.send(20)
    net.settle()
    assert net.status("GHA01", sent.transfer_id) == "settled"
    _is_told_once(net)
    _is_put_right(net, found, arrival, series, other)


def _holds_and_goes_on(net: Network, series: int, moved: tuple[SeriesRange, ...], other: str) -> None:
    """What is held does not move, and nobody but the comparison ends that; what is not held goes on."""
    with net.at("CHE01") as side:
        hold = one("SELECT id FROM ledger_transaction WHERE type = 'hold'")[0]
        for act in (transactions.approve, transactions.cancel):
            with pytest.raises(Refused):
                act(hold, by=side.ana, now=net.now)
        with pytest.raises(Refused) as no:
            journal.decide(hold, Status.COMPLETED, journal.Command(side.ana), net.now)
        assert no.value.codes == (Code.EXCHANGE_ONLY,)
        assert transactions.expire_due(net.now + timedelta(days=4000)) == 0
        give = Order("transfer", other, net["CHE01"].account.number, ranges=moved)
        with pytest.raises(Refused) as no:
            transactions.propose(give, by=side.ama, now=net.now)
        assert Code.BLOCK_RESERVED in no.value.codes
        free = Order("transfer", net["CHE01"].account.number, other, ranges=(SeriesRange(series, 1, 10),))
        assert transactions.propose(free, by=side.ama, now=net.now).transaction_id
        audit_is_clean()


def _is_told_once(net: Network) -> None:
    """The next day it is known: no second case, nothing more blocked."""
    net.settle(hours=25)
    with net.at("GHA01"):
        assert [each["status"] for each in reconciling.listed(is_open=True).items] == ["by_hand"]
        assert reconciling.listed().items[0]["status"] == "blocks_differ"
        assert reconciling.listed().items[0]["reason"] == "daily"
    assert _held(net, "CHE01") == [(11, 50)]


def _is_put_right(net: Network, found: str, arrival: int, series: int, other: str) -> None:
    """A part by a statement of both, the rest by a correction back; then the next comparison is clean."""
    before = _reported(net, net.now + timedelta(seconds=1))
    # By registry: what it came to, not resolved, 40 units differ, so many are held for it, nothing is signed.
    assert [(each[2], each[5], *each[7:]) for each in before] == [
        ("GHA01", OUTCOMES[CaseStatus.BY_HAND], None, 40, 40, 0),
        ("GHA01", OUTCOMES[CaseStatus.BLOCKS_DIFFER], None, 40, 0, 0),
    ]
    since = net.now + timedelta(seconds=1)
    _resolved(net, found, NewResolution("CHE01", "movement", "it was right", ("GHA01-GHA:11-30",)), is_all=False)
    assert _held(net, "CHE01") == [(31, 50)]
    _resolved(net, found, NewResolution("CHE01", STATEMENT, "these went where they belong"))
    assert _status(net, found) == ["by_hand", "by_hand"]
    _compare(net)  # nothing was corrected yet: found again, and not blocked against the correction
    assert (_held(net, "CHE01"), _status(net, found)) == ([(31, 50)], ["by_hand", "by_hand"])
    _corrected(net, "CHE01", arrival, (SeriesRange(series, 11, 30),), (other, net["CHE01"].account.number))
    clean = _compare(net)
    assert _status(net, clean) == ["completed", "completed"]
    assert _status(net, found) == ["completed_by_hand", "completed_by_hand"]
    assert _held(net, "CHE01") == []
    with net.at("CHE01"):
        audit_is_clean()
    assert [each[:9] for each in _reported(net, since)] == [each[:9] for each in before], "as it was told then"
    now = [(each[5], each[6] is not None, *each[8:]) for each in _reported(net, net.now + timedelta(days=1))]
    assert now[0] == (OUTCOMES[CaseStatus.COMPLETED_BY_HAND], True, 40, 0, 4)
    assert now[-1] == (OUTCOMES[CaseStatus.COMPLETED], True, 0, 0, 0)


def _reported(net: Network, as_of: datetime) -> list[list[Any]]:
    """The rows of the auditor's report in Switzerland's registry, as of a moment."""
    with net.at("CHE01") as side:
        with pytest.raises(Refused) as no:
            issuing.drawn("reconciliations", {}, by=None, now=as_of)
        assert no.value.codes == (Code.PERSON_NOT_PERMITTED,)
        told = issuing.drawn("reconciliations", {}, by=side.root, now=as_of)
        return [list(each) for each in told["content"]["tables"][1]["rows"]]


def _resolved(net: Network, found: str, new: NewResolution, *, is_all: bool = True) -> None:
    """An administrator of each side signs the same."""
    with net.at("GHA01") as side:
        with pytest.raises(Refused) as no:
            reconciling.resolve(found, by=side.root, now=net.now)
        assert no.value.codes == (Code.RECONCILIATION_STATE,)
        with pytest.raises(Refused) as no:
            beyond = replace(new, serials=("GHA01-GHA:1-1000",))
            reconciling.resolve(found, beyond, by=side.root, now=net.now)
        assert no.value.codes == (Code.RECONCILIATION_STATE,)
        with pytest.raises(Refused) as no:
            reconciling.resolve(found, new, by=side.ama, now=net.now)
        assert no.value.codes == (Code.PERSON_NOT_PERMITTED,)
        for wrong, code in (
            (replace(new, serials=("GHA01-GHA:50-11",)), Code.SERIAL_MALFORMED),
            (replace(new, registry="THA01"), Code.REQUEST_MALFORMED),
        ):
            with pytest.raises(Refused) as no:
                reconciling.resolve(found, wrong, by=side.root, now=net.now)
            assert no.value.codes == (code,)
        assert not reconciling.resolve(found, new, by=side.root, now=net.now, key=new.action)["is_agreed"]
        before = reconciling.shown(found)["resolutions"]
        assert reconciling.resolve(found, new, by=side.root, now=net.now, key=new.action)["resolutions"] == before
    net.settle()
    with net.at("CHE01") as side:
        assert [each["text"] for each in overview.alerts().items if each["text"].startswith("The peer signed")]
        assert reconciling.resolve(found, by=side.ana, now=net.now)["is_agreed"] is is_all
        with pytest.raises(Refused) as no:
            reconciling.resolve(found, new, by=side.root, now=net.now)
        assert no.value.codes == (Code.RECONCILIATION_STATE,)
    net.settle()
    for code in BOTH:
        signed = [each["decided_by"] for each in _seen(net, code, found)["resolutions"]]
        assert signed [-2:] == [
            "Root", "Ana",
        ]  # fmt: skip


def test_a_leaving_that_was_wiped_out_is_found_and_the_units_blocked_on_both_sides(net: Network) -> None:
    net.send(100)
    net.send(40)
    net.settle()
    # With the owner's rights, past every guard: the first leaving never was, and the units stand here again.
    _by_hand(
        net, "GHA01",
        "DELETE FROM entry e USING ledger_transaction t WHERE t.id = e.transaction_id AND t.type LIKE '%_out' "
        "AND e.lo = 1",
        "DELETE FROM exchange_transfer WHERE quantity = 100",
        f"UPDATE block SET account_id = {net['GHA01'].account.id}, first_transfer_id = NULL WHERE hi = 100",
    )  # fmt: skip
    with net.at("GHA01"):
        assert [each.name for each in audit.run() if not each.ok]  # its own audit sees it as well
    found = _compare(net, "CHE01")
    assert _status(net, found) == ["by_hand", "by_hand"]
    assert _differing(_seen(net, "GHA01", found)) == [(1, 100, "taken", False)]
    assert _differing(_seen(net, "CHE01", found)) == [(1, 100, "taken", True)]
    assert (_held(net, "GHA01"), _held(net, "CHE01")) == ([(1, 100)], [(1, 100)])
    # Ghana's own signed completion is in the trail that Switzerland sent: who can deny it?
    statement = NewResolution("GHA01", STATEMENT, "restored from a copy, by the court")
    _resolved(net, found, statement)
    assert _status(net, _compare(net)) == ["completed", "completed"]
    assert _status(net, found) == ["completed_by_hand", "completed_by_hand"]
    assert (_held(net, "GHA01"), _held(net, "CHE01")) == ([], [])


def test_who_claims_what_never_passed_blocks_nobody_elses_units(net: Network) -> None:
    net.send(50)
    net.settle()
    # Switzerland's journal says that other units came: a block was moved.
    _by_hand(net, "CHE01", "UPDATE entry SET lo = 801, hi = 850, fork = 832 WHERE lo = 1")
    series = _acquisition(net)[1]
    with net.at("CHE01") as side:
        away = NewTransfer("GHA01", side.account.number, net["GHA01"].account.number, "GHA",
                           ranges=(SeriesRange(series, 41, 50),))  # fmt: skip
        transfers.propose(away, by=side.ama, now=net.now)
    found = _compare(net)
    assert _status(net, found) == ["by_hand", "by_hand"]
    assert _differing(_seen(net, "GHA01", found)) == [(1, 50, "given", True), (801, 850, "taken", False)]
    with net.at("CHE01"):
        [broken] = [each for each in audit.run() if each.name == "transfers"]
        assert "GHA01-GHA:1-50 passed by its messages, and not by the journal" in " ".join(broken.findings)
    assert _held(net, "GHA01") == []  # 801-850 stand here, and nothing shows that they ever left
    assert _held(net, "CHE01") == [(1, 40)]
    with net.at("CHE01"):  # what another transaction has reserved is named to the administrator
        assert [
            each["subject"] for each in overview.alerts().items if each["text"].startswith("Units that differ")
        ] == [f"{found} GHA01-GHA:41-50"]


def test_who_may_not_and_what_is_not_there_is_refused(net: Network) -> None:
    with net.at("GHA01") as side:
        for act in (
            lambda: reconciling.start("CHE01", by=side.ama, now=net.now),
            lambda: reconciling.listed(by=side.bo),
        ):
            with pytest.raises(Refused) as no:
                act()
            assert no.value.codes == (Code.PERSON_NOT_PERMITTED,)
        with pytest.raises(Refused) as no:
            reconciling.start("THA01", by=side.root, now=net.now)
        assert no.value.codes == (Code.PEER_UNKNOWN,)
        for act in (
            lambda: reconciling.shown("nothing", by=side.root),
            lambda: reconciling.resolve("nothing", by=side.root, now=net.now),
        ):
            with pytest.raises(Refused) as no:
                act()
            assert no.value.codes == (Code.RECONCILIATION_UNKNOWN,)
        peers.suspend("CHE01", "in doubt", by=side.root, now=net.now)
        with pytest.raises(Refused) as no:
            reconciling.start("CHE01", by=side.root, now=net.now)
        assert no.value.codes == (Code.SERVICE_NOT_AGREED,)
