"""Corrective action: open a case, and propose what remedies it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.corrections import CANCELLATION_TYPE, MOVEMENT_TYPE, REMEDY_TITLES, NewRemedy, Remedy
from article6.domain.kinds import Kind
from article6.domain.orders import TransactionId
from article6.domain.refusals import Code
from article6.domain.roles import Right
from article6.services import corrections, lookup, naming
from article6.services.corrections import NewCase
from article6.services.possibilities import Standing, because_no_right
from article6.web.forms import fields
from article6.web.tasks.model import Done, Given, Task, TaskForm, Told
from article6.web.tasks.others import Record
from article6.web.tasks.portions import choose_account

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
        {"label": _("Units concerned"), "value": _units(found)},
        {"label": _("Told"), "value": ", ".join(found["sections"])},
    ]
    facts += _remedies(found)
    steps = {
        "opened": [_("The Parties concerned were told. Propose what remedies it.")],
        "proposed": [_("A second administrator confirms or rejects the remedy; its units are reserved until then.")],
        "confirmed": [_("The remedy is carried out, and the Parties concerned were told.")],
    }.get(str(found["state"]), [_("The case is closed.")])
    links = [(_("Propose a remedy"), f"{reverse('task', args=['remedy'])}?case={found['id']}")]
    return Told(title, found["state"] == "confirmed", facts, steps, links if found["state"] == "opened" else ())


def _remedies(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The remedy proposed last, and its transaction."""
    proposed = [each for each in found["acts"] if each["remedy"]][-1:]
    facts = [{"label": _("Remedy"), "value": each["remedy_title"]} for each in proposed]
    return facts + [
        {"label": _("Transaction"), "value": each["transaction_id"],
         "href": reverse("transaction", args=[each["transaction_id"]])}
        for each in proposed if each["transaction_id"]
    ]  # fmt: skip


class CaseForm(TaskForm):
    def ask(self, standing: Standing) -> None:
        self.fields["finding"] = fields.Words(label=_("What is wrong"), is_long=True, max_length=2000)
        self.fields["reason"] = fields.Words(label=_("Why the case is opened"), is_long=True, max_length=2000)
        self.fields["reference"] = fields.Words(
            label=_("Reference"), required=False, help_text=_("A letter or a ticket, for example.")
        )
        self.fields["transaction"] = fields.Whole(
            label=_("Transaction"),
            required=False,
            most=2**62,
            help_text=_("The number of the one that went wrong; or name the units below."),
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
        more = {_("Units concerned"): _units(done), _("Told"): ", ".join(done["sections"])}
        return Done(str(done["id"]), more=more)

    def told(self, ref: str) -> Told:
        return _told(self.standing, ref, _("Corrective action"))


def _open_cases(standing: Standing) -> list[dict[str, Any]]:
    return [each for each in corrections.listed(by=standing.by, limit=200).items if each["state"] == "opened"]


def _units(found: Mapping[str, Any]) -> str:
    return ", ".join(f"{each['registry']}/{each['party']}:{each['first']}-{each['last']}" for each in found["units"])


class RemedyForm(TaskForm):
    headings = {
        "source": gettext_lazy("Which units go where"), "remark": gettext_lazy("What the Parties are told of it"),
    }  # fmt: skip

    def ask(self, standing: Standing) -> None:
        self.fields["case"] = fields.choice(
            _("Case"), [(str(each["id"]), f"{each['id']}: {each['finding'][:80]}") for each in _open_cases(standing)]
        )
        remedies = [(each.value, _(title)) for each, title in REMEDY_TITLES.items()]
        self.fields["remedy"] = fields.choice(
            _("Remedy"), remedies,
            help_text=_("What is only recorded moves no units: leave accounts and serials empty, and say it below."),
        )  # fmt: skip
        types = [standing.rules.transactions[each] for each in (MOVEMENT_TYPE, CANCELLATION_TYPE)]
        self.fields["source"] = choose_account(
            _("From account"), standing, {code for each in types for code in each.sources}, is_required=False,
            help_text=_("Where the units stand now, or where those stand that are cancelled instead."),
        )  # fmt: skip
        self.fields["target"] = choose_account(
            _("To account"), standing, {code for each in types for code in each.targets}, is_required=False,
            help_text=_("Where they belong, or the administrative cancellation account."),
        )  # fmt: skip
        self.fields["serials"] = fields.Serials(
            label=_("Serials"), required=False, help_text=_("Empty for all units concerned.")
        )
        self.fields["remark"] = fields.Words(
            label=_("Remark"), required=False, is_long=True, max_length=2000,
            help_text=_("What is recorded, where no units move; otherwise what should be known besides."),
        )  # fmt: skip


class ProposeRemedy(Task):
    slug = "remedy"
    title = gettext_lazy("Propose a remedy")
    summary = gettext_lazy("For an open corrective action; a second administrator confirms it.")
    group = GROUP
    form_class = RemedyForm
    fields_of = {
        Code.CORRECTION_INCOMPLETE: "remark", Code.CORRECTION_NOT_CONCERNED: "serials",
        Code.CORRECTION_QUANTITY_DIFFERS: "serials", Code.CORRECTION_NOT_FIRST_TRANSFERRED: "target",
        Code.CORRECTION_WRONG_STATE: "case",
    }  # fmt: skip

    def form(self, data: Any = None, initial: Mapping[str, Any] | None = None) -> TaskForm:
        """The form; of the case that it is about it knows the units, and that they mostly go back whence they came."""
        found = _open_cases(self.standing)
        given = dict(initial or {})
        if len(found) == 1:
            given.setdefault("case", str(found[0]["id"]))
        case = next((each for each in found if str(each["id"]) == str(given.get("case", ""))), None)
        if data is None and case is not None:
            given = {**self._back(case), **given}
        form = super().form(data, given)
        if case is not None:
            told = {"units": _units(case)[:500]}
            form.fields["serials"].help_text = _("Empty for all units concerned: %(units)s.") % told
        return form

    def _back(self, case: Mapping[str, Any]) -> dict[str, str]:
        if not case["transaction_id"]:
            return {}
        moved = lookup.transaction(case["transaction_id"], limit=1, by=self.standing.by)
        ends = {"source": moved["target"], "target": moved["source"]}
        return {"remedy": Remedy.MOVEMENT.value, **{name: each["number"] for name, each in ends.items() if each}}

    def fits(self) -> bool:
        return self.standing.kind is not Kind.CREDITING

    def why_not(self) -> str:
        if why := _why_not(self.standing):
            return why
        return "" if _open_cases(self.standing) else _("No case is open; open a corrective action first.")

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
