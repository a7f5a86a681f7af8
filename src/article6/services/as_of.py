"""The ledger as of a past moment: what it said then, computed from the journal.

"Then" is told by the moments in which transactions were decided, the clock of every report: as of a moment counts what
was decided before it. A replay of the past has the past's moments; the database's own clock is in the audit events
(`recorded_at`). Holdings kept at the ends of years (`keep_due`) shorten the way and never change the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from article6.domain.holdings import Held, Holdings, holdings
from article6.domain.refusals import Code, refused
from article6.domain.report_kinds import SETTLED
from article6.domain.serials import SeriesRange
from article6.services import naming
from article6.services.naming import NamedSerials
from article6.store import journal
from article6.store.database import numbers, one_moment
from article6.store.queries import as_of as reading
from article6.store.queries import lookup, registries

OFTEN = 1000
"""An account with so many transactions in a month has its holdings kept at the end of that month, not of the year."""

AT_ONCE = 500
"""Snapshots written in one turn at most."""


def held(account_id: int, at: datetime) -> Holdings:
    """What an account held as of a moment."""
    with one_moment():
        start = reading.snapshot(account_id, at)
        if start is None:
            return holdings((), reading.changes(account_id, at))
        return holdings(start.held, reading.changes(account_id, at, start.at, start.from_transaction))


def balances(at: datetime, section: str | None = None) -> dict[str, int]:
    """Units of each account in sight as of a moment, by number: of a section, or of the whole registry.

    Raises:
        Refused: there is no such section.
    """
    return {_number(account_id): units for account_id, units in _balances(at, section)}


def _balances(at: datetime, section: str | None) -> list[tuple[int, int]]:
    known = registries.sections()
    if section is not None and section not in known:
        raise refused(Code.SECTION_UNKNOWN, section)
    return reading.balances(at, known[section] if section is not None else None)


def _number(account_id: int) -> str:
    return str(lookup.account(account_id)["number"])


@dataclass(frozen=True, slots=True)
class HeldBy:
    """What one account held."""

    account: str
    held: tuple[Held, ...]


def registry_holdings(at: datetime, section: str | None = None) -> Iterator[HeldBy]:
    """What every account of a section, or of the registry, held as of a moment; empty accounts are left out.

    Raises:
        Refused: there is no such section.
    """
    for account_id, units in _balances(at, section):
        if units:
            yield HeldBy(_number(account_id), held(account_id, at).held)


def owner(named: NamedSerials, at: datetime) -> str | None:
    """The number of the account in which a serial stood as of a moment; None where it was not issued by then.

    Raises:
        Refused: it is no serial of a series here.
    """
    [wanted] = naming.ranges([named])
    account_id = reading.owner(series_of(wanted), wanted.first, at)
    return None if account_id is None else _number(account_id)


def series_of(wanted: SeriesRange) -> lookup.Series:
    """The series of a range; its range may end above the series' top."""
    [found] = [each for each in lookup.series() if each.id == wanted.series_id]
    return found


def first_transferred(found: Holdings, at: datetime) -> list[tuple[Held, int | None]]:
    """What was held, cut where the transaction changes that first transferred it before the moment (None: none)."""
    joined: list[tuple[Held, int | None]] = []
    for position, first, last, transaction_id in reading.first_transfers(found.held, at):
        whole = found.held[position]
        before = joined[-1] if joined else None
        if (
            before is not None and before[1] == transaction_id and before[0].last + 1 == first
            and before[0]._replace(first=whole.first, last=whole.last) == whole
        ):  # fmt: skip
            joined[-1] = (before[0]._replace(last=last), transaction_id)
        else:
            joined.append((whole._replace(first=first, last=last), transaction_id))
    return joined


def keep_due(now: datetime) -> int:
    """Keep what accounts held at the ends of years (and of months in which they moved often); how many were written.

    A state in which moments of decision cross is not kept.
    """
    written = 0
    for account_id, at, section_id in reading.due(now - SETTLED, OFTEN, AT_ONCE):
        with journal.database_transaction():
            journal.wait_for_turn(f"holdings:{account_id}")
            found = held(account_id, at)
            from_transaction, counted, transactions = reading.counts(account_id, at)
            if not found.is_plain:
                continue
            journal.insert(
                "holding_snapshot",
                {
                    "account_id": account_id,
                    "section_id": section_id,
                    "at": at,
                    "units": found.units,
                    "series_ids": numbers(each.series_id for each in found.held),
                    "los": numbers(each.first for each in found.held),
                    "his": numbers(each.last for each in found.held),
                    "batch_ids": numbers(each.batch_id for each in found.held),
                    "authorization_ids": numbers(each.authorization_id for each in found.held),
                    "from_transaction": from_transaction,
                    "counted": counted,
                    "transactions": transactions,
                    "written_at": now,
                },
            )
            written += 1
    return written


def breaches() -> Iterator[str]:
    """Kept holdings that the journal does not bear out, for the self-audit; what a replay overtook is not used."""
    for kept in list(reading.kept()):
        found = holdings((), reading.changes(kept.account_id, kept.at))
        if kept.is_current and (found.held != kept.held or found.units != kept.units):
            day = f"{kept.at:%Y-%m-%d}"
            yield f"account {kept.number}: {kept.units} units kept as of {day}, the journal has {found.units}"
