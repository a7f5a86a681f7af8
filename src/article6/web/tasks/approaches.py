"""Cooperative approaches: record one, so that authorizations and outcomes can name it."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain import nomenclatures as lists
from article6.domain.authorizations import FirstTransferDefinition
from article6.domain.kinds import Kind
from article6.domain.refusals import Code
from article6.domain.roles import Right
from article6.services import authorizations, recorded
from article6.services.authorizations import NewApproach
from article6.services.possibilities import Standing, because_no_right
from article6.services.titles import party_name
from article6.web.forms import fields
from article6.web.tasks.issuing import GROUP, listed, parties, several
from article6.web.tasks.model import Done, Given, TaskForm, Told
from article6.web.tasks.others import Record

TWO_OR_MORE = 2
FIRST_TRANSFERS = {
    FirstTransferDefinition.AUTHORIZATION: gettext_lazy("the authorization"),
    FirstTransferDefinition.ISSUANCE: gettext_lazy("the issuance"),
    FirstTransferDefinition.USE_OR_CANCELLATION: gettext_lazy("the use or cancellation"),
}


class ApproachForm(TaskForm):
    headings = {"sectors": gettext_lazy("What it covers, where the Parties limited it")}

    def ask(self, standing: Standing) -> None:
        own = [each["party"] for each in standing.sections_with(Right.RECORD_APPROACH)]
        self.fields["code"] = fields.LatinCode(
            label=_("Identifier"), max_length=6,
            help_text=_("As the centralized accounting and reporting platform has it: CA and four digits, CA0012."),
        )  # fmt: skip
        self.fields["title"] = fields.Words(label=_("Title"), help_text=_("For example: Ghana and Switzerland."))
        self.fields["parties"] = several(_("Parties that take part"), parties())
        self.fields["parties"].required = True
        if len(own) == 1:
            self.initial.setdefault("parties", own)
        self.fields["first_transfer_oimp"] = fields.choice(
            _("First transfer for other international mitigation purposes"),
            [(str(each), title) for each, title in FIRST_TRANSFERS.items()],
            is_required=False, empty=_("Not for other purposes"),
            help_text=_("Which step counts as the first transfer; alike for all authorizations of the approach."),
        )  # fmt: skip
        self.fields["sectors"] = several(_("Sectors"), listed(lists.SECTORS, standing))
        self.fields["activity_types"] = several(_("Activity types"), listed(lists.ACTIVITY_TYPES, standing))
        self.fields["remark"] = fields.Words(label=_("Remark"), required=False, is_long=True, max_length=2000)

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).upper()
        if not re.fullmatch(r"CA\d{4}", code):
            raise ValidationError(_("Write CA and four digits, as in CA0012."))
        return code

    def clean_parties(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["parties"]
        if len(chosen) < TWO_OR_MORE:
            raise ValidationError(_("Choose all Parties that take part: yours and the others."))
        return chosen


class RecordApproach(Record):
    slug = "record-approach"
    title = gettext_lazy("Record a cooperative approach")
    summary = gettext_lazy("The agreement of Parties under which they authorize and transfer outcomes.")
    group = GROUP
    submit = gettext_lazy("Record it")
    form_class = ApproachForm
    fields_of = {Code.APPROACH_EXISTS: "code", Code.PERSON_NOT_PERMITTED: "parties"}

    def fits(self) -> bool:
        return self.standing.kind in (Kind.PARTY, Kind.INTERNATIONAL)

    def why_not(self) -> str:
        found = self.standing.sections_with(Right.RECORD_APPROACH)
        return "" if found else because_no_right(Right.RECORD_APPROACH)

    def act(self, given: Given, key: str | None) -> Done:
        definition = given["first_transfer_oimp"]
        new = NewApproach(
            given["code"], given["title"], tuple(given["parties"]),
            FirstTransferDefinition(definition) if definition else None, given["remark"], tuple(given["sectors"]),
            tuple(given["activity_types"]),
        )  # fmt: skip
        authorizations.record_approach(new, by=self.standing.by, now=self.standing.now, key=key)
        return Done(new.code, more={_("Cooperative approach"): _("It is recorded at once, and public.")})

    def told(self, ref: str) -> Told:
        found: dict[str, Any] = recorded.approach(ref) or {"code": ref, "title": "", "parties": ()}
        facts: list[dict[str, Any]] = [
            {"label": _("Cooperative approach"), "value": f"{found['code']} {found['title']}",
             "href": reverse("explore-approach", args=[ref])},
            {"label": _("Parties that take part"), "value": ", ".join(map(party_name, found["parties"]))},
        ]  # fmt: skip
        steps = [
            _("Record the Party's authorization under it."),
            _("The initial report is due no later than the first authorization (2/CMA.3 annex, para 18)."),
        ]
        again = f"{reverse('task', args=['authorize'])}?approach={ref}"
        return Told(_("The cooperative approach is recorded"), True, facts, steps, [(_("Authorize under it"), again)])
