"""What a crediting programme's registry does: issues under its rules, divides, withholds, locks for ITMOs elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from article6.domain.attribute_schemas import PROGRAMME_1
from article6.domain.crediting import NewCredits, divide, issuance_refusals
from article6.domain.orders import Issuance, Order, Outcome, PersonId, Status, TransactionId
from article6.domain.refusals import Code, Refused, refused
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes, UnitType
from article6.services import issuance, transactions
from article6.services.commands import GivenAnswer, command, once
from article6.services.labels import require_administrator
from article6.services.mechanism import begun_anew
from article6.services.registry import ADMINISTRATOR_SECTION
from article6.services.statements import activity_id
from article6.store import journal
from article6.store.queries import crediting as reading
from article6.store.queries import facts, mechanism, registries

Aim = Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]
"""Of a lock: to which account its units go, and with which particulars."""

WITHHELD = "buffer_withholding"


@dataclass(frozen=True, slots=True)
class CreditPart:
    """One part of an issuance: a transaction and a batch of its own, with its day, serials and account."""

    transaction_id: TransactionId
    type: str
    batch_id: int
    account: str
    registry: str
    party: str
    first: int
    last: int
    quantity: int
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Credited:
    """An issuance with its parts, in their order; the buffer's is the last."""

    parts: tuple[CreditPart, ...]

    @property
    def transaction_id(self) -> TransactionId:
        return self.parts[0].transaction_id

    @property
    def quantity(self) -> int:
        return sum(each.quantity for each in self.parts)

    @property
    def withheld(self) -> int:
        return sum(each.quantity for each in self.parts if each.type == WITHHELD)


def issue(new: NewCredits, *, by: PersonId, now: datetime, key: str | None = None) -> Credited:
    """Issue credits under the programme's rules, divided between holders and the buffer, all or none.

    Every part is a batch of its own with its own day, and names the first part's transaction as its `issuance`.

    Raises:
        Refused: every reason; nothing was written.
    """
    given = command(by, key, "issue_credits", new)

    def act() -> Credited:
        require_administrator(by)
        number = activity_id(new.party, new.activity)
        complete = replace(new, methodology=new.methodology or reading.methodology(number))
        if reasons := list(issuance_refusals(complete, now.date())):
            raise Refused(reasons)
        ids = _Issuing(complete, by, now, number).book()
        journal.note(given, "credits.issued", f"transaction:{ids[0]}", now, ids)
        return _credited(ids)

    return once(given, lambda: begun_anew(act), lambda answer: _credited(answer.ids))


def _credited(ids: Iterable[int]) -> Credited:
    return Credited(tuple(CreditPart(**each) for each in reading.parts(ids)))


@dataclass(slots=True)
class _Issuing:
    """One issuance on its way."""

    new: NewCredits
    by: PersonId
    now: datetime
    activity_id: int

    def book(self) -> list[int]:
        new = self.new
        divided = divide(new.quantity, new.buffer_percent, new.shares)
        pairs = zip(new.shares, divided.parts, strict=True)
        parts = [("programme_issuance", share.account, count, share.issued_on) for share, count in pairs if count]
        if divided.buffer:
            parts.append((WITHHELD, _account("buffer", ADMINISTRATOR_SECTION), divided.buffer, None))
        ids: list[int] = []
        for type_, account, count, day in parts:
            ids.append(self._issue(type_, account, count, self._at(day), ids[:1]))
        return ids

    def _issue(self, type_: str, account: str, count: int, at: datetime, first: Sequence[int]) -> int:
        new = self.new
        terms: dict[str, Any] = {"reference": new.reference, **({"issuance": first[0]} if first else {})}
        registry = str((registries.identity() or {})["code"])
        wanted = Issuance(account, registry, new.party, count, self._batch(), terms=terms)
        return issuance.issue_in_act(wanted, by=self.by, now=at, type_=type_).transaction_id

    def _at(self, day: date | None) -> datetime:
        """The moment of a part: noon of its day, or now where that is today."""
        if day is None or day == self.now.date():
            return self.now
        return datetime.combine(day, time(12), UTC)

    def _batch(self) -> BatchAttributes:
        new = self.new
        return BatchAttributes(
            UnitType.CREDIT,
            activity_id=self.activity_id,
            vintage_year=new.vintage_year,
            mitigation_type=new.mitigation_type,
            attributes={
                "programme": new.programme,
                "methodology": new.methodology,
                "monitoring_start": new.monitoring_start.isoformat(),
                "monitoring_end": new.monitoring_end.isoformat(),
            },
            attributes_schema=PROGRAMME_1,
        )


def _account(type_: str, section: str) -> str:
    number = mechanism.open_account(type_, section)
    if number is None:
        raise refused(Code.MECHANISM_ACCOUNT_MISSING, type_, section)
    return number


def issuance_of(transaction_id: int) -> Credited:
    """The issuance whose first part is this transaction.

    Raises:
        Refused: there is none.
    """
    found = _credited(reading.of_issuance(transaction_id))
    if not found.parts:
        raise refused(Code.TRANSACTION_UNKNOWN, str(transaction_id))
    return found


# --- Locks


@dataclass(frozen=True, slots=True)
class NewLock:
    """Credits to lock because they are recorded as ITMOs elsewhere: in which registry, under which record."""

    account: str
    itmo_registry: str
    itmo_record: str
    quantity: int | None = None
    ranges: tuple[SeriesRange, ...] = ()


def lock(new: NewLock, *, by: PersonId, now: datetime, key: str | None = None) -> Outcome:
    """Put credits under lock, in the section's locked account, with the reference to their ITMOs.

    From there nobody transfers, cancels or locks them; administrators release or convert them, two by two.

    Raises:
        Refused: no such account, the section has no locked account, or a rule says no.
    """
    account = facts.accounts([new.account]).get(new.account)
    if account is None:
        raise refused(Code.ACCOUNT_UNKNOWN, new.account)
    sections = {number: code for code, number in registries.sections().items()}
    target = _account("locked", sections[account.section_id])
    terms = {"itmo_registry": new.itmo_registry, "itmo_record": new.itmo_record}
    order = Order("lock", new.account, target, new.quantity, new.ranges, terms=terms)
    return transactions.propose(order, by=by, now=now, key=key)


def release(
    lock_id: int, *, reason: str, by: PersonId, now: datetime, key: str | None = None,
    ranges: Sequence[SeriesRange] = (), to: str | None = None,
) -> Outcome:  # fmt: skip
    """Propose to release what a lock still holds (or, of it, these serials) to the account it came from, or another.

    Raises:
        Refused: no such lock, nothing of it left, no reason, or `by` is no administrator.
    """
    given = command(by, key, "release_lock", [lock_id, reason, list(ranges), to])
    return _undo(lock_id, "lock_release", lambda held: (to or held["account"], {"reason": reason}), given, now, ranges)


def convert(
    lock_id: int, *, by: PersonId, now: datetime, key: str | None = None, ranges: Sequence[SeriesRange] = ()
) -> Outcome:
    """Propose to cancel what a lock still holds (or, of it, these serials) into the ITMOs that it names, for ever.

    Raises:
        Refused: no such lock, nothing of it left, no account for it, or `by` is no administrator.
    """
    given = command(by, key, "convert_lock", [lock_id, list(ranges)])

    def aim(held: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        record = {name: held[name] for name in ("itmo_registry", "itmo_record")}
        return _account("converted", held["section"]), record

    return _undo(lock_id, "conversion", aim, given, now, ranges)


def _undo(
    lock_id: int, type_: str, aim: Aim, given: journal.Command, now: datetime, ranges: Sequence[SeriesRange]
) -> Outcome:
    def act() -> Outcome:
        held = lock_of(lock_id)
        units = _of_lock(lock_id, held["standing"], ranges)
        target, terms = aim(held)
        order = Order(type_, held["locked_account"], target, ranges=units, terms={"lock": lock_id, **terms})
        outcome = transactions.take_part(order, by=given.person_id, now=now)
        journal.note(given, f"{type_}.{outcome.status}", f"transaction:{lock_id}", now, [outcome.transaction_id])
        return outcome

    def repeat(answer: GivenAnswer) -> Outcome:
        return Outcome(TransactionId(answer.ids[0]), Status(answer.outcome), is_repeat=True)

    return once(given, lambda: begun_anew(act), repeat)


def _of_lock(lock_id: int, standing: Sequence[SeriesRange], wanted: Sequence[SeriesRange]) -> tuple[SeriesRange, ...]:
    """The units meant: those named, which the lock must hold, or all that it holds."""
    for each in wanted:
        inside = (one for one in standing if one.series_id == each.series_id)
        held = sum(max(0, min(one.last, each.last) - max(one.first, each.first) + 1) for one in inside)
        if held != each.count:
            raise refused(Code.CREDITING_LOCK_UNKNOWN, str(lock_id), f"{each.first}-{each.last}")
    found = tuple(wanted) or tuple(standing)
    if not found:
        raise refused(Code.CREDITING_LOCK_UNKNOWN, str(lock_id), "none of its units is locked any more")
    return found


def lock_of(lock_id: int) -> dict[str, Any]:
    """A lock as `store.queries.crediting.lock` has it, with `standing`, the ranges that it still holds.

    Raises:
        Refused: there is none.
    """
    found = reading.lock(lock_id) if 1 <= lock_id < 2**63 else None
    if found is None:
        raise refused(Code.CREDITING_LOCK_UNKNOWN, str(lock_id))
    return {**found, "standing": reading.locked_under(lock_id)}


def locks(after: int = 0, limit: int = 50) -> list[dict[str, Any]]:
    """Locks in the order of their transactions, each with `held`, how many units it still holds."""
    return [
        {**each, "held": sum(one.count for one in reading.locked_under(each["transaction_id"]))}
        for each in reading.locks(after, limit)
    ]
