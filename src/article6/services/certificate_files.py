"""Certificates as files to hand on: JSON, and a PDF that has the JSON attached."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from article6.domain.orders import PersonId
from article6.domain.refusals import N_, Code, refused
from article6.reporting.documents import certificate as document
from article6.reporting.documents.certificate import Sheet
from article6.reporting.documents.model import moment_shown
from article6.reporting.documents.typeset import LettersMissing
from article6.services import certificates as issued
from article6.transparency import certificates
from article6.transparency.certificates import AccountSide, Act, Verified

FORMATS: Mapping[str, str] = MappingProxyType({"pdf": "application/pdf", "json": "application/json"})
"""Formats and their media types."""

TITLES: Mapping[Act, str] = MappingProxyType(
    {
        Act.CANCELLATION: N_("Certificate of cancellation"),
        Act.RETIREMENT: N_("Certificate of retirement"),
        Act.TRANSFER: N_("Certificate of transfer"),
    }
)

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "beneficiary": N_("Beneficiary"),
        "entity": N_("Using entity"),
        "purpose": N_("Purpose"),
        "sub_purpose": N_("Specific purpose"),
        "use_year": N_("Year of use"),
        "reason": N_("Reason"),
        "authorization": N_("Authorization"),
    }
)
"""Names of particulars; others are shown under their own."""


def copy(code: str, form: str, *, by: PersonId | None, language: str | None = None) -> tuple[str, bytes]:
    """A copy of a certificate that was issued: file name and bytes.

    Raises:
        Refused: there is none with this code in the person's sight, or no font has a letter of it.
    """
    found = issued.shown(code, by=by)
    whole = found["certificate"]
    name = f"certificate-{found['transaction_id']}-{found['code'][:4]}.{form}"
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    if form == "json":
        return name, text.encode()
    spoken = language or translation.get_language() or "en"
    file = io.BytesIO()
    with translation.override(spoken):
        is_translated = _("Certificate of cancellation") != "Certificate of cancellation"
        sheet = _sheet(whole, text, found["at"], spoken if is_translated else "en")
        try:
            document.write_pdf(sheet, file, [settings.ARTICLE6_FONTS] if settings.ARTICLE6_FONTS else [])
        except LettersMissing as no:
            raise refused(Code.REPORT_LETTERS, found["code"], " ".join(no.letters[:20])) from no
    return name, file.getvalue()


def particular(name: str) -> str:
    """The name of a particular in the reader's language."""
    return _(NAMES[name]) if name in NAMES else name


def _sheet(whole: Mapping[str, Any], text: str, at: datetime, language: str) -> Sheet:
    read = certificates.verify(whole)
    return Sheet(
        number=read.number,
        title=_(TITLES[read.act]),
        subtitle=_(read.title),
        quantity=ngettext("%s unit", "%s units", read.quantity) % _thousands(read.quantity),
        author=f"{read.registry['name']} ({read.registry['code']})",
        lines=_lines(read),
        rows=[(each.first, each.last, _thousands(each.quantity)) for each in read.units],
        proof=_proof_lines(read),
        # Of a registry that knew no address of its own, a code would lead nowhere.
        code=f"{read.verify_at}#{read.digest}" if "://" in read.verify_at else "",
        certificate=text,
        language=language,
        translate=_,
        at=at,
    )


def _lines(read: Verified) -> list[tuple[str, str, bool]]:
    return [
        (_("Transaction"), f"{read.transaction} ({_(read.title)})", False),
        (_("Completed (UTC)"), moment_shown(datetime.fromisoformat(read.completed_at)), False),
        *_account(_("From account"), read.source),
        *_account(_("To account"), read.target),
        *((particular(name), str(value), False) for name, value in read.particulars.items()),
        *([(_("Not disclosed"), ", ".join(map(particular, read.withheld)), False)] if read.withheld else []),
        (_("Certificate issued (UTC)"), moment_shown(datetime.fromisoformat(read.issued_at)), False),
    ]


def _account(label: str, side: AccountSide | None) -> list[tuple[str, str, bool]]:
    if side is None:
        return []
    holder = f", {side.holder}" if side.holder else ""
    return [(label, f"{side.number} ({_(side.title)}){holder}", False)]


def _proof_lines(read: Verified) -> list[tuple[str, str, bool]]:
    checkpoint = read.proven.checkpoint
    return [
        (_("Command"), "article6 verify FILE --key KEY", True),
        (_("Verify at"), read.verify_at, True),
        (_("Certificate"), read.number, True),
        (_("SHA-256"), read.digest, True),
        (_("Key of the registry's log"), str(read.key), True),
        (_("In the log"), f"{checkpoint.origin}: {read.proven.index} / {checkpoint.size}", True),
    ]


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
