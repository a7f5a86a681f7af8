"""The ledger as of a past moment, by moments of decision; and the holdings kept so that it is found fast."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import TupleRow

from article6.domain.holdings import Change, Held
from article6.domain.serials import SeriesRange, forks_over
from article6.domain.steps import Line
from article6.store.database import numbers, one, row, rows, stream
from article6.store.queries.lookup import Series
from article6.store.sqlfiles import statement

SNAPSHOT = statement("as_of_snapshot")
CHANGES = statement("as_of_changes")
DUE = statement("as_of_due")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What an account held as of `at`; transactions below `from_transaction` were decided before it, or never."""

    at: datetime
    held: tuple[Held, ...]
    from_transaction: int


def snapshot(account_id: int, until: datetime) -> Snapshot | None:
    """The latest kept holdings at or before a moment that the journal still bears out."""
    found = row(SNAPSHOT, {"account": account_id, "until": until})
    if found is None:
        return None
    at, *columns, from_transaction = found
    return Snapshot(at, tuple(Held(*each) for each in zip(*columns, strict=True)), from_transaction)


def changes(account_id: int, until: datetime, since: datetime | None = None, from_transaction: int = 0) -> list[Change]:
    """The journal's lines that touched an account before a moment, and not before another."""
    found = rows(CHANGES, {"account": account_id, "until": until, "since": since, "from": from_transaction})
    return [Change(*each) for each in found]


def counts(account_id: int, at: datetime) -> tuple[int, int, int]:
    """Of an account's transactions: the first number that may still be decided from `at` on, how many of those from
    there on were decided before it, and how many were in all."""
    found = one(
        """WITH mine AS (
               SELECT t.id, t.status, t.decided_at FROM ledger_transaction t WHERE t.source_id = %(account)s
               UNION
               SELECT t.id, t.status, t.decided_at FROM ledger_transaction t WHERE t.target_id = %(account)s),
           first AS (
               SELECT COALESCE((SELECT min(m.id) FROM mine m WHERE m.status = 'proposed'
                                    OR m.status = 'completed' AND m.decided_at >= %(at)s),
                               (SELECT max(m.id) + 1 FROM mine m), 1) AS id)
           SELECT (SELECT f.id FROM first f),
                  count(*) FILTER (WHERE m.id >= (SELECT f.id FROM first f)), count(*)
           FROM mine m WHERE m.status = 'completed' AND m.decided_at < %(at)s""",
        {"account": account_id, "at": at},
    )
    return int(found[0]), int(found[1]), int(found[2])


def due(settled: datetime, often: int, limit: int) -> list[tuple[int, datetime, int]]:
    """Accounts (with their sections) and moments of which holdings are to be kept."""
    found = rows(DUE, {"settled": settled, "often": often, "limit": limit})
    return [(account_id, at, section_id) for account_id, at, section_id in found]


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot as it was written, for the audit; `is_current` that the journal still counts what it counted."""

    account_id: int
    number: str
    at: datetime
    units: int
    held: tuple[Held, ...]
    is_current: bool


def kept() -> Iterator[Kept]:
    """Every snapshot, account by account. Needs a database transaction around it."""
    found = stream(
        """SELECT s.account_id, a.number, s.at, s.units, s.series_ids, s.los, s.his, s.batch_ids, s.authorization_ids,
                  s.transactions = (SELECT count(*) FROM ledger_transaction t
                                    WHERE s.account_id IN (t.source_id, t.target_id) AND t.status = 'completed'
                                      AND t.decided_at < s.at)
           FROM holding_snapshot s JOIN account a ON a.id = s.account_id ORDER BY s.account_id, s.at, s.id""",
        size=100,
    )
    for account_id, number, at, units, *columns, is_current in found:
        yield Kept(account_id, number, at, units, tuple(Held(*each) for each in zip(*columns, strict=True)), is_current)


def first_transfers(held: Sequence[Held], until: datetime) -> list[tuple[int, int, int, int | None]]:
    """Position in `held`, first and last serial, and the transaction that first transferred these before the moment.

    A first transfer is marked once and for ever, so the block that has a serial now knows of it.
    """
    found = rows(
        """SELECT r.n - 1, GREATEST(k.lo, r.lo), LEAST(k.hi, r.hi), f.id
           FROM unnest(%(series)s::integer[], %(lo)s::bigint[], %(hi)s::bigint[])
                    WITH ORDINALITY AS r(series, lo, hi, n)
           CROSS JOIN LATERAL (
               SELECT b.lo, b.hi, b.first_transfer_id FROM block b WHERE b.series_id = r.series AND b.hi >= r.lo
                 AND b.hi <= (SELECT x.hi FROM block x WHERE x.series_id = r.series AND x.hi >= r.hi
                              ORDER BY x.hi LIMIT 1)) k
           LEFT JOIN ledger_transaction f ON f.id = k.first_transfer_id AND f.decided_at < %(until)s
           WHERE k.lo <= r.hi ORDER BY 1, 2""",
        {
            "series": numbers(each.series_id for each in held),
            "lo": numbers(each.first for each in held),
            "hi": numbers(each.last for each in held),
            "until": until,
        },
    )
    return [(int(n), int(lo), int(hi), transaction_id) for n, lo, hi, transaction_id in found]


def balances(until: datetime, section_id: int | None = None) -> list[tuple[int, int]]:
    """Accounts and their units as of a moment, of a section or of all, in order of opening; without those that nothing
    ever reached."""
    found = rows(
        """SELECT m.id, sum(m.change)::bigint FROM (
               SELECT t.target_id AS id, t.quantity AS change FROM ledger_transaction t
                   WHERE t.status = 'completed' AND t.decided_at < %(until)s
               UNION ALL
               SELECT t.source_id, -t.quantity FROM ledger_transaction t
                   WHERE t.status = 'completed' AND t.decided_at < %(until)s AND t.source_id IS NOT NULL) m
           JOIN account a ON a.id = m.id
           WHERE %(section)s::smallint IS NULL OR a.section_id = %(section)s
           GROUP BY m.id ORDER BY m.id""",
        {"until": until, "section": section_id},
    )
    return [(account_id, int(units)) for account_id, units in found]


def owner(of: Series, serial: int, until: datetime) -> int | None:
    """The account that had a serial as of a moment; None where it was not issued by then."""
    found = row(
        """SELECT e.to_id FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id
           WHERE e.series_id = %(series)s AND e.fork = ANY (%(forks)s::bigint[]) AND e.lo <= %(serial)s
             AND e.hi >= %(serial)s AND t.decided_at < %(until)s
           ORDER BY e.id DESC LIMIT 1""",
        {"series": of.id, "forks": numbers(forks_over(serial, of.top)), "serial": serial, "until": until},
    )
    return None if found is None else int(found[0])


def history(of: Series, wanted: SeriesRange, until: datetime, limit: int) -> list[TupleRow]:
    """Lines of the journal that concern some serials, oldest first.

    Each is moment, transaction, type, first, last (within what is asked), from, to, batch, authorization (or None),
    whether it was their first transfer. A line that reaches into the range covers its first serial, its last, or lies
    within: so its fork is one over either end, or between them.
    """
    return rows(
        """SELECT t.decided_at, t.id, t.type, GREATEST(e.lo, %(lo)s), LEAST(e.hi, %(hi)s), e.from_id, e.to_id,
                  e.batch_id, e.authorization_id, e.is_first_transfer
           FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id
           WHERE e.series_id = %(series)s AND e.lo <= %(hi)s AND e.hi >= %(lo)s AND t.decided_at < %(until)s
             AND (e.fork = ANY (%(forks)s::bigint[]) OR e.fork BETWEEN %(lo)s AND %(hi)s)
           ORDER BY e.id LIMIT %(limit)s""",
        {
            "series": of.id, "lo": wanted.first, "hi": wanted.last, "until": until, "limit": limit,
            "forks": numbers(sorted({*forks_over(wanted.first, of.top), *forks_over(wanted.last, of.top)})),
        },
    )  # fmt: skip


def journal(series_id: int, until: datetime) -> Iterator[Line]:
    """The journal of a series as of a moment, in the order in which it was written. Needs a database transaction."""
    found = stream(
        """SELECT e.id, e.transaction_id, e.lo, e.hi, e.from_id, e.to_id, e.batch_id, e.authorization_id,
                  e.is_first_transfer, e.was_first_transferred
           FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id AND t.decided_at < %s
           WHERE e.series_id = %s ORDER BY e.id""",
        (until, series_id),
    )
    return (Line(*each) for each in found)
