"""Units that leave for another registry."""

from __future__ import annotations

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.kinds import LEAVING, LEAVING_INTERNATIONAL, TransactionType
from article6.domain.orders import TransactionId
from article6.domain.parties import PARTIES
from article6.domain.refusals import Code
from article6.services import naming
from article6.services.exchange import transfers
from article6.services.exchange.standing import SERVICES
from article6.services.exchange.transfers import GIVING, NewTransfer
from article6.services.possibilities import Standing, because_no_account
from article6.services.rehearsals import Preview
from article6.web.forms import fields
from article6.web.tasks.model import Done, Given, Task, Told
from article6.web.tasks.moves import MoveForm


def _types(standing: Standing) -> list[TransactionType]:
    found = standing.rules.transactions
    return [found[code] for code in (LEAVING_INTERNATIONAL, LEAVING) if code in found]


class AbroadForm(MoveForm):
    def ask(self, standing: Standing) -> None:
        takers = transfers.takers()
        self.fields["source"] = fields.account(_("From account"), standing.sources(_types(standing)))
        self.fields["peer"] = fields.choice(
            _("To registry"), [(each["code"], f"{each['name']} ({each['code']})") for each in takers],
            help_text=_("Registries that are connected with this one and have agreed to take units."),
        )  # fmt: skip
        self.fields["target"] = fields.account_number(
            _("Account there"), help_text=_("Its number in the other registry, as its holder gave it to you.")
        )
        parties = sorted(((each.code, each.name) for each in PARTIES.values()), key=lambda each: each[1])
        self.fields["party"] = fields.choice(
            _("Party of that account"), parties, is_required=False, help_text=_("Empty where it is no Party's.")
        )
        self.ask_units()
        usual = transfers.usual_service()
        offered = {name for each in takers for name in each["services"]}
        if offered - {usual}:
            self.fields["service"] = fields.choice(
                _("How"), [(each, _(SERVICES[each])) for each in GIVING if each in offered],
                is_required=usual not in offered, empty=_("as usual: %(service)s") % {"service": _(SERVICES[usual])},
                help_text=_("Each registry has agreed to some of these."),
            )  # fmt: skip
        if "cer" in offered:
            self.fields["registered_on"] = fields.Day(
                label=_("CDM activity registered on"), required=False, help_text=_("Of CERs only.")
            )


class TransferAbroad(Task):
    slug = "transfer-registry"
    title = gettext_lazy("Transfer units to another registry")
    summary = gettext_lazy("By signed messages. The units leave once the other registry has accepted them.")
    form_class = AbroadForm
    fields_of = {Code.SERVICE_NOT_AGREED: "service"}

    def fits(self) -> bool:
        return bool(_types(self.standing))

    def why_not(self) -> str:
        if not transfers.takers():
            return _("No other registry is connected and has agreed to take units.")
        return "" if self.standing.sources(_types(self.standing)) else because_no_account()

    def act(self, given: Given, key: str | None) -> Done:
        new = NewTransfer(
            given["peer"], given["source"], given["target"], given["party"], given.get("quantity"),
            naming.ranges(given.get("serials") or ()), given.get("service") or "", given.get("registered_on"),
        )  # fmt: skip
        done = transfers.propose(new, by=self.standing.by, now=self.standing.now, key=key)
        ids = () if done.transaction_id is None else (TransactionId(done.transaction_id),)
        return Done(done.transfer_id, ids, leaves=True)

    def preview(self, given: Given) -> Preview:
        found = super().preview(given)
        there = _("%(registry)s is asked once the second person has approved; when it accepts, the units leave for "
                  "account %(account)s there.")  # fmt: skip
        return replace(found, more={_("The other registry"): there % {
            "registry": given["peer"], "account": given["target"]
        }})  # fmt: skip

    def told(self, ref: str) -> Told:
        found = transfers.shown(ref)
        number = found["ledger_id"]
        facts = [
            {"label": _("Registry"), "value": found["peer"]},
            {"label": _("Account there"), "value": found["target_account"]},
            {"label": _("Units"), "value": found["quantity"]},
            {
                "label": _("Transaction"),
                "value": number,
                "href": reverse("transaction", args=[number]) if number else "",
            },
        ]
        steps = {
            "waiting": [
                _("A second person approves or rejects it here. Until then its units are reserved."),
                _("Then the other registry is asked; when it accepts, the units leave."),
            ],
            "proposed": [_("The other registry was asked; the units leave when it accepts.")],
            "accepted": [_("The other registry accepted; the units are leaving now.")],
            "completed": [_("The units have left; the other registry is to confirm that it has them.")],
            "settled": [_("The units have left, and the other registry has confirmed that it has them.")],
        }.get(found["status"], [_("It was not carried out; its units are free again.")])
        return Told(str(self.title), found["status"] in ("completed", "settled"), facts, steps)
