"""Corrective action: open a case, and propose what remedies it."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.corrections import REMEDY_TITLES, NewRemedy, Remedy
from article6.domain.kinds import Kind
from article6.domain.orders import TransactionId
from article6.domain.refusals import Code
from article6.domain.roles import Right
from article6.services import corrections, naming
from article6.services.corrections import NewCase
from article6.services.possibilities import Standing, because_no_right
from article6.web.forms import fields
from article6.web.tasks.model import Done, Given, Task, TaskForm, Told
from article6.web.tasks.others import Record

GROUP = gettext_lazy("Putting right")


def _why_not(standing: Standing) -> str:
    admin = next(each["id"] for each in standing.sections if not each["party"])
    return "" if standing.may(Right.CORRECT, admin) else because_no_right(Right.CORRECT)


def _told(standing: Standing, ref: str, title: str) -> Told:
    found = corrections.shown(int(ref) if ref.isdecimal() and len(ref) < 19 else 0, by=standing.by)
    try:
        where = reverse("admin-correction", args=[found["id"]])
    except NoReverseMatch:
        where = ""
    facts = [
        {"label": _("Case"), "value": found["id"], "href": where},
        {"label": _("Finding"), "value": found["finding"]},
        {"label": _("Told"), "value": ", ".join(found["sections"])},
    ]
    steps = {
        "opened": [_("The Parties concerned were told. Propose what remedies it.")],
        "proposed": [_("A second administrator confirms or rejects the remedy; its units are reserved until then.")],
        "confirmed": [_("The remedy is carried out, and the Parties concerned were told.")],
    }.get(str(found["state"]), [_("The case is closed.")])
    links = [(_("Propose a remedy"), f"{reverse('task', args=['remedy'])}?case={found['id']}")]
    return Told(title, found["state"] == "confirmed", facts, steps, links if found["state"] == "opened" else ())


class CaseForm(TaskForm):
    def ask(self, standing: Standing) -> None:
        self.fields["finding"] = fields.Words(label=_("What is wrong"), is_long=True, max_length=2000)
        self.fields["reason"] = fields.Words(label=_("Why the case is opened"), is_long=True, max_length=2000)
        self.fields["reference"] = fields.Words(
            label=_("Reference"), required=False, help_text=_("A letter or a ticket, for example.")
        )
        self.fields["transaction"] = fields.Whole(
            label=_("Transaction"), required=False, most=2**62, help_text=_("The number of the one that went wrong.")
        )
        self.fields["serials"] = fields.Serials(
            label=_("Serials"), required=False, help_text=_("Empty for all units that the transaction moved.")
        )


class OpenCase(Record):
    slug = "correct"
    title = gettext_lazy("Open a corrective action")
    summary = gettext_lazy("Say what went wrong; the Parties concerned are told.")
    group = GROUP
    submit = gettext_lazy("Open the case")
    form_class = CaseForm
    fields_of = {Code.TRANSACTION_UNKNOWN: "transaction", Code.CORRECTION_INCOMPLETE: "serials"}

    def fits(self) -> bool:
        return self.standing.kind is not Kind.CREDITING

    def why_not(self) -> str:
        return _why_not(self.standing)

    def act(self, given: Given, key: str | None) -> Done:
        new = NewCase(
            given["reason"], given["finding"], given["reference"], given["transaction"],
            naming.ranges(given["serials"] or ()),
        )  # fmt: skip
        done = corrections.open_case(new, by=self.standing.by, now=self.standing.now, key=key)
        units = ", ".join(
            f"{each['registry']}/{each['party']}:{each['first']}-{each['last']}" for each in done["units"]
        )
        more = {_("Units concerned"): units, _("Told"): ", ".join(done["sections"])}
        return Done(str(done["id"]), more=more)

    def told(self, ref: str) -> Told:
        return _told(self.standing, ref, _("Corrective action"))


class RemedyForm(TaskForm):
    def ask(self, standing: Standing) -> None:
        found = [each for each in corrections.listed(by=standing.by, limit=200).items if each["state"] == "opened"]
        self.fields["case"] = fields.choice(
            _("Case"), [(str(each["id"]), f"{each['id']}: {each['finding'][:80]}") for each in found]
        )
        remedies = [(each.value, _(title)) for each, title in REMEDY_TITLES.items()]
        self.fields["remedy"] = fields.choice(_("Remedy"), remedies)
        self.fields["source"] = fields.account_number(
            _("From account"), is_required=False, help_text=_("Of a movement or a cancellation.")
        )
        self.fields["target"] = fields.account_number(_("To account"), is_required=False)
        self.fields["serials"] = fields.Serials(
            label=_("Serials"), required=False, help_text=_("Empty for all units concerned.")
        )
        self.fields["remark"] = fields.Words(label=_("Remark"), required=False, is_long=True, max_length=2000)


class ProposeRemedy(Task):
    slug = "remedy"
    title = gettext_lazy("Propose a remedy")
    summary = gettext_lazy("For an open corrective action; a second administrator confirms it.")
    group = GROUP
    form_class = RemedyForm
    fields_of = {Code.CORRECTION_INCOMPLETE: "remark"}

    def fits(self) -> bool:
        return self.standing.kind is not Kind.CREDITING

    def why_not(self) -> str:
        if why := _why_not(self.standing):
            return why
        found = corrections.listed(by=self.standing.by, limit=200).items
        return "" if any(each["state"] == "opened" for each in found) else _("No case is open.")

    def act(self, given: Given, key: str | None) -> Done:
        remedy = NewRemedy(
            Remedy(given["remedy"]), given["source"], given["target"], naming.ranges(given["serials"] or ()),
            remark=given["remark"],
        )  # fmt: skip
        case_id = int(given["case"])
        done = corrections.propose(case_id, remedy, by=self.standing.by, now=self.standing.now, key=key)
        number = done["acts"][-1]["transaction_id"]
        return Done(str(case_id), (TransactionId(number),) if number else ())

    def told(self, ref: str) -> Told:
        return _told(self.standing, ref, str(self.title))
