"""Issuance, by the kind of registry: a Party's own outcomes, the mechanism's on instruction, a programme's credits."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain import nomenclatures as lists
from article6.domain.crediting import NewCredits, Share, exact
from article6.domain.issuances import ISSUANCE
from article6.domain.kinds import Kind
from article6.domain.mechanism import OMGE_PERCENT
from article6.domain.orders import TransactionId
from article6.domain.parties import PARTIES
from article6.domain.refusals import Code
from article6.domain.roles import Right
from article6.domain.units import BatchAttributes, UnitType
from article6.services import batches, crediting, lookup, mechanism, nomenclatures, recorded
from article6.services.batches import NewBatch
from article6.services.exchange.own_code import own_code
from article6.services.mechanism import Instruction, NewA64, Vintage
from article6.services.possibilities import Standing, because_no_right
from article6.services.titles import party_name
from article6.web.forms import fields
from article6.web.tasks.model import Done, Given, Task, TaskForm
from article6.web.tasks.portions import Portion, PortionsForm, read_lines, whole

GROUP = gettext_lazy("Issuance and authorization")

ACTIVITIES_OFFERED = 300
FORWARDINGS = ("forwarding", "forwarding_international")
CREDITED = "programme_issuance"
YEAR = re.compile(r"[12][0-9]{3}")


def listed(name: str, standing: Standing) -> list[tuple[str, str]]:
    """The values of a nomenclature that hold today, to choose among."""
    found = nomenclatures.named(name).values.values()
    return sorted((each.value, each.value) for each in found if each.holds(standing.now.date()))


def parties() -> list[tuple[str, str]]:
    """All Parties, to choose among."""
    return sorted(((each.code, each.name) for each in PARTIES.values()), key=lambda each: each[1])


def several(label: str, choices: list[tuple[str, str]], *, help_text: str = "") -> forms.MultipleChoiceField:
    """Some of several values."""
    widget = forms.CheckboxSelectMultiple(attrs={"class": "many"})
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=widget, help_text=help_text
    )  # fmt: skip


class IssuanceForm(TaskForm):
    """What every issuance asks for."""

    def ask_batch(self, standing: Standing) -> None:
        self.fields["mitigation_type"] = fields.choice(
            _("Mitigation type"), listed(lists.MITIGATION_TYPE, standing), is_required=False
        )
        self.fields["sectors"] = several(_("Sectors"), listed(lists.SECTORS, standing))
        self.fields["activity_types"] = several(_("Activity types"), listed(lists.ACTIVITY_TYPES, standing))
        self.fields["gwp"] = fields.Words(
            label=_("Global warming potentials"), required=False, max_length=100, help_text=_("As in AR5.")
        )


def _batch(given: Given, unit_type: UnitType, **more: Any) -> BatchAttributes:
    return BatchAttributes(
        unit_type, sectors=tuple(given["sectors"]), activity_types=tuple(given["activity_types"]),
        mitigation_type=given["mitigation_type"] or "Emission reductions", gwp=given["gwp"], **more,
    )  # fmt: skip


class IssueForm(IssuanceForm):
    def ask(self, standing: Standing) -> None:
        type_ = standing.rules.transactions[ISSUANCE]
        own = [each["id"] for each in standing.sections_with(Right.AUTHORIZE)]
        targets = [each for each in standing.accounts if each["type"] in type_.targets and each["section_id"] in own]
        self.fields["target"] = fields.account(_("Into account"), targets)
        self.fields["party"] = fields.choice(_("Party in which the outcomes occurred"), parties())
        self.fields["quantity"] = fields.Whole(label=_("Units"))
        self.fields["vintage_year"] = fields.year(_("Vintage"), help_text=_("The year in which the outcomes occurred."))
        approaches = [
            (each["code"], f"{each['code']} {each['title']}") for each in recorded.approaches(limit=500).items
        ]
        self.fields["approach"] = fields.choice(_("Cooperative approach"), approaches, is_required=False)
        self.fields["authorization"] = fields.LatinCode(
            label=_("Authorization"), required=False, max_length=100,
            help_text=_("Its identifier, where one covers the units from the start."),
        )  # fmt: skip
        self.fields["activity"] = fields.LatinCode(label=_("Activity"), required=False, max_length=100,
                                                   help_text=_("Its code; a new one is recorded with it."))  # fmt: skip
        self.fields["activity_title"] = fields.Words(label=_("Title of a new activity"), required=False)
        self.ask_batch(standing)


class Issue(Task):
    slug = "issue"
    title = gettext_lazy("Issue mitigation outcomes")
    summary = gettext_lazy("A batch of new units into a holding account of the Party's section.")
    group = GROUP
    submit = gettext_lazy("Issue")
    is_final = True
    form_class = IssueForm
    fields_of = {
        Code.ACCOUNT_REFUSES_UNIT: "target", Code.APPROACH_UNKNOWN: "approach",
        Code.AUTHORIZATION_UNKNOWN: "authorization", Code.AUTHORIZATION_EXPIRED: "authorization",
        Code.AUTHORIZATION_SCOPE_NOT_COVERED: "authorization",
    }  # fmt: skip

    def fits(self) -> bool:
        return self.standing.kind in (Kind.PARTY, Kind.INTERNATIONAL)

    def why_not(self) -> str:
        return "" if self.standing.sections_with(Right.AUTHORIZE) else because_no_right(Right.AUTHORIZE)

    def act(self, given: Given, key: str | None) -> Done:
        new = NewBatch(
            given["target"], given["party"], given["quantity"],
            _batch(given, UnitType.MO, vintage_year=given["vintage_year"]), activity=given["activity"] or None,
            activity_title=given["activity_title"], approach=given["approach"] or None,
            authorization=given["authorization"] or None,
        )  # fmt: skip
        issued = batches.issue(new, by=self.standing.by, now=self.standing.now, key=key)
        return Done(str(issued.transaction_id), (issued.transaction_id,))

    def section(self, data: Any) -> str:
        target = str(data.get("target") or "")
        return next((each["section"] for each in self.standing.accounts if each["number"] == target), "")


def ask_activity(form: TaskForm) -> None:
    """Which activity, with its host Party: one of those recorded, or, where they are many, by Party and code."""
    found = lookup.projects(limit=ACTIVITIES_OFFERED)
    if found.next is not None:
        form.fields["party"] = fields.choice(_("Host Party"), parties())
        form.fields["activity"] = fields.Words(label=_("Activity"), max_length=100, help_text=_("Its code."))
        return
    choices = [
        (f"{each['party']} {each['code']}",
         " · ".join(filter(None, (party_name(each["party"]), each["code"], each["title"]))))
        for each in found.items
    ]  # fmt: skip
    form.fields["activity"] = fields.choice(
        _("Activity"), sorted(choices, key=lambda each: each[1]),
        help_text="" if choices else _("None is recorded in this registry yet: the activity is recorded first."),
    )  # fmt: skip


def activity_of(given: Given) -> tuple[str, str]:
    """The host Party and the code of the activity that was chosen."""
    if "party" in given:
        return given["party"], given["activity"]
    party, _space, code = given["activity"].partition(" ")
    return party, code


class A64Form(PortionsForm, IssuanceForm):
    headings = {
        "activity": gettext_lazy("What is issued"), "to_1": gettext_lazy("To whom it is forwarded"),
        "omge_percent": gettext_lazy("Where the instruction says otherwise"),
        "mitigation_type": gettext_lazy("More about the outcomes"),
    }  # fmt: skip

    def ask(self, standing: Standing) -> None:
        ask_activity(self)
        self.fields["reference"] = fields.Words(
            label=_("Instruction"), max_length=2000, help_text=_("The reference of the Supervisory Body's instruction.")
        )
        self.fields["vintage_year"] = fields.year(_("Vintage"), help_text=_("The year in which the outcomes occurred."))
        self.fields["quantity"] = fields.Whole(
            label=_("Units"), help_text=_("All units issued of that year, with the shares that are taken of them.")
        )
        self.fields["further"] = fields.Lines(
            label=_("Further vintages"), required=False, at_most=20,
            help_text=_("Where the instruction has several years: a year, a space and its units on each line."),
        )  # fmt: skip
        forwarding = {code for name in FORWARDINGS for code in standing.rules.transactions[name].targets}
        self.ask_portions(
            standing, forwarding,
            (_("Of the host Party or a participant. Without any, all stays pending."),
             _("Whole units; empty for all that is left."),
             _("More than three: an account's number, a space and the units on each line.")),
        )  # fmt: skip
        self.fields["omge_percent"] = fields.Ratio(
            label=_("Share for overall mitigation, in percent"), required=False, help_text=_("Empty for the usual 2.")
        )
        self.fields["opted_in"] = forms.BooleanField(
            label=_("The host Party gives the share of proceeds though it need not"), required=False,
            help_text=_("Least developed countries and small island developing States need not."),
        )  # fmt: skip
        self.ask_batch(standing)

    def clean_further(self) -> list[Portion]:
        lines = read_lines(self.cleaned_data["further"])
        if any(not YEAR.fullmatch(each.account) or not each.amount for each in lines):
            raise ValidationError(_("Give a year, a space and its units on each line, as in 2024 5,003."))
        for each in lines:
            whole(each)
        return lines

    def portion(self, portion: Portion) -> Instruction | Portion:
        return Instruction(portion.account, whole(portion)) if portion.amount else portion

    def clean(self) -> dict[str, Any] | None:
        found = super().clean()
        if found is not None and len([each for each in found["portions"] if isinstance(each, Portion)]) > 1:
            self.add_error("part_2", _("Only one account can get all that is left; say how many the others get."))
        return found


class IssueA64(Task):
    slug = "issue-a64"
    title = gettext_lazy("Issue A6.4ERs")
    summary = gettext_lazy(
        "On the Supervisory Body's instruction, with the share of proceeds and for overall mitigation."
    )
    group = GROUP
    submit = gettext_lazy("Issue")
    is_final = True
    form_class = A64Form
    fields_of = {
        Code.MECHANISM_INSTRUCTION: "part_1", Code.ACTIVITY_UNKNOWN: "activity", Code.FEE_UNPAID: "activity",
        Code.MECHANISM_STATEMENT_MISSING: "activity", Code.MECHANISM_OMGE_PERCENT: "omge_percent",
    }  # fmt: skip

    def fits(self) -> bool:
        return self.standing.kind is Kind.MECHANISM

    def why_not(self) -> str:
        right = Right.INSTRUCT_MECHANISM
        admin = next(each["id"] for each in self.standing.sections if not each["party"])
        return "" if self.standing.may(right, admin) else because_no_right(right)

    def act(self, given: Given, key: str | None) -> Done:
        rest_to = "".join(each.account for each in given["portions"] if isinstance(each, Portion))
        new = NewA64(
            *activity_of(given), given["quantity"], given["vintage_year"], given["reference"],
            Fraction(given["omge_percent"]) if given["omge_percent"] else OMGE_PERCENT, given["opted_in"],
            tuple(each for each in given["portions"] if isinstance(each, Instruction)), _batch(given, UnitType.A64ER),
            tuple(Vintage(int(each.account), whole(each)) for each in given["further"]), rest_to,
        )  # fmt: skip
        act = mechanism.issue_a64(new, by=self.standing.by, now=self.standing.now, key=key)
        return _parts(each.transaction_id for each in act.parts)


def _parts(ids: Any) -> Done:
    found = tuple(TransactionId(each) for each in ids)
    return Done("-".join(str(each) for each in found[:20]), found)


class CreditsForm(PortionsForm):
    headings = {
        "programme": gettext_lazy("What is issued"), "quantity": gettext_lazy("How it is divided"),
    }  # fmt: skip

    def ask(self, standing: Standing) -> None:
        self.fields["programme"] = fields.Words(label=_("Programme"), max_length=100, initial=own_code())
        ask_activity(self)
        self.fields["methodology"] = fields.Words(
            label=_("Methodology"), required=False, help_text=_("Empty for the activity's own.")
        )
        self.fields["reference"] = fields.Words(
            label=_("Decision to issue"), max_length=2000, help_text=_("Its reference, as in Joint Committee 12.")
        )
        self.fields["monitoring_start"] = fields.Day(label=_("Monitored from"))
        self.fields["monitoring_end"] = fields.Day(label=_("Monitored until"))
        self.fields["vintage_year"] = fields.year(_("Vintage"), help_text=_("A year of the monitored time."))
        self.fields["quantity"] = fields.Whole(label=_("Credits"), help_text=_("With those that the buffer keeps."))
        self.fields["buffer_percent"] = fields.Ratio(
            label=_("Buffer, in percent"), required=False, help_text=_("Rounded up to whole credits; empty for none.")
        )
        self.ask_portions(
            standing, standing.rules.transactions[CREDITED].targets,
            (_("The only one gets all that the buffer leaves."),
             _("Where there are several: credits, or a share as in 1/3."),
             _("More than three: an account's number, a space and its credits or share on each line.")),
        )  # fmt: skip
        self.fields["to_1"].required = True

    def portion(self, portion: Portion) -> Share:
        if not portion.amount:
            return Share(portion.account)
        if "/" not in portion.amount and "." not in portion.amount:
            return Share(portion.account, whole(portion))
        try:
            return Share(portion.account, ratio=exact(portion.amount))
        except ValueError as wrong:
            raise ValidationError(_("Write a share as in 1/3 or 0.5.")) from wrong


class IssueCredits(Task):
    slug = "issue-credits"
    title = gettext_lazy("Issue credits")
    summary = gettext_lazy("Under a programme's rules, divided between holders and the buffer.")
    group = GROUP
    submit = gettext_lazy("Issue")
    is_final = True
    form_class = CreditsForm
    fields_of = {
        Code.ACTIVITY_UNKNOWN: "activity", Code.VINTAGE_OUT_OF_RANGE: "vintage_year",
        Code.CREDITING_DIVISION: "part_1", Code.MECHANISM_ACCOUNT_MISSING: "buffer_percent",
    }  # fmt: skip

    def fits(self) -> bool:
        return self.standing.kind is Kind.CREDITING

    def why_not(self) -> str:
        admin = next(each["id"] for each in self.standing.sections if not each["party"])
        return "" if self.standing.may(Right.RUN_PROGRAMME, admin) else because_no_right(Right.RUN_PROGRAMME)

    def act(self, given: Given, key: str | None) -> Done:
        new = NewCredits(
            given["programme"], *activity_of(given), given["quantity"], given["vintage_year"],
            given["monitoring_start"], given["monitoring_end"], given["reference"], tuple(given["portions"]),
            given["methodology"], Fraction(given["buffer_percent"] or 0),
        )  # fmt: skip
        done = crediting.issue(new, by=self.standing.by, now=self.standing.now, key=key)
        return _parts(each.transaction_id for each in done.parts)
