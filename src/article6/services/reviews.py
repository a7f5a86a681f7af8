"""The status of Article 6 technical expert reviews, as the secretariat marks it (4/CMA.6 para 37); written once,
kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from article6.domain.notices import NoticeCode
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.domain.submissions import ReviewStatus, is_approach
from article6.services import notices, people, submissions
from article6.services.commands import command, once
from article6.store import journal
from article6.store.queries import registries
from article6.store.queries import submission_results as results


@dataclass(frozen=True, slots=True)
class NewStatus:
    """A status to record: of the review of a Party's information on an approach; without one, of its initial report."""

    party: str
    status: ReviewStatus
    approach: str = ""
    report_url: str = ""
    remark: str = ""


def record(new: NewStatus, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Record the status of a review, and tell the Party.

    Raises:
        Refused: no Article 6 database here, no section for the Party, no such approach or address, or `by` is neither
            secretariat nor reviewer there.
    """
    given = command(by, key, "record_review", new)

    def act() -> dict[str, Any]:
        submissions.require_here()
        section_id = registries.sections().get(new.party)
        if section_id is None:
            raise refused(Code.SECTION_UNKNOWN, new.party)
        people.require(by, Right.RECORD_REVIEW, section_id)
        _require_whole(new)
        with journal.database_transaction():
            number = journal.insert(
                "review_status",
                {"section_id": section_id, "party": new.party, "approach": new.approach, "status": str(new.status),
                 "report_url": new.report_url, "remark": new.remark, "person_id": by, "at": now},
            )  # fmt: skip
            notices.tell([section_id], NoticeCode.REVIEW_RECORDED, f"review:{number}", now, party=new.party,
                         approach=new.approach or "-", status=str(new.status))  # fmt: skip
            journal.note(given, "review.recorded", f"review:{number}", now, [number], section_id=section_id)
        return results.review(number)

    return once(given, act, lambda answer: results.review(answer.ids[0]))


def _require_whole(new: NewStatus) -> None:
    if new.approach and not is_approach(new.approach):
        raise refused(Code.SUBMISSION_REVIEW, new.approach, _("an approach is CA and four digits"))
    if new.report_url and not new.report_url.startswith("https://"):
        raise refused(Code.SUBMISSION_REVIEW, new.report_url, _("give the address of the report, with https"))
