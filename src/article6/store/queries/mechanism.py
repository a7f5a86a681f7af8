"""What the mechanism registry knows of activities: participants, statements, issuances and their parts, fees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from article6.domain.mechanism import HostStatement, Statement
from article6.domain.orders import Account, Lot
from article6.domain.parties import party
from article6.store.database import one, records, row, rows


def latest_statement(activity_id: int) -> HostStatement | None:
    """The host Party's statement in force; None when there is none."""
    return _statement("ORDER BY version DESC LIMIT 1", (activity_id,))


def statement_version(activity_id: int, version: int) -> HostStatement | None:
    """One version of the host Party's statement."""
    return _statement("AND version = %s", (activity_id, version))


def _statement(which: str, parameters: tuple[int, ...]) -> HostStatement | None:
    found = row(
        f"""SELECT activity_id, version, statement, stated_on, reference, quantity, authorization_code
            FROM host_statement WHERE activity_id = %s {which}""",
        parameters,
    )
    return HostStatement(found[0], found[1], Statement(found[2]), *found[3:]) if found else None


def participants(activity_id: int) -> list[dict[str, Any]]:
    """The latest word on each participant: party, name, version, is_authorized, reference, recorded_at."""
    return records(
        """SELECT DISTINCT ON (party, name) party, name, version, is_authorized, reference, recorded_at
           FROM activity_participant WHERE activity_id = %s ORDER BY party, name, version DESC""",
        (activity_id,),
    )


def takes_part(account: Account, lots: Iterable[Lot]) -> bool:
    """Whether the account's holder, or its Party itself where nobody is named, takes part in the activity of all these
    units. A Party takes part under its name.

    Units without an activity, CERs among them, have no participants to ask.
    """
    known = party(account.party)
    found = one(
        """SELECT NOT EXISTS (
               SELECT 1 FROM (SELECT DISTINCT b.activity_id FROM batch b
                              WHERE b.id = ANY (%(batches)s) AND b.activity_id IS NOT NULL) v
               WHERE NOT EXISTS (
                   SELECT 1 FROM (SELECT DISTINCT ON (p.party, p.name) p.* FROM activity_participant p
                                  WHERE p.activity_id = v.activity_id ORDER BY p.party, p.name, p.version DESC) p
                   WHERE p.is_authorized AND p.party = %(party)s AND p.name = %(holder)s))""",
        {
            "batches": [lot.batch_id for lot in lots if lot.batch_id is not None],
            "party": account.party, "holder": account.holder or (known.name if known else ""),
        },
    )  # fmt: skip
    return bool(found[0])


def authorized_at_issuance(activity_id: int) -> int:
    """How many units of the activity were authorized when they were issued, over all its issuances."""
    found = one(
        """SELECT COALESCE(sum(e.hi - e.lo + 1), 0) FROM batch b JOIN entry e ON e.transaction_id = b.transaction_id
           WHERE b.activity_id = %s AND e.from_id IS NULL AND e.authorization_id IS NOT NULL""",
        (activity_id,),
    )
    return int(found[0])


def open_account(type_: str, section: str) -> str | None:
    """The number of the section's first open account of a type."""
    found = row(
        """SELECT a.number FROM account a JOIN section s ON s.id = a.section_id
           WHERE a.type = %s AND s.code = %s AND a.status = 'open' ORDER BY a.id LIMIT 1""",
        (type_, section),
    )
    return str(found[0]) if found else None


def series_id(registry: str, party: str) -> int:
    """The number of a series that exists."""
    return int(one("SELECT id FROM series WHERE registry = %s AND party = %s", (registry, party))[0])


def parts(transaction_ids: Iterable[int]) -> list[dict[str, Any]]:
    """Transactions as parts of an act: transaction_id, type, status, quantity, account, first, last, is_first_transfer.

    `account` is the target's number.
    """
    return records(
        """SELECT t.id AS transaction_id, t.type, t.status, t.quantity, a.number AS account, min(e.lo) AS first,
                  max(e.hi) AS last, COALESCE(bool_and(e.is_first_transfer), false) AS is_first_transfer
           FROM ledger_transaction t JOIN account a ON a.id = t.target_id JOIN entry e ON e.transaction_id = t.id
           WHERE t.id = ANY (%s) GROUP BY t.id, a.number ORDER BY t.id""",
        (list(transaction_ids),),
    )


def issuance_batches(issuance_id: int) -> list[dict[str, Any]]:
    """The batches of an issuance, by vintage, authorized in part or not.

    id, series_id, lo, hi, party, activity_id, vintage_year, statement.

    `statement` is the version of the host Party's under which they were issued.
    """
    return records(
        """SELECT b.id, b.series_id, b.lo, b.hi, b.party, b.activity_id, b.vintage_year,
                  (t.terms ->> 'statement')::integer AS statement
           FROM ledger_transaction t JOIN batch b ON b.transaction_id = t.id
           WHERE t.type = 'issuance' AND t.id IN (SELECT transactions_of_issuance(%s::bigint))
           ORDER BY b.lo""",
        (issuance_id,),
    )


def contribution_units(batch_id: int) -> list[dict[str, Any]]:
    """Where a batch's unauthorized units stand: series_id, lo, hi, number, type, party of the account's section."""
    return records(
        """SELECT k.series_id, k.lo, k.hi, a.number, a.type, COALESCE(s.party, '') AS party
           FROM batch b
           CROSS JOIN LATERAL (SELECT * FROM block n WHERE n.series_id = b.series_id AND n.hi BETWEEN b.lo AND b.hi
                               ORDER BY n.hi OFFSET 0) k
           JOIN account a ON a.id = k.account_id JOIN section s ON s.id = a.section_id
           WHERE b.id = %s AND k.authorization_id IS NULL ORDER BY k.hi""",
        (batch_id,),
    )


def standing(batch_id: int, account: str) -> list[dict[str, Any]]:
    """A batch's free units in an account, lowest first: series_id, lo, hi, is_authorized."""
    return records(
        """SELECT k.series_id, k.lo, k.hi, k.authorization_id IS NOT NULL AS is_authorized FROM batch b
           CROSS JOIN LATERAL (SELECT * FROM block n WHERE n.series_id = b.series_id AND n.hi BETWEEN b.lo AND b.hi
                               ORDER BY n.hi OFFSET 0) k
           WHERE b.id = %s AND k.account_id = (SELECT a.id FROM account a WHERE a.number = %s)
             AND k.reserved_by IS NULL ORDER BY k.hi""",
        (batch_id, account),
    )


def moved_since(batch_id: int, expected: Iterable[str]) -> str | None:
    """A transaction by which units of the batch moved, or that has reserved some, other than of the expected types."""
    found = rows(
        """SELECT t.type || ' ' || t.id FROM batch b
           JOIN entry e ON e.batch_id = b.id AND e.series_id = b.series_id AND e.fork BETWEEN b.lo AND b.hi
           JOIN ledger_transaction t ON t.id = e.transaction_id
           WHERE b.id = %(batch)s AND NOT t.type = ANY (%(expected)s)
           UNION ALL
           SELECT t.type || ' ' || t.id FROM batch b
           JOIN block k ON k.series_id = b.series_id AND k.hi BETWEEN b.lo AND b.hi
           JOIN ledger_transaction t ON t.id = k.reserved_by WHERE b.id = %(batch)s
           LIMIT 1""",
        {"batch": batch_id, "expected": list(expected)},
    )
    return str(found[0][0]) if found else None


def invoice(invoice_id: int) -> dict[str, Any] | None:
    """An invoice, with what is paid and given back of it.

    id, activity_id, fee, quantity, lines, amount_cents, is_waived, schedule, invoiced_at, paid_cents, refunded_cents.
    """
    found = records(f"{INVOICE} WHERE i.id = %s", (invoice_id,))
    return found[0] if found else None


def invoices(activity_id: int) -> list[dict[str, Any]]:
    """The invoices of an activity, oldest first, as `invoice` gives them."""
    return records(f"{INVOICE} WHERE i.activity_id = %s ORDER BY i.id", (activity_id,))


INVOICE = """SELECT i.id, i.activity_id, i.fee, i.quantity, i.lines, i.amount_cents, i.is_waived, i.schedule,
    i.invoiced_at,
    COALESCE((SELECT sum(p.amount_cents) FROM fee_payment p WHERE p.invoice_id = i.id), 0)::bigint AS paid_cents,
    COALESCE((SELECT sum(r.amount_cents) FROM fee_refund r WHERE r.invoice_id = i.id), 0)::bigint AS refunded_cents
    FROM fee_invoice i"""


def taken_over(party: str, serial: int) -> dict[str, Any] | None:
    """The Kyoto serials taken over that this one is among, and the unit here that stands for it.

    party, lo, hi, first_serial, last_serial, registered_on, batch_id, registry, serial, taken_at.
    """
    found = records(
        """SELECT c.party, c.lo, c.hi, c.first_serial, c.last_serial, c.registered_on, c.batch_id, s.registry,
                  b.lo + %(serial)s - c.lo AS serial, c.taken_at
           FROM (SELECT * FROM cer_taken_over k WHERE k.party = %(party)s AND k.hi >= %(serial)s
                 ORDER BY k.hi LIMIT 1) c
           JOIN batch b ON b.id = c.batch_id JOIN series s ON s.id = b.series_id WHERE c.lo <= %(serial)s""",
        {"party": party, "serial": serial},
    )
    return found[0] if found else None
