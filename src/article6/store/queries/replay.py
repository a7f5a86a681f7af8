"""What a replay needs to know of the ledger: which steps are done, where units stand, what was issued and cancelled."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg

from article6.domain.refusals import Code, refused
from article6.store.database import row, rows

_LOCK = "replay"


@contextlib.contextmanager
def alone(wait_s: int = 30) -> Iterator[None]:
    """Let one replay run at a time. The lock belongs to the connection: it ends with a killed process.

    Raises:
        Refused: another replay is still running after `wait_s` seconds.
    """
    row("SELECT set_config('lock_timeout', %s, false)", (f"{wait_s}s",))
    try:
        row("SELECT pg_advisory_lock(hashtext(%s))", (_LOCK,))
    except psycopg.errors.LockNotAvailable as error:
        raise refused(Code.LEDGER_BUSY, _LOCK) from error
    finally:
        row("SELECT set_config('lock_timeout', '0', false)")
    try:
        yield
    finally:
        row("SELECT pg_advisory_unlock(hashtext(%s))", (_LOCK,))


def done(prefix: str) -> set[str]:
    """The idempotency keys that begin with this and stand under an answer, whoever gave the commands."""
    found = rows(
        "SELECT idempotency_key FROM audit_event WHERE starts_with(idempotency_key, %s)",
        (prefix,),
    )
    return {key for (key,) in found}


def series(registry: str) -> dict[str, int]:
    """Ids of the registry's series, by Party."""
    return dict(rows("SELECT party, id FROM series WHERE registry = %s", (registry,)))


def account_number(section: str, type_: str, name: str) -> str | None:
    """The number of the first account of this type and name in a section."""
    found = row(
        """SELECT a.number FROM account a JOIN section s ON s.id = a.section_id
           WHERE s.code = %s AND a.type = %s AND a.name = %s ORDER BY a.id LIMIT 1""",
        (section, type_, name),
    )
    return found[0] if found else None


def balances(registry: str) -> list[tuple[str, int, int, int, int]]:
    """Per Party: issued, cancelled (in terminal accounts), remaining, blocks; in order of Party codes.

    Issued comes from the batches, the others from the blocks.
    """
    return [
        (party, issued, cancelled, remaining, blocks)
        for party, issued, cancelled, remaining, blocks in rows(
            """SELECT s.party,
                      (SELECT COALESCE(sum(b.hi - b.lo + 1), 0) FROM batch b WHERE b.series_id = s.id)::bigint,
                      COALESCE(sum(k.hi - k.lo + 1) FILTER (WHERE k.is_final), 0)::bigint,
                      COALESCE(sum(k.hi - k.lo + 1) FILTER (WHERE NOT k.is_final), 0)::bigint,
                      count(k.account_id)
               FROM series s LEFT JOIN block k ON k.series_id = s.id AND k.account_id IS NOT NULL
               WHERE s.registry = %s GROUP BY s.id ORDER BY s.party""",
            (registry,),
        )
    ]


def ranges(registry: str, type_: str | None) -> Iterator[tuple[str, int, int]]:
    """Party, first and last serial of what stands in accounts of this type; with None, of what was issued.

    In order of Party and serial.
    """
    if type_ is None:
        yield from rows(
            """SELECT s.party, b.lo, b.hi FROM batch b JOIN series s ON s.id = b.series_id
               WHERE s.registry = %s ORDER BY s.party, b.lo""",
            (registry,),
        )
        return
    yield from rows(
        """SELECT s.party, k.lo, k.hi FROM block k JOIN series s ON s.id = k.series_id
           JOIN account a ON a.id = k.account_id WHERE s.registry = %s AND a.type = %s ORDER BY s.party, k.lo""",
        (registry, type_),
    )
