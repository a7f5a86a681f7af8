"""How others get in, for administrators: invitations, recovery, sessions, single sign-on, machine clients' secrets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from article6.domain.kinds import Role
from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import N_, Refused
from article6.domain.roles import ROLES, Right
from article6.services import people, wording
from article6.services.sign_in import invitations, machine_clients, operators, sessions, single_sign_on
from article6.services.sign_in.invitations import Invited, Wanted
from article6.store.queries import registries
from article6.web.acts import for_right, signed_in
from article6.web.doors import page
from article6.web.kept_forms import filled_again, pass_of
from article6.web.sign_in import recently_authenticated
from article6.web.sign_in.devices import device


class InvitationForm(forms.Form):
    """Whom to invite, and the role to ask for."""

    login = forms.CharField(label=gettext_lazy("Login"), max_length=150)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    role = forms.ChoiceField(label=gettext_lazy("Role"), required=False)
    section = forms.ChoiceField(label=gettext_lazy("In"), required=False)
    until = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("A reviewer's role always has an end."),
    )  # fmt: skip

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        roles = [("", _("None for now")), *((str(each), _(ROLES[each].title)) for each in Role)]
        sections = [("", _("all sections")), *((code, code) for code in registries.sections())]
        for name, choices in (("role", roles), ("section", sections)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def wanted(self) -> list[Wanted]:
        """The role that was chosen."""
        given = self.cleaned_data
        if not given["role"]:
            return []
        until = given["until"]
        end = datetime(until.year, until.month, until.day, tzinfo=UTC) if until else None
        section = registries.sections()[given["section"]] if given["section"] else ANY_SECTION
        return [Wanted(Role(given["role"]), section, end)]


@for_right(Right.ADMIT_PERSON)
@require_http_methods(["GET", "POST"])
@recently_authenticated
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody: the link is shown once."""
    form = InvitationForm(request.POST or None)
    if request.method == "GET":
        filled_again(request, form)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            invited = invitations.invite(
                given["login"], given["name"], form.wanted(), by=signed_in(request), now=datetime.now(UTC)
            )
        except Refused as no:
            _told(form, no)
        else:
            return _link(request, given["login"], invited)
    return page(request, "administration/invite", form=form, who=pass_of(request))


def _told(form: forms.Form, no: Refused) -> None:
    for reason in no.reasons:
        told = wording.told(reason)
        form.add_error(None, f"{told['sentence']} ({': '.join(filter(None, (told['code'], told['detail'])))})")


def _link(request: HttpRequest, login: str, invited: Invited) -> HttpResponse:
    way = reverse("invitation", args=[invited.text])
    link = f"{settings.ARTICLE6_ADDRESS}{way}" if settings.ARTICLE6_ADDRESS else request.build_absolute_uri(way)
    waits = any(each.status == "proposed" for each in invited.asked)
    return page(
        request, "administration/invited", login=login, link=link, ends_at=invited.ends_at, waits=waits,
        number=invited.person_id,
    )  # fmt: skip


@for_right(Right.ADMIT_PERSON)
@require_http_methods(["GET", "POST"])
@recently_authenticated
def of_person(request: HttpRequest, number: int) -> HttpResponse:
    """How somebody gets in, and what can be done about it."""
    by, now = signed_in(request), datetime.now(UTC)
    found = next((each for each in people.listed(by) if each["id"] == number), None)
    if found is None:
        raise Http404
    person_id, told = PersonId(number), ""
    if request.method == "POST":
        if request.POST.get("act") == "invite":
            return _link(request, found["login"], invitations.invite_again(person_id, by=by, now=now))
        act = ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        told = act(request, person_id, by, now)
    return page(
        request, "administration/signing_in", person=found, told=told, scopes=people.SCOPES,
        has_provider=single_sign_on.is_configured(),
        secrets=machine_clients.listed(person_id, by=by, now=now) if found["is_machine"] else [],
        sessions=[{**each, "device": device(each["user_agent"])} for each in sessions.of(person_id, by=by, now=now)],
        operator_acts=[{**each, "title": _(OPERATED[each["act"]])} for each in operators.acts(person_id, by=by)],
    )  # fmt: skip


OPERATED = {"password_set": N_("Set a password"), "token_made": N_("Made a token")}

Doing = Callable[[HttpRequest, PersonId, PersonId, datetime], str]


def _recover(_request: HttpRequest, person_id: PersonId, by: PersonId, now: datetime) -> str:
    asked = invitations.recover(person_id, by=by, now=now)
    return _("A second administrator approves it.") if asked.status == "proposed" else _("Done. Make a new link now.")


def _withdraw(_request: HttpRequest, person_id: PersonId, by: PersonId, now: datetime) -> str:
    invitations.withdraw(person_id, by=by, now=now)
    return _("The links that were open are ended.")


def _sign_out(_request: HttpRequest, person_id: PersonId, by: PersonId, now: datetime) -> str:
    sessions.sign_out(person_id, by=by, now=now)
    return _("All sessions are ended.")


def _subject(request: HttpRequest, person_id: PersonId, by: PersonId, now: datetime) -> str:
    single_sign_on.link(person_id, request.POST.get("subject", ""), by=by, now=now)
    return _("The person signs in by single sign-on from now on.")


def _secret(request: HttpRequest, person_id: PersonId, by: PersonId, now: datetime) -> str:
    scopes, lasts = request.POST.getlist("scope"), timedelta(days=365)
    _number, text = machine_clients.add_secret(person_id, scopes, by=by, now=now, lasts=lasts)
    return _("The secret, shown this once: %(text)s") % {"text": text}


def _end_secret(request: HttpRequest, _person_id: PersonId, by: PersonId, now: datetime) -> str:
    number = request.POST.get("secret", "")
    machine_clients.end_secret(int(number) if number.isdecimal() and len(number) < 18 else 0, by=by, now=now)
    return _("The secret is ended.")


ACTS: dict[str, Doing] = {
    "recover": _recover,
    "withdraw": _withdraw,
    "sign_out": _sign_out,
    "subject": _subject,
    "secret": _secret,
    "end_secret": _end_secret,
}
