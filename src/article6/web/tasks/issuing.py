"""Issuance, by the kind of registry: a Party's own outcomes, the mechanism's on instruction, a programme's credits."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain import nomenclatures as lists
from article6.domain.crediting import NewCredits, Share
from article6.domain.issuances import ISSUANCE
from article6.domain.kinds import Kind
from article6.domain.mechanism import OMGE_PERCENT
from article6.domain.orders import TransactionId
from article6.domain.parties import PARTIES
from article6.domain.refusals import Code
from article6.domain.roles import Right
from article6.domain.units import BatchAttributes, UnitType
from article6.services import batches, crediting, mechanism, nomenclatures, recorded
from article6.services.batches import NewBatch
from article6.services.mechanism import Instruction, NewA64
from article6.services.possibilities import Standing, because_no_right
from article6.web.forms import fields
from article6.web.tasks.model import Done, Given, Task, TaskForm

GROUP = gettext_lazy("Issuance and authorization")


def listed(name: str, standing: Standing) -> list[tuple[str, str]]:
    """The values of a nomenclature that hold today, to choose among."""
    found = nomenclatures.named(name).values.values()
    return sorted((each.value, each.value) for each in found if each.holds(standing.now.date()))


def parties() -> list[tuple[str, str]]:
    """All Parties, to choose among."""
    return sorted(((each.code, each.name) for each in PARTIES.values()), key=lambda each: each[1])


def several(label: str, choices: list[tuple[str, str]], *, help_text: str = "") -> forms.MultipleChoiceField:
    """Some of several values."""
    widget = forms.SelectMultiple(attrs={"size": min(6, max(2, len(choices)))})
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=widget,
        help_text=help_text or _("Several can be chosen (with Ctrl or Command held)."),
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


def shared(text: tuple[str, ...]) -> list[tuple[str, str]]:
    """Lines of an account's number and an amount.

    Raises:
        ValidationError: a line has not two parts.
    """
    found = []
    for line in text:
        account, _space, amount = line.partition(" ")
        if not account or not amount.strip():
            told = {"line": line[:60]}
            raise ValidationError(_("“%(line)s”: give an account's number, a space, and the amount.") % told)
        found.append((account, fields.BETWEEN_DIGITS.sub("", amount.strip())))
    return found


class A64Form(IssuanceForm):
    def ask(self, standing: Standing) -> None:
        self.fields["party"] = fields.choice(_("Host Party"), parties())
        self.fields["activity"] = fields.Words(label=_("Activity"), max_length=100, help_text=_("Its code."))
        self.fields["quantity"] = fields.Whole(label=_("Units"), help_text=_("With the shares that are taken of them."))
        self.fields["vintage_year"] = fields.year(_("Vintage"))
        self.fields["reference"] = fields.Words(
            label=_("Instruction"), max_length=2000, help_text=_("The reference of the Supervisory Body's instruction.")
        )
        self.fields["omge_percent"] = fields.Ratio(
            label=_("Share for overall mitigation, in percent"), required=False, help_text=_("Empty for the usual 2.")
        )
        self.fields["opted_in"] = forms.BooleanField(
            label=_("The host Party gives the share of proceeds though it need not"), required=False
        )
        self.fields["forwardings"] = fields.Lines(
            label=_("Forward to"), required=False, at_most=500,
            help_text=_("An account's number, a space and the units on each line; together all that the shares leave. "
                        "Empty: it stays in the pending account."),
        )  # fmt: skip
        self.ask_batch(standing)

    def clean_forwardings(self) -> list[Instruction]:
        found = []
        for account, amount in shared(self.cleaned_data["forwardings"]):
            if not amount.isdecimal() or len(amount) > 15:
                raise ValidationError(_("“%(amount)s” is no whole number of units.") % {"amount": amount[:40]})
            found.append(Instruction(account, int(amount)))
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
        Code.MECHANISM_INSTRUCTION: "forwardings", Code.MECHANISM_NOT_A_PARTICIPANT: "forwardings",
        Code.ACTIVITY_UNKNOWN: "activity", Code.MECHANISM_STATEMENT_MISSING: "activity", Code.FEE_UNPAID: "activity",
    }  # fmt: skip

    def fits(self) -> bool:
        return self.standing.kind is Kind.MECHANISM

    def why_not(self) -> str:
        right = Right.INSTRUCT_MECHANISM
        admin = next(each["id"] for each in self.standing.sections if not each["party"])
        return "" if self.standing.may(right, admin) else because_no_right(right)

    def act(self, given: Given, key: str | None) -> Done:
        new = NewA64(
            given["party"], given["activity"], given["quantity"], given["vintage_year"], given["reference"],
            Fraction(given["omge_percent"]) if given["omge_percent"] else OMGE_PERCENT, given["opted_in"],
            tuple(given["forwardings"]), _batch(given, UnitType.A64ER),
        )  # fmt: skip
        act = mechanism.issue_a64(new, by=self.standing.by, now=self.standing.now, key=key)
        return _parts(each.transaction_id for each in act.parts)


def _parts(ids: Any) -> Done:
    found = tuple(TransactionId(each) for each in ids)
    return Done("-".join(str(each) for each in found[:20]), found)


class CreditsForm(TaskForm):
    def ask(self, standing: Standing) -> None:
        self.fields["programme"] = fields.Words(label=_("Programme"), max_length=100)
        self.fields["party"] = fields.choice(_("Host Party"), parties())
        self.fields["activity"] = fields.Words(label=_("Activity"), max_length=100, help_text=_("Its code."))
        self.fields["quantity"] = fields.Whole(label=_("Credits"), help_text=_("With those that the buffer keeps."))
        self.fields["vintage_year"] = fields.year(_("Vintage"))
        self.fields["monitoring_start"] = fields.Day(label=_("Monitored from"))
        self.fields["monitoring_end"] = fields.Day(label=_("Monitored until"))
        self.fields["reference"] = fields.Words(label=_("Decision to issue"), max_length=2000)
        self.fields["shares"] = fields.Lines(
            label=_("Holders"), help_text=_("An account's number on each line; with several, a space and the credits.")
        )
        self.fields["buffer_percent"] = fields.Ratio(label=_("Buffer, in percent"), required=False)
        self.fields["methodology"] = fields.Words(label=_("Methodology"), required=False)

    def clean_shares(self) -> list[Share]:
        lines = self.cleaned_data["shares"]
        if len(lines) == 1 and " " not in lines[0]:
            return [Share(lines[0])]
        found = []
        for account, amount in shared(lines):
            if not amount.isdecimal() or len(amount) > 15:
                raise ValidationError(_("“%(amount)s” is no whole number of units.") % {"amount": amount[:40]})
            found.append(Share(account, int(amount)))
        return found


class IssueCredits(Task):
    slug = "issue-credits"
    title = gettext_lazy("Issue credits")
    summary = gettext_lazy("Under a programme's rules, divided between holders and the buffer.")
    group = GROUP
    submit = gettext_lazy("Issue")
    is_final = True
    form_class = CreditsForm
    fields_of = {Code.ACTIVITY_UNKNOWN: "activity"}

    def fits(self) -> bool:
        return self.standing.kind is Kind.CREDITING

    def why_not(self) -> str:
        admin = next(each["id"] for each in self.standing.sections if not each["party"])
        return "" if self.standing.may(Right.RUN_PROGRAMME, admin) else because_no_right(Right.RUN_PROGRAMME)

    def act(self, given: Given, key: str | None) -> Done:
        new = NewCredits(
            given["programme"], given["party"], given["activity"], given["quantity"], given["vintage_year"],
            given["monitoring_start"], given["monitoring_end"], given["reference"], tuple(given["shares"]),
            given["methodology"], Fraction(given["buffer_percent"] or 0),
        )  # fmt: skip
        done = crediting.issue(new, by=self.standing.by, now=self.standing.now, key=key)
        return _parts(each.transaction_id for each in done.parts)
