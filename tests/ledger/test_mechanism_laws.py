"""Laws of the mechanism registry, for any sequence of its acts: the SQL ledger against a model that knows each serial.

The model is told nothing but the acts, and works out by itself, unit by unit, whether an act is allowed, what it
levies, where every unit stands afterwards, whether it is authorized and whether it was first transferred.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ledger.books import NOW, Books, audit_is_clean
from ledger.mechanism_books import appoint, authorize, forward, issue, kyoto, later_by, mechanism_books, state, take
from ledger.test_authorization_laws import table

from article6.domain.authorizations import FirstTransferDefinition, Purpose
from article6.domain.kinds import Role
from article6.domain.mechanism import Statement
from article6.domain.orders import Order, TransactionId
from article6.domain.refusals import Refused
from article6.domain.serials import SeriesRange
from article6.services import transactions
from article6.services.mechanism import Vintage
from article6.store.database import rows

HOSTS = ("THA", "RWA")
HOLDING = {"THA": "THA", "THA 2": "THA", "RWA": "RWA", "CHE": "CHE", "GHA": "GHA"}
VINTAGES = (2020, 2022, 2023)

# What leaves an account, with its target from each source; a source that is missing cannot do it.
MOVES: dict[str, dict[str, str]] = {
    "transfer": {"THA": "THA 2", "THA 2": "THA"},
    "international_transfer": {"THA": "CHE", "THA 2": "CHE", "RWA": "CHE", "CHE": "THA"},
    "use_ndc": {"CHE": "CHE ndc"},
    "cancellation_oimp": {"CHE": "CHE oimp", "THA": "THA oimp"},
    "cancellation_omge_voluntary": {"CHE": "CHE omge", "THA": "THA omge"},
    "cancellation_voluntary": {"CHE": "CHE gone", "THA": "THA gone"},
    "cancellation_administrative": {"pending": "ADM gone", "share_of_proceeds": "ADM gone"},
    "transfer_proceeds": {"share_of_proceeds": "CHE"},
    "transfer_adaptation": {"THA": "share_of_proceeds", "CHE": "share_of_proceeds"},
}

few = st.integers(1, 8)
step = st.one_of(
    st.tuples(st.just("state"), st.sampled_from(HOSTS), st.sampled_from(list(Statement)), st.integers(1, 90)),
    st.tuples(
        st.just("issue"), st.sampled_from(HOSTS), st.one_of(few, st.integers(1, 70)), st.none() | st.integers(1, 30),
        st.sampled_from((Fraction(2), Fraction(7, 2), Fraction(40))), st.booleans(),
        st.sampled_from(("", "THA", "CHE", "both")),
    ),
    st.tuples(
        st.just("forward"), st.integers(0, 9), st.sampled_from(("THA", "CHE", "GHA")), st.integers(1, 40),
        st.booleans(), st.none() | st.sampled_from(VINTAGES),
    ),
    st.tuples(st.just("later"), st.integers(0, 9)),
    st.sampled_from(sorted(MOVES)).flatmap(
        lambda type_: st.tuples(
            st.just("move"), st.just(type_), st.sampled_from(sorted(MOVES[type_])), st.integers(0, 30),
            st.integers(1, 25),
        )
    ),
    st.tuples(
        st.just("take"), st.lists(st.tuples(st.integers(1, 60), st.integers(0, 12)), min_size=1, max_size=2),
        st.sampled_from((date(2013, 1, 1), date(2013, 1, 1), date(2012, 12, 31))),
    ),
)  # fmt: skip


@dataclass
class Unit:
    """One serial, as the model has it."""

    where: str
    host: str
    vintage: int | None = None
    batch: tuple[int, int] = (0, 0)
    is_authorized: bool = False
    firsts: int = 0
    is_cer: bool = False


@dataclass
class Issued:
    """One issuance: the statement it was made under, and for each batch whether any of its units has moved since."""

    number: TransactionId
    host: str
    statement: Statement
    moved: dict[int, bool] = field(default_factory=dict)


class Game:
    """Plays every act on both sides."""

    def __init__(self, definition: FirstTransferDefinition, purposes: Purpose) -> None:
        self.definition, self.purposes = definition, purposes
        self.books: Books = mechanism_books()
        self._open()
        appoint(self.books, self.books.ama, "ADM", Role.TRUSTEE)
        for host in HOSTS:
            authorize(self.books, f"{host}-1", host, first=definition, purposes=purposes, oimp="CORSIA")
        self.units: dict[tuple[str, int], Unit] = {}
        self.statements: dict[str, tuple[Statement, int]] = {}
        self.issued: list[Issued] = []
        self.authorized_at_issuance: Counter[str] = Counter()
        self.kyoto: set[int] = set()

    def _open(self) -> None:
        books = self.books
        books.open("THA 2", section="THA")
        books.open("ADM gone", "cancellation_administrative", "ADM")
        books.open("CHE ndc", "retirement", "CHE", period_first=2021, period_last=2030)
        for party in ("THA", "CHE"):
            for name, type_ in (("oimp", "oimp"), ("omge", "omge_voluntary"), ("gone", "voluntary")):
                books.open(f"{party} {name}", f"cancellation_{type_}", party)

    def play(self, move: tuple[Any, ...]) -> None:
        getattr(self, move[0])(*move[1:])
        self.compare()

    def tried(self, allowed: bool, act: Callable[[], Any]) -> Any:
        """The act's answer, None where it was refused; the ledger must say what the model says."""
        try:
            answer = act()
        except Refused as no:
            assert not allowed, no
            return None
        assert allowed, "the model refuses it"
        return answer

    def happens(self, unit: Unit, *events: str) -> None:
        under = unit.is_authorized and not unit.firsts
        if under and any(event == "adaptation" or table(self.purposes, self.definition, event) for event in events):
            unit.firsts += 1

    def state(self, host: str, statement: Statement, quantity: int) -> None:
        more: dict[str, object] = {"authorization": f"{host}-1"} if statement.authorizes else {}
        if statement is Statement.PART:
            more["quantity"] = quantity
        state(self.books, statement, host, **more)
        self.statements[host] = (statement, quantity)

    def issue(
        self, host: str, quantity: int, second: int | None, percent: Fraction, opted_in: bool, to: str
    ) -> None:  # fmt: skip
        vintages = [(2022, quantity)] + ([(2023, second)] if second else [])
        total = quantity + (second or 0)
        statement, limit = self.statements.get(host, (None, 0))
        most = {Statement.FULL: total, Statement.PART: max(0, limit - self.authorized_at_issuance[host])}
        authorized = min(total, most.get(statement, 0)) if statement else 0
        tranches = self._tranches(vintages, authorized)
        levied = levies([len(each[2]) for each in tranches], percent, owes=host == "THA" or opted_in)
        forwardings = self._forwardings(tranches, levied, to)
        wanted = [(name, units, contribution) for name, units, contribution, _ in forwardings]
        act = self.tried(
            statement is not None and all(HOLDING[name] in (host, "CHE") for name, _, _ in wanted),
            lambda: issue(
                self.books, quantity, *wanted, party=host, vintage_year=2022, omge_percent=percent, opted_in=opted_in,
                further=(Vintage(2023, second),) if second else (),
            ),
        )  # fmt: skip
        if act is None or statement is None:
            return
        self.authorized_at_issuance[host] += authorized
        self._book(Issued(act.transaction_id, host, statement), tranches, levied, forwardings)
        assert act.shares.issued == total

    def _tranches(self, vintages: list[tuple[int, int]], authorized: int) -> list[tuple[int, bool, list[int]]]:
        """Vintage, whether authorized, and the units, told off one by one."""
        line = [(year, place < authorized) for place, year in enumerate(y for y, many in vintages for _ in range(many))]
        kinds = sorted(set(line), key=lambda each: (not each[1], each[0]))
        return [(*kind, [0] * line.count(kind)) for kind in kinds]

    def _forwardings(
        self, tranches: list[tuple[int, bool, list[int]]], levied: list[tuple[int, int]], to: str
    ) -> list[tuple[str, int, bool, bool]]:
        both = len({each[1] for each in tranches}) == 2
        wanted = []
        for is_authorized in (True, False):
            rest = sum(
                len(units) - sop - omge
                for (_, sort, units), (sop, omge) in zip(tranches, levied, strict=True)
                if sort is is_authorized
            )
            halves = {"": [], "both": [("THA", rest // 2), ("CHE", rest - rest // 2)]}.get(to, [(to, rest)])
            wanted += [(name, many, both and not is_authorized, is_authorized) for name, many in halves if many]
        return wanted

    def _book(
        self,
        issued: Issued,
        tranches: list[tuple[int, bool, list[int]]],
        levied: list[tuple[int, int]],
        forwardings: list[tuple[str, int, bool, bool]],
    ) -> None:
        top = max((serial for host, serial in self.units if host == issued.host), default=0)
        index = len(self.issued)
        rest: dict[bool, list[Unit]] = {True: [], False: []}
        for place, ((year, is_authorized, units), (sop, omge)) in enumerate(zip(tranches, levied, strict=True)):
            issued.moved[place] = False
            for number, _ in enumerate(units):
                unit = Unit("pending", issued.host, year, (index, place), is_authorized)
                top += 1
                self.units[issued.host, top] = unit
                self.happens(unit, "authorization")
                if number < sop:
                    unit.where = "share_of_proceeds"
                    self.happens(unit, "adaptation")
                elif number < sop + omge:
                    unit.where = "cancellation_omge"
                    self.happens(unit, "cancellation_omge")
                else:
                    rest[is_authorized].append(unit)
        for name, many, _, is_authorized in forwardings:
            self._forwarded(rest[is_authorized][:many], name)
            del rest[is_authorized][:many]
        self.issued.append(issued)

    def _forwarded(self, units: list[Unit], name: str) -> None:
        for unit in units:
            unit.where = name
            if HOLDING[name] != unit.host:
                self.happens(unit, "international_transfer")

    def forward(self, which: int, name: str, quantity: int, contribution: bool, vintage: int | None) -> None:
        if not self.issued:
            return
        index = which % len(self.issued)
        issued = self.issued[index]
        stand = [each for each in self._in_order() if each.where == "pending" and each.batch[0] == index]
        both = len({each.is_authorized for each in stand}) == 2
        fitting = [
            each for each in stand
            if (not both or each.is_authorized is not contribution) and vintage in (None, each.vintage)
        ]  # fmt: skip
        allowed = len(fitting) >= quantity and HOLDING[name] in (issued.host, "CHE")
        act = self.tried(
            allowed, lambda: forward_by_number(self.books, issued.number, name, quantity, contribution, vintage)
        )
        if act is not None:
            self._forwarded(fitting[:quantity], name)

    def _in_order(self) -> list[Unit]:
        return [self.units[key] for key in sorted(self.units)]

    def later(self, which: int) -> None:
        if not self.issued:
            return
        index = which % len(self.issued)
        issued = self.issued[index]
        open_ = {
            each.batch[1] for each in self.units.values() if each.batch[0] == index and not each.is_authorized
            and not each.is_cer
        }  # fmt: skip
        allowed = (
            bool(open_)
            and issued.statement is not Statement.NONE
            and not any(issued.moved[place] for place in open_)
        )  # fmt: skip
        if self.tried(allowed, lambda: later_by(self.books, issued.number, code=f"{issued.host}-1")) is None:
            return
        for unit in self.units.values():
            if unit.batch[0] == index and not unit.is_cer and unit.batch[1] in open_:
                unit.is_authorized = True
                events = ["authorization"]
                if HOLDING.get(unit.where, unit.host) != unit.host:
                    events.append("international_transfer")
                where = {"share_of_proceeds": ["adaptation"], "cancellation_omge": ["cancellation_omge"]}
                self.happens(unit, *where.get(unit.where, events))
        for place in open_:
            issued.moved[place] = True  # what was authorized is not authorized a second time

    def move(self, type_: str, source: str, skipped: int, many: int) -> None:
        target = MOVES[type_][source]
        keys = [key for key in sorted(self.units) if self.units[key].where == source][skipped : skipped + many]
        if not keys:
            return
        chosen = [self.units[key] for key in keys]
        act = self.tried(self._allows(type_, chosen), lambda: self._send(type_, source, target, keys))
        if act is None:
            return
        event = {"transfer_adaptation": "adaptation", "transfer_proceeds": "international_transfer",
                 "cancellation_omge_voluntary": "cancellation_omge"}.get(type_, type_)  # fmt: skip
        for unit in chosen:
            unit.where = target
            self.happens(unit, event)
            if not unit.is_cer:
                self.issued[unit.batch[0]].moved[unit.batch[1]] = True

    def _allows(self, type_: str, chosen: list[Unit]) -> bool:
        authorized = all(each.is_authorized for each in chosen)
        towards_ndc = self.purposes.value.startswith("NDC")
        if type_ in ("international_transfer", "transfer_proceeds"):
            return all(each.is_authorized or each.is_cer for each in chosen)
        if type_ == "use_ndc":
            return all(
                each.is_cer or (each.is_authorized and towards_ndc and (each.vintage or 0) >= 2021) for each in chosen
            )
        if type_ == "cancellation_oimp":
            return authorized and self.purposes is not Purpose.NDC
        if type_ in ("cancellation_omge_voluntary", "transfer_adaptation"):
            return authorized
        return True

    def _send(self, type_: str, source: str, target: str, keys: list[tuple[str, int]]) -> object:
        series = dict(rows("SELECT party, id FROM series"))
        ranges = tuple(SeriesRange(series[host], serial, serial) for host, serial in keys)
        terms = {"use_year": 2024, "purpose": "CORSIA", "reason": "reversal"}
        accounts = self.books.accounts
        order = Order(type_, accounts[source].number, accounts[target].number, ranges=ranges, terms=terms)
        by = self.books.ama if type_ == "transfer_proceeds" else self.books.admin
        outcome = transactions.propose(order, by=by, now=NOW)
        if outcome.status == "proposed":
            transactions.approve(outcome.transaction_id, by=self.books.bo, now=NOW)
        return outcome

    def take(self, spans: list[tuple[int, int]], registered_on: date) -> None:
        told = [serial for low, more in spans for serial in range(low, low + more + 1)]
        allowed = (
            registered_on >= date(2013, 1, 1) and len(told) == len(set(told)) and not self.kyoto & set(told)
        )  # fmt: skip
        wanted = [kyoto(self.books, low, low + more, registered_on=registered_on) for low, more in spans]
        if self.tried(allowed, lambda: take(self.books, *wanted)) is None:
            return
        top = max((serial for host, serial in self.units if host == "IND"), default=0)
        for place, _ in enumerate(told, 1):
            self.units["IND", top + place] = Unit("CHE", "IND", is_cer=True)
        self.kyoto.update(told)

    def compare(self) -> None:
        names = {account.id: name for name, account in self.books.accounts.items()}
        found: dict[tuple[str, int], tuple[str, bool, bool]] = {}
        blocks = rows(
            """SELECT s.party, b.lo, b.hi, b.account_id, b.authorization_id IS NOT NULL, b.first_transfer_id IS NOT NULL
               FROM block b JOIN series s ON s.id = b.series_id WHERE b.account_id IS NOT NULL"""
        )
        for host, low, high, account, is_authorized, is_first in blocks:
            for serial in range(low, high + 1):
                assert (host, serial) not in found
                found[host, serial] = (names[account], is_authorized, is_first)
        assert found == {key: (each.where, each.is_authorized, each.firsts == 1) for key, each in self.units.items()}


def forward_by_number(
    books: Books, number: TransactionId, name: str, quantity: int, contribution: bool, vintage: int | None
) -> object:
    act = type("Named", (), {"transaction_id": number})()
    return forward(books, act, (name, quantity, contribution, vintage))


def levies(sizes: list[int], percent: Fraction, *, owes: bool) -> list[tuple[int, int]]:
    """What each tranche gives (proceeds, OMGE), told off unit by unit: a unit gives when the share rises with it."""
    total = sum(sizes)
    given: list[list[int]] = []
    before = 0
    most = min(math.ceil(total * percent / 100), total - (math.ceil(total * 5 / 100) if owes else 0))
    for size in sizes:
        sop = omge = 0
        for unit in range(before + 1, before + size + 1):
            sop += owes and math.ceil(Fraction(unit * 5, 100)) > math.ceil(Fraction((unit - 1) * 5, 100))
            omge += min(most, math.ceil(unit * percent / 100)) > min(most, math.ceil((unit - 1) * percent / 100))
        given.append([sop, omge])
        before += size
    for place, size in enumerate(sizes):
        while sum(given[place]) > size:
            given[place][1] -= 1
            next(each for n, each in enumerate(given) if sum(each) < sizes[n])[1] += 1
    return [(sop, omge) for sop, omge in given]


ALL_ACTS: list[tuple[Any, ...]] = [
    ("state", "THA", Statement.PART, 30), ("issue", "THA", 40, 20, Fraction(2), False, "both"),
    ("move", "cancellation_omge_voluntary", "CHE", 0, 2), ("move", "use_ndc", "CHE", 0, 3),
    ("move", "cancellation_oimp", "CHE", 0, 2), ("move", "transfer_adaptation", "THA", 0, 2),
    ("state", "RWA", Statement.CONTRIBUTION, 1), ("issue", "RWA", 9, 3, Fraction(40), True, ""),
    ("forward", 1, "CHE", 2, False, 2022), ("later", 1), ("forward", 1, "CHE", 2, False, None),
    ("move", "transfer_proceeds", "share_of_proceeds", 0, 2),
    ("move", "cancellation_administrative", "pending", 0, 1),
    ("take", [(1, 9), (20, 3)], date(2013, 1, 1)), ("take", [(9, 1)], date(2013, 1, 1)),
    ("later", 0), ("move", "international_transfer", "CHE", 0, 4), ("move", "transfer", "THA", 0, 3),
    ("issue", "RWA", 1, None, Fraction(2), False, ""), ("move", "cancellation_voluntary", "CHE", 0, 5),
]  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(FirstTransferDefinition.USE_OR_CANCELLATION, Purpose.NDC_AND_OIMP, ALL_ACTS)
@example(FirstTransferDefinition.ISSUANCE, Purpose.OIMP, ALL_ACTS)
@example(FirstTransferDefinition.AUTHORIZATION, Purpose.NDC, ALL_ACTS)
@given(
    st.sampled_from(list(FirstTransferDefinition)),
    st.sampled_from(list(Purpose)),
    st.lists(step, min_size=6, max_size=18),
)
def test_the_mechanism_registry_agrees_with_a_model_of_every_unit(
    fresh_database: object, definition: FirstTransferDefinition, purposes: Purpose, steps: list[tuple[Any, ...]]
) -> None:
    with fresh_database():  # type: ignore[operator]
        game = Game(definition, purposes)
        game.play(("state", "THA", Statement.CONTRIBUTION, 1))
        for each in steps:
            game.play(each)
        audit_is_clean()
        marked: Counter[tuple[int, int]] = Counter()
        for series, low, high in rows("SELECT series_id, lo, hi FROM entry WHERE is_first_transfer"):
            marked.update((series, serial) for serial in range(low, high + 1))
        assert all(times == 1 for times in marked.values())
