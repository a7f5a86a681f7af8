"""First transfer, for any sequence of versions and events: the ledger against the decision table, serial by serial."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ledger.authorizing import PLAIN, lay, with_approach
from ledger.books import NOW, Books, audit_is_clean

from article6.domain.authorizations import ChangeTerms, FirstTransferDefinition, Purpose
from article6.domain.refusals import Refused
from article6.services import authorization_changes, authorizations, transactions
from article6.store.database import rows

TOP = 40
REACHING = ChangeTerms("any", "by both", may_reach_back=True)
CODES = ("ONE", "TWO")
EVENTS = {
    "international_transfer": "C", "cancellation_oimp": "oimp", "cancellation_omge": "omge",
    "cancellation_voluntary": "other", "transfer": "B",
}  # fmt: skip

span = st.tuples(st.integers(0, 5), st.integers(1, 3), st.integers(0, 1)).map(
    lambda each: (5 * each[0] + 1 + each[2], min(TOP, 5 * (each[0] + each[1])))
)
step = st.one_of(
    st.tuples(st.just("lay"), st.sampled_from(CODES), span),
    st.tuples(st.just("event"), st.sampled_from(sorted(EVENTS)), st.sampled_from(("A", "A", "A", "B", "C")), span),
    st.tuples(st.just("event"), st.just("cancellation_oimp"), st.just("A"), span),
    st.tuples(st.just("event"), st.just("international_transfer"), st.just("A"), span),
    st.tuples(st.just("change"), st.sampled_from(CODES), st.sampled_from(list(Purpose)), st.booleans()),
    st.tuples(st.just("revoke"), st.sampled_from(CODES), st.booleans()),
)


def table(purposes: Purpose, definition: FirstTransferDefinition, event: str) -> bool:
    """The decision table, written out: is this event the first transfer of a unit under such an authorization?"""
    towards_ndc = purposes in (Purpose.NDC, Purpose.NDC_AND_OIMP, Purpose.NDC_AND_IMP, Purpose.NDC_AND_OP)
    if event == "cancellation_omge":
        return True
    if event == "international_transfer":
        return towards_ndc
    if purposes is Purpose.NDC:
        return False
    if event == "authorization":
        return definition in (FirstTransferDefinition.AUTHORIZATION, FirstTransferDefinition.ISSUANCE)
    return event == "cancellation_oimp" and definition is FirstTransferDefinition.USE_OR_CANCELLATION


class Game:
    """Plays on the ledger, and keeps for each serial what it stands under and whether it was first transferred."""

    def __init__(self, definition: FirstTransferDefinition, purposes: Purpose) -> None:
        self.definition = definition
        self.books: Books = with_approach(definition)
        for name, type_ in (("oimp", "oimp"), ("omge", "omge"), ("other", "voluntary")):
            self.books.open(name, f"cancellation_{type_}")
        self.versions = dict.fromkeys(CODES, 1)
        self.purposes: dict[tuple[str, int], Purpose] = {}
        self.under: dict[int, tuple[str, int]] = {}
        self.final: set[int] = set()
        self.firsts: Counter[int] = Counter()
        for code in CODES:
            self.purposes[code, 1] = purposes
            authorizations.record_authorization(self._new(code, 1, purposes), by=self.books.admin, now=NOW)

    def _new(self, code: str, version: int, purposes: Purpose) -> authorizations.NewAuthorization:
        oimp = "CORSIA" if purposes.covers_oimp else ""
        return replace(PLAIN, code=code, version=version, purposes=purposes, oimp=oimp, changes=REACHING)

    def happens(self, serials: range, event: str) -> None:
        for serial in serials:
            under = self.under.get(serial)
            if under and not self.firsts[serial] and table(self.purposes[under], self.definition, event):
                self.firsts[serial] += 1

    def lay(self, code: str, span_: tuple[int, int]) -> None:
        try:
            lay(self.books, span_, code=code)
        except Refused:
            return
        serials = range(span_[0], span_[1] + 1)
        self.under.update(dict.fromkeys(serials, (code, self.versions[code])))
        self.happens(serials, "authorization")

    def event(self, type_: str, source: str, span_: tuple[int, int]) -> None:
        target = "A" if type_ in ("international_transfer", "transfer") and source != "A" else EVENTS[type_]
        try:
            sent = self.books.move(source, target, None, span_, type_=type_, purpose="CORSIA")
            if sent.status == "proposed":
                transactions.approve(sent.transaction_id, by=self.books.bo, now=NOW)
        except Refused:
            return
        serials = range(span_[0], span_[1] + 1)
        assert type_ not in ("international_transfer", "cancellation_oimp") or all(
            each in self.under for each in serials
        )
        self.happens(serials, type_)
        if type_.startswith("cancellation"):
            self.final.update(serials)

    def change(self, code: str, purposes: Purpose, reach_back: bool) -> None:
        version = self.versions[code] + 1
        try:
            authorization_changes.change(
                self._new(code, version, purposes), reason="x", by=self.books.admin, now=NOW, reach_back=reach_back
            )
        except Refused:
            return
        self.versions[code], self.purposes[code, version] = version, purposes
        moved = [each for each in self._of(code) if reach_back or not self.firsts[each]]
        self.under.update(dict.fromkeys(moved, (code, version)))
        for serial in moved:
            self.happens(range(serial, serial + 1), "authorization")

    def revoke(self, code: str, reach_back: bool) -> None:
        try:
            authorization_changes.revoke(code, reason="x", by=self.books.admin, now=NOW, reach_back=reach_back)
        except Refused:
            return
        self.versions[code] += 1
        self.purposes[code, self.versions[code]] = Purpose.NDC
        for serial in self._of(code):
            if not self.firsts[serial]:
                del self.under[serial]
            elif reach_back:
                self.under[serial] = (code, self.versions[code])

    def _of(self, code: str) -> list[int]:
        return [each for each, under in self.under.items() if under[0] == code and each not in self.final]

    def compare(self) -> None:
        marked: Counter[int] = Counter()
        for low, high in rows("SELECT lo, hi FROM entry WHERE is_first_transfer"):
            marked.update(range(low, high + 1))
        assert marked == +self.firsts
        assert all(times == 1 for times in marked.values())
        found = rows(
            "SELECT b.lo, b.hi, a.code, a.version FROM block b JOIN party_authorization a ON a.id = b.authorization_id"
        )
        stands = {serial: (code, version) for low, high, code, version in found for serial in range(low, high + 1)}
        assert stands == self.under


ALL_EVENTS = [
    ("event", "international_transfer", "A", (1, 5)), ("event", "cancellation_oimp", "A", (6, 10)),
    ("event", "cancellation_omge", "A", (11, 15)), ("event", "cancellation_voluntary", "A", (16, 17)),
    ("event", "cancellation_omge", "A", (26, 30)), ("event", "international_transfer", "C", (1, 3)),
    ("change", "ONE", Purpose.NDC_AND_OIMP, True), ("event", "cancellation_oimp", "A", (1, 3)),
    ("revoke", "ONE", False), ("lay", "TWO", (18, 25)),
]  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(FirstTransferDefinition.USE_OR_CANCELLATION, Purpose.OIMP, ALL_EVENTS)
@example(FirstTransferDefinition.USE_OR_CANCELLATION, Purpose.NDC_AND_OIMP, ALL_EVENTS)
@example(FirstTransferDefinition.AUTHORIZATION, Purpose.NDC, ALL_EVENTS)
@example(FirstTransferDefinition.ISSUANCE, Purpose.IMP, ALL_EVENTS)
@given(
    st.sampled_from(list(FirstTransferDefinition)),
    st.sampled_from(list(Purpose)),
    st.lists(step, min_size=6, max_size=16),
)
def test_a_first_transfer_is_recorded_once_and_as_the_table_says(
    fresh_database: object, definition: FirstTransferDefinition, purposes: Purpose, steps: list[tuple[object, ...]]
) -> None:
    with fresh_database():  # type: ignore[operator]
        game = Game(definition, purposes)
        game.lay("ONE", (1, 20))
        for name, *arguments in steps:
            getattr(game, str(name))(*arguments)
            game.compare()
        audit_is_clean()
