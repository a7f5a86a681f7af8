"""Sums for the pictures of the public face: each one statement over the ledger, whatever its size.

Each gives the whole in its finest parts (a year, a Party, a type of unit, ...), some thousands of lines, of which every
picture is a sum: a filter asks for no statement of its own. What a reader may not see is left out of the sums by
PostgreSQL (sql/sight.sql).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from article6.store.database import EVERYTHING, one, one_moment, records, seeing
from article6.store.queries.movements import moved

_YEAR = "date_part('year', {} AT TIME ZONE 'UTC')::integer"
_PURPOSE = "COALESCE(NULLIF(a.purpose, ''), t.terms ->> 'purpose', '')"


def stamp() -> int:
    """A number that changes with every act: figures of the same stamp are the same."""
    with seeing(EVERYTHING):
        return int(one("SELECT COALESCE(max(id), 0) FROM audit_event")[0])


def acts() -> list[dict[str, Any]]:
    """What happened to units: year, act, party, section, unit_type, account_type, purpose, quantity.

    `act` is issued, first_transferred, used_ndc, used_oimp or cancelled; `party` that in which the outcomes occurred;
    `section` the Party of the account in which units ended.
    """
    with one_moment():
        issued = records(
            f"""SELECT {_YEAR.format("b.issued_at")} AS year, 'issued' AS act, b.party, '' AS section, b.unit_type,
                       '' AS account_type, '' AS purpose, sum(b.hi - b.lo + 1)::bigint AS quantity
                FROM batch b GROUP BY 1, 3, 5"""
        )
        first = moved("year, party, unit_type", "is_first_transfer")
        ended = moved("year, party, section, unit_type, account_type, purpose", "account_type <> ''")
    nowhere = {"section": "", "account_type": "", "purpose": ""}
    return [
        *issued,
        *({**each, **nowhere, "act": "first_transferred"} for each in first),
        *({**each, "act": _ENDS.get(each["account_type"], "cancelled")} for each in ended),
    ]


_ENDS = {"retirement": "used_ndc", "cancellation_oimp": "used_oimp"}


def flows() -> list[dict[str, Any]]:
    """Units that went from one Party to another: year, giver, taker, unit_type, quantity.

    A unit that went on counts again with every step.
    """
    return moved("year, giver, taker, unit_type", "giver <> ''")


def standing() -> list[dict[str, Any]]:
    """Where units stand now: party, year (of issuance), unit_type, sectors, activity_types, vintage, account_type,
    is_terminal, holder (the Party of the account's section, or empty), peer (the registry that has them), quantity.

    Of several sectors or types of activity the text names all, so that no unit counts twice.
    """
    return records(
        f"""SELECT b.party, {_YEAR.format("b.issued_at")} AS year, b.unit_type,
                   array_to_string(CASE WHEN b.sectors <> '{{}}' THEN b.sectors ELSE v.sectors END, '; ') AS sectors,
                   array_to_string(CASE WHEN b.activity_types <> '{{}}' THEN b.activity_types
                                        ELSE v.activity_types END, '; ') AS activity_types,
                   b.vintage_year AS vintage, a.type AS account_type, a.is_terminal, COALESCE(s.party, '') AS holder,
                   CASE WHEN a.type = 'elsewhere' THEN a.holder ELSE '' END AS peer,
                   sum(k.quantity)::bigint AS quantity
            FROM (SELECT batch_id, account_id, sum(hi - lo + 1) AS quantity
                  FROM block WHERE account_id IS NOT NULL GROUP BY 1, 2) k
            JOIN batch b ON b.id = k.batch_id LEFT JOIN activity v ON v.id = b.activity_id
            JOIN account a ON a.id = k.account_id JOIN section s ON s.id = a.section_id
            GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"""
    )


_CANCELLATIONS = f"""FROM ledger_transaction t JOIN account a ON a.id = t.target_id AND a.is_terminal
    WHERE t.status = 'completed' AND (%(account_type)s::text IS NULL OR a.type = %(account_type)s)
      AND (%(purpose)s::text IS NULL OR {_PURPOSE} = %(purpose)s)
      AND (%(party)s::text IS NULL OR a.party = %(party)s)
      AND (%(since)s::timestamptz IS NULL OR t.decided_at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR t.decided_at < %(until)s)"""

CANCELLATIONS_COUNTED = f"SELECT 1 {_CANCELLATIONS}"


def cancellations(wanted: Mapping[str, Any], before: int, limit: int) -> list[dict[str, Any]]:
    """Uses and cancellations with a number below `before`, newest first: id, at, type, account_type, account, party,
    purpose, quantity.

    `wanted`: party (of the account's section), account_type, purpose, since, until; None for any.
    """
    return records(
        f"""SELECT t.id, t.decided_at AS at, t.type, a.type AS account_type, a.number AS account,
                   COALESCE(a.party, '') AS party, {_PURPOSE} AS purpose, t.quantity
            {_CANCELLATIONS} AND t.id < %(before)s ORDER BY t.id DESC LIMIT %(limit)s""",
        {**wanted, "before": before, "limit": limit},
    )
