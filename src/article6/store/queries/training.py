"""Training: the run, who did what in it, and whether an exercise is done, asked of the registry's own records.

Each question is about one person since the run began, and answers by whether there is a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from article6.store.database import records, row

_MINE = "t.proposed_by = %(person)s AND t.proposed_at >= %(since)s"
_DECIDED = "t.decided_by = %(person)s AND t.decided_at >= %(since)s"

QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        # Administrators
        "role_given_by_two": """SELECT 1 FROM role_change c
            JOIN decision d ON d.subject = 'role_change' AND d.subject_id = c.id
            WHERE c.change = 'give' AND c.role = 'auditor' AND c.proposed_by = %(person)s
              AND c.proposed_at >= %(since)s AND d.is_approved AND d.decided_by <> c.proposed_by""",
        "role_change_approved": """SELECT 1 FROM decision d WHERE d.subject = 'role_change' AND d.is_approved
            AND d.decided_by = %(person)s AND d.decided_at >= %(since)s""",
        "account_opened": """SELECT 1 FROM audit_event e JOIN account a ON e.subject = 'account:' || a.id
            WHERE e.action = 'account.opened' AND e.person_id = %(person)s AND e.at >= %(since)s
              AND a.type = 'holding'""",
        "section_opened": """SELECT 1 FROM audit_event e WHERE e.action = 'section.opened'
            AND e.person_id = %(person)s AND e.at >= %(since)s""",
        "rule_tried": """SELECT 1 FROM business_rule r
            JOIN business_rule_act y ON y.business_rule_id = r.id AND y.act = 'tried'
            WHERE r.drafted_by = %(person)s AND y.person_id = %(person)s AND y.at >= %(since)s
              AND y.would_refuse > 0""",
        # Representatives
        "transfer_proposed": f"""SELECT 1 FROM ledger_transaction t WHERE {_MINE}
            AND t.type = 'international_transfer' AND t.quantity = 100""",
        "proposal_withdrawn": f"""SELECT 1 FROM ledger_transaction t WHERE {_MINE} AND t.status = 'cancelled'
            AND t.decided_by = %(person)s""",
        "cancellation_asked": f"""SELECT 1 FROM ledger_transaction t WHERE {_MINE}
            AND t.type = 'cancellation_voluntary' AND t.quantity = 10 AND t.status IN ('proposed', 'completed')""",
        "account_asked": """SELECT 1 FROM account_request q WHERE q.proposed_by = %(person)s
            AND q.proposed_at >= %(since)s""",
        # Approvers
        "transfer_approved": f"""SELECT 1 FROM ledger_transaction t WHERE {_DECIDED} AND t.status = 'completed'
            AND t.quantity = 300""",
        "transfer_rejected": f"""SELECT 1 FROM ledger_transaction t WHERE {_DECIDED} AND t.status = 'rejected'
            AND t.quantity = 5000 AND t.decision_reason <> ''""",
        "first_transfer_made": f"""SELECT 1 FROM ledger_transaction t
            JOIN entry e ON e.transaction_id = t.id AND e.is_first_transfer WHERE {_DECIDED} AND t.quantity = 40""",
        # Authorities
        "authorization_recorded": """SELECT 1 FROM audit_event e WHERE e.action = 'authorization.recorded'
            AND e.person_id = %(person)s AND e.at >= %(since)s""",
        "authorization_changed": """SELECT 1 FROM audit_event e WHERE e.action = 'authorization.changed'
            AND e.person_id = %(person)s AND e.at >= %(since)s""",
        "entity_registered": """SELECT 1 FROM audit_event e WHERE e.action LIKE 'entity.%%'
            AND e.person_id = %(person)s AND e.at >= %(since)s""",
        "account_request_decided": """SELECT 1 FROM decision d WHERE d.subject = 'account_request'
            AND d.decided_by = %(person)s AND d.decided_at >= %(since)s""",
        # Auditors
        "notice_acknowledged": """SELECT 1 FROM notice_acknowledgement k WHERE k.person_id = %(person)s
            AND k.at >= %(since)s""",
        "answer_first_transfer": """SELECT 1 FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id
            WHERE e.is_first_transfer AND e.lo <= 1 AND e.hi >= 1 AND t.id::text = %(answer)s""",
        "answer_approver": """SELECT 1 FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id
            JOIN store_person p ON p.id = t.decided_by
            WHERE e.is_first_transfer AND e.lo <= 1 AND e.hi >= 1 AND p.login = lower(%(answer)s)""",
        "answer_used": """SELECT 1 FROM (SELECT sum(t.quantity) AS used FROM ledger_transaction t
            WHERE t.type = 'use_ndc' AND t.status = 'completed') u
            WHERE u.used::text = regexp_replace(%(answer)s, '[^0-9]', '', 'g')""",
        # Reporters
        "row_explained": """SELECT 1 FROM aef_explanation x WHERE x.person_id = %(person)s AND x.at >= %(since)s
            AND x.row_key <> '' AND x.explanation <> ''""",
        "cell_marked": """SELECT 1 FROM aef_confidential x WHERE x.person_id = %(person)s AND x.at >= %(since)s
            AND x.is_confidential""",
        "version_frozen": """SELECT 1 FROM aef_version v JOIN aef_version_seal s ON s.version_id = v.id
            WHERE v.frozen_by = %(person)s AND v.frozen_at >= %(since)s""",
        "report_submitted": """SELECT 1 FROM submission s WHERE s.submitted_by = %(person)s
            AND s.received_at >= %(since)s AND s.entered = 'form_passed'""",
        "second_version_frozen": """SELECT 1 FROM aef_version v JOIN aef_version_seal s ON s.version_id = v.id
            WHERE v.frozen_by = %(person)s AND v.frozen_at >= %(since)s AND v.follows IS NOT NULL""",
    }
)


def holds(question: str, person_id: int, since: datetime, answer: str = "") -> bool:
    """Whether the registry's records say yes."""
    asked: dict[str, Any] = {"person": person_id, "since": since, "answer": answer}
    statement = QUESTIONS[question]
    used = {name: value for name, value in asked.items() if f"%({name})s" in statement}
    return row(f"{statement} LIMIT 1", used) is not None


def login(person_id: int) -> str:
    """The person's login; empty where there is no such person."""
    found = row("SELECT login FROM store_person WHERE id = %s", (person_id,))
    return str(found[0]) if found else ""


def run() -> dict[str, Any] | None:
    """The run that goes on: number, began_at; None where there is no training here."""
    found = records("SELECT number, began_at FROM training_run ORDER BY number DESC LIMIT 1")
    return found[0] if found else None


def runs() -> list[dict[str, Any]]:
    """Every run: number, began_at."""
    return records("SELECT number, began_at FROM training_run ORDER BY number")


def progress(login: str | None = None, run_number: int | None = None) -> list[dict[str, Any]]:
    """What was done, oldest first: run, login, exercise, done_at."""
    return records(
        """SELECT run, login, exercise, done_at FROM training_progress
           WHERE (%(login)s::text IS NULL OR login = %(login)s) AND (%(run)s::integer IS NULL OR run = %(run)s)
           ORDER BY id""",
        {"login": login, "run": run_number},
    )


def feedback() -> list[dict[str, Any]]:
    """What was said, oldest first: run, login, exercise (empty: the whole), rating (1 to 5), said, at."""
    return records("SELECT run, login, exercise, rating, said, at FROM training_feedback ORDER BY id")


def is_done(run_number: int, login: str, exercise: str) -> bool:
    """Whether this is ticked already."""
    found = row(
        "SELECT 1 FROM training_progress WHERE run = %s AND login = %s AND exercise = %s",
        (run_number, login, exercise),
    )
    return found is not None
