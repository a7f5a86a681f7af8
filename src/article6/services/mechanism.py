"""The mechanism registry's acts: issuance with its shares, forwarding, later authorization. Each is all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Any, TypeVar

from article6.domain.kinds import KINDS, Kind
from article6.domain.mechanism import (
    OMGE_PERCENT,
    HostStatement,
    Shares,
    authorized_part,
    split_in_parts,
)
from article6.domain.orders import Issuance, Order, PersonId, Status, TransactionId
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes, UnitType
from article6.services import issuance, transactions
from article6.services.commands import command, once
from article6.services.registry import ADMINISTRATOR_SECTION
from article6.services.statements import activity_id, require_administrator
from article6.store import journal
from article6.store.queries import facts, registries
from article6.store.queries import mechanism as reading

TRIES = 8
"""How often an act begins anew when others were in its way."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Instruction:
    """To which holding account the participants want units. `contribution` matters where both sorts are issued."""

    account: str
    quantity: int
    contribution: bool = False


@dataclass(frozen=True, slots=True)
class NewA64:
    """An issuance as the Supervisory Body instructs it; `reference` names the instruction.

    `opted_in` True: an LDC or SIDS host gives the share of proceeds though it need not. Without `forwardings` (for a
    sort of units) what is left of it stays in the pending account.
    """

    party: str
    activity: str
    quantity: int
    vintage_year: int
    reference: str
    omge_percent: Fraction = OMGE_PERCENT
    opted_in: bool = False
    forwardings: tuple[Instruction, ...] = ()
    batch: BatchAttributes = field(default_factory=lambda: BatchAttributes(UnitType.A64ER))


@dataclass(frozen=True, slots=True)
class Part:
    """One transaction of an act; `account` is its target, `first` and `last` are the serials it reached from and to."""

    transaction_id: TransactionId
    type: str
    status: Status
    quantity: int
    account: str
    first: int
    last: int
    is_first_transfer: bool


@dataclass(frozen=True, slots=True)
class Act:
    """What an act came to: its transactions, in their order. For an issuance the first is the issuance itself."""

    parts: tuple[Part, ...]

    @property
    def transaction_id(self) -> TransactionId:
        return self.parts[0].transaction_id

    def quantity(self, type_: str) -> int:
        """Units moved by the parts of a type."""
        return sum(each.quantity for each in self.parts if each.type == type_)

    @property
    def shares(self) -> Shares:
        """How an issuance was divided."""
        sop, omge = self.quantity("share_of_proceeds"), self.quantity("cancellation_omge")
        return Shares(sop, omge, self.quantity("issuance") - sop - omge)


def issue_a64(new: NewA64, *, by: PersonId, now: datetime, key: str | None = None) -> Act:
    """Issue A6.4ERs on the Supervisory Body's instruction, with all that follows at once, in one database transaction.

    Issuance into pending, the share of proceeds, the cancellation for OMGE, and forwarding to the holding accounts that
    the participants name; each a transaction whose particular `issuance` is the number of the first. Where the host
    Party's statement authorizes in part, the authorized units are a batch of their own, before the contribution units.

    Raises:
        Refused: every reason; nothing was written.
    """
    given = command(by, key, "issue_a64", new)
    return once(given, lambda: begun_anew(lambda: _issue(new, given, now)), lambda answer: _act(answer.ids))


def begun_anew(act: Callable[[], Answer]) -> Answer:
    """Do an act in one database transaction, and again as a whole where others were in its way."""
    for attempt in range(TRIES):
        try:
            with journal.database_transaction():
                return act()
        except Refused as no:
            if Code.LEDGER_BUSY not in no.codes or attempt + 1 == TRIES:
                raise
    raise refused(Code.LEDGER_BUSY)


def _act(ids: Sequence[int]) -> Act:
    return Act(tuple(Part(**{**each, "status": Status(each["status"])}) for each in reading.parts(ids)))


def _issue(new: NewA64, given: journal.Command, now: datetime) -> Act:
    require_administrator(given.person_id)
    number = activity_id(new.party, new.activity)
    # One issuance of an activity after the other: what is authorized in part is counted over all of them.
    journal.wait_for_turn(f"activity:{number}")
    run = _Issuing(new, given.person_id, now, number)
    act = _act(run.book())
    ids = [each.transaction_id for each in act.parts]
    journal.note(given, "issuance.instructed", f"transaction:{act.transaction_id}", now, ids)
    return act


@dataclass(slots=True)
class _Issuing:
    """One issuance on its way: what it must find, and the transactions written so far."""

    new: NewA64
    by: PersonId
    now: datetime
    activity_id: int
    ids: list[int] = field(default_factory=list)

    def book(self) -> list[int]:
        new = self.new
        if not new.reference.strip():
            raise refused(Code.MECHANISM_INSTRUCTION, new.activity, "the Supervisory Body's instruction")
        if unpaid := [each for each in reading.invoices(self.activity_id) if _holds_up(each)]:
            raise Refused(Refusal(Code.FEE_UNPAID, f"invoice {each['id']}") for each in unpaid)
        statement = reading.latest_statement(self.activity_id)
        if statement is None:
            raise refused(Code.MECHANISM_STATEMENT_MISSING, new.activity)
        before = reading.authorized_at_issuance(self.activity_id)
        authorized = authorized_part(statement, max(new.quantity, 0), before)
        contribution = max(new.quantity, 0) - authorized
        shares = split_in_parts(
            authorized, contribution, new.party, omge_percent=new.omge_percent, opted_in=new.opted_in
        )
        wanted = self._wanted(*shares)
        for each, forwardings, code in zip(shares, wanted, (statement.authorization, None), strict=True):
            if each.issued:
                self._book_part(each, forwardings, statement, code)
        return self.ids

    def _wanted(self, authorized: Shares, contribution: Shares) -> tuple[list[Instruction], list[Instruction]]:
        """The participants' instructions for either sort of units; they must name all that is left, or nothing."""
        both = authorized.issued > 0 and contribution.issued > 0
        sorts: tuple[list[Instruction], list[Instruction]] = ([], [])
        reasons = []
        for each in self.new.forwardings:
            if each.quantity < 1:
                reasons.append(Refusal(Code.QUANTITY_NOT_POSITIVE, str(each.quantity), each.account))
            sorts[each.contribution if both else authorized.issued == 0].append(each)
        for shares, sort in zip((authorized, contribution), sorts, strict=True):
            named = sum(each.quantity for each in sort)
            if sort and named != shares.rest:
                reasons.append(Refusal(Code.MECHANISM_INSTRUCTION, str(named), f"{shares.rest} are left"))
        if reasons:
            raise Refused(reasons)
        return sorts

    def _book_part(
        self, shares: Shares, forwardings: Sequence[Instruction], statement: HostStatement, code: str | None
    ) -> None:
        """Issue one sort of units and hand them on: proceeds, then OMGE, then the participants' in their order."""
        registry = str((registries.identity() or {})["code"])
        pending = _account("pending")
        terms = {"instruction": self.new.reference, "statement": statement.version, **self._linked()}
        issued = issuance.issue_in_act(
            Issuance(
                pending, registry, self.new.party, shares.issued, _attributes(self.new, self.activity_id),
                authorization=code, terms=terms,
            ),
            by=self.by, now=self.now,
        )  # fmt: skip
        self.ids.append(issued.transaction_id)
        series = reading.series_id(registry, self.new.party)
        at = issued.serials.first
        moves = [("share_of_proceeds", _account("share_of_proceeds"), shares.sop)] if shares.sop else []
        moves += [("cancellation_omge", _account("cancellation_omge"), shares.omge)] if shares.omge else []
        moves += [
            (
                forwarding_type(each.account, self.new.party, self.activity_id, code is not None),
                each.account,
                each.quantity,
            )
            for each in forwardings
        ]
        for type_, target, quantity in moves:
            units = SeriesRange(series, at, at + quantity - 1)
            at += quantity
            order = Order(type_, pending, target, ranges=(units,), terms=self._linked())
            self.ids.append(transactions.take_part(order, by=self.by, now=self.now).transaction_id)

    def _linked(self) -> dict[str, int]:
        return {"issuance": self.ids[0]} if self.ids else {}


def _holds_up(invoice: dict[str, int | str]) -> bool:
    return invoice["fee"] == "issuance" and int(invoice["paid_cents"]) < int(invoice["amount_cents"])


def _account(type_: str) -> str:
    number = reading.open_account(type_, ADMINISTRATOR_SECTION)
    if number is None:
        raise refused(Code.MECHANISM_ACCOUNT_MISSING, type_)
    return number


def _attributes(new: NewA64, number: int) -> BatchAttributes:
    if new.batch.unit_type is not UnitType.A64ER:
        raise refused(Code.UNIT_TYPE_UNKNOWN, new.batch.unit_type)
    return replace(new.batch, activity_id=number, vintage_year=new.vintage_year)


def forward(
    issuance_id: TransactionId,
    forwardings: Sequence[Instruction],
    *,
    by: PersonId,
    now: datetime,
    key: str | None = None,
) -> Act:
    """Forward units of an issuance that stayed in the pending account, as its participants instruct (para 41).

    Raises:
        Refused: no such issuance, more than is left, or an account of somebody who takes no part; nothing was written.
    """
    given = command(by, key, "forward", [issuance_id, list(forwardings)])

    def act() -> Act:
        require_administrator(by)
        batches = reading.issuance_batches(issuance_id)
        if not batches:
            raise refused(Code.TRANSACTION_UNKNOWN, str(issuance_id))
        ids = [_forward(each, batches, issuance_id, by, now) for each in forwardings]
        if not ids:
            raise refused(Code.MECHANISM_INSTRUCTION, str(issuance_id), "name accounts and quantities")
        journal.note(given, "issuance.forwarded", f"transaction:{issuance_id}", now, ids)
        return _act(ids)

    return once(given, lambda: begun_anew(act), lambda answer: _act(answer.ids))


def _forward(
    wanted: Instruction, batches: Sequence[dict[str, Any]], issuance_id: int, by: PersonId, now: datetime
) -> int:
    pending = _account("pending")
    stand = [unit for batch in batches for unit in reading.standing(batch["id"], pending)]
    both = {each["is_authorized"] for each in stand} == {True, False}
    fitting = [each for each in stand if not both or each["is_authorized"] != wanted.contribution]
    if wanted.quantity < 1:
        raise refused(Code.QUANTITY_NOT_POSITIVE, str(wanted.quantity), wanted.account)
    ranges: list[SeriesRange] = []
    left = wanted.quantity
    for each in fitting:
        if left:
            ranges.append(SeriesRange(each["series_id"], each["lo"], min(each["hi"], each["lo"] + left - 1)))
            left -= ranges[-1].count
    if left:
        raise refused(Code.MECHANISM_INSTRUCTION, str(wanted.quantity), f"{wanted.quantity - left} are left")
    first = batches[0]
    type_ = forwarding_type(wanted.account, first["party"], first["activity_id"], fitting[0]["is_authorized"])
    order = Order(type_, pending, wanted.account, ranges=tuple(ranges), terms={"issuance": issuance_id})
    return transactions.take_part(order, by=by, now=now).transaction_id


def forwarding_type(number: str, host: str, activity_id: int, is_authorized: bool) -> str:
    """Forwarding, or, of authorized units to another Party, what may be their first transfer.

    Raises:
        Refused: no such account, or one of a Party that takes no part in the activity.
    """
    account = facts.accounts([number]).get(number)
    if account is None:
        raise refused(Code.ACCOUNT_UNKNOWN, number)
    parties = {each["party"] for each in reading.participants(activity_id) if each["is_authorized"]}
    if account.party not in parties | {host}:
        raise refused(Code.MECHANISM_NOT_A_PARTICIPANT, number, account.party)
    return "forwarding_international" if is_authorized and account.party != host else "forwarding"


# By these types contribution units come to where their participants first hold them; any other is a move.
_BEFORE_ANY_TRANSFER = ("issuance", "share_of_proceeds", "cancellation_omge", "forwarding")


def authorize_later(
    issuance_id: TransactionId, code: str, *, reference: str, by: PersonId, now: datetime, key: str | None = None
) -> Act:
    """Authorize contribution units after their issuance, all of it or nothing, shares included (6/CMA.6 paras 12, 14).

    The units forwarded to the Adaptation Fund and those cancelled for OMGE stay where they are and are first
    transferred by this; so are those that stand in another Party's account, where the authorization covers NDCs.
    `reference` names the Party's statement of authorization.

    Raises:
        Refused: not such an issuance, the statement excludes it, or any of its units has moved since; nothing was
            written.
    """
    given = command(by, key, "authorize_later", [issuance_id, code, reference])

    def act() -> Act:
        require_administrator(by)
        if not reference.strip():
            raise refused(Code.MECHANISM_STATEMENT, str(issuance_id), "name the Party's statement of authorization")
        batches = [each for each in reading.issuance_batches(issuance_id) if _is_contribution(each, issuance_id)]
        if not batches:
            raise refused(Code.MECHANISM_LATER_NOT_ALLOWED, str(issuance_id))
        terms = {"authorization": code, "issuance": issuance_id, "statement": reference}
        ids: list[int] = []
        for batch in batches:
            _has_not_moved(batch["id"])
            ids += _lay(batch, terms, by, now)
            # The units are locked by now: what moved them in the meantime is seen.
            _has_not_moved(batch["id"], *_LATER)
        journal.note(given, "issuance.authorized_later", f"transaction:{issuance_id}", now, ids)
        return _act(ids)

    return once(given, lambda: begun_anew(act), lambda answer: _act(answer.ids))


def _is_contribution(batch: dict[str, int], issuance_id: int) -> bool:
    """Whether a batch has unauthorized units that its host Party may authorize now."""
    if not reading.contribution_units(batch["id"]):
        return False
    statement = reading.statement_version(batch["activity_id"], batch["statement"]) if batch["statement"] else None
    return statement is not None and statement.statement.may_authorize_later


_LATER = tuple(each.code for each in KINDS[Kind.MECHANISM].transactions.values() if each.lays and each.composed)


def _has_not_moved(batch_id: int, *also: str) -> None:
    moved = reading.moved_since(batch_id, (*_BEFORE_ANY_TRANSFER, *also))
    if moved is not None:
        raise refused(Code.MECHANISM_MCU_MOVED, moved)


def _lay(batch: dict[str, int | str], terms: dict[str, object], by: PersonId, now: datetime) -> list[int]:
    """Lay the authorization on the units of a batch, account by account."""
    held: dict[tuple[str, str], list[SeriesRange]] = {}
    for each in reading.contribution_units(int(batch["id"])):
        type_ = _later_type(each["type"], each["party"], str(batch["party"]))
        held.setdefault((type_, each["number"]), []).append(SeriesRange(each["series_id"], each["lo"], each["hi"]))
    orders = [Order(type_, number, number, ranges=tuple(units), terms=terms) for (type_, number), units in held.items()]
    return [transactions.take_part(order, by=by, now=now).transaction_id for order in orders]


def _later_type(account_type: str, holder: str, host: str) -> str:
    if account_type == "share_of_proceeds":
        return "authorization_back_proceeds"
    if account_type == "cancellation_omge":
        return "authorization_back_omge"
    return "authorization_later" if holder in ("", host) else "authorization_later_abroad"
