"""CERs that the CDM registry hands over."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.cers import CerTransfer
from article6.domain.kinds import Kind
from article6.domain.refusals import Code
from article6.domain.roles import Right
from article6.services import cers
from article6.services.possibilities import Standing, because_no_right
from article6.web.forms import fields
from article6.web.tasks.issuing import GROUP
from article6.web.tasks.model import Done, Given, Task, TaskForm
from article6.web.tasks.portions import choose_account

TAKEN = "take_over"


class CersForm(TaskForm):
    def ask(self, standing: Standing) -> None:
        self.fields["first_serial"] = fields.LatinCode(
            label=_("First serial"), max_length=100,
            help_text=_("The whole serial as the CDM registry has it, as in IN-5-183993600-1-1-0-83."),
        )  # fmt: skip
        self.fields["last_serial"] = fields.LatinCode(
            label=_("Last serial"), max_length=100, required=False,
            help_text=_("Of the same Party, periods and project; empty for one unit alone."),
        )  # fmt: skip
        self.fields["account"] = choose_account(
            _("Into account"), standing, standing.rules.transactions[TAKEN].targets,
            help_text=_("Of the Party or the participant to whom the CDM registry hands them over."),
        )  # fmt: skip
        self.fields["registered_on"] = fields.Day(
            label=_("CDM activity registered on"),
            help_text=_("Only units of activities registered from 1 January 2013 on are taken over."),
        )  # fmt: skip
        self.fields["activity_title"] = fields.Words(
            label=_("Title of the activity"), required=False, max_length=2000,
            help_text=_("It is recorded where the activity is new here; otherwise it has its title already."),
        )  # fmt: skip


class TakeOver(Task):
    slug = "take-over"
    title = gettext_lazy("Take over CERs")
    summary = gettext_lazy("From the CDM registry: new serials here, the Kyoto serials kept.")
    group = GROUP
    submit = gettext_lazy("Take over")
    is_final = True
    form_class = CersForm
    fields_of = {
        Code.SERIAL_MALFORMED: "first_serial", Code.CER_TAKEN_OVER: "first_serial", Code.ACCOUNT_UNKNOWN: "account",
        Code.ACCOUNT_REFUSES_UNIT: "account", Code.TRANSACTION_WRONG_ACCOUNTS: "account",
    }  # fmt: skip

    def fits(self) -> bool:
        return self.standing.kind is Kind.MECHANISM

    def why_not(self) -> str:
        admin = next(each["id"] for each in self.standing.sections if not each["party"])
        right = Right.INSTRUCT_MECHANISM
        return "" if self.standing.may(right, admin) else because_no_right(right)

    def act(self, given: Given, key: str | None) -> Done:
        transfer = CerTransfer(
            given["first_serial"], given["last_serial"] or given["first_serial"], given["account"],
            given["registered_on"], given["activity_title"],
        )  # fmt: skip
        taken = cers.take_over([transfer], by=self.standing.by, now=self.standing.now, key=key)
        ids = tuple(each.transaction_id for each in taken)
        return Done("-".join(str(each) for each in ids), ids)
