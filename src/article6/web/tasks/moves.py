"""Units that go from one account of this registry to another: transfer, cancel, retire."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain import nomenclatures as lists
from article6.domain.kinds import TransactionType
from article6.domain.orders import Order, Outcome
from article6.domain.refusals import Code
from article6.services import nomenclatures, transactions
from article6.services.possibilities import Standing, Wanted, because_no_account
from article6.web.forms import fields
from article6.web.tasks.model import Done, Given, Task, TaskForm

WHICH = gettext_lazy("Leave it empty to take the lowest serials. A range on each line, as in GHA:1-100.")
HOW_MANY = gettext_lazy("A whole number; one unit is one tonne of CO2 equivalent unless its metric says otherwise.")


class MoveForm(TaskForm):
    """From where, to where, how many or which units."""

    def ask_units(self) -> None:
        self.fields["quantity"] = fields.Whole(label=_("Units"), help_text=HOW_MANY, required=False)
        self.fields["serials"] = fields.Serials(label=_("Serials"), help_text=WHICH, required=False)

    def clean(self) -> dict[str, Any] | None:
        found = super().clean()
        untouched = not {"quantity", "serials"} & set(self.errors)
        if found is not None and untouched and not found.get("quantity") and not found.get("serials"):
            raise ValidationError({"quantity": _("Say how many units, or name them by their serials.")})
        return found


class Move(Task):
    """A movement by the one type that leads from the one account to the other."""

    is_to_final: ClassVar[bool] = False

    @abstractmethod
    def types(self) -> list[TransactionType]:
        """The types of which one leads from the account to the other."""

    def fits(self) -> bool:
        return bool(self.types())

    def why_not(self) -> str:
        return "" if self.standing.sources(self.types()) else because_no_account()

    def terms(self, given: Given) -> dict[str, Any]:
        """The particulars that the form has."""
        names = ("purpose", "sub_purpose", "beneficiary", "entity", "reason", "use_year")
        return {name: given[name] for name in names if given.get(name) not in (None, "")}

    def order(self, given: Given) -> Order:
        serials = tuple(given.get("serials") or ())
        wanted = Wanted(given["source"], given["target"], given.get("quantity"), serials, self.terms(given))
        return self.standing.order(wanted, self.types())

    def act(self, given: Given, key: str | None) -> Done:
        outcome: Outcome = transactions.propose(
            self.order(given), by=self.standing.by, now=self.standing.now, key=key
        )  # fmt: skip
        return Done(str(outcome.transaction_id), (outcome.transaction_id,))

    def draft_title(self, data: Mapping[str, Any]) -> str:
        many = str(data.get("quantity") or "").strip()
        return f"{self.title}: {many}" if many else str(self.title)


class TransferForm(MoveForm):
    def ask(self, standing: Standing) -> None:
        types = Transfer(standing).types()
        self.fields["source"] = fields.account(_("From account"), standing.sources(types))
        into = {code for each in types for code in each.targets}
        targets = [each for each in standing.accounts if each["type"] in into]
        self.fields["target"] = fields.account(_("To account"), targets)
        self.ask_units()


class Transfer(Move):
    slug = "transfer"
    title = gettext_lazy("Transfer units within a section")
    summary = gettext_lazy("From one account to another of the same Party's section. Nothing is reported of it.")
    form_class = TransferForm

    def types(self) -> list[TransactionType]:
        return self.standing.transfers(crosses=False)


class SectionForm(MoveForm):
    def ask(self, standing: Standing) -> None:
        self.fields["source"] = fields.account(_("From account"), standing.sources(TransferToSection(standing).types()))
        self.fields["target"] = fields.account_number(
            _("To account"),
            help_text=_("The number of the account in the other section, as its holder gave it to you."),
        )
        self.ask_units()


class TransferToSection(Move):
    slug = "transfer-section"
    title = gettext_lazy("Transfer units to another section")
    summary = gettext_lazy(
        "To an account of another Party in this registry. Of authorized units it can be the first transfer."
    )
    form_class = SectionForm

    def types(self) -> list[TransactionType]:
        return self.standing.transfers(crosses=True)


class EndForm(MoveForm):
    """Into an account that nothing leaves."""

    def ask_accounts(self, standing: Standing, types: list[TransactionType], label: str, help_text: str) -> None:
        self.fields["source"] = fields.account(_("From account"), standing.sources(types))
        into = {code for each in types for code in each.targets}
        targets = [each for each in standing.accounts if each["type"] in into and each["is_terminal"]]
        self.fields["target"] = fields.account(label, targets, help_text=help_text)


class CancelForm(EndForm):
    def ask(self, standing: Standing) -> None:
        types = Cancel(standing).types()
        self.ask_accounts(standing, types, _("Cancel into"), _("The account says for what the units are cancelled."))
        self.ask_units()
        named = {name for each in types for name in (*each.terms, *each.options)}
        if "purpose" in named:
            listed = nomenclatures.named(lists.CANCELLATION_PURPOSE).values.values()
            held = [each.value for each in listed if each.holds(standing.now.date()) and ": " not in each.value]
            help_text = _("For example: %(known)s. Asked for in cancellations for other international purposes.")
            self.fields["purpose"] = fields.Words(
                label=_("Purpose"), required=False, help_text=help_text % {"known": ", ".join(held[:3])}
            )
            self.fields["beneficiary"] = fields.Words(
                label=_("Beneficiary"), required=False, help_text=_("In whose name; it is shown in reports.")
            )
        if "reason" in named:
            self.fields["reason"] = fields.Words(label=_("Reason"), required=False, is_long=True, max_length=2000)


class Cancel(Move):
    slug = "cancel"
    title = gettext_lazy("Cancel units")
    summary = gettext_lazy("For a purpose, for ever: nobody uses them any more.")
    form_class = CancelForm
    is_final = True
    fields_of = {Code.TRANSACTION_WRONG_ACCOUNTS: "target"}

    def types(self) -> list[TransactionType]:
        return self.standing.cancellations()


class RetireForm(EndForm):
    def ask(self, standing: Standing) -> None:
        help_text = _("The retirement account of the NDC implementation period.")
        self.ask_accounts(standing, Retire(standing).types(), _("Retire into"), help_text)
        self.fields["use_year"] = fields.year(
            _("Year of use"), help_text=_("The calendar year for which they are used towards the NDC.")
        )
        self.ask_units()


class Retire(Move):
    slug = "retire"
    title = gettext_lazy("Use units towards an NDC")
    summary = gettext_lazy("Retire them for a year of the NDC implementation period; the Party's balance follows.")
    form_class = RetireForm
    is_final = True

    def types(self) -> list[TransactionType]:
        return self.standing.uses()
