"""Issuance of A6.4ERs on the Supervisory Body's instruction, with all that follows at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from article6.domain.mechanism import OMGE_PERCENT, HostStatement, Shares, authorized_part, split_over
from article6.domain.orders import Issuance, Order, PersonId
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes, UnitType
from article6.services import issuance, transactions
from article6.services.commands import command, once
from article6.services.mechanism.acts import Act, Instruction, account_of, act_of, begun_anew, forwarding_type
from article6.services.statements import activity_id, require_administrator
from article6.store import journal
from article6.store.queries import mechanism as reading
from article6.store.queries import registries


@dataclass(frozen=True, slots=True)
class Vintage:
    """Units of one calendar year in an instruction."""

    year: int
    quantity: int


@dataclass(frozen=True, slots=True)
class NewA64:
    """An issuance as the Supervisory Body instructs it; `reference` names the instruction.

    `quantity` is that of `vintage_year`; where the instruction covers several years, `further` has the others, each its
    own batch. `opted_in` True: an LDC or SIDS host gives the share of proceeds though it need not. Without
    `forwardings` (for a sort of units) what is left of it stays in the pending account; `rest_to` names an account that
    gets all that they leave, of either sort.
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
    further: tuple[Vintage, ...] = ()
    rest_to: str = ""

    @property
    def vintages(self) -> tuple[Vintage, ...]:
        """Every vintage with its units, in the instruction's order."""
        return (Vintage(self.vintage_year, self.quantity), *self.further)


def issue_a64(new: NewA64, *, by: PersonId, now: datetime, key: str | None = None) -> Act:
    """Issue A6.4ERs on the Supervisory Body's instruction, with all that follows at once, in one database transaction.

    Issuance into pending, the share of proceeds, the cancellation for OMGE, and forwarding to the holding accounts that
    the participants name; each a transaction whose particular `issuance` is the number of the first. Each vintage is a
    batch of its own, and where the host Party's statement authorizes in part, so are the authorized units, which come
    before the contribution units.

    Raises:
        Refused: every reason; nothing was written.
    """
    given = command(by, key, "issue_a64", new)
    return once(given, lambda: begun_anew(lambda: _issue(new, given, now)), lambda answer: act_of(answer.ids))


def _issue(new: NewA64, given: journal.Command, now: datetime) -> Act:
    require_administrator(given.person_id)
    number = activity_id(new.party, new.activity)
    # One issuance of an activity after the other: what is authorized in part is counted over all of them.
    journal.wait_for_turn(f"activity:{number}")
    act = act_of(_Issuing(new, given.person_id, now, number).book())
    ids = [each.transaction_id for each in act.parts]
    journal.note(given, "issuance.instructed", f"transaction:{act.transaction_id}", now, ids)
    return act


@dataclass(slots=True)
class _Tranche:
    """Units of one vintage, authorized or not: one batch, handed on from its lowest serial (`at`) upwards."""

    vintage_year: int
    shares: Shares
    at: int = 0

    def taken(self, series: int, quantity: int) -> SeriesRange:
        self.at += quantity
        return SeriesRange(series, self.at - quantity, self.at - 1)


Pieces = list[tuple[_Tranche, int]]


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
        if reasons := list(_malformed(new)):
            raise Refused(reasons)
        if unpaid := [each for each in reading.invoices(self.activity_id) if _holds_up(each)]:
            raise Refused(Refusal(Code.FEE_UNPAID, f"invoice {each['id']}") for each in unpaid)
        statement = reading.latest_statement(self.activity_id)
        if statement is None:
            raise refused(Code.MECHANISM_STATEMENT_MISSING, new.activity)
        sorts = self._tranches(statement)
        wanted = self._wanted(*sorts)
        for sort, forwardings, code in zip(sorts, wanted, (statement.authorization, None), strict=True):
            if sort:
                self._book_sort(sort, forwardings, statement, code)
        return self.ids

    def _tranches(self, statement: HostStatement) -> tuple[list[_Tranche], list[_Tranche]]:
        """The authorized and the contribution units by vintage: the instruction's first units are authorized first."""
        new = self.new
        issued = sum(each.quantity for each in new.vintages)
        left = authorized_part(statement, issued, reading.authorized_at_issuance(self.activity_id))
        authorized = []
        for each in new.vintages:
            authorized.append(min(each.quantity, left))
            left -= authorized[-1]
        others = [each.quantity - taken for each, taken in zip(new.vintages, authorized, strict=True)]
        shares = split_over(
            [*authorized, *others], new.party, omge_percent=new.omge_percent, opted_in=new.opted_in
        )  # fmt: skip
        years = [each.year for each in new.vintages]
        tranches = [_Tranche(year, each) for year, each in zip(years * 2, shares, strict=True)]
        both = tranches[: len(years)], tranches[len(years) :]
        return [each for each in both[0] if each.shares.issued], [each for each in both[1] if each.shares.issued]

    def _wanted(self, *sorts: Sequence[_Tranche]) -> list[list[tuple[Instruction, Pieces]]]:
        """The participants' instructions for either sort of units; they must name all that is left, or nothing."""
        named: tuple[list[Instruction], list[Instruction]] = ([], [])
        reasons = []
        for each in self.new.forwardings:
            if each.quantity < 1:
                reasons.append(Refusal(Code.QUANTITY_NOT_POSITIVE, str(each.quantity), each.account))
            named[each.contribution if all(sorts) else not sorts[0]].append(each)
        for sort, instructions in zip(sorts, named, strict=True):
            total, rest = sum(each.quantity for each in instructions), sum(each.shares.rest for each in sort)
            if self.new.rest_to and total < rest:
                instructions.append(Instruction(self.new.rest_to, rest - total))
                total = rest
            if instructions and total != rest:
                reasons.append(Refusal(Code.MECHANISM_INSTRUCTION, str(total), f"{rest} are left"))
        if reasons:
            raise Refused(reasons)
        return [_allotted(*each) for each in zip(sorts, named, strict=True)]

    def _book_sort(
        self,
        sort: Sequence[_Tranche],
        forwardings: Sequence[tuple[Instruction, Pieces]],
        statement: HostStatement,
        code: str | None,
    ) -> None:
        """Issue one sort of units and hand them on: proceeds, then OMGE, then the participants' in their order."""
        registry = str((registries.identity() or {})["code"])
        pending = account_of("pending")
        for each in sort:
            self._issue(each, registry, pending, statement, code)
        series = reading.series_id(registry, self.new.party)

        def move(type_: str, target: str, pieces: Pieces) -> None:
            ranges = tuple(tranche.taken(series, quantity) for tranche, quantity in pieces if quantity)
            if ranges:
                order = Order(type_, pending, target, ranges=ranges, terms=self._linked())
                self.ids.append(transactions.take_part(order, by=self.by, now=self.now).transaction_id)

        levies: dict[str, Pieces] = {
            "share_of_proceeds": [(each, each.shares.sop) for each in sort],
            "cancellation_omge": [(each, each.shares.omge) for each in sort],
        }
        for type_, pieces in levies.items():
            if any(quantity for _, quantity in pieces):
                move(type_, account_of(type_), pieces)
        for wanted, pieces in forwardings:
            type_ = forwarding_type(wanted.account, self.new.party, self.activity_id, code is not None)
            move(type_, wanted.account, pieces)

    def _issue(
        self, tranche: _Tranche, registry: str, pending: str, statement: HostStatement, code: str | None
    ) -> None:
        new = self.new
        instructed: dict[str, Any] = {"omge_percent": str(new.omge_percent)}
        if new.opted_in:
            instructed["opted_in"] = True
        issued = issuance.issue_in_act(
            Issuance(
                pending, registry, new.party, tranche.shares.issued,
                replace(new.batch, activity_id=self.activity_id, vintage_year=tranche.vintage_year),
                authorization=code,
                terms={"instruction": new.reference, "statement": statement.version, **instructed, **self._linked()},
            ),
            by=self.by, now=self.now,
        )  # fmt: skip
        self.ids.append(issued.transaction_id)
        tranche.at = issued.serials.first

    def _linked(self) -> dict[str, int]:
        return {"issuance": self.ids[0]} if self.ids else {}


def _malformed(new: NewA64) -> Iterator[Refusal]:
    if not new.reference.strip():
        yield Refusal(Code.MECHANISM_INSTRUCTION, new.activity, "the Supervisory Body's instruction")
    if new.batch.unit_type is not UnitType.A64ER:
        yield Refusal(Code.UNIT_TYPE_UNKNOWN, new.batch.unit_type)
    years = [each.year for each in new.vintages]
    if len(set(years)) < len(years):
        yield Refusal(Code.MECHANISM_INSTRUCTION, new.activity, "a vintage is named twice")
    for each in new.vintages:
        if each.quantity < 1:
            yield Refusal(Code.QUANTITY_NOT_POSITIVE, str(each.quantity), f"vintage {each.year}")


def _holds_up(invoice: dict[str, int | str]) -> bool:
    return invoice["fee"] == "issuance" and int(invoice["paid_cents"]) < int(invoice["amount_cents"])


def _allotted(sort: Sequence[_Tranche], wanted: Sequence[Instruction]) -> list[tuple[Instruction, Pieces]]:
    """From which vintages each instruction takes its units; those that name a vintage choose first.

    Raises:
        Refused: more is wanted of a vintage than is left of it.
    """
    left = [each.shares.rest for each in sort]
    pieces: dict[int, Pieces] = {}
    for place, each in sorted(enumerate(wanted), key=lambda one: one[1].vintage_year is None):
        short = each.quantity
        pieces[place] = []
        for number, tranche in enumerate(sort):
            if each.vintage_year in (None, tranche.vintage_year):
                taken = min(short, left[number])
                pieces[place].append((tranche, taken))
                left[number] -= taken
                short -= taken
        if short:
            detail = f"{each.quantity - short} of {each.vintage_year} are left"
            raise refused(Code.MECHANISM_INSTRUCTION, str(each.quantity), detail)
    return [(each, pieces[place]) for place, each in enumerate(wanted)]
