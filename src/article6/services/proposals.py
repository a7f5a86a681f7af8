"""What one person proposes and a second decides: changes of roles, account requests, representatives, trusted accounts.

The database holds to it by itself: nobody approves their own, nothing is decided twice, and an approval takes effect by
the decision's trigger (store/sql/accounts.sql).
"""

from __future__ import annotations

from datetime import datetime

from article6.domain.orders import PersonId
from article6.store import journal

APPROVED, PROPOSED, REJECTED = "approved", "proposed", "rejected"


def decide(
    subject: str, number: int, section_id: int, *, approve: bool, by: PersonId, now: datetime, reason: str = ""
) -> None:
    """Record the decision on a proposal; what was approved is in force when this returns.

    Raises:
        Refused: no such proposal, it was decided already, or `by` may not be its second person.
    """
    journal.insert(
        "decision",
        {
            "subject": subject, "subject_id": number, "section_id": section_id, "is_approved": approve,
            "reason": reason, "decided_by": by, "decided_at": now,
        },
    )  # fmt: skip
