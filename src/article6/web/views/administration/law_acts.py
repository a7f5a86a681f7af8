"""What administrators change of the law here: sections, declarations, nomenclatures, rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from article6.domain.declarations import Subject
from article6.domain.parties import paris_parties
from article6.domain.refusals import Code, Refused, refused
from article6.domain.roles import Right
from article6.services import business_rules, declarations, lookup, nomenclatures, wording
from article6.services import registry as founding
from article6.services.business_rules import NewRule
from article6.services.declarations import NewDeclaration
from article6.web.acts import Act, Row, offer
from article6.web.views.administration import law

SALT = "article6.nomenclatures"


class SectionForm(forms.Form):
    """Whose section."""

    party = forms.ChoiceField(label=gettext_lazy("Party"))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        there = {each["party"] for each in lookup.sections()}
        known = paris_parties(datetime.now(UTC).date())
        offer(self, "party", [(each.code, f"{each.code} {each.name}") for each in known if each.code not in there])


class OpenSection(Act):
    title = gettext_lazy("Open a section")
    about = gettext_lazy("The Party gets a part of this registry that is its own. A section is never closed.")
    submit = gettext_lazy("Open it")
    done = gettext_lazy("The section is open.")
    right = Right.OPEN_SECTION
    form_class = SectionForm

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        founding.open_section(given["party"], by=self.by, now=now, key=key)
        return self.back()

    def back(self) -> str:
        return reverse("admin-sections")


# --- Declarations


class DeclarationForm(forms.Form):
    """What is declared, as JSON: its fields are in the reference of declarations."""

    subject = forms.ChoiceField(label=gettext_lazy("What"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    content = forms.CharField(
        label=gettext_lazy("Content"), widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        max_length=declarations.CONTENT_AT_MOST,
        help_text=gettext_lazy('As JSON, as in {"title": "Escrow", "number": 150, "holds": ["MO", "ITMO"]}.'),
    )  # fmt: skip

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        offer(self, "subject", [(str(each), _(text)) for each, text in law.SUBJECTS.items()])

    def clean_content(self) -> str:
        text = self.cleaned_data["content"]
        try:
            found = json.loads(text)
        except ValueError as error:
            raise forms.ValidationError(_("This is no JSON: %(why)s") % {"why": error}) from error
        if not isinstance(found, dict):
            raise forms.ValidationError(_("Write an object, which begins with a brace."))
        return str(text)


class Declare(Act):
    title = gettext_lazy("Declare something")
    about = gettext_lazy(
        "An account type, a flow or a switch. It changes nothing before a second administrator approves it."
    )
    submit = gettext_lazy("Write it down")
    done = gettext_lazy("It is written down. A second administrator has to approve it.")
    right = Right.CHANGE_RULES
    form_class = DeclarationForm

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        new = NewDeclaration(Subject(given["subject"]), given["name"], json.loads(given["content"]))
        made = declarations.draft(new, by=self.by, now=now, key=key)
        return reverse("admin-declaration", args=[made.subject, made.name, made.version])

    def back(self) -> str:
        return reverse("admin-types")


class FromForm(forms.Form):
    """From when on; empty: at once."""

    moment = forms.DateTimeField(
        label=gettext_lazy("From (UTC)"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("Left empty: at once."),
    )  # fmt: skip


class _AboutDeclaration(Act):
    right = Right.CHANGE_RULES
    form_class = FromForm

    @property
    def place(self) -> tuple[Subject, str, int]:
        if self.named["subject"] not in set(Subject):
            raise refused(Code.DECLARATION_UNKNOWN, self.named["name"][:60])
        return Subject(self.named["subject"]), self.named["name"], int(self.named["version"])

    def standing(self) -> list[Row]:
        subject, name, version = self.place
        found = [
            each
            for each in declarations.listed(by=self.by)
            if (each["subject"], each["name"], each["version"]) == self.place
        ]
        if not found:
            raise refused(Code.DECLARATION_UNKNOWN, name[:60], str(version))
        stands = law.STANDING.translated()[law.standing(found[0], datetime.now(UTC))]
        content = [(key, str(value)) for key, value in found[0]["content"].items()]
        return [(_("What"), _(law.SUBJECTS[subject])), (_("Name"), name), (_("Version"), str(version)),
                (_("Standing"), stands), (_("Drafted by"), found[0]["drafted_by"]), *content]  # fmt: skip

    def back(self) -> str:
        return reverse("admin-declaration", args=list(self.place))


class RetireDeclaration(_AboutDeclaration):
    title = gettext_lazy("Retire a declaration")
    about = gettext_lazy("It holds no more. What was done under it stays as it is.")
    submit = gettext_lazy("Retire")
    done = gettext_lazy("The declaration is retired.")
    is_grave = True

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        declarations.retire(*self.place, by=self.by, now=now, retired_from=given["moment"], key=key)
        return self.back()


# --- Nomenclatures


class ListsForm(forms.Form):
    """A file of lists, and from which day on; the review shows what it changes."""

    file = forms.FileField(
        label=gettext_lazy("File"), required=False, max_length=200,
        help_text=gettext_lazy("JSON in the shape of the platform: an object whose lists are nomenclatures."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )  # fmt: skip
    content = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    on = forms.DateField(label=gettext_lazy("From this day on"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(label=gettext_lazy("Where the file is from"), max_length=200)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (file := given.get("file")) is not None:
            if file.size > nomenclatures.BYTES_AT_MOST:
                self.add_error("file", _("The file is too large."))
                return given
            content = file.read()
        else:
            content = self._carried(given.get("content", ""))
        if content is None:
            self.add_error("file", _("Choose a file."))
            return given
        given["bytes"] = content
        carried = signing.dumps(content.decode("utf-8", "replace"), salt=SALT, compress=True)
        self.data = {**{name: self.data.get(name) for name in self.data}, "content": carried}
        if "on" not in given:
            return given
        try:
            given["preview"] = nomenclatures.preview(content, on=given["on"])
        except Refused as no:
            for reason in no.reasons:
                told = wording.told(reason)
                self.add_error("file", f"{told['sentence']} ({told['detail']})")
        return given

    @staticmethod
    def _carried(text: str) -> bytes | None:
        try:
            return str(signing.loads(text, salt=SALT)).encode() if text else None
        except signing.BadSignature:
            return None


class TakeOver(Act):
    title = gettext_lazy("Compare lists with a file, and take them over")
    about = gettext_lazy(
        "The review shows every value that is added, withdrawn or relabelled, and the records concerned."
    )
    submit = gettext_lazy("Take them over")
    done = gettext_lazy("The lists are taken over.")
    right = Right.CHANGE_VALUES
    form_class = ListsForm
    has_files = True

    def form(self, given: Any = None) -> forms.Form:
        files = self.request.FILES if given is not None else None
        return self.form_class(given, files, initial={"on": datetime.now(UTC).date().isoformat()})

    def rows(self, given: Mapping[str, Any]) -> list[Row]:
        shown = given["preview"]
        rows = [(pgettext("day", "From"), str(given["on"])), (_("Source"), given["source"])]
        for each in shown.diffs:
            for title, values in ((_("added"), each.added), (_("withdrawn"), each.withdrawn),
                                  (_("relabelled"), each.relabelled), (_("impossible"), each.impossible)):  # fmt: skip
                if values:
                    rows.append((f"{each.name}: {title} ({len(values)})", "; ".join(values)))
        return rows if shown.diffs else [*rows, (_("Changes"), _("none: the lists say this already"))]

    def consequences(self, given: Mapping[str, Any]) -> list[str]:
        shown = given["preview"]
        said = [_("This cannot be taken over: see what is impossible.")] if shown.impossible else []
        text = _("%(value)s of %(list)s is withdrawn; %(number)s records have it and keep it.")
        return [
            *said,
            *(text % {"value": each.value, "list": each.list, "number": len(each.records)} for each in shown.touched),
        ]

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        nomenclatures.apply(
            given["bytes"], shown=given["preview"].digest, source=given["source"], on=given["on"], by=self.by, now=now,
            key=key,
        )  # fmt: skip
        return self.back()

    def back(self) -> str:
        return reverse("admin-nomenclatures")


# --- Rules


class RuleForm(forms.Form):
    """A rule: when it refuses, and what it says then."""

    name = forms.SlugField(
        label=gettext_lazy("Name"), max_length=60, help_text=gettext_lazy("A known name gets a new version.")
    )
    refuses_when = forms.CharField(
        label=gettext_lazy("It refuses when"), max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "An expression in the Common Expression Language that is true for what is refused, as in "
            "order.quantity &gt; 500 &amp;&amp; target.party == &quot;CHE&quot;."
        ),
    )  # fmt: skip
    message = forms.CharField(
        label=gettext_lazy("Message"), max_length=business_rules.MESSAGE_AT_MOST,
        help_text=gettext_lazy("What the person is told, and what to do."),
    )  # fmt: skip
    clause = forms.CharField(label=gettext_lazy("Clause"), max_length=200, required=False)


class WriteRule(Act):
    title = gettext_lazy("Write a rule")
    about = gettext_lazy("It refuses nothing before it was tried on the past and a second administrator approved it.")
    submit = gettext_lazy("Write it down")
    done = gettext_lazy("The rule is written down. Try it on the past next.")
    right = Right.CHANGE_RULES
    form_class = RuleForm

    def initial(self) -> dict[str, Any]:
        name = self.request.GET.get("from", "")
        found = [each for each in business_rules.listed(by=self.by) if each["name"] == name]
        return {key: found[-1][key] for key in ("name", "refuses_when", "message", "clause")} if found else {}

    def aids(self) -> list[Row]:
        return law.vocabulary()

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        new = NewRule(given["name"], given["refuses_when"], given["message"], given["clause"])
        made = business_rules.draft(new, by=self.by, now=now, key=key)
        return reverse("admin-rule", args=[made.name, made.version])

    def back(self) -> str:
        return reverse("admin-rules")


class _AboutRule(Act):
    right = Right.CHANGE_RULES

    @property
    def place(self) -> tuple[str, int]:
        return str(self.named["name"]), int(self.named["version"])

    def standing(self) -> list[Row]:
        found = [each for each in business_rules.listed(by=self.by) if (each["name"], each["version"]) == self.place]
        if not found:
            raise refused(Code.RULE_UNKNOWN, self.place[0][:60], str(self.place[1]))
        it = found[0]
        tried = _("%(refuse)s of %(all)s refused") % {"refuse": it["would_refuse"], "all": it["of_transactions"]}
        return [
            (_("Rule"), f"{it['name']} {it['version']}"), (_("It refuses when"), it["refuses_when"]),
            (_("Message"), it["message"]), (_("Written by"), it["drafted_by"]),
            (_("Tried on the past"), tried if it["tried_at"] else _("not yet")),
            (_("Standing"), law.STANDING.translated()[law.standing(it, datetime.now(UTC))]),
        ]  # fmt: skip

    def back(self) -> str:
        return reverse("admin-rule", args=list(self.place))


class TryRule(_AboutRule):
    title = gettext_lazy("Try a rule on the past")
    about = gettext_lazy("The rule is asked about the latest completed transactions. The ledger is only read.")
    submit = gettext_lazy("Try it")
    done = gettext_lazy("The rule was tried.")

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        found = business_rules.try_out(*self.place, by=self.by, now=now, key=key)
        return f"{self.back()}?{urlencode({'examples': ','.join(map(str, found.examples))})}"


class RetireRule(_AboutRule):
    title = gettext_lazy("Retire a rule")
    about = gettext_lazy("The rule refuses nothing more. Somebody who did not write it has to do this.")
    submit = gettext_lazy("Retire")
    done = gettext_lazy("The rule is retired.")
    form_class = FromForm
    is_grave = True

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        business_rules.retire(*self.place, by=self.by, now=now, retired_from=given["moment"], key=key)
        return self.back()
