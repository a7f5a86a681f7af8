"""Authorizations: record one with the elements of 4/CMA.6 paragraph 5, change it, revoke it, put units under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain import nomenclatures as lists
from article6.domain.authorizations import Basis, ChangeTerms, Duration, Entity, Purpose, Scope
from article6.domain.kinds import Kind
from article6.domain.refusals import Code
from article6.domain.roles import Right
from article6.services import (
    authorization_acts,
    authorization_changes,
    authorizations,
    entities,
    naming,
    recorded,
    sight,
)
from article6.services.authorization_changes import Part
from article6.services.authorizations import NewAuthorization
from article6.services.possibilities import Standing, because_no_right
from article6.services.rehearsals import Preview
from article6.services.titles import party_name
from article6.web.forms import fields
from article6.web.tasks.issuing import GROUP, listed, parties, several
from article6.web.tasks.model import Done, Given, Task, TaskForm, Told
from article6.web.tasks.others import Record, sections
from article6.web.templatetags.shown import units_word

ENTITY_LINE = 3
OFFERED_AT_MOST = 300
PURPOSES = {
    "NDC": gettext_lazy("towards NDCs"),
    "OIMP": gettext_lazy("other international mitigation purposes"),
    "IMP": gettext_lazy("international mitigation purposes"),
    "OP": gettext_lazy("other purposes"),
}


def _in_full(purpose: Purpose) -> str:
    """A purpose as the nomenclature spells it, and what it stands for."""
    return f"{purpose.value}: {'; '.join(str(PURPOSES[each]) for each in purpose.value.split(' and '))}"


def ask_which(form: TaskForm, standing: Standing) -> None:
    """Which authorization: one of those that the person's Parties gave, by its identifier where they are many."""
    own = standing.sections_with(Right.AUTHORIZE)
    form.fields["party"] = fields.choice(_("Authorizing Party"), sections(own))
    found = recorded.authorizations(limit=OFFERED_AT_MOST)
    if found.next is not None:
        form.fields["code"] = fields.LatinCode(label=_("Authorization"), max_length=100, help_text=_("Its identifier."))
        return
    names = {each["party"]: each["name"] for each in own}
    codes = [
        (each["code"], f"{each['code']} · {names[each['party']]}") for each in found.items if each["party"] in names
    ]
    none = "" if codes else _("None is recorded yet: record the Party's authorization first.")
    form.fields["code"] = fields.choice(_("Authorization"), codes, help_text=none)


class AuthorizationForm(TaskForm):
    """The elements of paragraph 5, those that must be given first."""

    headings = {
        "parties": gettext_lazy("For whom, and which units"),
        "metric": gettext_lazy("In which metric"),
        "ends_on": gettext_lazy("For how long"),
        "frameworks": gettext_lazy("On which basis"),
        "circumstances": gettext_lazy("How it may be changed, and further terms"),
        "reason": gettext_lazy("This change"),
    }

    def ask(self, standing: Standing) -> None:
        own = standing.sections_with(Right.AUTHORIZE)
        self.fields["party"] = fields.choice(_("Authorizing Party"), sections(own))
        self.fields["code"] = fields.LatinCode(
            label=_("Identifier"), max_length=100, help_text=_("Unique for the Party; as in GHA-A-1.")
        )
        self.ask_first(standing)
        self.ask_reach(standing)
        self.ask_terms(standing)

    def ask_first(self, standing: Standing) -> None:
        approaches = [
            (each["code"], f"{each['code']} {each['title']}") for each in recorded.approaches(limit=500).items
        ]
        self.fields["approach"] = fields.choice(
            _("Cooperative approach"), approaches,
            help_text="" if approaches else _("None is recorded yet: record the cooperative approach first."),
        )  # fmt: skip
        self.fields["authorized_on"] = fields.Day(
            label=_("Authorized on"), help_text=_("The day of the Party's letter.")
        )
        self.fields["purposes"] = fields.choice(_("Purposes"), [(each.value, _in_full(each)) for each in Purpose])
        self.fields["oimp"] = fields.Words(
            label=_("Other international mitigation purposes"), required=False, max_length=2000,
            help_text=_("Name them, where the purposes have other ones than NDCs."),
        )  # fmt: skip
        self.fields["quantity"] = fields.Whole(
            label=_("Units at most"), required=False, help_text=_("Over all versions; empty for no ceiling.")
        )

    def ask_reach(self, standing: Standing) -> None:
        self.fields["parties"] = several(_("Authorized Parties"), parties(), help_text=_("None chosen: any Party."))
        register = [
            (f"{each.party}/{each.code}", f"{each.name} ({each.code}, {each.party})")
            for each in entities.listed(standing.by)
        ]
        if register:
            self.fields["registered_entities"] = several(_("Authorized entities of the register"), register)
        self.fields["entities"] = fields.Lines(
            label=_("Other authorized entities"), required=False,
            help_text=_("On each line name | country (three letters) | identification number."),
        )  # fmt: skip
        self.fields["year_first"] = fields.year(_("First vintage"), is_required=False)
        self.fields["year_last"] = fields.year(_("Last vintage"), is_required=False)
        self.fields["sectors"] = several(
            _("Sectors"), listed(lists.SECTORS, standing),
            help_text=_("None chosen: any sector. But the annual information asks for one at least (check F03)."),
        )  # fmt: skip
        self.fields["activity_types"] = several(_("Activity types"), listed(lists.ACTIVITY_TYPES, standing))
        self.fields["activities"] = fields.Lines(
            label=_("Activities"),
            required=False,
            help_text=_("Codes of those covered, one on each line; empty for all."),
        )
        self.fields["metric"] = fields.choice(_("Metric"), [("GHG", _("t CO2 eq")), ("non-GHG", _("another metric"))])
        self.initial.setdefault("metric", "GHG")
        self.fields["metric_unit"] = fields.Words(label=_("Unit of another metric"), required=False)
        self.fields["conversion"] = fields.Words(
            label=_("Conversion of another metric"), required=False, max_length=2000
        )
        self.fields["gwp"] = fields.Words(
            label=_("Global warming potentials"), required=False, max_length=100, help_text=_("As in AR5.")
        )

    def ask_terms(self, standing: Standing) -> None:
        self.fields["ends_on"] = fields.Day(label=_("Ends on"), required=False, help_text=_("The last day, included."))
        self.fields["issue_until"] = fields.Day(label=_("Last day on which outcomes are issued"), required=False)
        self.fields["use_until"] = fields.Day(label=_("Last day on which they are used"), required=False)
        for name, label in (
            ("frameworks", _("Frameworks and standards")),
            ("methodologies", _("Methodologies")),
            ("underlying_registries", _("Underlying registries")),
        ):
            self.fields[name] = fields.Lines(label=label, required=False, help_text=_("One on each line."))
        self.fields["itmo_registry"] = fields.Words(label=_("Registry that tracks the ITMOs"), required=False)
        for name, label in (
            ("circumstances", _("Circumstances in which it may be changed")),
            ("process", _("How a change is managed")),
            ("terms", _("Further terms and conditions")),
            ("remark", _("Remark")),
        ):
            self.fields[name] = fields.Words(label=label, required=False, is_long=True, max_length=10_000)
        self.fields["may_reach_back"] = forms.BooleanField(
            label=_("A change may apply to units that were already first transferred"), required=False
        )

    def clean_entities(self) -> list[Entity]:
        found = []
        for line in self.cleaned_data["entities"]:
            parts = [each.strip() for each in line.split("|")]
            if len(parts) != ENTITY_LINE or not all(parts):
                raise ValidationError(_("“%(line)s”: write name | country | number.") % {"line": line[:60]})
            found.append(Entity(parts[0], parts[1].upper(), parts[2]))
        return found


def version_of(given: Given, version: int = 1) -> NewAuthorization:
    """What the form says, as the service takes it."""
    registered = [Entity("", "", "", code=each.partition("/")[2]) for each in given.get("registered_entities") or ()]
    return NewAuthorization(
        given["code"], given["party"], given["approach"], given["authorized_on"], Purpose(given["purposes"]), version,
        given["quantity"], tuple(given["parties"]), (*given["entities"], *registered), given["oimp"],
        given["year_first"], given["year_last"], tuple(given["sectors"]), tuple(given["activity_types"]),
        given["metric"], given["gwp"], given["metric_unit"], given["terms"], given["remark"],
        Duration(given["ends_on"], given["issue_until"], given["use_until"]),
        Basis(given["frameworks"], given["methodologies"], given["underlying_registries"]),
        ChangeTerms(given["circumstances"], given["process"], given["may_reach_back"]),
        Scope(activities=given["activities"]), given["itmo_registry"], given["conversion"],
    )  # fmt: skip


_FIELDS = {
    Code.APPROACH_UNKNOWN: "approach", Code.AUTHORIZATION_EXISTS: "code", Code.AUTHORIZATION_UNKNOWN: "code",
    Code.AUTHORIZATION_REVOKED: "code", Code.ENTITY_UNKNOWN: "entities", Code.BLOCK_NOT_HELD: "serials",
}  # fmt: skip


class _OfAParty(Record):
    group = GROUP
    fields_of = _FIELDS

    def fits(self) -> bool:
        return self.standing.kind is not Kind.CREDITING

    def why_not(self) -> str:
        return "" if self.standing.sections_with(Right.AUTHORIZE) else because_no_right(Right.AUTHORIZE)

    def told(self, ref: str) -> Told:
        party, _slash, code = ref.partition(":")
        found = recorded.authorization(party, code)
        if found is None:
            found = {"code": code, "version": "", "units": 0, "is_revoked": False}
        facts = [
            {
                "label": _("Authorization"),
                "value": f"{found['code']} {found['version']}",
                "href": _address(party, code),
            },
            {"label": _("Units under it"), "value": units_word(found["units"])},
        ]
        if found["is_revoked"]:
            steps = [_("It is revoked. Those who held units under it were told.")]
        else:
            steps = [
                _("Put units under it, wherever they stand, or issue under it."),
                _("It stands in the Party's annual information from the year in which it was given."),
            ]
        lay = f"{reverse('task', args=['lay'])}?{urlencode({'party': party, 'code': code})}"
        return Told(str(self.title), True, facts, steps, [(_("Put units under it"), lay)])


def _address(party: str, code: str) -> str:
    try:
        return reverse("explore-authorization", args=[party, code])
    except NoReverseMatch:
        return ""


class Authorize(_OfAParty):
    slug = "authorize"
    title = gettext_lazy("Authorize the use of ITMOs")
    summary = gettext_lazy("Record an authorization as the Party gave it, with all its elements.")
    submit = gettext_lazy("Record it")
    form_class = AuthorizationForm

    def act(self, given: Given, key: str | None) -> Done:
        by, now = self.standing.by, self.standing.now
        done = authorizations.record_authorization(version_of(given), by=by, now=now, key=key)
        ceiling = units_word(done.quantity) if done.quantity is not None else _("no ceiling")
        more = {
            _("Authorization"): _("Version %(version)s is recorded.") % {"version": done.version},
            _("Units"): _("None come under it by this; ceiling: %(ceiling)s.") % {"ceiling": ceiling},
            _("Rows in reports"): _("One row in the authorizations of the Party's annual information."),
        }
        return Done(f"{done.party}:{done.code}", more=more)

    def warnings(self, given: Given, preview: Preview) -> list[str]:
        if given["sectors"]:
            return super().warnings(given, preview)
        missing = _("No sector is named: the checks will find the Party's annual information incomplete (F03).")
        return [missing, *super().warnings(given, preview)]


class ChangeForm(AuthorizationForm):
    def ask(self, standing: Standing) -> None:
        super().ask(standing)
        self.fields["reason"] = fields.Words(label=_("Why it is changed"), is_long=True, max_length=2000)
        self.fields["reach_back"] = forms.BooleanField(
            label=_("Also for units that were first transferred, as its terms allow"), required=False
        )


class Change(_OfAParty):
    slug = "authorization-change"
    title = gettext_lazy("Change an authorization")
    summary = gettext_lazy("Record its next version. Units that were not first transferred come under it.")
    submit = gettext_lazy("Change it")
    form_class = ChangeForm
    is_compared = True

    def form(self, data: Any = None, initial: Mapping[str, Any] | None = None) -> TaskForm:
        given = dict(initial or {})
        if data is None and given.get("party") and given.get("code"):
            before = recorded.authorization(str(given["party"]), str(given["code"]))
            given = {**(_as_typed(before) if before else {}), **given}
        elif data is None and not given:
            self.ways = self._recorded()
        return super().form(data, given)

    def _recorded(self) -> list[tuple[str, str]]:
        """The authorizations that can be changed, each with the address of its form, filled in as it stands."""
        own = {each["party"] for each in self.standing.sections_with(Right.AUTHORIZE)}
        where = reverse("task", args=[self.slug])
        return [
            (f"{each['code']} · {party_name(each['party'])}",
             f"{where}?{urlencode({'party': each['party'], 'code': each['code']})}")
            for each in recorded.authorizations(limit=OFFERED_AT_MOST).items if each["party"] in own
        ]  # fmt: skip

    def _next(self, given: Given) -> NewAuthorization:
        before = recorded.versions(given["party"], given["code"])
        return version_of(given, len(before) + 1)

    def act(self, given: Given, key: str | None) -> Done:
        by, now, back = self.standing.by, self.standing.now, given["reach_back"]
        token = authorization_changes.preview_change(self._next(given), now=now, reach_back=back, by=by).token
        done = authorization_changes.change(
            self._next(given), reason=given["reason"], by=by, now=now, token=token, reach_back=back, key=key
        )
        return Done(f"{done.party}:{done.code}")

    def preview(self, given: Given) -> Preview:
        with sight.seeing(sight.EVERYTHING):
            shown = authorization_changes.preview_change(
                self._next(given), now=self.standing.now, reach_back=given["reach_back"], by=self.standing.by
            )
        return _as_preview(shown)


class RevokeForm(TaskForm):
    def ask(self, standing: Standing) -> None:
        ask_which(self, standing)
        self.fields["reason"] = fields.Words(label=_("Why it is revoked"), is_long=True, max_length=2000)
        self.fields["reach_back"] = forms.BooleanField(
            label=_("Also for units that were first transferred, as its terms allow"), required=False
        )


class Revoke(_OfAParty):
    slug = "authorization-revoke"
    title = gettext_lazy("Revoke an authorization")
    summary = gettext_lazy("Units that were not first transferred lose it at once, whoever holds them.")
    submit = gettext_lazy("Revoke it")
    is_final = True
    form_class = RevokeForm
    is_compared = True

    def act(self, given: Given, key: str | None) -> Done:
        done = authorization_changes.revoke(
            given["code"], reason=given["reason"], by=self.standing.by, now=self.standing.now,
            reach_back=given["reach_back"], key=key, party=given["party"],
        )  # fmt: skip
        return Done(f"{done.party}:{done.code}")

    def preview(self, given: Given) -> Preview:
        with sight.seeing(sight.EVERYTHING):
            shown = authorization_changes.preview_revocation(
                given["code"], now=self.standing.now, reach_back=given["reach_back"], party=given["party"],
                by=self.standing.by,
            )  # fmt: skip
        return _as_preview(shown)


def _as_preview(shown: authorization_changes.Preview) -> Preview:
    parts: tuple[tuple[str, tuple[Part, ...]], ...] = (
        (_("Come under the new version"), shown.carried),
        (_("Lose their authorization"), shown.withdrawn),
        (_("Stay as they are"), shown.untouched),
        (_("Were first transferred and change too"), shown.reached_back),
        (_("Wait for a decision and stand in the way"), shown.reserved),
    )
    more = {label: _in_words(found) for label, found in parts}
    return Preview((), False, more={_("Version"): str(shown.version), **more, _("Seal"): shown.token})


def _in_words(found: Iterable[Part]) -> str:
    every = list(found)
    if not every:
        return _("none")
    serials = [f"{each.registry}/{each.party}:{each.first}-{each.last}" for each in every[:10]]
    return f"{units_word(sum(each.quantity for each in every))} ({', '.join(serials)}{' …' if every[10:] else ''})"


def _as_typed(before: Mapping[str, Any]) -> dict[str, Any]:
    """A version as the form has its fields."""
    nested = ("duration", "basis", "changes", "scope")
    flat = {**before, **{name: value for group in nested for name, value in before[group].items()}}
    flat["purposes"] = str(before["purposes"])
    flat["entities"] = "\n".join(
        f"{each['name']} | {each['country']} | {each['identification']}" for each in before["entities"]
    )
    for name in ("frameworks", "methodologies", "underlying_registries", "activities"):
        flat[name] = "\n".join(flat[name])
    return {name: list(value) if isinstance(value, tuple) else value for name, value in flat.items()}


class LayForm(TaskForm):
    def ask(self, standing: Standing) -> None:
        ask_which(self, standing)
        self.fields["serials"] = fields.Serials(
            label=_("Serials"), help_text=_("A range on each line, as in GHA:1-100; whoever holds them.")
        )


class Lay(Task):
    slug = "lay"
    title = gettext_lazy("Put units under an authorization")
    summary = gettext_lazy("Whoever holds them; they keep their serials and stay where they are.")
    group = GROUP
    submit = gettext_lazy("Authorize them")
    form_class = LayForm
    fields_of = _FIELDS

    def fits(self) -> bool:
        return any(each.lays and each.stands_alone for each in self.standing.rules.transactions.values())

    def why_not(self) -> str:
        return "" if self.standing.sections_with(Right.AUTHORIZE) else because_no_right(Right.AUTHORIZE)

    def act(self, given: Given, key: str | None) -> Done:
        ids = authorization_acts.authorize_units(
            given["code"], naming.ranges(given["serials"]), by=self.standing.by, now=self.standing.now, key=key,
            party=given["party"],
        )  # fmt: skip
        return Done("-".join(str(each) for each in ids[:20]), tuple(ids))

    def section(self, data: Mapping[str, Any]) -> str:
        return str(data.get("party") or "")


class WithdrawForm(LayForm):
    def ask(self, standing: Standing) -> None:
        super().ask(standing)
        self.fields["reason"] = fields.Words(label=_("Reason"), is_long=True, max_length=2000)


class Withdraw(Lay):
    slug = "authorization-withdraw"
    title = gettext_lazy("Take units out from under an authorization")
    summary = gettext_lazy("None that was first transferred; whoever holds them.")
    submit = gettext_lazy("Withdraw it from them")
    form_class = WithdrawForm

    def act(self, given: Given, key: str | None) -> Done:
        ids = authorization_acts.withdraw_units(
            given["code"], naming.ranges(given["serials"]), reason=given["reason"], by=self.standing.by,
            now=self.standing.now, key=key, party=given["party"],
        )  # fmt: skip
        return Done("-".join(str(each) for each in ids[:20]), tuple(ids))
