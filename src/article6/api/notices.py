"""Notices to sections: read them, acknowledge them."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel

from article6.api.access import caller, now, proposing, reader, reading
from article6.api.answers import answer, page
from article6.api.inputs import After, Id, IdempotencyKey, Limit, Wanted
from article6.api.outputs import PageOut
from article6.services import notices

router = Router(auth=reading, tags=["notices"])


class NoticeOut(BaseModel):
    """A notice to the people of a section; `subject` is what it is about, as in `transaction:17`."""

    id: int
    section: str
    at: datetime
    subject: str
    code: str
    sentence: str
    acknowledged_by: str | None
    acknowledged_at: datetime | None


@router.get("/notices", response=PageOut[NoticeOut], operation_id="list_notices")
def list_notices(
    request: HttpRequest, after: After = None, limit: Limit = 50, section: Wanted = None, open_only: bool = False
) -> HttpResponse:
    """Notices to the sections in which the caller has a role, newest first; `open_only`: not yet acknowledged."""
    return page(notices.listed(by=reader(request), after=after, limit=limit, section=section, is_open=open_only))


@router.post("/notices/{notice_id}/acknowledge", response=NoticeOut, operation_id="acknowledge_notice", auth=proposing)
def acknowledge(request: HttpRequest, notice_id: Id, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Say, for its section, that a notice was read; the first time counts. Needs the scope `propose`."""
    return answer(notices.acknowledge(notice_id, by=caller(request), now=now(), key=idempotency_key))
