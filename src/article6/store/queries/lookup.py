"""Where a unit is and how it got there; what a search box finds; lists of transactions and activities.

A unit is found by one step down an index: blocks tile their series, so its owner is the first block whose `hi` is
not below the serial. Its history is found by the at most 63 forks under which entries that cover it can be filed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connections
from psycopg.types.numeric import Int8

from article6.domain.serials import forks_over
from article6.store.database import EVERYTHING, numbers, records, row, rows, seeing
from article6.store.queries import batches
from article6.store.queries.authorizations import AUTHORIZATION

_OWNER_COLUMNS = (
    "lo", "hi", "account_id", "batch_id", "authorization_id", "first_transfer_id", "reserved_by", "is_final",
    "entry_id", "transaction_id", "entry_lo", "entry_hi", "from_id", "to_id", "entry_authorization_id",
    "is_first_transfer", "type", "decided_at", "terms",
)  # fmt: skip
_OWNER = """SELECT k.lo, k.hi, k.account_id, k.batch_id, k.authorization_id, k.first_transfer_id, k.reserved_by,
    k.is_final, e.id, e.transaction_id, e.lo, e.hi, e.from_id, e.to_id, e.authorization_id, e.is_first_transfer, t.type,
    t.decided_at, t.terms
    FROM (SELECT * FROM block b WHERE b.series_id = %s::integer AND b.hi >= %s ORDER BY b.hi LIMIT 1) k
    LEFT JOIN entry e ON e.series_id = %s::integer AND e.fork = ANY (%s::bigint[]) AND e.lo <= %s AND e.hi >= %s
    LEFT JOIN ledger_transaction t ON t.id = e.transaction_id"""


@dataclass(frozen=True, slots=True)
class Series:
    """A series: its number in the ledger, and a top that its serials reached at some time (they may have gone on)."""

    id: int
    registry: str
    party: str
    top: int


def series(registry: str | None = None, party: str | None = None) -> list[Series]:
    """The series of this registry and Party, each of the two where given, in the order of Party and registry."""
    which, parameters = _which_series(registry, party)
    found = records(f"SELECT id, registry, party, top FROM series WHERE {which} ORDER BY party, registry", parameters)
    return [Series(**each) for each in found]


def _which_series(registry: str | None, party: str | None) -> tuple[str, list[str]]:
    given = [(name, value) for name, value in (("registry", registry), ("party", party)) if value is not None]
    return " AND ".join(f"{name} = %s" for name, _ in given) or "true", [value for _, value in given]


def is_in_sight(of: Series, serial: int) -> bool:
    """Whether anything of the unit is in sight: where it stands, its batch, or a transaction that moved it."""
    found = row(
        """SELECT EXISTS (SELECT 1 FROM block k WHERE k.series_id = %(series)s AND k.hi >= %(serial)s
                          AND k.lo <= %(serial)s)
               OR EXISTS (SELECT 1 FROM batch b WHERE b.series_id = %(series)s AND b.lo <= %(serial)s
                          AND b.hi >= %(serial)s)
               OR EXISTS (SELECT 1 FROM entry e WHERE e.series_id = %(series)s AND e.fork = ANY (%(forks)s::bigint[])
                          AND e.lo <= %(serial)s AND e.hi >= %(serial)s)""",
        {"series": of.id, "serial": serial, "forks": numbers(forks_over(serial, of.top))},
    )
    return bool(found and found[0])


def owner(of: Series, serial: int) -> list[dict[str, Any]]:
    """The block that owns the serial, joined to each entry of its history, oldest first; empty where there is none.

    All entries that cover a serial lie within its batch, and no batch was ever issued across a top; so an old top does
    for the serials below it.
    """
    # Numbers of one type whatever their size, else each mix of sizes would have a plan of its own; the array as text,
    # and the columns by position, because this is the registry's most frequent question.
    forks = "{" + ",".join(map(str, forks_over(serial, of.top))) + "}"
    of_series, wanted = Int8(of.id), Int8(serial)
    found = rows(_OWNER, (of_series, wanted, of_series, forks, wanted, wanted), binary=True)
    history = [dict(zip(_OWNER_COLUMNS, each, strict=True)) for each in found if each[2] is not None]
    return sorted(history, key=_by_entry)


def _by_entry(line: dict[str, Any]) -> int:
    return line["entry_id"] or 0


# What these three return never changes once written, so a process needs to read it once. Whoever asks came by the
# number in a row that was in sight.


def account(account_id: int) -> dict[str, Any]:
    """What never changes of an account: number, name, type, section, section_id, party, is_terminal, holder."""
    return dict(_account(database_name(), account_id))


def batch(batch_id: int) -> dict[str, Any]:
    """One batch, as `batches.batch` gives it."""
    return dict(_batch(database_name(), batch_id))


def authorization(authorization_id: int) -> dict[str, Any]:
    """One version of an authorization: code, version, party, approach, authorized_on, purposes, ..."""
    return dict(_authorization(database_name(), authorization_id))


@lru_cache(maxsize=8192)
def _account(_database: str, account_id: int) -> dict[str, Any]:
    with seeing(EVERYTHING):
        [found] = records(
            """SELECT a.number, a.name, a.type, s.code AS section, s.id AS section_id, COALESCE(a.party, '') AS party,
                      a.is_terminal, a.holder
               FROM account a JOIN section s ON s.id = a.section_id WHERE a.id = %s""",
            (account_id,),
        )
    return found


@lru_cache(maxsize=8192)
def _batch(_database: str, batch_id: int) -> dict[str, Any]:
    with seeing(EVERYTHING):
        [found] = records(f"{batches.LISTED} WHERE b.id = %s", (batch_id,))
    return found


@lru_cache(maxsize=1024)
def _authorization(_database: str, authorization_id: int) -> dict[str, Any]:
    [found] = records(f"{AUTHORIZATION} WHERE a.id = %s", (authorization_id,))
    return found


def database_name() -> str:
    """The database this process reads: what is remembered of one must not be taken for another's."""
    return str(connections.settings["default"]["NAME"])


def accounts_like(text: str, limit: int) -> list[dict[str, Any]]:
    """Accounts whose number starts with the text, or whose name or holder contains it."""
    return records(
        """SELECT a.number, a.name, a.type, s.code AS section, COALESCE(a.party, '') AS party, a.is_terminal, a.holder
           FROM account a JOIN section s ON s.id = a.section_id
           WHERE a.number LIKE %(start)s OR a.name ILIKE %(inside)s OR a.holder ILIKE %(inside)s
           ORDER BY a.number = %(text)s DESC, a.id LIMIT %(limit)s""",
        {"text": text.upper(), "start": f"{like(text.upper())}%", "inside": f"%{like(text)}%", "limit": limit},
    )


_ACTIVITY = """SELECT v.id, v.code, v.party, v.title, v.sectors, v.activity_types, v.methodology,
    COALESCE((SELECT sum(b.hi - b.lo + 1) FROM batch b WHERE b.activity_id = v.id), 0)::bigint AS issued,
    (SELECT count(*) FROM batch b WHERE b.activity_id = v.id) AS batches FROM activity v"""


def activities_like(text: str, limit: int) -> list[dict[str, Any]]:
    """Activities with this code, or whose title contains the text."""
    return records(
        f"""{_ACTIVITY} WHERE v.code = %(text)s OR v.title ILIKE %(inside)s
            ORDER BY v.code = %(text)s DESC, v.id LIMIT %(limit)s""",
        {"text": text, "inside": f"%{like(text)}%", "limit": limit},
    )


def activities(after: int, limit: int, party: str | None = None) -> list[dict[str, Any]]:
    """Activities with an id above `after`, in the order in which they were recorded, with the units issued."""
    return records(
        f"""{_ACTIVITY} WHERE v.id > %(after)s AND (%(party)s::text IS NULL OR v.party = %(party)s)
            ORDER BY v.id LIMIT %(limit)s""",
        {"after": after, "limit": limit, "party": party},
    )


ACTIVITIES_COUNTED = "SELECT 1 FROM activity v WHERE (%(party)s::text IS NULL OR v.party = %(party)s)"


def activity(party: str, code: str) -> dict[str, Any] | None:
    """One activity with the units issued for it."""
    found = records(f"{_ACTIVITY} WHERE v.party = %s AND v.code = %s", (party, code))
    return found[0] if found else None


_TRANSACTION = """SELECT t.id, t.type, t.status, t.source_id, t.target_id, t.quantity, t.terms, t.proposed_by,
    t.proposed_at, t.expires_at, t.decided_by, t.decided_at, t.decision_reason, t.section_id
    FROM ledger_transaction t"""


def transaction(transaction_id: int) -> dict[str, Any] | None:
    """One transaction without its entries."""
    found = records(f"{_TRANSACTION} WHERE t.id = %s", (transaction_id,))
    return found[0] if found else None


def transactions(
    before: int, limit: int, account: str | None, status: str | None, type_: str | None
) -> list[dict[str, Any]]:
    """Transactions with an id below `before`, newest first."""
    parameters = {"before": before, "limit": limit, "account": account, "status": status, "type": type_}
    part = "SELECT t.id FROM ledger_transaction t WHERE t.id < %(before)s" + _filters(status, type_)
    end = " ORDER BY t.id DESC LIMIT %(limit)s"
    if account is not None:
        # Either side by its own index, each in order and cut short.
        part = " UNION ".join(
            f"({part} AND t.{side} = (SELECT id FROM account WHERE number = %(account)s){end})"
            for side in ("source_id", "target_id")
        )
        part = f"SELECT id FROM ({part}) t"
    return records(f"{_TRANSACTION} WHERE t.id = ANY (ARRAY({part}{end})) ORDER BY t.id DESC", parameters)


def transactions_counted(account: str | None, status: str | None, type_: str | None) -> tuple[str, dict[str, Any]]:
    """The statement and parameters whose rows are to be counted for `transactions`."""
    where = "true" + _filters(status, type_)
    if account is not None:
        known = "(SELECT id FROM account WHERE number = %(account)s)"
        where += f" AND (t.source_id = {known} OR t.target_id = {known})"
    parameters = {"account": account, "status": status, "type": type_}
    return f"SELECT 1 FROM ledger_transaction t WHERE {where}", parameters


def _filters(status: str | None, type_: str | None) -> str:
    return (" AND t.status = %(status)s" if status else "") + (" AND t.type = %(type)s" if type_ else "")


# Whether the units had been first transferred by then: their block knows in which transaction, if ever, that was.
_ENTRY = """SELECT e.id AS entry_id, e.series_id, s.registry, s.party, e.lo AS first, e.hi AS last,
    e.hi - e.lo + 1 AS quantity, e.from_id, e.to_id, e.batch_id, e.authorization_id, e.is_first_transfer,
    EXISTS (SELECT 1 FROM entry x WHERE x.series_id = e.series_id AND x.lo <= e.lo AND x.hi >= e.lo AND x.id <= e.id
            AND x.transaction_id = (SELECT k.first_transfer_id FROM block k
                                    WHERE k.series_id = e.series_id AND k.hi >= e.lo AND k.lo <= e.lo
                                    ORDER BY k.hi LIMIT 1)
           ) AS is_first_transferred
    FROM entry e JOIN series s ON s.id = e.series_id"""


def entries(transaction_id: int, after: tuple[int, int], limit: int) -> list[dict[str, Any]]:
    """The journal's lines of a transaction above (series, first serial), in serial order."""
    return records(
        f"""{_ENTRY} WHERE e.transaction_id = %s AND (e.series_id, e.lo) > (%s, %s)
            ORDER BY e.series_id, e.lo LIMIT %s""",
        (transaction_id, *after, limit),
    )


ENTRIES_COUNTED = "SELECT 1 FROM entry e WHERE e.transaction_id = %(transaction)s"


def names(person_ids: Sequence[int]) -> dict[int, str]:
    """The names of people."""
    found = records("SELECT id, name FROM store_person WHERE id = ANY (%s)", (list(person_ids),))
    return {each["id"]: each["name"] for each in found}


def like(text: str) -> str:
    """The text as LIKE takes it for itself, and not for a pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
