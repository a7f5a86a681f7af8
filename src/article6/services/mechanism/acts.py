"""What the acts of the mechanism registry share: their parts, their accounts, and beginning anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from article6.domain.mechanism import Shares
from article6.domain.orders import Status, TransactionId
from article6.domain.refusals import Code, Refused, refused
from article6.services.registry import ADMINISTRATOR_SECTION
from article6.store import journal
from article6.store.queries import facts
from article6.store.queries import mechanism as reading

TRIES = 8
"""How often an act begins anew when others were in its way."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Instruction:
    """To which holding account the participants want units.

    `contribution` matters where authorized and contribution units are issued; `vintage_year` None takes units of any
    vintage, the instruction's first ones first.
    """

    account: str
    quantity: int
    contribution: bool = False
    vintage_year: int | None = None


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


def act_of(ids: Sequence[int]) -> Act:
    """The act that these transactions are the parts of."""
    return Act(tuple(Part(**{**each, "status": Status(each["status"])}) for each in reading.parts(ids)))


def begun_anew(act: Callable[[], Answer], *also: Code) -> Answer:
    """Do an act in one database transaction, and again as a whole where others were in its way.

    `also` are refusals that others can have caused while the act looked; another look gives their reason.
    """
    for attempt in range(TRIES):
        try:
            with journal.database_transaction():
                return act()
        except Refused as no:
            if not {Code.LEDGER_BUSY, *also} & set(no.codes) or attempt + 1 == TRIES:
                raise
    raise refused(Code.LEDGER_BUSY)


def account_of(type_: str) -> str:
    """The number of the administrator's account of a type.

    Raises:
        Refused: there is no open one.
    """
    number = reading.open_account(type_, ADMINISTRATOR_SECTION)
    if number is None:
        raise refused(Code.MECHANISM_ACCOUNT_MISSING, type_)
    return number


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
