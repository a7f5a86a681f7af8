"""Underlying units: which are used, and what their registries did with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from article6.domain.underlying import LockStatus
from article6.store.database import one, records, rows

LATEST = """LATERAL (SELECT u.status, u.reference, u.stated_on FROM underlying_statement u WHERE u.batch_id = b.id
    ORDER BY u.id DESC LIMIT 1)"""
"""The latest statement on a batch `b`, to join with."""


def used(blocks: Sequence[tuple[str, str, int, int]]) -> list[tuple[int, int, int] | None]:
    """For each block (registry, series, first, last) the batch that used some of its units, with the range it used."""
    found = rows(
        """SELECT f.batch_id, f.lo, f.hi FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[])
               WITH ORDINALITY AS w(registry, series, lo, hi, n)
           LEFT JOIN LATERAL underlying_used_by(w.registry, w.series, w.lo, w.hi) f ON true ORDER BY w.n""",
        tuple([each[place] for each in blocks] for place in range(4)),
    )
    return [None if each[0] is None else (each[0], each[1], each[2]) for each in found]


def batch(batch_id: int) -> dict[str, Any] | None:
    """A batch's id, underlying_lo, and section_id: the section in which it was issued."""
    found = records(
        """SELECT b.id, b.underlying_lo, t.section_id FROM batch b JOIN ledger_transaction t ON t.id = b.transaction_id
           WHERE b.id = %s""",
        (batch_id,),
    )
    return found[0] if found else None


_STATEMENT = "SELECT id, batch_id, status, reference, stated_on, recorded_at FROM underlying_statement"


def statement_by_id(number: int) -> dict[str, Any]:
    """One statement."""
    return records(f"{_STATEMENT} WHERE id = %s", (number,))[0]


def statements(batch_id: int) -> list[dict[str, Any]]:
    """The statements on a batch, the latest first."""
    return records(f"{_STATEMENT} WHERE batch_id = %s ORDER BY id DESC", (batch_id,))


_LATEST = ("underlying_status", "underlying_reference", "underlying_stated_on")


def latest(batch_id: int) -> dict[str, Any]:
    """The latest statement on a batch: underlying_status, underlying_reference, underlying_stated_on; None each."""
    found = records(
        """SELECT status AS underlying_status, reference AS underlying_reference, stated_on AS underlying_stated_on
           FROM underlying_statement WHERE batch_id = %s ORDER BY id DESC LIMIT 1""",
        (batch_id,),
    )
    return found[0] if found else dict.fromkeys(_LATEST)


_SECURE = ", ".join(f"'{each}'" for each in LockStatus if each.is_secure)
_NOT_SECURE = f"""FROM batch b JOIN series s ON s.id = b.series_id LEFT JOIN {LATEST} l ON true
    WHERE b.underlying_lo IS NOT NULL AND COALESCE(l.status, '') NOT IN ({_SECURE})"""


def not_secure(after: int, limit: int) -> list[dict[str, Any]]:
    """Batches with an id above `after` whose underlying units are not known to be locked or cancelled."""
    return records(
        f"""SELECT b.id, s.registry, s.party, b.lo AS first, b.hi AS last, b.hi - b.lo + 1 AS quantity,
                   b.underlying_registry, b.underlying_series, b.underlying_lo, b.underlying_hi, b.original_serial,
                   l.status AS underlying_status, l.stated_on AS underlying_stated_on
            {_NOT_SECURE} AND b.id > %s ORDER BY b.id LIMIT %s""",
        (after, limit),
    )


def not_secure_count() -> int:
    """How many there are."""
    return int(one(f"SELECT count(*) {_NOT_SECURE}")[0])
