"""People and their roles; changes of roles, by two people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from article6.domain.kinds import Role
from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import N_, Code, refused
from article6.domain.roles import RIGHTS, ROLES, Right
from article6.services import lookup, people, role_changes
from article6.store.queries import registries
from article6.web.acts import Act, Row, for_right, offer, signed_in
from article6.web.columns import Column
from article6.web.tables import Table
from article6.web.templatetags.shown import moment
from article6.web.views.administration import pages
from article6.web.views.administration.pages import Action, Facts, Listing, Words

STATUS = Words(
    {"proposed": N_("Waits for a second person"), "approved": N_("In force"), "rejected": N_("Rejected")},
    {"proposed": "warn", "approved": "good"},
)
CHANGES = {
    "give": N_("Give"),
    "take": N_("Take away"),
    "reinstate": N_("Let act again"),
    "recover": N_("Let begin anew"),
}
EVERYWHERE = "*"


def role_title(role: str) -> str:
    """A role in words."""
    return _(ROLES[Role(role)].title) if role in set(Role) else role


def _section_title(code: str) -> str:
    return _("all sections") if code in ("", EVERYWHERE) else code


def _role_in_words(held: str) -> str:
    section, _colon, role = held.partition(":")
    return f"{role_title(role)} ({_section_title(section)})"


def _person(request: HttpRequest, number: int) -> dict[str, Any]:
    found = next((each for each in people.listed(signed_in(request)) if each["id"] == number), None)
    if found is None:
        raise Http404
    return found


# --- People


@for_right(Right.ADMIT_PERSON)
def everybody(request: HttpRequest) -> HttpResponse:
    """Everybody who may act here, with their roles."""
    table = Table(
        [
            Column(
                "login", _("Login"), "link", filter="text", href=lambda row: reverse("admin-person", args=[row["id"]])
            ),
            Column("name", _("Name"), filter="text"),
            Column("roles", _("Roles"), value=lambda row: ", ".join(map(_role_in_words, row["roles"])), filter="text"),
            Column(
                "is_machine",
                _("Kind"),
                value=lambda row: "machine" if row["is_machine"] else "person",
                choices={"machine": _("Machine client"), "person": _("Person")},
                filter="choice",
            ),
            Column(
                "is_active",
                _("Standing"),
                "badge",
                value=lambda row: "active" if row["is_active"] else "suspended",
                choices={"active": _("May act"), "suspended": _("Suspended")},
                tones={"active": "good", "suspended": "bad"},
                filter="choice",
            ),
        ],
        people.listed(signed_in(request)),
        request,
        "people",
        title=_("People"),
        prefix="",
        sort="login",
    )
    return pages.shown(
        request, _("People"), [Listing(_("Everybody"), table), _roles_table(request)],
        actions=[
            Action(reverse("admin-invite"), _("Invite somebody")),
            Action(reverse("admin-role-give"), _("Give somebody a role")),
            Action(reverse("admin-role-changes"), _("Changes of roles")),
        ],
        lead=_("A role is given and taken by two people: one asks, another approves."),
    )  # fmt: skip


def _roles_table(request: HttpRequest) -> Listing:
    table = Table(
        [
            Column("title", _("Role"), value=lambda rule: _(rule.title)),
            Column(
                "rights",
                _("May"),
                value=lambda rule: "; ".join(_(RIGHTS[each]) for each in Right if each in rule.rights),
            ),
            Column("clause", _("Source")),
        ],
        list(ROLES.values()),
        request,
        "roles",
        title=_("What each role may do"),
    )
    return Listing(_("What each role may do"), table, is_plain=True)


@for_right(Right.ADMIT_PERSON)
def person(request: HttpRequest, number: int) -> HttpResponse:
    """One person: roles, changes asked for, what can be done."""
    found = _person(request, number)
    changes = [each for each in role_changes.listed(signed_in(request)) if each["person_id"] == number]
    held = Table(
        [
            Column("role", _("Role"), value=lambda row: role_title(row.partition(":")[2])),
            Column("section", _("In"), value=lambda row: _section_title(row.partition(":")[0])),
            Column("take", pgettext("to do", "Act"), "link", value=lambda row: _("Take away"), is_sortable=False,
                   href=lambda row: reverse("admin-role-take", args=[number, *row.split(":")])),
        ],
        found["roles"], request, "held", title=_("Roles"), empty={"title": _("This person has no role.")},
    )  # fmt: skip
    actions = [Action(f"{reverse('admin-role-give')}?login={found['login']}", _("Give a role"))]
    actions.append(Action(reverse("admin-signing-in", args=[number]), _("Signing in")))
    if found["is_active"]:
        actions.append(Action(reverse("admin-person-suspend", args=[number]), _("Suspend"), is_grave=True))
    else:
        actions.append(Action(reverse("admin-person-reinstate", args=[number]), _("Let act again")))
    return pages.shown(
        request, found["name"],
        [
            Facts(_("Particulars"), [
                (_("Login"), found["login"]), (_("Kind"), _("Machine client") if found["is_machine"] else _("Person")),
            ]),
            Listing(_("Roles"), held, is_plain=True),
            Listing(_("Changes asked for"), _changes_table(request, changes), is_plain=True),
        ],
        actions=actions, crumb=Action(reverse("admin-people"), _("People")),
        badge=("good", _("May act")) if found["is_active"] else ("bad", _("Suspended")),
    )  # fmt: skip


# --- Changes of roles


def _changes_table(request: HttpRequest, changes: list[dict[str, Any]]) -> Table:
    return Table(
        [
            Column("id", _("Change"), "number", href=lambda row: reverse("admin-role-change", args=[row["id"]])),
            Column("change", _("What"), choices={code: _(text) for code, text in CHANGES.items()}, filter="choice"),
            Column("login", _("Whom"), filter="text"),
            Column("role", _("Role"), value=lambda row: role_title(row["role"]) if row["role"] else None),
            Column("section", _("In"), value=lambda row: _section_title(row["section"])),
            Column("status", _("Standing"), "badge", choices=STATUS.translated(), tones=STATUS.tones, filter="choice"),
            Column("proposed_by_login", _("Asked by")), Column("proposed_at", _("Asked at"), "moment", is_minor=True),
            Column("decided_by_login", _("Decided by"), is_minor=True),
        ],
        changes, request, "changes", title=_("Changes of roles"), prefix="",
        empty={"title": _("No change of roles was asked for.")},
    )  # fmt: skip


@for_right(None)
def changes(request: HttpRequest) -> HttpResponse:
    """Changes of roles in the sections where the reader may change roles, newest first."""
    found = role_changes.listed(signed_in(request))
    if not found:
        people.require(signed_in(request), Right.CHANGE_ROLE, ANY_SECTION)
    return pages.shown(
        request, _("Changes of roles"), [Listing(_("All changes"), _changes_table(request, found))],
        actions=[Action(reverse("admin-role-give"), _("Give somebody a role"))],
        lead=_("Who asks for a change cannot approve it, nor can who gains by it."),
    )  # fmt: skip


def _change(request: HttpRequest, number: int) -> dict[str, Any]:
    found = next((each for each in role_changes.listed(signed_in(request)) if each["id"] == number), None)
    if found is None:
        raise refused(Code.PROPOSAL_UNKNOWN, str(number))
    return found


def _change_rows(found: dict[str, Any]) -> list[Row]:
    rows = [
        (_("What"), _(CHANGES[found["change"]])), (_("Whom"), found["login"]),
        (_("Role"), role_title(found["role"]) if found["role"] else ""), (_("In"), _section_title(found["section"])),
        (_("Until"), f"{found['until']:%Y-%m-%d}" if found["until"] else ""),
        (_("Asked by"), found["proposed_by_login"]), (_("Standing"), STATUS.translated()[found["status"]]),
    ]  # fmt: skip
    return [row for row in rows if row[1]]


@for_right(None)
def change(request: HttpRequest, number: int) -> HttpResponse:
    """One change of roles, and, where it waits, approving and rejecting."""
    found = _change(request, number)
    actions = []
    if found["status"] == "proposed":
        if request.user.pk == found["proposed_by"]:
            withdraw = reverse("admin-role-change-withdraw", args=[number])
            actions.append(Action(withdraw, _("Withdraw"), is_grave=True))
        actions += pages.to_decide(request, "role_change", str(number))
    rights = ROLES[Role(found["role"])].rights if found["role"] else frozenset()
    rows: list[tuple[str, Any]] = [
        *_change_rows(found), (_("Asked at"), moment(found["proposed_at"])),
        (_("Decided by"), found["decided_by_login"]), (_("Decided at"), moment(found["decided_at"])),
        (_("Reason"), found["reason"]),
        (_("The role may"), "; ".join(_(RIGHTS[each]) for each in Right if each in rights)),
    ]  # fmt: skip
    return pages.shown(
        request, _("Change of roles %(number)s") % {"number": number}, [Facts(_("Particulars"), rows)], actions=actions,
        badge=(STATUS.tones.get(found["status"], "quiet"), STATUS.translated()[found["status"]]),
        crumb=Action(reverse("admin-role-changes"), _("Changes of roles")),
    )  # fmt: skip


# --- Acts


class RoleForm(forms.Form):
    """Who is to have which role, where, until when."""

    login = forms.CharField(label=gettext_lazy("Login"), max_length=150)
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    section = forms.ChoiceField(label=gettext_lazy("In which section"))
    until = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("The first day on which it holds no more. Reviewers need one."),
    )  # fmt: skip

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        offer(self, "role", [(str(role), _(rule.title)) for role, rule in ROLES.items()])
        codes = [(each["code"], f"{each['code']} {each['name']}".strip()) for each in lookup.sections()]
        offer(self, "section", [*codes, (EVERYWHERE, _("All sections"))])


class GiveRole(Act):
    title = gettext_lazy("Give a role")
    about = gettext_lazy("You ask that somebody may act in a role. A second person approves it.")
    submit = gettext_lazy("Ask for the role")
    done = gettext_lazy("The role is asked for. It holds once a second person has approved it.")
    form_class = RoleForm

    def initial(self) -> dict[str, Any]:
        return {"login": self.request.GET.get("login", "")[:150]}

    def require(self) -> None:
        role_changes.listed(self.by)

    def consequences(self, given: Mapping[str, Any]) -> list[str]:
        rights = ROLES[Role(given["role"])].rights
        return [_("The person may then: %(rights)s.")
                % {"rights": "; ".join(_(RIGHTS[each]) for each in Right if each in rights)}]  # fmt: skip

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        section = section_number(given["section"])
        whom = people.person_to_appoint(given["login"], section, by=self.by)
        until = datetime.combine(given["until"], time(), UTC) if given["until"] else None
        people.give_role(whom, section, Role(given["role"]), by=self.by, now=now, until=until, key=key)
        return reverse("admin-role-changes")

    def back(self) -> str:
        return reverse("admin-role-changes")


def section_number(code: str) -> int:
    """The section of a code; that of all sections for `*`."""
    if code == EVERYWHERE:
        return ANY_SECTION
    found = registries.sections().get(code)
    if found is None:
        raise refused(Code.SECTION_UNKNOWN, code[:20])
    return found


class _AboutPerson(Act):
    right = Right.ADMIT_PERSON

    @property
    def number(self) -> int:
        return int(self.named["number"])

    def standing(self) -> list[Row]:
        found = _person(self.request, self.number)
        return [
            (_("Person"), f"{found['name']} ({found['login']})"),
            (_("Standing"), _("May act") if found["is_active"] else _("Suspended")),
            (_("Roles"), ", ".join(map(_role_in_words, found["roles"])) or _("none")),
        ]

    def back(self) -> str:
        return reverse("admin-person", args=[self.number])


class TakeRole(_AboutPerson):
    title = gettext_lazy("Take a role away")
    about = gettext_lazy("You ask that the person acts in this role no more. A second person approves it.")
    submit = gettext_lazy("Ask to take it away")
    done = gettext_lazy("It is asked for. The role ends once a second person has approved it.")
    is_grave = True

    def standing(self) -> list[Row]:
        return [*super().standing(), (_("Role to take away"), f"{role_title(self.named['role'])} "
                                      f"({_section_title(self.named['section'])})")]  # fmt: skip

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        if self.named["role"] not in set(Role):
            raise refused(Code.REQUEST_MALFORMED, self.named["role"][:40])
        section = section_number(self.named["section"])
        people.take_role(PersonId(self.number), section, Role(self.named["role"]), by=self.by, now=now, key=key)
        return self.back()


class Suspend(_AboutPerson):
    title = gettext_lazy("Suspend a person")
    about = gettext_lazy("The person is shut out at once: roles, tokens and sessions count for nothing from now on.")
    submit = gettext_lazy("Suspend now")
    done = gettext_lazy("The person is suspended.")
    is_grave = True

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        people.suspend(PersonId(self.number), by=self.by, now=now, key=key)
        return self.back()


class Reinstate(_AboutPerson):
    title = gettext_lazy("Let a person act again")
    about = gettext_lazy("You ask that a suspended person may act again. A second person approves it.")
    submit = gettext_lazy("Ask for it")
    done = gettext_lazy("It is asked for. A second person has to approve it.")

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        people.reinstate(PersonId(self.number), by=self.by, now=now, key=key)
        return self.back()


class RejectionForm(forms.Form):
    """Why not."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class _AboutChange(Act):
    @property
    def number(self) -> int:
        return int(self.named["number"])

    def require(self) -> None:
        if _change(self.request, self.number)["proposed_by"] != self.by:
            raise refused(Code.PERSON_NOT_PERMITTED, str(self.number))

    def standing(self) -> list[Row]:
        return _change_rows(_change(self.request, self.number))

    def back(self) -> str:
        return reverse("admin-role-change", args=[self.number])


class WithdrawChange(_AboutChange):
    title = gettext_lazy("Withdraw a change of roles")
    about = gettext_lazy("You asked for this change. It does not come into force.")
    submit = gettext_lazy("Withdraw")
    done = gettext_lazy("The change is withdrawn.")
    form_class = RejectionForm
    is_grave = True

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        role_changes.decide(self.number, approve=False, by=self.by, now=now, reason=given["reason"], key=key)
        return self.back()
