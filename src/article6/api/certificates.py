"""Certificates: issue one of a completed transaction, take it as a file, ask whether it was issued here."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field, StringConstraints

from article6.api import problems
from article6.api.access import caller, inspecting, now
from article6.api.answers import answer, created
from article6.api.inputs import Id, IdempotencyKey, Request
from article6.api.openapi import CLOSED
from article6.domain.orders import TransactionId
from article6.services import certificate_files, certificates

router = Router(auth=inspecting, tags=["certificates"])

CodeInPath = Annotated[str, Path(max_length=40, pattern=r"^[0-9A-Za-z-]+$")]
Language = Annotated[
    Literal["ar", "zh-hans", "en", "fr", "ru", "es"] | None, Query(description="Of the PDF; default: as accepted.")
]
Digest = Annotated[
    str | None, Query(pattern=r"^[0-9a-fA-F]{64}$", description="SHA-256 of a certificate, to compare with this one's.")
]
Part = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9_.]{1,60}$")]


class CertificateIn(Request):
    """What the certificate is to disclose: particulars of the transaction by name, `holder.from`, `holder.to`."""

    disclose: Annotated[list[Part], Field(max_length=50)] = []


class CertificateOut(BaseModel):
    """A certificate that was issued. `digest` is the SHA-256 that its QR code has."""

    code: str
    section: str
    transaction_id: int
    act: Literal["cancellation", "retirement", "transfer"]
    act_title: str
    title: str
    quantity: int
    digest: str
    at: datetime


class CertificateWholeOut(CertificateOut):
    """A certificate that was issued, and the `certificate` itself, as docs/reference/certificates.md has it."""

    certificate: dict[str, Any]


class LookedUpOut(BaseModel):
    """Whether a certificate was issued; of what was not, all but `code` is null. `is_same`: the digest is its own."""

    code: str
    is_issued: bool
    issued_at: datetime | None
    digest: str | None
    is_same: bool | None


@router.post(
    "/transactions/{transaction_id}/certificates", response={problems.CREATED: CertificateOut},
    operation_id="issue_certificate",
)  # fmt: skip
def issue_certificate(
    request: HttpRequest, transaction_id: Id, body: CertificateIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Issue a certificate of a completed cancellation, retirement or transfer that stands in the transparency log."""
    issued = certificates.issue(
        TransactionId(transaction_id),
        body.disclose,
        by=caller(request),
        now=now(),
        key=idempotency_key,
        address=f"{request.scheme}://{request.get_host()}",
    )
    return created(issued, f"/api/v1/certificates/{issued['code']}")


@router.get("/certificates/verify/{code}", response=LookedUpOut, operation_id="look_up_certificate", auth=None)
def look_up_certificate(request: HttpRequest, code: CodeInPath, digest: Digest = None) -> HttpResponse:
    """Whether a certificate with this code was issued here, and its digest; for everybody who has the code."""
    return answer(certificates.looked_up(code, digest))


@router.get("/certificates/{code}", response=CertificateWholeOut, operation_id="get_certificate", openapi_extra=CLOSED)
def get_certificate(request: HttpRequest, code: CodeInPath) -> HttpResponse:
    """A certificate that was issued."""
    return answer(certificates.shown(code, by=caller(request)))


@router.get("/certificates/{code}/copy.{form}", operation_id="get_certificate_copy", openapi_extra=CLOSED)
def get_certificate_copy(
    request: HttpRequest, code: CodeInPath, form: Literal["pdf", "json"], language: Language = None
) -> HttpResponse:
    """A certificate as a file to hand on: a PDF, or the JSON that is attached to it."""
    name, content = certificate_files.copy(code, form, by=caller(request), language=language)
    said = HttpResponse(content, content_type=certificate_files.FORMATS[form])
    said.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    said.headers["Cache-Control"] = "no-store"
    return said
