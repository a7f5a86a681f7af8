"""What waits for a person, what the person proposed, and the accounts that the person acts for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from article6.domain.orders import PersonId, TransactionId
from article6.store.database import one, records, rows

_MINE = """a.type <> 'elsewhere' AND (%(all)s OR a.section_id = ANY (%(sections)s::smallint[])
    OR EXISTS (SELECT 1 FROM account_representative r WHERE r.account_id = a.id AND r.person_id = %(person)s
               AND r.status = 'active'))"""


def accounts(
    person_id: PersonId, sections: Sequence[int] | None, limit: int, *, with_units: bool
) -> list[dict[str, Any]]:
    """Accounts of these sections (None: all) and those that the person represents, those with the person first.

    id, number, name, type, status, section_id, section, party, is_terminal, needs_approval, period_first, period_last,
    purpose, sub_purpose, is_representative (None: nobody represents it); and, where asked for, quantity and reserved.
    """
    of_blocks = "(SELECT COALESCE(sum(k.hi - k.lo + 1), 0)::bigint FROM block k WHERE k.account_id = l.id"
    units = f", {of_blocks}) AS quantity, {of_blocks} AND k.reserved_by IS NOT NULL) AS reserved" if with_units else ""
    return records(
        f"""SELECT l.*{units} FROM (
                SELECT a.id, a.number, a.name, a.type, a.status, a.section_id, s.code AS section,
                       COALESCE(a.party, '') AS party, a.is_terminal, a.needs_approval, a.period_first, a.period_last,
                       a.purpose, a.sub_purpose,
                       CASE WHEN a.is_represented THEN represents(a.id, %(person)s) END AS is_representative
                FROM account a JOIN section s ON s.id = a.section_id
                WHERE {_MINE} AND a.status <> 'closed'
                ORDER BY a.is_represented AND represents(a.id, %(person)s) DESC, a.is_terminal, s.code, a.id
                LIMIT %(limit)s) l""",
        {"person": person_id, "all": sections is None, "sections": list(sections or ()), "limit": limit},
    )


def accounts_count(person_id: PersonId, sections: Sequence[int] | None) -> int:
    """How many accounts `accounts` goes through."""
    found = one(
        f"SELECT count(*) FROM account a WHERE {_MINE} AND a.status <> 'closed'",
        {"person": person_id, "all": sections is None, "sections": list(sections or ())},
    )
    return int(found[0])


_PROPOSALS = """SELECT t.id, t.type, t.quantity, t.terms, t.section_id, t.source_id, t.target_id, t.proposed_by,
    p.name AS proposed_by_name, t.proposed_at, t.expires_at, t.status, a.section_id AS source_section,
    CASE WHEN a.is_represented THEN represents(a.id, %(person)s) END AS is_representative
    FROM ledger_transaction t JOIN store_person p ON p.id = t.proposed_by LEFT JOIN account a ON a.id = t.source_id"""


def proposed(person_id: PersonId, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Those of these transactions that are in sight and wait for a second person, those that expire first first.

    id, type, quantity, terms, section_id, source_id, target_id, proposed_by, proposed_by_name, proposed_at, expires_at,
    status, source_section, is_representative (of the source; None: nobody represents it).
    """
    return records(
        f"""{_PROPOSALS} WHERE t.id = ANY (%(ids)s::bigint[]) AND t.status = 'proposed'
            ORDER BY t.expires_at, t.id""",
        {"person": person_id, "ids": list(ids)},
    )


LATEST = 20_000
"""Among how many of the latest transactions in sight a person's own are looked for: there is no index of proposers."""


def proposed_by(person_id: PersonId, but: Sequence[str], limit: int) -> list[dict[str, Any]]:
    """The latest transactions that a person proposed, newest first: id, type, quantity, status, source_id, target_id,
    proposed_at, expires_at, decided_at, decision_reason."""
    return records(
        """SELECT t.id, t.type, t.quantity, t.status, t.source_id, t.target_id, t.proposed_at, t.expires_at,
                  t.decided_at, COALESCE(t.decision_reason, '') AS decision_reason
           FROM (SELECT * FROM ledger_transaction ORDER BY id DESC LIMIT %(latest)s) t
           WHERE t.proposed_by = %(person)s AND t.type <> ALL (%(but)s::text[])
           ORDER BY t.id DESC LIMIT %(limit)s""",
        {"person": person_id, "but": list(but), "limit": limit, "latest": LATEST},
    )


def waiting_out(person_id: PersonId, transfer_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Those of these transfers to other registries that are in sight and wait for a second person here; the particulars
    as in `proposed`, and transfer_id, peer, target_account."""
    return records(
        f"""SELECT x.transfer_id, x.peer, x.target_account, l.* FROM exchange_transfer x
            JOIN ({_PROPOSALS} WHERE t.status = 'proposed') l ON l.id = x.ledger_id
            WHERE x.side = 'sender' AND x.status = 'waiting' AND x.transfer_id = ANY (%(ids)s::text[])
            ORDER BY l.expires_at, l.id""",
        {"person": person_id, "ids": list(transfer_ids)},
    )


_ACCOUNT_CHANGES = {
    "representative_change": """c.added, c.removed, c.suspended, c.reinstated""",
    "trusted_change": "c.change, c.trusted",
}


def account_changes(subject: str, person_id: PersonId, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Those of these changes of representatives or of trusted accounts that wait for a second person, oldest first.

    id, section_id, account, account_name, needs_approval, proposed_by, proposed_by_name, proposed_at,
    is_representative, and what the change says.
    """
    return records(
        f"""SELECT c.id, c.section_id, {_ACCOUNT_CHANGES[subject]}, a.number AS account, a.name AS account_name,
                   a.needs_approval, c.proposed_by, p.name AS proposed_by_name, c.proposed_at,
                   CASE WHEN a.is_represented THEN represents(a.id, %(person)s) END AS is_representative
            FROM {subject} c JOIN account a ON a.id = c.account_id JOIN store_person p ON p.id = c.proposed_by
            WHERE c.id = ANY (%(ids)s::bigint[])
              AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.subject = %(subject)s AND d.subject_id = c.id)
            ORDER BY c.id""",
        {"subject": subject, "person": person_id, "ids": list(ids)},
    )


def represented_by(account: str) -> list[dict[str, Any]]:
    """person_id, name and status of those who represent an account."""
    return records(
        """SELECT r.person_id, p.name, r.status FROM account_representative r JOIN store_person p ON p.id = r.person_id
           JOIN account a ON a.id = r.account_id WHERE a.number = %s AND r.status <> 'removed' ORDER BY p.name""",
        (account,),
    )


def correction_proposals(ids: Sequence[int]) -> list[dict[str, Any]]:
    """Those of these cases whose remedy waits for a second administrator: id, proposed_by, proposed_by_name,
    proposed_at, remedy, remark, reason, finding, transaction_id."""
    return records(
        """SELECT c.id, l.person_id AS proposed_by, p.name AS proposed_by_name, l.at AS proposed_at, l.remedy, l.remark,
                  c.reason, c.finding, l.transaction_id
           FROM correction_case c JOIN LATERAL (
               SELECT a.* FROM correction_act a WHERE a.case_id = c.id ORDER BY a.number DESC LIMIT 1) l ON true
           JOIN store_person p ON p.id = l.person_id
           WHERE c.id = ANY (%s::bigint[]) AND l.act = 'proposed' ORDER BY c.id""",
        (list(ids),),
    )


def reserved(transaction_id: TransactionId) -> list[dict[str, Any]]:
    """The units that a proposed transaction reserves: registry, party, first, last."""
    return records(
        """SELECT s.registry, s.party, k.lo AS first, k.hi AS last FROM block k JOIN series s ON s.id = k.series_id
           WHERE k.reserved_by = %s ORDER BY s.registry, s.party, k.hi""",
        (transaction_id,),
    )


def parties_of(ids: Sequence[TransactionId]) -> list[str]:
    """The Parties whose sections or outcomes these transactions concern."""
    found = rows(
        """SELECT s.party FROM ledger_transaction t JOIN account a ON a.id IN (t.source_id, t.target_id)
               JOIN section s ON s.id = a.section_id WHERE t.id = ANY (%(ids)s) AND s.party IS NOT NULL
           UNION
           SELECT b.party FROM entry e JOIN batch b ON b.id = e.batch_id WHERE e.transaction_id = ANY (%(ids)s)
           ORDER BY 1""",
        {"ids": list(ids)},
    )
    return [each[0] for each in found]
