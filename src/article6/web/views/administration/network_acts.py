"""What administrators do about other registries: connect, suspend, end, test, compare books, take note of alerts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.exchange.cases import STATEMENT
from article6.services.exchange import initial_tests, overview, own_keys, peers, reconciling
from article6.services.exchange.own_code import own_code
from article6.services.exchange.reconciling import NewResolution
from article6.web.acts import Act, Row, offer
from article6.web.views.administration import network, reconciliations

SERVICES_AT_MOST = 50


class OfferForm(forms.Form):
    """Which registry, where it is, and for what."""

    code = forms.RegexField(
        r"^[A-Z0-9]{2,8}$", label=gettext_lazy("Code of the registry"), max_length=8,
        help_text=gettext_lazy("2 to 8 capital letters and digits, as in GHA01."),
    )  # fmt: skip
    url = forms.RegexField(
        r"^https?://[\x21-\x7e]+$", label=gettext_lazy("Address"), max_length=500,
        help_text=gettext_lazy("Where its pages and its interface are, as in https://registry.example.org/."),
    )  # fmt: skip
    purpose = forms.ChoiceField(
        label=gettext_lazy("For what"),
        choices=[
            ("connect", gettext_lazy("Connect: exchange messages and units")),
            ("know", gettext_lazy("Know its keys only, to check where units come from")),
        ],
    )
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Services to offer"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The other registry agrees to all of them or to none."),
    )  # fmt: skip

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        known = peers.described().get("services", [])
        offer(self, "services", [(each, each) for each in known])


class ReasonForm(forms.Form):
    """Why; the other registry is told."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The other registry is told."),
    )  # fmt: skip


class _AboutPeer(Act):
    """An act on a connection: what is decided on is how it stands."""

    right = Right.CONNECT

    @property
    def code(self) -> str:
        return str(self.named["code"])

    def standing(self) -> list[Row]:
        found = peers.shown(self.code)
        rows = [
            (_("Registry"), f"{found['code']} {found['name']}".strip()),
            (_("Address"), found["url"]),
            (_("Status"), network.STATUS.translated().get(found["status"], found["status"])),
            (_("Services agreed"), ", ".join(found["services"]) or _("none")),
        ]
        if found["offer"]:
            offer = found["offer"]
            rows += [
                (_("Offered address"), str(offer.get("url", ""))),
                (_("Offered services"), ", ".join(offer.get("services", [])) or _("none")),
                (_("Thumbprints of the offered keys"), ", ".join(each["kid"] for each in offer.get("keys", []))),
            ]
        return [row for row in rows if row[1]]

    def back(self) -> str:
        return reverse("admin-peer", args=[self.code])


class Offer(Act):
    title = gettext_lazy("Offer a connection")
    about = gettext_lazy(
        "You propose to connect with a registry. Its keys are read now; a second administrator agrees."
    )
    submit = gettext_lazy("Offer")
    done = gettext_lazy("The connection is offered. A second administrator has to agree.")
    right = Right.CONNECT
    form_class = OfferForm

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        made = peers.offer(
            given["code"], given["url"], given["services"], by=self.by, now=now, purpose=given["purpose"], key=key
        )
        return reverse("admin-peer", args=[made.code])

    def consequences(self, given: Mapping[str, Any]) -> list[str]:
        return [_("This registry asks the address for its name and its keys. Nothing is exchanged before both agree.")]

    def back(self) -> str:
        return reverse("admin-network")


class Withdraw(_AboutPeer):
    title = gettext_lazy("Withdraw the offer")
    about = gettext_lazy("You made this offer. Nobody can agree to it any more.")
    submit = gettext_lazy("Withdraw")
    done = gettext_lazy("The offer is withdrawn.")
    is_grave = True

    def require(self) -> None:
        super().require()
        if peers.offered_by(self.code) != self.by:
            raise refused(Code.PERSON_NOT_PERMITTED, self.code[:40])

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        peers.decline(self.code, by=self.by, now=now, key=key)
        return self.back()


class Suspend(_AboutPeer):
    title = gettext_lazy("Suspend the connection")
    about = gettext_lazy("Nothing new begins with this registry from now on. What is under way is finished.")
    submit = gettext_lazy("Suspend now")
    done = gettext_lazy("The connection is suspended.")
    form_class = ReasonForm
    is_grave = True

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        peers.suspend(self.code, given["reason"], by=self.by, now=now, key=key)
        return self.back()


class Resume(_AboutPeer):
    title = gettext_lazy("Resume the connection")
    about = gettext_lazy("The registries take part again. Another person than who suspended has to do this.")
    submit = gettext_lazy("Resume")
    done = gettext_lazy("The connection is resumed.")
    form_class = ReasonForm

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        peers.resume(self.code, given["reason"], by=self.by, now=now, key=key)
        return self.back()


class End(_AboutPeer):
    title = gettext_lazy("End the connection")
    about = gettext_lazy("A suspended connection is ended for good. Another person than who suspended has to do this.")
    submit = gettext_lazy("End for good")
    done = gettext_lazy("The connection is ended.")
    form_class = ReasonForm
    is_grave = True

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        peers.end(self.code, given["reason"], by=self.by, now=now, key=key)
        return self.back()


class Test(_AboutPeer):
    title = gettext_lazy("Test the connection")
    about = gettext_lazy(
        "Version, services, keys, a message there and back, its signature, the clock. Up to ten seconds."
    )
    submit = gettext_lazy("Test now")
    done = gettext_lazy("The connection was tested. The result is the last line of what was done.")

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        initial_tests.run(self.code, by=self.by)
        return self.back()


class Compare(_AboutPeer):
    title = gettext_lazy("Compare books")
    about = gettext_lazy("The books of both registries are compared as of now. The answers come with the messages.")
    submit = gettext_lazy("Compare now")
    done = gettext_lazy("The comparison has begun.")

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        found = reconciling.start(self.code, by=self.by, now=now, key=key)
        return reverse("admin-reconciliation", args=[found])


class MakeKey(Act):
    title = gettext_lazy("Make the registry's key")
    about = gettext_lazy("The first key makes messages possible. A further one takes its place after a day's notice.")
    submit = gettext_lazy("Make a key")
    done = gettext_lazy("The key is made. Peers are told of it, signed by the present one.")
    right = Right.CONNECT

    def standing(self) -> list[Row]:
        return [(_("Key"), each["kid"]) for each in own_keys.listed()[:2]]

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        if own_keys.is_there(now):
            peers.rotate(by=self.by, now=now)
        else:
            own_keys.make(by=self.by, now=now)
        return self.back()

    def back(self) -> str:
        return reverse("admin-network")


class SeeAlert(Act):
    title = gettext_lazy("Take note of an alert")
    about = gettext_lazy("The alert is shown no more. The same is raised again where it happens again.")
    submit = gettext_lazy("Take note")
    done = gettext_lazy("You took note of the alert.")
    right = Right.CONNECT

    def standing(self) -> list[Row]:
        number = int(self.named["number"])
        found = overview.alerts(after=f"{number + 1}", limit=1, is_open=False).items
        lines = [each for each in found if each["id"] == number]
        return [
            row for each in lines
            for row in ((_("Registry"), each["peer"]), (_("What"), _(each["text"])), (_("Of"), each["subject"]),
                        (_("Seen by"), each["seen_by"] or _("nobody")))
        ]  # fmt: skip

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        overview.take_note(int(self.named["number"]), by=self.by, now=now)
        return self.back()

    def back(self) -> str:
        return reverse("admin-alerts")


class ResolutionForm(forms.Form):
    """What is to be corrected, in whose books, and why."""

    registry = forms.ChoiceField(label=gettext_lazy("Whose books are corrected"))
    action = forms.CharField(
        label=gettext_lazy("What is done there"), max_length=100,
        help_text=gettext_lazy('A few words, as in "movement". "statement": nothing; the books stand as they do.'),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    serials = forms.CharField(
        label=gettext_lazy("Serials"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One range on a line, as in GHA01-GHA:11-50. Empty: all that is still open."),
    )  # fmt: skip

    def clean_serials(self) -> tuple[str, ...]:
        return tuple(self.cleaned_data["serials"].split())


class _AboutCase(Act):
    right = Right.CONNECT

    @property
    def case(self) -> str:
        return str(self.named["case"])

    def standing(self) -> list[Row]:
        found = reconciling.shown(self.case, by=self.by)
        status = reconciliations.STATUS.translated().get(found["status"], found["status"])
        rows = [
            (_("Registry"), found["peer"]),
            (_("Status"), status),
            (_("We found"), found["result"]),
            (_("The peer found"), found["peer_result"]),
        ]
        rows += [
            (_("Differs in the books of %(registry)s") % {"registry": own_code() if each["is_ours"] else found["peer"]},
             f"{each['registry']}-{each['party']}:{each['first']}-{each['last']}")
            for each in found["differences"][:20]
        ]  # fmt: skip
        rows += [
            (_("Signed by %(name)s") % {"name": each["decided_by"]},
             "; ".join(f"{line['registry']}: {line['action']}, {line['reason']}" for line in each["corrections"][:5]))
            for each in found["resolutions"]
        ]  # fmt: skip
        return [row for row in rows if row[1]]

    def back(self) -> str:
        return reverse("admin-reconciliation", args=[self.case])


class Resolve(_AboutCase):
    title = gettext_lazy("Sign how the case is resolved")
    about = gettext_lazy("The other registry's administrator signs the same, or something else. Both are kept.")
    submit = gettext_lazy("Sign")
    done = gettext_lazy("You signed. The case is agreed once both have signed the same.")
    is_approval = True
    form_class = ResolutionForm

    def form(self, given: Any = None) -> forms.Form:
        made = super().form(given)
        peer = reconciling.shown(self.case, by=self.by)["peer"]
        offer(made, "registry", [(code, code) for code in (own_code(), peer)])
        return made

    def initial(self) -> dict[str, Any]:
        return {"action": STATEMENT}

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        new = NewResolution(given["registry"], given["action"], given["reason"], given["serials"])
        reconciling.resolve(self.case, new, by=self.by, now=now, key=key)
        return self.back()


class SignTheirs(_AboutCase):
    title = gettext_lazy("Sign what the other registry signed")
    about = gettext_lazy("You agree to the resolution that the other registry's administrator signed.")
    submit = gettext_lazy("Sign")
    done = gettext_lazy("You signed the same. The case is agreed.")
    is_approval = True

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        reconciling.resolve(self.case, by=self.by, now=now, key=key)
        return self.back()
