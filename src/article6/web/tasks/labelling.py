"""Labels that a crediting programme puts on units, and takes away."""

from __future__ import annotations

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.kinds import Kind
from article6.domain.refusals import Code
from article6.domain.roles import Right
from article6.services import labels, lookup, naming
from article6.services.exchange.own_code import own_code
from article6.services.labels import NewLabel
from article6.services.possibilities import Standing, because_no_right
from article6.web.forms import fields
from article6.web.tasks.model import Done, Given, TaskForm, Told
from article6.web.tasks.others import Record


class LabelForm(TaskForm):
    def ask(self, standing: Standing) -> None:
        self.fields["label"] = fields.Words(
            label=_("Label"), max_length=200, help_text=_("As the programme words it, as in Article 6 Authorized.")
        )
        self.fields["serials"] = fields.Serials(
            label=_("Serials"), help_text=_("A range on each line, as in MNG:1-100; whoever holds them.")
        )
        self.fields["source"] = fields.Words(
            label=_("Where it is said"), max_length=2000, help_text=_("The reference of the letter or decision.")
        )
        self.fields["stated_on"] = fields.Day(label=_("Stated on"), initial=standing.now.date())
        self.fields["is_withdrawn"] = forms.BooleanField(
            label=_("The label is taken away from these units"), required=False
        )


class StateLabel(Record):
    slug = "label"
    title = gettext_lazy("Label units")
    summary = gettext_lazy("What the programme says of units, as that they are authorized; or that it says so no more.")
    group = gettext_lazy("Issuance and authorization")
    submit = gettext_lazy("State it")
    is_final = True
    form_class = LabelForm
    fields_of = {
        Code.LABEL_NO_UNITS: "serials", Code.LABEL_NOT_IN_FORCE: "serials", Code.BLOCK_NOT_HELD: "serials",
        Code.PARTY_UNKNOWN: "serials", Code.REQUEST_MALFORMED: "stated_on",
    }  # fmt: skip

    def fits(self) -> bool:
        return self.standing.kind is Kind.CREDITING

    def why_not(self) -> str:
        admin = next(each["id"] for each in self.standing.sections if not each["party"])
        return "" if self.standing.may(Right.RUN_PROGRAMME, admin) else because_no_right(Right.RUN_PROGRAMME)

    def act(self, given: Given, key: str | None) -> Done:
        new = NewLabel(
            given["label"], given["source"], given["stated_on"], naming.ranges(given["serials"]),
            stands=not given["is_withdrawn"],
        )  # fmt: skip
        labels.state(new, by=self.standing.by, now=self.standing.now, key=key)
        first = given["serials"][0]
        said = _("“%(label)s” stands on them no more.") if given["is_withdrawn"] else _("“%(label)s” stands on them.")
        units = "; ".join(str(each) for each in given["serials"])
        return Done(
            f"{first.registry or own_code()}~{first.party}~{first.first}",
            more={_("Units"): units, _("Label"): said % {"label": given["label"]}},
        )

    def told(self, ref: str) -> Told:
        registry, _tilde, rest = ref.partition("~")
        party, _tilde, serial = rest.partition("~")
        number = int(serial) if serial.isascii() and serial.isdecimal() and len(serial) < 19 else 0
        found = lookup.unit(registry, party, number)
        if found is None:
            raise Http404
        where = reverse("unit", args=[registry, party, number])
        standing = "; ".join(each["label"] for each in found.labels) or "–"
        facts = [
            {"label": _("First of the units"), "value": found.identifier, "href": where},
            {"label": _("Labels that stand on it"), "value": standing},
        ]
        return Told(
            str(self.title), True, facts, [_("Everybody who looks a unit up sees it, with its source and day.")]
        )
