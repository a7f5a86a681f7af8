"""Requests for accounts. Who may see them, the service decides; nothing of them is public."""

from __future__ import annotations

from typing import Any

from article6.store.database import records

LISTED = """SELECT r.id, r.type, r.name, r.section_id, s.code AS section, r.particulars, r.proposed_by, r.proposed_at,
       CASE WHEN d.id IS NULL THEN 'proposed' WHEN d.is_approved THEN 'approved' ELSE 'rejected' END AS status,
       d.decided_by, d.decided_at, COALESCE(d.reason, '') AS reason, a.number AS account,
       r.representatives AS representative_ids,
       ARRAY(SELECT p.login::text FROM store_person p WHERE p.id = ANY (r.representatives) ORDER BY p.id)
           AS representatives
FROM account_request r JOIN section s ON s.id = r.section_id
LEFT JOIN decision d ON d.subject = 'account_request' AND d.subject_id = r.id
LEFT JOIN account a ON a.request_id = r.id"""


def listed() -> list[dict[str, Any]]:
    """Every request, newest first, with how it stands; without what identifies the holder."""
    return records(f"{LISTED} ORDER BY r.id DESC")


def request(number: int) -> dict[str, Any] | None:
    """One of them."""
    found = records(f"{LISTED} WHERE r.id = %s", (number,))
    return found[0] if found else None


def identification(number: int) -> dict[str, Any]:
    """legal_name, country, identification_number, documents (kind, reference, sha256) of a request."""
    [found] = records(
        """SELECT legal_name, country, identification_number FROM account_request_identification
           WHERE request_id = %s""",
        (number,),
    )
    documents = records(
        "SELECT kind, reference, sha256 FROM account_request_document WHERE request_id = %s ORDER BY id", (number,)
    )
    return {**found, "documents": documents}
