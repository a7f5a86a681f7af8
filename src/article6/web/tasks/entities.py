"""Entities that a Party identified."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.entities import Document
from article6.domain.refusals import Code
from article6.domain.roles import Right
from article6.services import entities
from article6.services.entities import CheckDone, NewEntity
from article6.services.possibilities import Standing, because_no_right
from article6.web.forms import fields
from article6.web.tasks.accounts import GROUP, DocumentForm
from article6.web.tasks.issuing import parties
from article6.web.tasks.model import Done, Given, Told
from article6.web.tasks.others import Record, sections


class EntityForm(DocumentForm):
    headings = {
        "document_kind": gettext_lazy("How it is identified"),
        "check_kind": gettext_lazy("What you checked"),
    }

    def ask(self, standing: Standing) -> None:
        own = standing.sections_with(Right.IDENTIFY_ENTITY)
        self.fields["party"] = fields.choice(_("Section"), sections(own))
        self.fields["code"] = fields.LatinCode(label=_("Code"), max_length=40, help_text=_("Your own; as in GHA-E-12."))
        self.fields["name"] = fields.Words(label=_("Legal name"))
        self.fields["country"] = fields.choice(_("Country of incorporation"), parties())
        if len(own) == 1:
            self.initial.setdefault("country", own[0]["party"])
        self.fields["identification"] = fields.Words(label=_("Identification number there"))
        self.fields["valid_until"] = fields.Day(
            label=_("Identification holds until"), help_text=_("The last day; then it is to be renewed.")
        )
        self.ask_document()
        self.fields["check_kind"] = fields.Words(
            label=_("Check"), help_text=_("As in: register of companies looked up.")
        )
        self.fields["check_remark"] = fields.Words(label=_("Remark on the check"), required=False, is_long=True,
                                                   max_length=2000)  # fmt: skip
        self.fields["is_passed"] = forms.BooleanField(label=_("The check was passed"), required=False)


class Onboard(Record):
    slug = "onboard-entity"
    title = gettext_lazy("Register an entity")
    summary = gettext_lazy("Identify it, so that it can be authorized and hold accounts.")
    group = GROUP
    submit = gettext_lazy("Register it")
    form_class = EntityForm
    fields_of = {Code.ENTITY_EXISTS: "code", Code.PARTY_UNKNOWN: "country"}

    def why_not(self) -> str:
        found = self.standing.sections_with(Right.IDENTIFY_ENTITY)
        return "" if found else because_no_right(Right.IDENTIFY_ENTITY)

    def act(self, given: Given, key: str | None) -> Done:
        document = Document(given["document_kind"], given["document_reference"], given["document_sha256"].lower())
        check = CheckDone(given["check_kind"], given["is_passed"], given["check_remark"])
        new = NewEntity(
            given["party"], given["code"], given["name"], given["country"], given["identification"],
            given["valid_until"], (document,), (check,),
        )  # fmt: skip
        done = entities.register(new, by=self.standing.by, now=self.standing.now, key=key)
        more = {_("Entity"): _("It is registered at once and may act until %(day)s.") % {"day": done.valid_until}}
        return Done(f"{done.party}:{done.code}", more=more)

    def told(self, ref: str) -> Told:
        party, _colon, code = ref.partition(":")
        found = entities.history(self.standing.by, party, code)[-1]
        facts: list[dict[str, object]] = [
            {"label": _("Entity"), "value": found.name},
            {"label": _("Code"), "value": found.code},
            {"label": _("Identification holds until"), "value": found.valid_until},
        ]
        steps = [
            _("It can be named in authorizations, and hold accounts."),
            _("Its identification is to be renewed before it ends; else its accounts stand still."),
        ]
        return Told(_("The entity is registered"), True, facts, steps)
