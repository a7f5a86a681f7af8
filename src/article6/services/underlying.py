"""Underlying units: read from a programme's serial, used once, and locked where they are registered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from article6.domain import underlying
from article6.domain.orders import Issuance, PersonId
from article6.domain.refusals import Code, Refusal, refused
from article6.domain.roles import Right
from article6.domain.underlying import LockStatus, UnderlyingBlock
from article6.domain.units import BatchAttributes
from article6.services import people
from article6.services.commands import command, once
from article6.services.paging import Page, cursor, page
from article6.store import journal
from article6.store.queries import underlying as reading

TEXT_AT_MOST = 500
"""Characters of a reference."""


def resting_on(batch: BatchAttributes, serial: str) -> BatchAttributes:
    """The batch on the basis of the units that a programme's serial names.

    Raises:
        Refused: the serial cannot be read, or the batch names other underlying units besides.
    """
    block = underlying.read(serial)
    named = (batch.underlying_registry, batch.underlying_series, batch.underlying_first, batch.underlying_last)
    if any(each and each != its for each, its in zip(named, _named(block), strict=True)):
        raise refused(Code.UNDERLYING_NOT_ONE_TO_ONE, block.registry, "the serial names other units")
    return replace(
        batch,
        underlying_registry=block.registry,
        underlying_series=block.series,
        underlying_first=block.first,
        underlying_last=block.last,
        original_serial=batch.original_serial or block.serial,
    )


def _named(block: UnderlyingBlock) -> tuple[str, str, int, int]:
    return block.registry, block.series, block.first, block.last


def looked_up(serial: str) -> dict[str, Any]:
    """What a programme's serial names: registry, series, first, last, serial, quantity; and the `batch` that used some
    of it, with the range it shares, both None where it is free.

    Raises:
        Refused: the serial cannot be read.
    """
    block = underlying.read(serial)
    [used] = reading.used([_named(block)])
    shared = [max(used[1], block.first), min(used[2], block.last)] if used else None
    return {**asdict(block), "quantity": block.count, "batch": used[0] if used else None, "shared": shared}


def used_before(issuances: Sequence[Issuance]) -> list[list[Refusal]]:
    """For each issuance, what speaks against its underlying units: an earlier batch rests on some of them."""
    resting = [(position, each.batch) for position, each in enumerate(issuances) if each.batch.underlying_first]
    found: list[list[Refusal]] = [[] for _ in issuances]
    if not resting:
        return found
    asked = [
        (each.underlying_registry, each.underlying_series, each.underlying_first or 0, each.underlying_last or 0)
        for _, each in resting
    ]
    for (position, each), used in zip(resting, reading.used(asked), strict=True):
        if used is not None:
            subject = f"{each.underlying_registry} {each.underlying_first}-{each.underlying_last}"
            detail = f"batch {used[0]}: {used[1]}-{used[2]}"
            found[position].append(Refusal(Code.UNDERLYING_USED_TWICE, subject, detail))
    return found


@dataclass(frozen=True, slots=True)
class NewStatement:
    """What the underlying registry did with the units of a batch; `reference` is its own word for it."""

    batch_id: int
    status: LockStatus
    reference: str
    stated_on: date


def state(new: NewStatement, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Record what the underlying registry did with a batch's underlying units; the latest word counts. The statement.

    Raises:
        Refused: no such batch, none with underlying units, no reference, a day to come, or `by` does not issue in the
            section in which the batch was issued.
    """
    given = command(by, key, "state_underlying", new)

    def act() -> dict[str, Any]:
        batch = reading.batch(new.batch_id)
        if batch is None:
            raise refused(Code.BATCH_UNKNOWN, str(new.batch_id))
        people.require(by, Right.AUTHORIZE, batch["section_id"])
        if wrong := _wrong(new, batch, now):
            raise refused(Code.UNDERLYING_STATEMENT, str(new.batch_id), wrong)
        with journal.database_transaction():
            number = journal.insert(
                "underlying_statement",
                {
                    "batch_id": new.batch_id, "status": str(new.status), "reference": new.reference.strip(),
                    "stated_on": new.stated_on, "recorded_by": by, "recorded_at": now,
                },
            )  # fmt: skip
            journal.note(
                given, f"underlying.{new.status}", f"batch:{new.batch_id}", now, [number],
                section_id=batch["section_id"],
            )  # fmt: skip
        return reading.statement_by_id(number)

    return once(given, act, lambda answer: reading.statement_by_id(answer.ids[0]))


def _wrong(new: NewStatement, batch: dict[str, Any], now: datetime) -> str:
    if batch["underlying_lo"] is None:
        return "the batch rests on no underlying units"
    if not 0 < len(new.reference.strip()) <= TEXT_AT_MOST:
        return f"a reference of at most {TEXT_AT_MOST} characters"
    return f"{new.stated_on} is to come" if new.stated_on > now.date() else ""


def statements(batch_id: int) -> list[dict[str, Any]]:
    """Every statement on a batch, the latest first: status, reference, stated_on, recorded_at."""
    return reading.statements(batch_id)


def not_locked(after: str | None = None, limit: int = 50) -> Page:
    """Batches whose underlying units are not known to be locked or cancelled, in order of issuance.

    id, registry, party, first, last, quantity, underlying_registry, underlying_series, underlying_lo, underlying_hi,
    original_serial, underlying_status, underlying_stated_on.
    """
    [start] = cursor(after, 1)
    items = reading.not_secure(start, limit + 1)
    return page(items, limit, lambda each: f"{each['id']}", (reading.not_secure_count(), False))
