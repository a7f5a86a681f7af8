"""Labels that a crediting programme puts on units after their issuance: what stands follows from the statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: the label stands on serials `first` to `last` of a series, or (`stands` False) no more."""

    label: str
    stands: bool
    first: int
    last: int
    source: str
    stated_on: date


def standing(statements: Iterable[Statement], first: int, last: int) -> list[Statement]:
    """What stands on serials `first` to `last`: the statements (oldest first), each cut to where none later speaks.

    By label, then serial.
    """
    found: list[Statement] = []
    for new in statements:
        below, above = max(new.first, first), min(new.last, last)
        if below > above:
            continue
        found = [part for each in found for part in _where_silent(each, new, below, above)]
        if new.stands:
            found.append(_cut(new, below, above))
    return sorted(found, key=lambda each: (each.label, each.first))


def _where_silent(older: Statement, new: Statement, first: int, last: int) -> list[Statement]:
    if older.label != new.label or older.last < first or older.first > last:
        return [older]
    sides = ((older.first, first - 1), (last + 1, older.last))
    return [_cut(older, low, high) for low, high in sides if low <= high]


def _cut(each: Statement, first: int, last: int) -> Statement:
    return Statement(each.label, each.stands, first, last, each.source, each.stated_on)


def covers(statements: Iterable[Statement], label: str, first: int, last: int) -> bool:
    """Whether a label stands on every serial from `first` to `last`."""
    return sum(each.last - each.first + 1 for each in standing(statements, first, last) if each.label == label) == (
        last - first + 1
    )
