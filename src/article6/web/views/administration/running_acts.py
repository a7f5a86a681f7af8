"""Acts on what runs: fees, scheduled reports, notices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.fees import FEE_TITLES, Fee, FeeRequest
from article6.domain.kinds import Role
from article6.domain.refusals import Code, refused
from article6.domain.report_kinds import Rhythm
from article6.domain.roles import ROLES, Right
from article6.services import fees, lookup, notices, recorded
from article6.services.fees import Payment, Refund
from article6.services.reports import issuing, scheduling
from article6.services.reports.scheduling import NewSchedule
from article6.web.acts import Act, Row, offer


class MoneyField(forms.CharField):
    """US dollars, kept as whole cents: no amount ever passes through a float."""

    def to_python(self, value: Any) -> Any:
        text = str(super().to_python(value)).replace(",", "").replace(" ", "")
        if not text:
            return None
        found = re.fullmatch(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?", text)
        if found is None:
            raise forms.ValidationError(_("Write dollars and cents, as in 6000.00."))
        return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


class InvoiceForm(forms.Form):
    """For which request of which activity."""

    host = forms.CharField(
        label=gettext_lazy("Host Party"), max_length=3, help_text=gettext_lazy("Three letters, as in GHA.")
    )
    activity = forms.CharField(label=gettext_lazy("Activity"), max_length=60)
    fee = forms.ChoiceField(label=gettext_lazy("Fee"))
    quantity = forms.IntegerField(
        label=gettext_lazy("Units to be issued"), required=False, min_value=1, max_value=10**12
    )
    annual_tonnes = forms.IntegerField(
        label=gettext_lazy("Tonnes a year"), required=False, min_value=0, max_value=10**12
    )
    is_programme = forms.BooleanField(label=gettext_lazy("It is a programme of activities"), required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        offer(self, "fee", [(str(each), _(title)) for each, title in FEE_TITLES.items()])


class Invoice(Act):
    title = gettext_lazy("Invoice a fee")
    about = gettext_lazy(
        "The amount follows from the schedule (7/CMA.4). An invoice for issuance holds it up until it is paid."
    )
    submit = gettext_lazy("Invoice")
    done = gettext_lazy("The fee is invoiced.")
    right = Right.INSTRUCT_MECHANISM
    form_class = InvoiceForm

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        request = FeeRequest(
            Fee(given["fee"]), given["host"], given["quantity"], given["annual_tonnes"], None, given["is_programme"]
        )  # fmt: skip
        made = fees.invoice(given["activity"], request, by=self.by, now=now, key=key)
        return reverse("admin-fee", args=[made["id"]])

    def back(self) -> str:
        return reverse("admin-fees")


class PaymentForm(forms.Form):
    """What came in."""

    cents = MoneyField(label=gettext_lazy("Amount in US dollars"))
    paid_on = forms.DateField(label=gettext_lazy("Paid on"), widget=forms.DateInput(attrs={"type": "date"}))
    reference = forms.CharField(label=gettext_lazy("Reference"), max_length=200)


class RefundForm(forms.Form):
    """What was given back, and why."""

    cents = MoneyField(label=gettext_lazy("Amount in US dollars"))
    refunded_on = forms.DateField(label=gettext_lazy("On"), widget=forms.DateInput(attrs={"type": "date"}))
    reference = forms.CharField(label=gettext_lazy("Reference"), max_length=200)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, help_text=gettext_lazy("The decision of the Supervisory Body.")
    )


class _AboutInvoice(Act):
    right = Right.INSTRUCT_MECHANISM

    @property
    def number(self) -> int:
        return int(self.named["number"])

    def standing(self) -> list[Row]:
        found = recorded.invoice(self.number, by=self.by)
        return [
            (_("Invoice"), str(self.number)), (_("Fee"), _(FEE_TITLES[Fee(found["fee"])])),
            (_("Amount"), _cents(found["amount_cents"])), (_("Paid"), _cents(found["paid_cents"])),
            (_("Given back"), _cents(found["refunded_cents"])),
        ]  # fmt: skip

    def rows(self, given: Mapping[str, Any]) -> list[Row]:
        return [(label, value) for label, value in super().rows({**given, "cents": _cents(given["cents"])})]

    def back(self) -> str:
        return reverse("admin-fee", args=[self.number])


def _cents(cents: int) -> str:
    return f"USD {cents // 100:,}.{cents % 100:02d}"


class Pay(_AboutInvoice):
    title = gettext_lazy("Record a payment")
    submit = gettext_lazy("Record it")
    done = gettext_lazy("The payment is recorded.")
    form_class = PaymentForm

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        payment = Payment(given["cents"], given["paid_on"], given["reference"])
        fees.record_payment(self.number, payment, by=self.by, now=now, key=key)
        return self.back()


class GiveBack(_AboutInvoice):
    title = gettext_lazy("Record a refund")
    about = gettext_lazy("What was paid stays paid: a refund holds up no issuance.")
    submit = gettext_lazy("Record it")
    done = gettext_lazy("The refund is recorded.")
    form_class = RefundForm
    is_grave = True

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        refund = Refund(given["cents"], given["refunded_on"], given["reference"], given["reason"])
        fees.record_refund(self.number, refund, by=self.by, now=now, key=key)
        return self.back()


# --- Schedules


class ScheduleForm(forms.Form):
    """Which report, how often, for whom."""

    kind = forms.ChoiceField(label=gettext_lazy("Report"))
    rhythm = forms.ChoiceField(label=gettext_lazy("After each"))
    section = forms.ChoiceField(label=gettext_lazy("For the section"))
    role = forms.ChoiceField(label=gettext_lazy("For the role"))
    parameters = forms.CharField(
        label=gettext_lazy("Particulars"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        help_text=gettext_lazy("One on a line, as in account: GHA-100-1001-0-22. The list of reports names them."),
    )  # fmt: skip

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        offer(self, "kind", [(each["kind"], each["title"]) for each in issuing.kinds()])
        offer(self, "rhythm", [(str(each), _rhythms().get(str(each), str(each))) for each in Rhythm])
        offer(self, "section", [(each["code"], f"{each['code']} {each['name']}") for each in lookup.sections()])
        offer(self, "role", [(str(role), _(rule.title)) for role, rule in ROLES.items()])

    def clean_parameters(self) -> dict[str, str]:
        lines = [line for line in self.cleaned_data["parameters"].splitlines() if line.strip()]
        if any(":" not in line for line in lines):
            raise forms.ValidationError(_("Write a name, a colon, and the value."))
        return {name.strip(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}


def _rhythms() -> dict[str, str]:
    return {"month": _("month"), "year": _("year")}


class Schedule(Act):
    title = gettext_lazy("Schedule a report")
    about = gettext_lazy("The report is made by the clock after each month or year, for people of a role in a section.")
    submit = gettext_lazy("Schedule it")
    done = gettext_lazy("The report is scheduled.")
    form_class = ScheduleForm

    def rows(self, given: Mapping[str, Any]) -> list[Row]:
        shown = {**given, "parameters": "; ".join(f"{name}: {value}" for name, value in given["parameters"].items())}
        return super().rows(shown)

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        new = NewSchedule(
            given["kind"], Rhythm(given["rhythm"]), given["section"], Role(given["role"]), given["parameters"]
        )
        scheduling.schedule(new, by=self.by, now=now, key=key)
        return self.back()

    def back(self) -> str:
        return reverse("admin-jobs")


class EndSchedule(Act):
    title = gettext_lazy("End a schedule")
    about = gettext_lazy("The report is made no more. What was made stays.")
    submit = gettext_lazy("End it")
    done = gettext_lazy("The schedule is ended.")
    is_grave = True

    @property
    def number(self) -> int:
        return int(self.named["number"])

    def standing(self) -> list[Row]:
        found = [each for each in scheduling.listed(by=self.by) if each["id"] == self.number]
        if not found:
            raise refused(Code.SCHEDULE_UNKNOWN, str(self.number))
        it = found[0]
        ended = f"{it['ended_at']:%Y-%m-%d}" if it["ended_at"] else _("no")
        return [(_("Report"), it["title"]), (_("Each"), str(it["rhythm"])), (_("Section"), it["section"]),
                (_("Ended"), ended)]  # fmt: skip

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        scheduling.end(self.number, by=self.by, now=now, key=key)
        return self.back()

    def back(self) -> str:
        return reverse("admin-jobs")


class ReadNotice(Act):
    title = gettext_lazy("Acknowledge a notice")
    about = gettext_lazy("You say for the section that the notice was read.")
    submit = gettext_lazy("Acknowledge")
    done = gettext_lazy("The notice is acknowledged.")

    @property
    def number(self) -> int:
        return int(self.named["number"])

    def standing(self) -> list[Row]:
        found = notices.listed(by=self.by, after=f"{self.number + 1}", limit=1).items
        lines = [each for each in found if each["id"] == self.number]
        return [
            row for each in lines
            for row in ((_("Notice"), each["sentence"]), (_("Section"), each["section"]),
                        (_("Read by"), each["acknowledged_by"] or _("nobody")))
        ]  # fmt: skip

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        notices.acknowledge(self.number, by=self.by, now=now, key=key)
        return self.back()

    def back(self) -> str:
        return reverse("admin-notices")
