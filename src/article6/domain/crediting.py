"""A crediting programme's issuance: what it must state, and how it is divided between a buffer and several holders.

Buffers are rounded up to whole units. What is left is divided as asked; where by ratios, each part is rounded down and
the units left over go one each to the largest remainders, the earlier part first. Nothing is lost or made.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from article6.domain.refusals import Code, Refusal, Refused, invariant

EXACT = r"[0-9]{1,9}(\.[0-9]{1,9}|/[1-9][0-9]{0,8})?"
"""How percentages and ratios are written: `10`, `2.5`, `1/3`."""


def exact(text: str) -> Fraction:
    """A percentage or ratio, without rounding.

    Raises:
        ValueError: it is not written so.
    """
    if not re.fullmatch(EXACT, text):
        raise ValueError("give a number, as in 2.5 or 1/3")
    return Fraction(text)


@dataclass(frozen=True, slots=True)
class Share:
    """What one holder gets of an issuance: a quantity, or a ratio of what the buffer leaves, or (alone) all of it.

    `issued_on` is the day on which the part is issued; None: the day of the act.
    """

    account: str
    quantity: int | None = None
    ratio: Fraction | None = None
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewCredits:
    """An issuance under a programme's rules. `reference` names the decision to issue.

    `quantity` includes the buffer's share, `buffer_percent` of it. `methodology` empty: the activity's own.
    """

    programme: str
    party: str
    activity: str
    quantity: int
    vintage_year: int
    monitoring_start: date
    monitoring_end: date
    reference: str
    shares: tuple[Share, ...]
    methodology: str = ""
    buffer_percent: Fraction = field(default_factory=Fraction)
    mitigation_type: str = "Emission reductions"


@dataclass(frozen=True, slots=True)
class Division:
    """Units of each share, in the order given, and of the buffer; together all that is issued."""

    parts: tuple[int, ...]
    buffer: int


def issuance_refusals(new: NewCredits, today: date) -> Iterator[Refusal]:
    """What an issuance lacks or contradicts; how it divides is judged by `divide`."""
    named = {"programme": new.programme, "methodology": new.methodology, "reference": new.reference}
    for name, text in named.items():
        if not text.strip():
            yield Refusal(Code.CREDITING_INCOMPLETE, name)
    first, last = new.monitoring_start, new.monitoring_end
    if first > last:
        yield Refusal(Code.CREDITING_INCOMPLETE, "monitoring_end", f"{first} is after {last}")
    elif not first.year <= new.vintage_year <= last.year:
        yield Refusal(Code.VINTAGE_OUT_OF_RANGE, str(new.vintage_year), f"monitored from {first} to {last}")
    days = {"monitoring_end": last, **{each.account: each.issued_on for each in new.shares}}
    for name, day in days.items():
        if day is not None and day > today:
            yield Refusal(Code.CREDITING_INCOMPLETE, name, f"{day} is yet to come")
    for each in new.shares:
        if each.issued_on is not None and each.issued_on < last:
            yield Refusal(Code.CREDITING_INCOMPLETE, each.account, f"issued on {each.issued_on}, before {last}")


def divide(quantity: int, buffer_percent: Fraction, shares: Sequence[Share]) -> Division:
    """How an issuance of at least one unit is divided, exact in units.

    Raises:
        Refused: the buffer is no percentage below 100, or the shares are not all that it leaves.
    """
    if quantity < 1:
        raise Refused([Refusal(Code.QUANTITY_NOT_POSITIVE, str(quantity))])
    if not 0 <= buffer_percent < 100:
        raise Refused([Refusal(Code.CREDITING_DIVISION, "buffer_percent", f"{buffer_percent} per cent")])
    buffer = -(-quantity * buffer_percent.numerator // (100 * buffer_percent.denominator))
    left = quantity - buffer
    if reasons := list(_faults(shares, left)):
        raise Refused(reasons)
    parts = tuple(each.quantity or 0 for each in shares)
    if any(each.ratio is not None for each in shares):
        parts = _by_ratio(left, [each.ratio or Fraction() for each in shares])
    elif parts == (0,):
        parts = (left,)
    invariant(sum(parts) + buffer == quantity, f"{parts} and {buffer} of {quantity}")
    return Division(parts, buffer)


def _faults(shares: Sequence[Share], left: int) -> Iterator[Refusal]:
    quantities = [each.quantity for each in shares if each.quantity is not None]
    ratios = [each.ratio for each in shares if each.ratio is not None]
    if len(shares) == 1 and not quantities and not ratios:
        return
    if sorted((len(quantities), len(ratios))) != [0, len(shares)] or not shares:
        yield Refusal(Code.CREDITING_DIVISION, "", "give every part a quantity, or every part a ratio")
        return
    for number in quantities:
        if number < 1:
            yield Refusal(Code.QUANTITY_NOT_POSITIVE, str(number))
    for ratio in ratios:
        if ratio <= 0:
            yield Refusal(Code.CREDITING_DIVISION, str(ratio), "a ratio is above 0")
    if quantities and sum(quantities) != left:
        yield Refusal(Code.CREDITING_DIVISION, str(sum(quantities)), f"{left} are left to divide")
    if ratios and sum(ratios) != 1:
        yield Refusal(Code.CREDITING_DIVISION, str(sum(ratios)), "the ratios add up to 1")


def _by_ratio(left: int, ratios: Sequence[Fraction]) -> tuple[int, ...]:
    exact = [left * ratio for ratio in ratios]
    parts = [int(each) for each in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: (int(exact[place]) - exact[place], place))
    for place in by_remainder[: left - sum(parts)]:
        parts[place] += 1
    return tuple(parts)
