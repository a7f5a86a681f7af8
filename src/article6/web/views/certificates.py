"""Certificates: issued for a transaction, taken as files, and the page on which anybody checks one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from article6.domain.orders import PersonId, TransactionId
from article6.domain.refusals import Code, Refused, refused
from article6.services import certificate_files, certificates, lookup
from article6.transparency.certificates import ACTS, SENTENCES
from article6.web.doors import page, reader


@require_http_methods(["GET", "HEAD", "POST"])
def of_transaction(request: HttpRequest, number: int) -> HttpResponse:
    """The certificates of a transaction, and the form that issues one."""
    by, now = _person(request), datetime.now(UTC)
    if request.method == "POST":
        address = f"{request.scheme}://{request.get_host()}"
        wanted = request.POST.getlist("disclose")[:50]
        certificates.issue(TransactionId(number), wanted, by=by, now=now, address=address)
        return redirect("certificates", number)
    parts = [(each, _part(each)) for each in certificates.parts(TransactionId(number), by=by)]
    issued = certificates.of_transaction(TransactionId(number))
    return page(request, "certificate", number=number, parts=parts, issued=issued)


def copy(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """A certificate as a file to hand on."""
    if form not in certificate_files.FORMATS:
        raise Http404
    name, content = certificate_files.copy(code, form, by=_person(request))
    answer = HttpResponse(content, content_type=certificate_files.FORMATS[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Where a certificate is checked, in the browser. Open to all, of a closed registry too: it tells nothing of it but
    whether a certificate with the code that somebody has was issued."""
    code = request.GET.get("code", "")[:40].strip().replace("\0", "")
    try:
        found = certificates.looked_up(code) if code else None
        known = certificates.reader_keys() if lookup.registry() else certificates.ReaderKeys()
    except Refused:
        found, known = None, certificates.ReaderKeys()
    return page(
        request,
        "verify",
        found=found,
        key=known.key,
        announced=json.dumps(known.announced),
        witnesses="\n".join(known.witnesses),
        words=json.dumps(_words()),
    )


def _person(request: HttpRequest) -> PersonId:
    by = reader(request)
    if by is None:
        raise refused(Code.PERSON_NOT_PERMITTED)
    return by


def _part(name: str) -> str:
    sides = {
        "holder.from": _("the holder of the account that gave"),
        "holder.to": _("the holder of the account that got"),
    }
    return sides.get(name) or certificate_files.particular(name)


def _words() -> dict[str, Any]:
    """What the script says, in the reader's language."""
    return {
        "codes": {str(code): _(sentence) for code, sentence in SENTENCES.items()},
        "names": {name: _(title) for name, title in certificate_files.NAMES.items()},
        "acts": {str(act): _(title) for act, title in ACTS.items()},
        "checking": _("Checking ..."),
        "holds": _("The certificate holds: this stands in the registry's log, under the key given here."),
        "unverified": _("The certificate agrees with the key in it. Whose key that is has not been checked:"),
        "other": _("The certificate is sound, but it is not the one to which the code on the paper leads."),
        "insecure": _("This page was not loaded securely, so that the browser checks nothing. Open it with https."),
        "unable": _(
            "This browser cannot check signatures of the kind that certificates have (Ed25519). Take a newer one, or "
            "the command: article6 verify FILE"
        ),
        "registry": _("Registry"),
        "act": _("What"),
        "title": _("Type"),
        "quantity": _("Units"),
        "completed": _("Completed (UTC)"),
        "transaction": _("Transaction"),
        "from": _("From account"),
        "to": _("To account"),
        "withheld": _("Not disclosed"),
        "number": _("Certificate"),
        "issued": _("Issued (UTC)"),
        "digest": _("SHA-256"),
        "log": _("In the log"),
        "key": _("Key"),
        **_looked_at(),
    }


def _looked_at() -> dict[str, Any]:
    """What the script says of what it checked, and of what it did not."""
    return {
        "paperSame": _("The code on the paper names this certificate. Choose its file below to check what it says."),
        "paperOther": _("The code on the paper names another certificate than the one that was issued here."),
        "given": _("A key, or the announcements of keys, that you gave cannot be read."),
        "witnessed": _("Witnesses, checked"),
        "unwitnessed": _("Witnesses, not checked"),
        "checked": _("Checked"),
        "unchecked": _("Not checked"),
        "does": [
            _("The registry signed this as it stands."),
            _("It stands in the log's tree under a checkpoint that the log signed."),
            _("The units and the values that are shown are those in the log."),
        ],
        "doesWitness": _("The witnesses named above saw this log with this content."),
        "skipsKey": _("Whose key signed it."),
        "skipsWitness": _(
            "Whether others see the same log: no witness's signature was checked, for want of the witness's key."
        ),
        "skips": [_("Whether the units were moved again since.")],
    }
