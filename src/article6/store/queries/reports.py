"""What the reports for stakeholders read, each as of a moment; and the reports that were issued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from article6.store.database import numbers, records, row, rows


def accounts_of(section_id: int, until: datetime) -> list[dict[str, Any]]:
    """Accounts of a section opened before a moment: id, number, type, name, opened_at; in order of opening."""
    return records(
        """SELECT a.id, a.number, a.type, a.name, a.opened_at FROM account a
           WHERE a.section_id = %s AND a.opened_at < %s ORDER BY a.id""",
        (section_id, until),
    )


def moved(account_ids: Sequence[int], since: datetime | None, until: datetime) -> list[dict[str, Any]]:
    """Completed transactions of some accounts over a time, oldest first: id, type, at, quantity, source_id, target_id,
    first_transferred (units)."""
    return records(
        """SELECT t.id, t.type, t.decided_at AS at, t.quantity, t.source_id, t.target_id,
                  (SELECT COALESCE(sum(e.hi - e.lo + 1), 0) FROM entry e
                   WHERE e.transaction_id = t.id AND e.is_first_transfer)::bigint AS first_transferred
           FROM ledger_transaction t
           WHERE t.id IN (SELECT s.id FROM ledger_transaction s WHERE s.source_id = ANY (%(accounts)s::bigint[])
                          UNION SELECT s.id FROM ledger_transaction s WHERE s.target_id = ANY (%(accounts)s::bigint[]))
             AND t.status = 'completed' AND t.decided_at < %(until)s
             AND (%(since)s::timestamptz IS NULL OR t.decided_at >= %(since)s)
           ORDER BY t.decided_at, t.id""",
        {"accounts": numbers(account_ids), "since": since, "until": until},
    )


def cancelled(types: Sequence[str], since: datetime | None, until: datetime) -> list[dict[str, Any]]:
    """Units cancelled by transactions of these types, by transaction and batch, oldest first: at, id, type, purpose,
    section, host, unit_type, vintage_year, quantity."""
    return records(
        """SELECT t.decided_at AS at, t.id, t.type,
                  COALESCE(NULLIF(t.terms ->> 'purpose', ''), NULLIF(a.purpose, ''), '') AS purpose, s.code AS section,
                  b.party AS host, b.unit_type, b.vintage_year, sum(e.hi - e.lo + 1)::bigint AS quantity
           FROM ledger_transaction t
           JOIN account a ON a.id = t.target_id JOIN section s ON s.id = a.section_id
           JOIN entry e ON e.transaction_id = t.id JOIN batch b ON b.id = e.batch_id
           WHERE t.type = ANY (%(types)s) AND t.status = 'completed' AND t.decided_at < %(until)s
             AND (%(since)s::timestamptz IS NULL OR t.decided_at >= %(since)s)
           GROUP BY t.decided_at, t.id, a.purpose, s.code, b.party, b.unit_type, b.vintage_year
           ORDER BY t.decided_at, t.id, b.party, b.unit_type, b.vintage_year""",
        {"types": list(types), "since": since, "until": until},
    )


def issued(since: datetime | None, until: datetime) -> list[dict[str, Any]]:
    """Batches in order of issuance: at, id (transaction), type, registry, party, first, last, quantity, unit_type,
    vintage_year, activity, is_authorized (when issued)."""
    return records(
        """SELECT t.decided_at AS at, t.id, t.type, s.registry, s.party, b.lo AS first, b.hi AS last,
                  b.hi - b.lo + 1 AS quantity, b.unit_type, b.vintage_year, COALESCE(v.code, '') AS activity,
                  e.authorization_id IS NOT NULL AS is_authorized
           FROM batch b JOIN series s ON s.id = b.series_id
           JOIN ledger_transaction t ON t.id = b.transaction_id
           JOIN entry e ON e.transaction_id = t.id AND e.series_id = b.series_id AND e.lo = b.lo
           LEFT JOIN activity v ON v.id = b.activity_id
           WHERE t.decided_at < %(until)s AND (%(since)s::timestamptz IS NULL OR t.decided_at >= %(since)s)
           ORDER BY t.decided_at, b.id""",
        {"since": since, "until": until},
    )


def levies(since: datetime | None, until: datetime) -> list[dict[str, Any]]:
    """Acts of issuance of A6.4ERs with what they gave, oldest first: at, id, party, activity, issued, proceeds, omge.

    An act has an issuance for each part (by vintage, authorized or not); all name the first of them.
    """
    return records(
        """SELECT min(t.decided_at) AS at, n.id, min(b.party) AS party, min(COALESCE(v.code, '')) AS activity,
                  sum(e.hi - e.lo + 1) FILTER (WHERE t.type = 'issuance')::bigint AS issued,
                  COALESCE(sum(e.hi - e.lo + 1) FILTER (WHERE t.type = 'share_of_proceeds'), 0)::bigint AS proceeds,
                  COALESCE(sum(e.hi - e.lo + 1) FILTER (WHERE t.type = 'cancellation_omge'), 0)::bigint AS omge
           FROM ledger_transaction t
           CROSS JOIN LATERAL (SELECT COALESCE((t.terms ->> 'issuance')::bigint, t.id) AS id) n
           JOIN entry e ON e.transaction_id = t.id JOIN batch b ON b.id = e.batch_id
           LEFT JOIN activity v ON v.id = b.activity_id
           WHERE t.type IN ('issuance', 'share_of_proceeds', 'cancellation_omge') AND t.status = 'completed'
             AND t.decided_at < %(until)s AND (%(since)s::timestamptz IS NULL OR t.decided_at >= %(since)s)
           GROUP BY n.id ORDER BY 1, 2""",
        {"since": since, "until": until},
    )


def accounts_of_type(type_: str) -> list[dict[str, Any]]:
    """Accounts of a type: id, number, section; in order of opening."""
    return records(
        """SELECT a.id, a.number, s.code AS section FROM account a JOIN section s ON s.id = a.section_id
           WHERE a.type = %s ORDER BY a.id""",
        (type_,),
    )


def used_cers(until: datetime, section: str | None) -> list[dict[str, Any]]:
    """CERs used towards NDCs, oldest first: at, id, section, use_year, period_first, period_last, host, first_serial,
    quantity."""
    return records(
        """SELECT t.decided_at AS at, t.id, s.code AS section, COALESCE(t.terms ->> 'use_year', '') AS use_year,
                  a.period_first, a.period_last, b.party AS host, COALESCE(v.code, '') AS activity,
                  sum(e.hi - e.lo + 1)::bigint AS quantity
           FROM ledger_transaction t JOIN account a ON a.id = t.target_id JOIN section s ON s.id = a.section_id
           JOIN entry e ON e.transaction_id = t.id JOIN batch b ON b.id = e.batch_id
           LEFT JOIN activity v ON v.id = b.activity_id
           WHERE t.type = 'use_ndc' AND t.status = 'completed' AND t.decided_at < %(until)s AND b.unit_type = 'CER'
             AND (%(section)s::text IS NULL OR s.code = %(section)s)
           GROUP BY t.decided_at, t.id, s.code, a.period_first, a.period_last, b.party, v.code ORDER BY 1, 2, 7, 8""",
        {"until": until, "section": section},
    )


def held_cers(until: datetime, section: str | None) -> list[dict[str, Any]]:
    """CERs that stood in accounts as of a moment: section, account_type, quantity."""
    return records(
        """SELECT s.code AS section, a.type AS account_type, sum(m.units)::bigint AS quantity
           FROM (SELECT e.to_id AS account_id, e.hi - e.lo + 1 AS units, e.transaction_id, e.batch_id FROM entry e
                 UNION ALL
                 SELECT e.from_id, e.lo - e.hi - 1, e.transaction_id, e.batch_id FROM entry e
                     WHERE e.from_id IS NOT NULL) m
           JOIN batch b ON b.id = m.batch_id AND b.unit_type = 'CER'
           JOIN ledger_transaction t ON t.id = m.transaction_id AND t.decided_at < %(until)s
           JOIN account a ON a.id = m.account_id JOIN section s ON s.id = a.section_id
           WHERE %(section)s::text IS NULL OR s.code = %(section)s
           GROUP BY s.code, a.type HAVING sum(m.units) <> 0 ORDER BY s.code, a.type""",
        {"until": until, "section": section},
    )


def fees(since: datetime | None, until: datetime) -> list[dict[str, Any]]:
    """Invoices made over a time: at, id, party, activity, fee, amount, paid and refunded (cents, recorded before its
    end), is_waived, schedule."""
    return records(
        """SELECT f.invoiced_at AS at, f.id, v.party, v.code AS activity, f.fee, f.amount_cents AS amount, f.is_waived,
                  f.schedule,
                  COALESCE((SELECT sum(p.amount_cents) FROM fee_payment p
                            WHERE p.invoice_id = f.id AND p.recorded_at < %(until)s), 0)::bigint AS paid,
                  COALESCE((SELECT sum(r.amount_cents) FROM fee_refund r
                            WHERE r.invoice_id = f.id AND r.recorded_at < %(until)s), 0)::bigint AS refunded
           FROM fee_invoice f JOIN activity v ON v.id = f.activity_id
           WHERE f.invoiced_at < %(until)s AND (%(since)s::timestamptz IS NULL OR f.invoiced_at >= %(since)s)
           ORDER BY f.invoiced_at, f.id""",
        {"since": since, "until": until},
    )


ACCESS = ("account", "person", "role", "token")
"""What an audit event's action begins with where it changed who may do what."""


def access_events(section_id: int | None, since: datetime | None, until: datetime) -> list[dict[str, Any]]:
    """Audit events that changed who may do what, of a section or of all, in the order written: id, at, recorded_at,
    login, action, subject, section."""
    return records(
        """SELECT e.id, e.at, e.recorded_at, COALESCE(p.login, '') AS login, e.action, e.subject,
                  COALESCE(s.code, '') AS section
           FROM audit_event e LEFT JOIN store_person p ON p.id = e.person_id LEFT JOIN section s ON s.id = e.section_id
           WHERE split_part(e.action, '.', 1) = ANY (%(access)s) AND e.at < %(until)s
             AND (%(since)s::timestamptz IS NULL OR e.at >= %(since)s)
             AND (%(section)s::smallint IS NULL OR e.section_id = %(section)s)
           ORDER BY e.id""",
        {"access": list(ACCESS), "since": since, "until": until, "section": section_id},
    )


def reconciliations(since: datetime | None, until: datetime, result_type: str) -> list[dict[str, Any]]:
    """Comparisons with other registries that were begun over a time, oldest first: id, reconciliation_id, peer,
    is_ours, as_of, started_at, found_at (when we told by a message of `result_type` what we had found), status and
    changed_at as they are now, differing; held and signed at the end of the time (units, resolutions)."""
    return records(
        """SELECT r.id, r.reconciliation_id, r.peer, r.is_ours, r.as_of, r.started_at, r.status, r.changed_at,
                  (SELECT min(o.written_at) FROM exchange_outgoing o WHERE o.about = r.reconciliation_id
                   AND o.peer = r.peer AND o.type = %(result)s) AS found_at,
                  (SELECT COALESCE(sum(d.hi - d.lo + 1), 0)::bigint FROM exchange_difference d WHERE d.of_id = r.id)
                      AS differing,
                  (SELECT COALESCE(sum(t.quantity), 0)::bigint
                   FROM exchange_hold o JOIN ledger_transaction t ON t.id = o.transaction_id
                   WHERE o.of_id = r.id AND o.at < %(until)s
                     AND (t.decided_at IS NULL OR t.decided_at >= %(until)s)) AS held,
                  (SELECT count(*) FROM exchange_resolution s WHERE s.of_id = r.id AND s.at < %(until)s) AS signed
           FROM exchange_reconciliation r
           WHERE r.started_at < %(until)s AND (%(since)s::timestamptz IS NULL OR r.started_at >= %(since)s)
           ORDER BY r.started_at, r.id""",
        {"since": since, "until": until, "result": result_type},
    )


# --- Reports that were issued, and schedules


_ISSUED = """SELECT r.id, r.code, s.code AS section, r.section_id, r.kind, r.parameters, r.as_of, r.at, r.digest,
    r.schedule_id, c.role FROM report_issued r JOIN section s ON s.id = r.section_id
    LEFT JOIN report_schedule c ON c.id = r.schedule_id"""


def by_code(code: str) -> dict[str, Any] | None:
    """A report in sight: id, code, section, section_id, kind, parameters, as_of, at, digest (bytes), schedule_id, role
    (of its recipients)."""
    found = records(f"{_ISSUED} WHERE r.code = %s", (code,))
    return found[0] if found else None


def by_id(report_id: int) -> dict[str, Any] | None:
    """As `by_code`."""
    found = records(f"{_ISSUED} WHERE r.id = %s", (report_id,))
    return found[0] if found else None


def content(report_id: int) -> str:
    """The canonical content of a report in sight."""
    found = row("SELECT content FROM report_issued WHERE id = %s", (report_id,))
    return str(found[0]) if found else ""


def page(below: int, limit: int) -> list[dict[str, Any]]:
    """Reports in sight, newest first, as `by_code`."""
    return records(f"{_ISSUED} WHERE r.id < %s ORDER BY r.id DESC LIMIT %s", (below, limit))


_SCHEDULE = """SELECT c.id, s.code AS section, c.section_id, c.role, c.kind, c.parameters, c.rhythm, c.created_by,
    c.created_at, e.at AS ended_at FROM report_schedule c JOIN section s ON s.id = c.section_id
    LEFT JOIN report_schedule_end e ON e.schedule_id = c.id"""


def schedules(only: int | None = None, *, is_running: bool = False) -> list[dict[str, Any]]:
    """Schedules in sight: id, section, section_id, role, kind, parameters, rhythm, created_by, created_at, ended_at."""
    return records(
        f"""{_SCHEDULE} WHERE (%(only)s::bigint IS NULL OR c.id = %(only)s)
            AND (NOT %(running)s OR e.at IS NULL) ORDER BY c.id""",
        {"only": only, "running": is_running},
    )


def made_for(schedule_id: int) -> set[datetime]:
    """The moments as of which a schedule's reports were made."""
    return {each[0] for each in rows("SELECT as_of FROM report_issued WHERE schedule_id = %s", (schedule_id,))}


def as_json(values: Mapping[str, str]) -> Jsonb:
    """A report's parameters as the table keeps them."""
    return Jsonb(dict(values))
