"""The Article 6.4 mechanism: what is levied at issuance, and what a host Party may say of an activity's units.

Shares are whole units, rounded up: the decisions do not say how, and 3/CMP.11 annex I para 16 bis (a) rounded its share
of proceeds "up to the next higher integer value".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
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


def split_in_parts(
    authorized: int, contribution: int, host: str, *, omge_percent: Fraction = OMGE_PERCENT, opted_in: bool = False
) -> tuple[Shares, Shares]:
    """The shares of an issuance that is authorized in part: of its authorized units and of its contribution units.

    The shares are those of the whole issuance, so that its division costs no unit; the authorized units give theirs
    rounded up, the contribution units the remainder (7/CMA.4 annex I paras 39-40 take from both). Either part may be 0.
    """
    invariant(authorized >= 0 and contribution >= 0, f"parts of {authorized} and {contribution} units")
    whole = split(authorized + contribution, host, omge_percent=omge_percent, opted_in=opted_in)
    sop = min(_rounded_up(authorized, PROCEEDS_PERCENT), whole.sop)
    omge_other = min(max(0, whole.omge - _rounded_up(authorized, omge_percent)), contribution - (whole.sop - sop))
    omge = whole.omge - omge_other
    if omge > authorized - sop:
        omge = authorized - sop
    other = Shares(whole.sop - sop, whole.omge - omge, contribution - (whole.sop - sop) - (whole.omge - omge))
    return Shares(sop, omge, authorized - sop - omge), other


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
