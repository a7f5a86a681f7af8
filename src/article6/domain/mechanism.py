"""The Article 6.4 mechanism: what is levied at issuance, and what a host Party may say of an activity's units.

Shares are whole units, rounded up: the decisions do not say how, and 3/CMP.11 annex I para 16 bis (a) rounded its share
of proceeds "up to the next higher integer value".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate, pairwise
from types import MappingProxyType

from article6.domain.parties import party
from article6.domain.refusals import N_, Code, Refusal, invariant, refused

PROCEEDS_PERCENT = Fraction(5)
"""Share of proceeds for adaptation, per cent of the units issued (3/CMA.3 annex para 58)."""

OMGE_PERCENT = Fraction(2)
"""The least that is cancelled for overall mitigation in global emissions, per cent (3/CMA.3 annex para 59)."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What becomes of units issued, in units: for adaptation, cancelled for OMGE, and the participants'."""

    sop: int
    omge: int
    rest: int

    @property
    def issued(self) -> int:
        return self.sop + self.omge + self.rest


def owes_proceeds(host: str, *, opted_in: bool) -> bool:
    """Whether units of this host Party give a share of proceeds; LDC and SIDS do only by choice (6/CMA.6 para 20).

    Raises:
        Refused: no such Party.
    """
    known = party(host)
    if known is None:
        raise refused(Code.PARTY_UNKNOWN, host)
    return opted_in or not (known.ldc or known.sids)


def split(issued: int, host: str, *, omge_percent: Fraction = OMGE_PERCENT, opted_in: bool = False) -> Shares:
    """The shares of units issued, from 1 up; together they are exactly what was issued.

    Each share is rounded up. Of very few units the share of proceeds takes first, then OMGE what is left: of one unit
    everything is the Adaptation Fund's, of two one is cancelled, and from three on the participants have some.

    Raises:
        Refused: unknown Party, fewer than one unit, or OMGE outside 2 to 100 per cent.
    """
    if issued < 1:
        raise refused(Code.QUANTITY_NOT_POSITIVE, str(issued))
    if not OMGE_PERCENT <= omge_percent <= 100:
        raise refused(Code.MECHANISM_OMGE_PERCENT, str(omge_percent), f"{OMGE_PERCENT}-100")
    sop = _rounded_up(issued, PROCEEDS_PERCENT) if owes_proceeds(host, opted_in=opted_in) else 0
    omge = min(_rounded_up(issued, omge_percent), issued - sop)
    return Shares(sop, omge, issued - sop - omge)


def split_over(
    quantities: Sequence[int], host: str, *, omge_percent: Fraction = OMGE_PERCENT, opted_in: bool = False
) -> tuple[Shares, ...]:
    """The shares of one issuance that comes in parts: of several vintages, authorized and not. A part may be 0.

    The shares are those of the whole issuance, so that its division costs no unit (the percentages are of "the issued
    A6.4ERs", 3/CMA.3 annex paras 58-59). A part gives what the parts up to it owe together, rounded up, less what those
    before it gave; where it is too small for both shares, other parts give the rest of OMGE.
    """
    invariant(all(each >= 0 for each in quantities), f"parts of {quantities} units")
    whole = split(sum(quantities), host, omge_percent=omge_percent, opted_in=opted_in)
    sops = _in_turn(quantities, PROCEEDS_PERCENT, whole.sop)
    rooms = [quantity - sop for quantity, sop in zip(quantities, sops, strict=True)]
    wanted = _in_turn(quantities, omge_percent, whole.omge)
    omges = [min(each, room) for each, room in zip(wanted, rooms, strict=True)]
    for place, room in enumerate(rooms):
        omges[place] += min(whole.omge - sum(omges), room - omges[place])
    return tuple(Shares(sop, omge, room - omge) for sop, omge, room in zip(sops, omges, rooms, strict=True))


def _in_turn(quantities: Sequence[int], percent: Fraction, at_most: int) -> list[int]:
    """What each part gives of a share, so that the first parts together give theirs rounded up, all `at_most`."""
    reached = list(accumulate(quantities, initial=0))
    owed = [min(_rounded_up(each, percent), at_most) for each in reached]
    return [now - before for before, now in pairwise(owed)]


def _rounded_up(quantity: int, percent: Fraction) -> int:
    return -(-quantity * percent.numerator // (100 * percent.denominator))


class Statement(StrEnum):
    """What a host Party says of the units to be issued for an activity (6/CMA.6 para 11)."""

    FULL = "authorizes_in_full"
    PART = "authorizes_in_part"
    NONE = "does_not_authorize"
    CONTRIBUTION = "allows_contribution_units"

    @property
    def authorizes(self) -> bool:
        return self in (Statement.FULL, Statement.PART)

    @property
    def may_authorize_later(self) -> bool:
        """Whether units issued unauthorized under it may be authorized afterwards; "does not authorize" is a no."""
        return self is not Statement.NONE


STATEMENT_TITLES: Mapping[Statement, str] = MappingProxyType(
    {
        Statement.FULL: N_("Authorizes the units in full"),
        Statement.PART: N_("Authorizes the units in part, up to a quantity"),
        Statement.NONE: N_("Does not authorize the units"),
        Statement.CONTRIBUTION: N_("Allows mitigation contribution units and may authorize them later"),
    }
)


@dataclass(frozen=True, slots=True)
class HostStatement:
    """One version of a host Party's statement.

    `quantity`, for `authorizes_in_part` only, is how many units of the activity are authorized over all its issuances.
    `authorization` is the identifier of the authorization that carries the elements of 4/CMA.6 para 5.
    """

    activity_id: int
    version: int
    statement: Statement
    stated_on: date
    reference: str
    quantity: int | None = None
    authorization: str | None = None


def statement_refusals(new: HostStatement) -> Iterator[Refusal]:
    """What a statement lacks or contradicts in itself."""
    if new.statement.authorizes != (new.authorization is not None):
        yield Refusal(Code.MECHANISM_STATEMENT, new.statement, "name an authorization where it authorizes, only there")
    if (new.statement is Statement.PART) != (new.quantity is not None):
        yield Refusal(Code.MECHANISM_STATEMENT, new.statement, "give a quantity where it authorizes in part")
    if new.quantity is not None and new.quantity < 1:
        yield Refusal(Code.QUANTITY_NOT_POSITIVE, str(new.quantity))
    if not new.reference.strip():
        yield Refusal(Code.MECHANISM_STATEMENT, new.statement, "name the document in which the Party said so")


def authorized_part(statement: HostStatement, issued: int, authorized_before: int) -> int:
    """How many of the units to be issued are authorized from the start, given how many of earlier issuances were."""
    if statement.statement is Statement.FULL:
        return issued
    if statement.statement is Statement.PART:
        return max(0, min(issued, (statement.quantity or 0) - authorized_before))
    return 0
