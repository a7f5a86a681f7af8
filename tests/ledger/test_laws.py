"""Laws of conservation, for any sequence of commands: the SQL ledger against a naive model that knows every serial."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger.books import NOW, Books, audit_is_clean, found_registry

from article6.domain.authorizations import Purpose
from article6.domain.orders import Status, TransactionId
from article6.domain.refusals import Refused
from article6.services import authorizations, transactions
from article6.store.database import rows

ACCOUNTS = ("A", "B", "held", "abroad", "gone")
TOP = 120

small = st.integers(1, TOP + 10)
command = st.one_of(
    st.tuples(st.just("issue"), st.integers(1, 40), st.none() | small),
    st.tuples(st.just("move"), st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS), st.integers(1, 60)),
    st.tuples(
        st.just("serials"),
        st.sampled_from(ACCOUNTS),
        st.sampled_from(ACCOUNTS),
        st.lists(st.tuples(small, st.integers(0, 15)), min_size=1, max_size=4),
    ),
    st.tuples(st.just("authorize"), st.lists(st.tuples(small, st.integers(0, 30)), min_size=1, max_size=2)),
    st.tuples(st.just("decide"), st.integers(0, 5), st.sampled_from(["approve", "reject", "cancel"])),
)


class Model:
    """Every serial by itself: where it stands, who reserves it, whether it is authorized and first transferred."""

    def __init__(self) -> None:
        self.where: dict[int, str] = {}
        self.reserved: dict[int, int] = {}
        self.authorized: set[int] = set()
        self.first_transferred: set[int] = set()

    def free(self, account: str) -> list[int]:
        return sorted(s for s, at in self.where.items() if at == account and s not in self.reserved)


class Game:
    """Plays commands on both sides; what the ledger refuses, the model must have no claim to."""

    def __init__(self, books: Books) -> None:
        self.books, self.model = books, Model()
        self.waiting: list[tuple[int, str, str, list[int], str]] = []

    def play(self, move: tuple[object, ...]) -> None:
        getattr(self, f"_{move[0]}")(*move[1:])
        self._compare()

    def _issue(self, quantity: int, first: int | None) -> None:
        top = max(self.model.where, default=0)
        wanted = range(first or top + 1, (first or top + 1) + quantity)
        try:
            low, high = self.books.issue("A", quantity, first=first)
        except Refused:
            assert any(serial in self.model.where for serial in wanted)
            return
        assert (low, high) == (wanted[0], wanted[-1])
        self.model.where.update(dict.fromkeys(wanted, "A"))

    def _move(self, source: str, target: str, quantity: int) -> None:
        chosen = self.model.free(source)[:quantity]
        self._send(
            source, target, chosen, lambda type_: self.books.move(source, target, quantity, type_=type_), quantity
        )

    def _serials(self, source: str, target: str, picks: list[tuple[int, int]]) -> None:
        ranges = [(low, low + more) for low, more in picks]
        chosen = [serial for low, high in ranges for serial in range(low, high + 1)]
        self._send(
            source,
            target,
            chosen,
            lambda type_: self.books.move(source, target, None, *ranges, type_=type_),
            len(chosen),
        )

    def _send(self, source: str, target: str, chosen: list[int], act: object, quantity: int) -> None:
        type_ = "transfer"
        if "abroad" in (source, target):
            type_ = "international_transfer"
        elif target == "gone":
            type_ = "cancellation_voluntary"
        allowed = (
            source not in (target, "gone")
            and not (source == "abroad" and target == "gone")
            and len(chosen) == quantity == len(set(chosen))
            and set(chosen) <= set(self.model.free(source))
            and (type_ != "international_transfer" or set(chosen) <= self.model.authorized)
        )
        try:
            outcome = act(type_)  # type: ignore[operator]
        except Refused as no:
            assert not allowed, no
            return
        assert allowed
        if outcome.status is Status.PROPOSED:
            self.model.reserved.update(dict.fromkeys(chosen, outcome.transaction_id))
            self.waiting.append((outcome.transaction_id, source, target, chosen, type_))
        else:
            self._moved(target, chosen, type_)

    def _moved(self, target: str, chosen: list[int], type_: str) -> None:
        self.model.where.update(dict.fromkeys(chosen, target))
        if type_ == "international_transfer":
            self.model.first_transferred.update(chosen)

    def _authorize(self, picks: list[tuple[int, int]]) -> None:
        ranges = [(low, low + more) for low, more in picks]
        chosen = [serial for low, high in ranges for serial in range(low, high + 1)]
        allowed = len(chosen) == len(set(chosen)) and set(chosen) <= set(self.model.free("A"))
        try:
            self.books.move("A", "A", None, *ranges, type_="authorization", by=self.books.admin, authorization="GHA-1")
        except Refused as no:
            assert not allowed, no
            return
        assert allowed
        self.model.authorized.update(chosen)

    def _decide(self, which: int, how: str) -> None:
        if not self.waiting:
            return
        number, _, target, chosen, type_ = self.waiting.pop(which % len(self.waiting))
        by = self.books.ama if how == "cancel" else self.books.bo
        more = {"reason": "x"} if how == "reject" else {}
        getattr(transactions, how)(TransactionId(number), by=by, now=NOW, **more)
        for serial in chosen:
            del self.model.reserved[serial]
        if how == "approve":
            self._moved(target, chosen, type_)

    def _compare(self) -> None:
        found: dict[int, tuple[str, int | None, bool, bool]] = {}
        names = {account.id: name for name, account in self.books.accounts.items()}
        blocks = rows(
            "SELECT lo, hi, account_id, reserved_by, authorization_id, first_transfer_id FROM block "
            "WHERE account_id IS NOT NULL ORDER BY hi"
        )
        for lo, hi, account, reserved, authorization, first in blocks:
            for serial in range(lo, hi + 1):
                assert serial not in found
                found[serial] = (names[account], reserved, authorization is not None, first is not None)
        model = self.model
        assert found == {
            serial: (at, model.reserved.get(serial), serial in model.authorized, serial in model.first_transferred)
            for serial, at in model.where.items()
        }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(command, min_size=5, max_size=30))
def test_the_ledger_agrees_with_a_naive_model(fresh_database: object, commands: list[tuple[object, ...]]) -> None:
    with fresh_database():  # type: ignore[operator]
        books = found_registry()
        for name in ("A", "B"):
            books.open(name)
        books.open("held", needs_approval=True)
        books.open("abroad", section="CHE")
        books.open("gone", "cancellation_voluntary")
        approach = authorizations.NewApproach("CA0001", "Any", ("GHA", "CHE"))
        authorizations.record_approach(approach, by=books.admin, now=NOW)
        given_ = authorizations.NewAuthorization("GHA-1", "GHA", "CA0001", date(2023, 1, 1), Purpose.NDC)
        authorizations.record_authorization(given_, by=books.admin, now=NOW)
        game = Game(books)
        game.play(("issue", 60, None))
        for each in commands:
            game.play(each)
        audit_is_clean()
        firsts = Counter(
            serial
            for lo, hi in rows("SELECT lo, hi FROM entry WHERE is_first_transfer")
            for serial in range(lo, hi + 1)
        )
        assert all(times == 1 for times in firsts.values())
