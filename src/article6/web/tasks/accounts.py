"""Accounts: open one, or ask for one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.account_requests import Identification
from article6.domain.entities import Document
from article6.domain.parties import PARTIES
from article6.domain.refusals import Code
from article6.domain.roles import Right
from article6.services import account_requests, accounts, lookup
from article6.services.account_requests import AccountRequest
from article6.services.accounts import NewAccount
from article6.services.possibilities import Standing, because_no_right
from article6.services.titles import account_title
from article6.web.forms import fields
from article6.web.tasks.model import Done, Given, TaskForm, Told
from article6.web.tasks.others import Record, sections

GROUP = gettext_lazy("Accounts and entities")


def _types(standing: Standing, *, of_parties: bool) -> list[tuple[str, str]]:
    return [
        (code, account_title(code)) for code, each in standing.rules.accounts.items()
        if not each.is_exchanges and not (of_parties and each.is_administrators)
    ]  # fmt: skip


class DocumentForm(TaskForm):
    """A form that asks for a document, of which the SHA-256 is kept and nothing else."""

    def ask_document(self) -> None:
        self.fields["document_kind"] = fields.Words(
            label=_("Document that proves it"), help_text=_("What it is, as in: extract of the register of companies.")
        )
        self.fields["document_reference"] = fields.Words(
            label=_("Reference of the document"), help_text=_("Where its file is kept; it stays there.")
        )
        self.fields["document_file"] = forms.FileField(
            label=_("File of the document"), required=False,
            help_text=_("Its SHA-256 is computed, by which the file is known again. The file itself is not kept."),
        )  # fmt: skip
        self.fields["document_sha256"] = fields.LatinCode(
            label=_("SHA-256 of the file"), max_length=64, required=False,
            help_text=_("Instead of the file: 64 hexadecimal digits, as sha256sum gives them."),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if "document_file" not in self.fields:
            return found
        if file := found.get("document_file"):
            digest = hashlib.sha256()
            for chunk in file.chunks():
                digest.update(chunk)
            found["document_sha256"] = digest.hexdigest()
            # The review sends the form once more, without the file.
            typed = QueryDict(mutable=True)
            typed.update(self.data)
            typed["document_sha256"] = found["document_sha256"]
            self.data = typed
        elif not found.get("document_sha256") and not {"document_file", "document_sha256"} & set(self.errors):
            self.add_error("document_file", _("Choose the file, or give its SHA-256."))
        return found


class AccountForm(DocumentForm):
    """What both ways to an account ask for."""

    headings = {
        "legal_name": gettext_lazy("Who holds it"),
        "document_kind": gettext_lazy("How the holder is identified"),
        "needs_approval": gettext_lazy("How it is guarded"),
        "period_first": gettext_lazy("Of retirement and cancellation accounts only"),
    }

    def ask_account(self, standing: Standing, where: list[dict[str, Any]], *, of_parties: bool) -> None:
        self.fields["type"] = fields.choice(_("Type"), _types(standing, of_parties=of_parties))
        self.fields["section"] = fields.choice(_("Section"), sections(where))
        self.fields["name"] = fields.Words(
            label=_("Name of the account"), max_length=200, help_text=_("As it is shown in lists, for example its use.")
        )

    def ask_more(self) -> None:
        self.fields["needs_approval"] = forms.BooleanField(
            label=_("Each transaction from it is approved by a second person"), required=False
        )
        self.fields["trusted_only"] = forms.BooleanField(
            label=_("Transfers go to accounts on its list of trusted accounts only"), required=False
        )
        self.fields["period_first"] = fields.year(
            _("NDC implementation period: first year"), is_required=False, help_text=_("Of a retirement account only.")
        )
        self.fields["period_last"] = fields.year(_("NDC implementation period: last year"), is_required=False)
        self.fields["purpose"] = fields.Words(
            label=_("Purpose"), required=False, help_text=_("Of a cancellation account: for what units are cancelled.")
        )
        self.fields["metric"] = fields.Words(
            label=_("Metric"), required=False, help_text=_("Leave it empty for tonnes of CO2 equivalent.")
        )


def _account(given: Given, *, holder: str = "") -> NewAccount:
    return NewAccount(
        given["type"], given["section"], given["name"], holder, given["needs_approval"], given.get("period_first"),
        given.get("period_last"), metric=given.get("metric", ""), purpose=given.get("purpose", ""),
        trusted_only=given["trusted_only"],
    )  # fmt: skip


class OpenForm(AccountForm):
    def ask(self, standing: Standing) -> None:
        where = standing.sections_with(Right.OPEN_ACCOUNT, of_parties=False)
        self.ask_account(standing, where, of_parties=not any(each["party"] is None for each in where))
        self.fields["holder"] = fields.Words(
            label=_("Holder"), required=False, help_text=_("Leave it empty where the Party itself holds it.")
        )
        self.ask_more()


class OpenAccount(Record):
    slug = "open-account"
    title = gettext_lazy("Open an account")
    summary = gettext_lazy("In a section that you administer. The registry gives it its number.")
    group = GROUP
    submit = gettext_lazy("Open it")
    form_class = OpenForm
    fields_of = {
        Code.ACCOUNT_TYPE_UNKNOWN: "type", Code.NDC_PERIOD_UNKNOWN: "period_first", Code.ACCOUNT_PURPOSE: "purpose",
        Code.ACCOUNT_PERIOD_TAKEN: "period_first", Code.METRIC_INCOMPLETE: "metric",
    }  # fmt: skip

    def why_not(self) -> str:
        found = self.standing.sections_with(Right.OPEN_ACCOUNT, of_parties=False)
        return "" if found else because_no_right(Right.OPEN_ACCOUNT)

    def act(self, given: Given, key: str | None) -> Done:
        new = _account(given, holder=given["holder"])
        opened = accounts.open_account(new, by=self.standing.by, now=self.standing.now, key=key)
        needs = _("Yes") if opened.needs_approval else _("Only where the type of transaction asks for it")
        more = {_("Account"): _("It is opened at once; its number is given then."), _("Second person"): needs}
        return Done(opened.number, more=more)

    def told(self, ref: str) -> Told:
        found = lookup.account(ref)
        facts = [
            {"label": _("Account"), "value": found["number"], "href": reverse("account", args=[found["number"]])},
            {"label": _("Name"), "value": found["name"]},
            {"label": _("Type"), "value": found["type_title"]},
        ]
        steps = [
            _("Give its number to those who are to send units to it."),
            _("Name representatives, where others than the section's people are to act for it."),
        ]
        return Told(_("The account is open"), True, facts, steps)


class RequestForm(AccountForm):
    def ask(self, standing: Standing) -> None:
        self.ask_account(standing, [each for each in standing.sections if each["party"]], of_parties=True)
        self.fields["legal_name"] = fields.Words(
            label=_("Legal name of the holder"), help_text=_("It is shown in reports; all else is not.")
        )
        countries = sorted(((each.code, each.name) for each in PARTIES.values()), key=lambda each: each[1])
        self.fields["country"] = fields.choice(_("Country of incorporation"), countries)
        self.fields["identification_number"] = fields.Words(label=_("Identification number there"))
        self.ask_document()
        self.fields["representatives"] = fields.Lines(
            label=_("Logins of those who are to act for it"), required=False, help_text=_("One on each line.")
        )
        self.ask_more()


class RequestAccount(Record):
    slug = "request-account"
    title = gettext_lazy("Ask for an account")
    summary = gettext_lazy("For yourself or for somebody else. The administrator of the section decides.")
    group = GROUP
    submit = gettext_lazy("Send the request")
    form_class = RequestForm
    waits = True
    fields_of = {
        **OpenAccount.fields_of,
        Code.ACCOUNT_TOO_FEW_REPRESENTATIVES: "representatives",
    }

    def why_not(self) -> str:
        return _("Machine clients do not ask for accounts.") if self.standing.actor.is_machine else ""

    def act(self, given: Given, key: str | None) -> Done:
        document = Document(given["document_kind"], given["document_reference"], given["document_sha256"].lower())
        holder = Identification(
            given["legal_name"], given["country"], given["identification_number"], (document,)
        )  # fmt: skip
        new = AccountRequest(_account(given), holder, given["representatives"])
        asked = account_requests.file(new, by=self.standing.by, now=self.standing.now, key=key)
        return Done(str(asked.id), more={_("Account"): _("It is opened when the request is approved.")})

    def told(self, ref: str) -> Told:
        found = account_requests.shown(int(ref) if ref.isdecimal() and len(ref) < 19 else 0, self.standing.by)
        facts = [
            {"label": _("Request"), "value": found["id"]},
            {"label": _("Account"), "value": found["name"]},
            {"label": _("Number"), "value": found["account"],
             "href": reverse("account", args=[found["account"]]) if found["account"] else ""},
        ]  # fmt: skip
        if found["status"] == "proposed":
            steps = [_("The administrator of the section approves or rejects it; your desk says how it ended.")]
        elif found["status"] == "approved":
            steps = [_("The account is open.")]
        else:
            steps = [_("It was rejected: %(reason)s") % {"reason": found["reason"]}]
        return Told(_("Request for an account"), found["status"] == "approved", facts, steps)

    def draft_title(self, data: Mapping[str, Any]) -> str:
        return f"{self.title}: {str(data.get('name') or '')[:80]}".rstrip(": ")
