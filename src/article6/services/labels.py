"""Labels on the units of a crediting programme: stated, withdrawn by a new statement, read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from article6.domain import labels
from article6.domain.kinds import Kind
from article6.domain.labels import Statement
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.roles import Right
from article6.domain.serials import SeriesRange
from article6.services import registry
from article6.services.commands import command, once
from article6.store import journal
from article6.store.queries import crediting as reading
from article6.store.queries import series


@dataclass(frozen=True, slots=True)
class NewLabel:
    """What the programme says of units: that a label stands on them, or (`stands` False) no more.

    Units by serials, by a batch, or both; `source` names where it is said.
    """

    label: str
    source: str
    stated_on: date
    ranges: tuple[SeriesRange, ...] = ()
    batch: int | None = None
    stands: bool = True


def require_administrator(by: PersonId) -> None:
    """The registry is a crediting programme's, and the person its administrator.

    Raises:
        Refused: otherwise.
    """
    registry.require_administrator(Kind.CREDITING, Right.RUN_PROGRAMME, by)


def state(new: NewLabel, *, by: PersonId, now: datetime, key: str | None = None) -> list[int]:
    """Record a statement; its numbers, one for each range. What was stated before stays on record.

    Raises:
        Refused: no label, source or units, serials that were never issued, a withdrawal where the label does not stand,
            or `by` is no administrator.
    """
    given = command(by, key, "state_label", new)

    def act() -> list[int]:
        require_administrator(by)
        with journal.database_transaction():
            # What stands is read and then changed: one statement after the other.
            journal.wait_for_turn("labels")
            ranges = _ranges(new)
            if reasons := [*_faults(new, ranges, now), *(fault for each in ranges for fault in _of_range(new, each))]:
                raise Refused(reasons)
            ids = [_insert(new, each, now) for each in ranges]
            journal.note(given, "label.stated" if new.stands else "label.withdrawn", f"label:{ids[0]}", now, ids)
        return ids

    return once(given, act, lambda answer: answer.ids)


def _ranges(new: NewLabel) -> tuple[SeriesRange, ...]:
    if new.batch is None:
        return new.ranges
    found = reading.of_batch(new.batch)
    if found is None:
        raise refused(Code.LABEL_NO_UNITS, f"batch {new.batch}")
    return (*new.ranges, found)


def _faults(new: NewLabel, ranges: Sequence[SeriesRange], now: datetime) -> list[Refusal]:
    named = {"label": new.label, "source": new.source}
    faults = [Refusal(Code.REQUEST_MALFORMED, name, "say what") for name, text in named.items() if not text.strip()]
    if not ranges:
        faults.append(Refusal(Code.REQUEST_MALFORMED, "serials", "name serials or a batch"))
    if new.stated_on > now.date():
        faults.append(Refusal(Code.REQUEST_MALFORMED, str(new.stated_on), "a day that is yet to come"))
    return faults


def _of_range(new: NewLabel, units: SeriesRange) -> list[Refusal]:
    shown = f"{units.first}-{units.last}"
    if reading.issued_units(units) != units.count:
        return [Refusal(Code.LABEL_NO_UNITS, shown)]
    if not new.stands and not labels.covers(_statements(units), new.label, units.first, units.last):
        return [Refusal(Code.LABEL_NOT_IN_FORCE, shown, new.label)]
    return []


def _insert(new: NewLabel, units: SeriesRange, now: datetime) -> int:
    return journal.insert(
        "unit_label",
        {
            "label": new.label.strip(),
            "stands": new.stands,
            "series_id": units.series_id,
            "lo": units.first,
            "hi": units.last,
            "fork": reading.label_fork(units),
            "source": new.source,
            "stated_on": new.stated_on,
            "recorded_at": now,
        },
    )


def _statements(units: SeriesRange) -> list[Statement]:
    names = ("label", "stands", "first", "last", "source", "stated_on")
    return [Statement(*(each[name] for name in names)) for each in reading.statements(units)]


def on(units: SeriesRange) -> list[dict[str, Any]]:
    """The labels that stand on any of these units: label, first, last, source, stated_on."""
    return [
        {"label": each.label, "first": each.first, "last": each.last, "source": each.source,
         "stated_on": each.stated_on}
        for each in labels.standing(_statements(units), units.first, units.last)
    ]  # fmt: skip


def said_of(registry: str, party: str, first: int, last: int) -> list[dict[str, Any]] | None:
    """Every statement on any of these serials, oldest first, withdrawals included: id, label, stands, first, last,
    source, stated_on; None where there is no such series.

    Raises:
        Refused: the first serial is above the last.
    """
    if first > last:
        raise refused(Code.SERIAL_MALFORMED, f"{first}-{last}")
    found = series.named(registry, party)
    return reading.statements(SeriesRange(found[0][0], first, last)) if found else None
