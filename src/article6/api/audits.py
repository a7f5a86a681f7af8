"""The self-audit: every promise of the ledger, recomputed from its journal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel

from article6.api.access import caller, inspecting
from article6.api.answers import answer
from article6.api.openapi import CLOSED
from article6.services import audit

router = Router(auth=inspecting, tags=["audit"])


class CheckOut(BaseModel):
    """One promise: of how many rows it was asked, how many break it, and the first of them."""

    name: str
    title: str
    ok: bool
    checked: int
    breaches: int
    findings: list[str]


class AuditOut(BaseModel):
    """The self-audit; `ok` where every promise is kept."""

    ok: bool
    checks: list[CheckOut]


@router.get("/audit", response=AuditOut, operation_id="run_audit", openapi_extra=CLOSED)
def run(request: HttpRequest) -> HttpResponse:
    """Check every promise of the ledger now; it takes as long as the journal is. For administrators and auditors."""
    checks = audit.run(by=caller(request))
    return answer({"ok": all(each.ok for each in checks), "checks": [
        {"name": each.name, "title": _(each.title), "ok": each.ok, "checked": each.checked, "breaches": each.breaches,
         "findings": each.findings}
        for each in checks
    ]})  # fmt: skip
