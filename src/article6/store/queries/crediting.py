"""What a crediting programme's registry knows besides the ledger: its issuances in parts, locks, labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from article6.domain.serials import SeriesRange, fork, forks_over
from article6.store.database import numbers, one, records, row, rows


def parts(transaction_ids: Iterable[int]) -> list[dict[str, Any]]:
    """The parts of an issuance in their order: transaction_id, type, batch_id, account, registry, party, first, last,
    quantity, issued_at."""
    return records(
        """SELECT t.id AS transaction_id, t.type, b.id AS batch_id, a.number AS account, s.registry, s.party,
                  b.lo AS first, b.hi AS last, t.quantity, t.decided_at AS issued_at
           FROM ledger_transaction t JOIN batch b ON b.transaction_id = t.id JOIN series s ON s.id = b.series_id
           JOIN account a ON a.id = t.target_id WHERE t.id = ANY (%s) ORDER BY t.id""",
        (list(transaction_ids),),
    )


def of_issuance(transaction_id: int) -> list[int]:
    """The transactions of an issuance of credits by its first: itself and those that name it."""
    found = rows(
        """SELECT t.id FROM ledger_transaction t
           WHERE t.id IN (SELECT transactions_of_issuance(%s::bigint))
             AND t.type IN ('programme_issuance', 'buffer_withholding')
             AND NOT EXISTS (SELECT 1 FROM ledger_transaction f WHERE f.id = %s AND f.terms ? 'issuance')
           ORDER BY t.id""",
        (transaction_id, transaction_id),
    )
    return [each[0] for each in found]


def methodology(activity_id: int) -> str:
    """The methodology of a recorded activity."""
    return str(one("SELECT methodology FROM activity WHERE id = %s", (activity_id,))[0])


def lock(transaction_id: int) -> dict[str, Any] | None:
    """A completed lock: transaction_id, quantity, account (it came from), locked_account, section, itmo_registry,
    itmo_record, locked_at; None when there is none."""
    found = records(f"{_LOCKS} AND t.id = %s", (transaction_id,))
    return found[0] if found else None


def locks(after: int, limit: int) -> list[dict[str, Any]]:
    """Locks by their transactions' numbers, as `lock` gives them."""
    return records(f"{_LOCKS} AND t.id > %s ORDER BY t.id LIMIT %s", (after, limit))


_LOCKS = """SELECT t.id AS transaction_id, t.quantity, f.number AS account, l.number AS locked_account,
    s.code AS section, t.terms ->> 'itmo_registry' AS itmo_registry, t.terms ->> 'itmo_record' AS itmo_record,
    t.decided_at AS locked_at
    FROM ledger_transaction t JOIN account f ON f.id = t.source_id JOIN account l ON l.id = t.target_id
    JOIN section s ON s.id = t.section_id WHERE t.type = 'lock' AND t.status = 'completed'"""


def locked_under(transaction_id: int) -> list[SeriesRange]:
    """The units that a lock put under lock and that stand so still, under it and no later one."""
    found = rows(
        """SELECT e.series_id, GREATEST(e.lo, k.lo), LEAST(e.hi, k.hi)
           FROM ledger_transaction t JOIN entry e ON e.transaction_id = t.id
           CROSS JOIN LATERAL (
               SELECT n.* FROM block n WHERE n.series_id = e.series_id AND n.hi >= e.lo
                 AND n.hi <= COALESCE((SELECT m.hi FROM block m WHERE m.series_id = e.series_id AND m.hi >= e.hi
                                       ORDER BY m.hi LIMIT 1), e.hi)
               ORDER BY n.hi OFFSET 0) k
           WHERE t.id = %s AND k.account_id = t.target_id ORDER BY e.series_id, e.lo, k.hi""",
        (transaction_id,),
    )
    later = rows(
        """SELECT e.series_id, e.lo, e.hi FROM ledger_transaction t JOIN ledger_transaction n
               ON n.target_id = t.target_id AND n.id > t.id AND n.type = 'lock' AND n.status = 'completed'
           JOIN entry e ON e.transaction_id = n.id WHERE t.id = %s""",
        (transaction_id,),
    )
    standing = [SeriesRange(*each) for each in found]
    for each in later:
        standing = [rest for one_range in standing for rest in _without(one_range, SeriesRange(*each))]
    return standing


def _without(whole: SeriesRange, taken: SeriesRange) -> list[SeriesRange]:
    if whole.series_id != taken.series_id or taken.last < whole.first or taken.first > whole.last:
        return [whole]
    sides = ((whole.first, taken.first - 1), (taken.last + 1, whole.last))
    return [SeriesRange(whole.series_id, first, last) for first, last in sides if first <= last]


# --- Labels


def issued_units(units: SeriesRange) -> int:
    """How many of these serials were issued."""
    found = one(
        """SELECT COALESCE(sum(LEAST(k.hi, %(last)s) - GREATEST(k.lo, %(first)s) + 1), 0)::bigint
           FROM (SELECT * FROM block n WHERE n.series_id = %(series)s AND n.hi >= %(first)s
                 AND n.hi <= COALESCE((SELECT m.hi FROM block m WHERE m.series_id = %(series)s AND m.hi >= %(last)s
                                       ORDER BY m.hi LIMIT 1), %(last)s)) k
           WHERE k.account_id IS NOT NULL""",
        {"series": units.series_id, "first": units.first, "last": units.last},
    )
    return int(found[0])


def of_batch(batch_id: int) -> SeriesRange | None:
    """The serials of a batch."""
    found = row("SELECT series_id, lo, hi FROM batch WHERE id = %s", (batch_id,))
    return SeriesRange(*found) if found else None


def top(series_id: int) -> int:
    """The highest serial of a series that exists."""
    return int(one("SELECT top FROM series WHERE id = %s", (series_id,))[0])


def label_fork(units: SeriesRange) -> int:
    """Under which number a statement on these serials is filed."""
    return fork(units.first, units.last)


def statements(units: SeriesRange) -> list[dict[str, Any]]:
    """Every statement on any of these serials, oldest first: label, stands, first, last, source, stated_on."""
    reach = top(units.series_id)
    over = {*forks_over(units.first, reach), *forks_over(units.last, reach)}
    return records(
        """SELECT l.label, l.stands, l.lo AS first, l.hi AS last, l.source, l.stated_on, l.id FROM unit_label l
           WHERE l.series_id = %(series)s AND l.lo <= %(last)s AND l.hi >= %(first)s
             AND (l.fork BETWEEN %(first)s AND %(last)s OR l.fork = ANY (%(over)s::bigint[])) ORDER BY l.id""",
        {"series": units.series_id, "first": units.first, "last": units.last, "over": numbers(sorted(over))},
    )
