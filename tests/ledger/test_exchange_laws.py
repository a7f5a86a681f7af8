"""Laws of conservation between ledgers, for any sequence of transfers, against a model that knows every serial."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger.books import audit_is_clean
from ledger.neighbours import LEDGER, NOW, Neighbourhood, authorized, holds, neighbours, transfer

from article6.domain.kinds import Kind
from article6.domain.refusals import Refused
from article6.exchange.books import Side, TransferStatus
from article6.exchange.facts import Proposed
from article6.store.database import one, rows

TOP = 60
CODES = ("GHA01", "CHE01")

act = st.tuples(
    st.sampled_from(CODES), st.lists(st.tuples(st.integers(1, TOP), st.integers(0, 14)), min_size=1, max_size=3),
    st.sampled_from(["completed", "completed", "completed", "rejected", "cancelled"]),
)  # fmt: skip


def other(code: str) -> str:
    return CODES[1 - CODES.index(code)]


class Game:
    """Every serial is with one of the two, as the model has it and as both ledgers do."""

    def __init__(self, them: Neighbourhood) -> None:
        self.them = them
        self.live = dict.fromkeys(range(1, TOP + 1), "GHA01")
        self.marked: set[int] = set()

    def play(self, giver: str, wanted: list[tuple[int, int]], end: str) -> None:
        serials = [(first, min(first + more, TOP)) for first, more in wanted]
        named = [serial for first, last in serials for serial in range(first, last + 1)]
        is_possible = len(set(named)) == len(named) and all(self.live[serial] == giver for serial in named)
        taker = other(giver)
        with self.them.at(giver):
            found = rows("SELECT id FROM series")
        try:
            number = self.them.leave(giver, taker, None, *serials, series_id=found[0][0] if found else 1)
        except Refused:
            assert not is_possible
            return
        assert is_possible
        proposed = self.them.told(giver, number)
        self._ended(giver, taker, number, proposed, end)
        if end == "completed":
            self.live |= dict.fromkeys(named, taker)
            self.marked |= set(named)

    def _ended(self, giver: str, taker: str, number: Any, proposed: Proposed, end: str) -> None:
        if end != "rejected":
            assert self.them.accept(taker, giver, proposed) == []
        if end == "completed":
            self.them.complete(giver, taker, number, proposed)
            return
        with self.them.at(taker):
            LEDGER.forget(transfer(proposed, giver), NOW)
        with self.them.at(giver):
            ours = replace(transfer(proposed, taker), side=Side.SENDER, ledger_id=number)
            LEDGER.release(ours, TransferStatus(end), NOW)

    def compare(self) -> None:
        for code in CODES:
            with self.them.at(code):
                held = {serial for lo, hi in holds() for serial in range(lo, hi + 1)}
                assert held == {serial for serial, at in self.live.items() if at == code}
                marked = rows(
                    """SELECT b.lo, b.hi FROM block b JOIN account a ON a.id = b.account_id
                       WHERE a.type = 'holding' AND b.first_transfer_id IS NOT NULL"""
                )
                assert {serial for lo, hi in marked for serial in range(lo, hi + 1)} == held & self.marked
                assert one("SELECT count(*) FROM block WHERE reserved_by IS NOT NULL") == (0,)
                assert one("SELECT count(*) FROM expected_units") == (0,)
                audit_is_clean()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(act, min_size=3, max_size=10))
def test_whatever_two_registries_give_each_other_each_serial_is_with_one(
    fresh_database: Callable[[], Any], acts: list[tuple[str, list[tuple[int, int]], str]]
) -> None:
    with neighbours(fresh_database, GHA01=Kind.PARTY, CHE01=Kind.PARTY) as them:
        authorized(them, units=TOP)
        game = Game(them)
        for each in acts:
            game.play(*each)
        game.compare()
