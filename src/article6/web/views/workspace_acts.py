"""Acts on a Party's report: explain, mark as confidential, freeze, submit, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.domain.submissions import STATE_TITLES, State
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_records import ConfidentialItem
from article6.reporting.aef_versions import EXPLANATORY, TABLES, markable
from article6.reporting.checks.results import Result
from article6.services import (
    aef_remarks,
    aef_uploads,
    aef_versions,
    aef_workspace,
    people,
    submissions,
)
from article6.web.acts import Act, Row, offer

CELLS_SHOWN = 8


class _OnReport(Act):
    """An act on the report of a Party and year."""

    needed = Right.FREEZE_REPORT

    @property
    def party(self) -> str:
        return str(self.named["party"])

    @property
    def year(self) -> int:
        return int(self.named["year"])

    def require(self) -> None:
        aef_workspace.require(self.party, self.year, by=self.by)
        people.require(self.by, self.needed, aef_versions.section_of(self.party))

    def standing(self) -> list[Row]:
        found = aef_versions.listed(self.party, self.year, is_all=True)
        return [
            (_("Report"), f"{self.party} {self.year}"),
            (_("Newest version"), found[0]["version"] if found else _("none yet")),
        ]

    def back(self) -> str:
        return reverse("workspace-report", args=[self.party, self.year])


class _OnRow(_OnReport):
    """An act on a row of a table as the ledger has it now; the address names both."""

    @property
    def table(self) -> Table:
        return aef_remarks.table_named(self.request.GET.get("table", ""))

    @property
    def row(self) -> str:
        return self.request.GET.get("row", "")[:200]

    def standing(self) -> list[Row]:
        rows = [(_("Report"), f"{self.party} {self.year}"), (_("Table"), self.table.heading)]
        if not self.row:
            return rows
        cells = aef_workspace.one_row(self.party, self.year, self.table, self.row, by=self.by, now=datetime.now(UTC))
        if cells is None:
            raise refused(Code.AEF_ROW_UNKNOWN, f"{self.table.key} {self.row[:60]}")
        shown = [
            (each.label, str(cells[each.technical_name])) for each in FIELDS[self.table]
            if each.required and cells[each.technical_name] is not None
        ]  # fmt: skip
        return [*rows, (_("Row"), self.row), *shown[:CELLS_SHOWN]]

    def back(self) -> str:
        query = urlencode({"table": self.table.key})
        return f"{reverse('workspace-report', args=[self.party, self.year])}?{query}"


class ExplanationForm(forms.Form):
    """What a person says of a row or a table."""

    text = forms.CharField(
        label=gettext_lazy("Explanation"), required=False, max_length=aef_remarks.LONGEST,
        help_text=gettext_lazy("One line. Left empty, what was said is taken back."),
    )  # fmt: skip


class Explain(_OnRow):
    title = gettext_lazy("Explain")
    about = gettext_lazy(
        "The text goes into the report as additional explanatory information. Figures stay the ledger's."
    )
    submit = gettext_lazy("Save the explanation")
    done = gettext_lazy("The explanation is saved.")
    form_class = ExplanationForm

    def initial(self) -> dict[str, Any]:
        said = aef_remarks.explanations(self.party, self.year)
        texts = [each["text"] for each in said if (each["table"], each["row"]) == (self.table.key, self.row)]
        return {"text": texts[0] if texts else ""}

    def rows(self, given: Mapping[str, Any]) -> list[Row]:
        return [(_("Explanation"), given["text"] or _("taken back"))]

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        field = EXPLANATORY if self.row else ""
        aef_remarks.explain(
            self.party, self.year, self.table, given["text"], row=self.row, field=field, by=self.by, now=now, key=key
        )  # fmt: skip
        return self.back()


class MarkForm(forms.Form):
    """What is confidential, and why."""

    table = forms.ChoiceField(label=gettext_lazy("Table"))
    row = forms.CharField(
        label=gettext_lazy("Row"), max_length=200,
        help_text=gettext_lazy("The key of the row, as in the address of its explanation."),
    )  # fmt: skip
    field = forms.ChoiceField(label=gettext_lazy("Field"), required=False)
    is_confidential = forms.ChoiceField(
        label=gettext_lazy("It is"),
        choices=[("yes", gettext_lazy("confidential")), ("no", gettext_lazy("public again"))],
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=aef_remarks.LONGEST)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        offer(self, "table", [(each.key, each.heading) for each in TABLES])
        groups = [(table.heading, [(f"{table.key}.{each.technical_name}", each.label) for each in markable(table)])
                  for table in TABLES]  # fmt: skip
        offer(self, "field", [("", _("the whole row")), *groups])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        table, _dot, name = given.get("field", "").partition(".")
        if name and table != given.get("table"):
            self.add_error("field", _("This field is of another table."))
        return given


class Mark(_OnReport):
    title = gettext_lazy("Mark as confidential")
    about = gettext_lazy("What is confidential is left out of the public copies, of this version and of those before.")
    submit = gettext_lazy("Mark")
    done = gettext_lazy("It is marked.")
    form_class = MarkForm

    def initial(self) -> dict[str, Any]:
        return {"table": self.request.GET.get("table", ""), "row": self.request.GET.get("row", "")[:200]}

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        item = ConfidentialItem(
            aef_remarks.table_named(given["table"]), given["row"], given["field"].partition(".")[2], given["reason"]
        )
        is_confidential = given["is_confidential"] == "yes"
        aef_remarks.mark(
            self.party, self.year, item, is_confidential=is_confidential, by=self.by, now=now, key=key
        )  # fmt: skip
        return reverse("workspace-versions", args=[self.party, self.year])

    def back(self) -> str:
        return reverse("workspace-versions", args=[self.party, self.year])


class FreezeForm(forms.Form):
    """Which version, and why a further one."""

    version = forms.RegexField(
        r"^[1-9][0-9]{0,5}\.(0|[1-9][0-9]{0,5})$", label=gettext_lazy("Version"), required=False,
        help_text=gettext_lazy("Two numbers, as in 1.1. Left empty: 1.0 at first, then the next revision."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=500,
        help_text=gettext_lazy("Why there is a further version."),
    )  # fmt: skip


class Freeze(_OnReport):
    title = gettext_lazy("Freeze a version")
    about = gettext_lazy("The report as the ledger has it now is kept for ever under a version. Nobody can change it.")
    submit = gettext_lazy("Freeze")
    done = gettext_lazy("The version is frozen.")
    form_class = FreezeForm

    def initial(self) -> dict[str, Any]:
        return {"version": aef_workspace.version_after_what_was_submitted(self.party, self.year)}

    def consequences(self, given: Mapping[str, Any]) -> list[str]:
        if not aef_workspace.is_here():
            return []
        found = aef_workspace.findings(self.party, self.year, aef_workspace.NOW, by=self.by, now=datetime.now(UTC))
        if found.is_too_long:
            return [_("The report is long. It is checked when it is submitted.")]
        said = _("%(check)s finds something: %(title)s")
        return [said % {"check": each["code"], "title": each["title"]} for each in found.wrong]

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        version = aef_versions.named(given["version"]) if given["version"] else None
        aef_versions.freeze(
            self.party, self.year, by=self.by, now=now, version=version, reason=given["reason"], key=key
        )  # fmt: skip
        return reverse("workspace-versions", args=[self.party, self.year])


class Submit(_OnReport):
    title = gettext_lazy("Submit the version")
    about = gettext_lazy(
        "The version goes to the Article 6 database, is checked, and is public but for what you marked."
    )
    submit = gettext_lazy("Submit")
    done = gettext_lazy("The report is submitted. Here is what the checks say.")
    needed = Right.SUBMIT_REPORT

    @property
    def version(self) -> str:
        return str(self.named["version"])

    def standing(self) -> list[Row]:
        frozen = aef_versions.frozen(self.party, self.year, aef_versions.named(self.version))
        found = aef_versions.shown(frozen, is_all=True)
        sent = submissions.listed(party=self.party, year=self.year, limit=50).items
        before = [
            f"{each['version'] or _('without a version')}: {_(STATE_TITLES[State(each['state'])])}" for each in sent
        ]
        return [
            (_("Report"), f"{self.party} {self.year}"), (_("Version"), self.version),
            (_("Frozen"), f"{found['frozen_at'].astimezone(UTC):%Y-%m-%d %H:%M} UTC"), (_("SHA-256"), found["sha256"]),
            *((table.heading, str(found["row_counts"].get(table.key, 0))) for table in TABLES),
            (_("Marked as confidential"), str(found["confidential_count"])),
            (_("Submitted before"), "; ".join(before) or _("nothing")),
        ]  # fmt: skip

    def consequences(self, given: Mapping[str, Any]) -> list[str]:
        found = aef_workspace.findings(self.party, self.year, self.version, by=self.by, now=datetime.now(UTC))
        if found.is_too_long:
            return [_("The report is long. It is checked when it is submitted.")]
        said = []
        if found.version_refused:
            said.append(_("Version %(version)s was submitted before: this one will be refused or a duplicate.")
                        % {"version": found.version_refused})  # fmt: skip
        if found.result == Result.INCONSISTENT:
            codes = ", ".join(each["code"] for each in found.wrong)
            said.append(_("It will be inconsistent: %(checks)s. The result is public.") % {"checks": codes})
        return said

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        upload = aef_uploads.of_version(self.party, self.year, self.version, by=self.by)
        made = submissions.submit(upload, by=self.by, now=now, key=key)
        return reverse("submission", args=[made["id"]])

    def back(self) -> str:
        return reverse("workspace-versions", args=[self.party, self.year])


class WithdrawForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, help_text=gettext_lazy("It is public with the submission.")
    )


class Withdraw(Act):
    title = gettext_lazy("Withdraw a submission")
    about = gettext_lazy("The submission counts no more. Its version stays used, and an older one does not come back.")
    submit = gettext_lazy("Withdraw")
    done = gettext_lazy("The submission is withdrawn.")
    form_class = WithdrawForm
    is_grave = True

    @property
    def number(self) -> int:
        return int(self.named["number"])

    def require(self) -> None:
        found = submissions.one(self.number)
        people.require(self.by, Right.SUBMIT_REPORT, aef_versions.section_of(found["party"]))

    def standing(self) -> list[Row]:
        found = submissions.one(self.number)
        return [
            (_("Report"), f"{found['party']} {found['year']}"), (_("Version"), str(found["version"] or "–")),
            (_("Standing"), _(STATE_TITLES[State(found["state"])])),
        ]  # fmt: skip

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        submissions.withdraw(self.number, reason=given["reason"], by=self.by, now=now, key=key)
        return self.back()

    def back(self) -> str:
        return reverse("submission", args=[self.number])
