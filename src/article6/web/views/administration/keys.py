"""The keys that sign for the registry: which, since when, what follows; and replacing the log's, by two people.

No page holds a private key: they are made in the registry and kept sealed in its database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.refusals import N_, Code, refused
from article6.domain.roles import Right
from article6.services.exchange import own_keys
from article6.services.log import key_history, rotating
from article6.web.acts import Act, Row, for_right, may
from article6.web.columns import Column
from article6.web.doors import reader
from article6.web.tables import Table
from article6.web.templatetags.shown import moment
from article6.web.views.administration import pages
from article6.web.views.administration.pages import Action, Facts, Listing, Notice, Source, Words

REPLACED_AFTER = timedelta(days=365)
"""So old a key is to be replaced; `article6 doctor` warns at twice as old."""

STANDING = Words(
    {"proposed": N_("Waits for a second person"), "approved": N_("Replaced"), "rejected": N_("Rejected")},
    {"proposed": "warn", "approved": "good"},
)
ROLES = {"log": N_("Signs the log"), "witness": N_("Cosigns other logs")}


@for_right(Right.INSPECT)
def keys(request: HttpRequest) -> HttpResponse:
    """What signs for this registry."""
    now = datetime.now(UTC)
    ours, asked = key_history.listed(), rotating.listed()
    in_force = next((each for each in ours if each["role"] == "log"), None)
    parts: list[pages.Part] = []
    waiting = [each for each in asked if each["status"] == "proposed"]
    if waiting:
        parts.append(Notice("warn", _("A request to replace the log's key waits."), waiting[0]["reason"]))
    parts += [
        Facts(_("Next"), [(_("Replace the log's key by"), moment(in_force["since"] + REPLACED_AFTER)),
                          (_("It signs since"), moment(in_force["since"]))] if in_force else
              [(_("Log"), _("Its key is made with the first signature."))]),
        Listing(_("Keys of the log"), _log_keys(request, ours), _("All of them can be checked at /log/keys.")),
        Listing(_("Requests to replace the log's key"), _requests(request, asked), is_plain=True),
        Listing(_("Keys that sign messages to other registries"), _exchange_keys(request, now), is_plain=True),
        Source(
            _("The secret under which all of them are sealed"),
            "install -m 600 exchange-secret \"$ARTICLE6_HOME/exchange-secret\"\narticle6 doctor",
            _("It is no page's business. Keep a copy apart from the backups; on another server, these commands put it "
              "in its place and look whether all is well."),
        ),
    ]  # fmt: skip
    return pages.shown(request, _("Keys"), parts, actions=_actions(request, waiting, now), lead=_(
        "Private keys are made in the registry, sealed in its database and shown nowhere."))  # fmt: skip


def _actions(request: HttpRequest, waiting: list[dict[str, Any]], now: datetime) -> list[Action]:
    if not may(request, Right.CONNECT):
        return []
    found = []
    for each in waiting:
        if each["proposed_by"] == reader(request):
            withdraw = reverse("admin-log-key-withdraw", args=[each["id"]])
            found.append(Action(withdraw, _("Withdraw the request"), is_grave=True))
        found += pages.to_decide(request, "log_key", str(each["id"]))
    if not waiting:
        found.append(Action(reverse("admin-log-key"), _("Ask to replace the log's key")))
    renew = _("Renew the key for messages") if own_keys.is_there(now) else _("Make a key for messages")
    return [*found, Action(reverse("admin-key"), renew)]


def _log_keys(request: HttpRequest, ours: list[dict[str, Any]]) -> Table:
    return Table(
        [
            # The part by which people tell keys apart; all of it as a column of its own, and in the file.
            Column("name", _("Key"), "id", value=_known_by, is_sortable=False),
            Column("role", _("Use"), choices={code: _(text) for code, text in ROLES.items()}),
            Column("since", _("Signs from"), "moment"), Column("retires_at", _("Signs until"), "moment"),
            Column("told", _("Successor known to"), value=lambda row: ", ".join(row["told"])),
            Column("cosigned", _("Cosigned by"), value=lambda row: ", ".join(row["cosigned"])),
            Column("vkey", _("The whole key"), "id", is_shown=False),
        ],
        ours, request, "log-keys", title=_("Keys of the log"), prefix="keys-",
        empty={"title": _("There is no key yet."), "text": _("The first checkpoint makes it.")},
    )  # fmt: skip


def _known_by(row: dict[str, Any]) -> str:
    """A key's name and its number, without the key itself: `name+number+key`."""
    return "+".join(str(row["vkey"]).split("+")[:2])


def _requests(request: HttpRequest, asked: list[dict[str, Any]]) -> Table:
    return Table(
        [
            Column("id", _("Number"), "number"), Column("reason", _("Why")),
            Column("overlap_hours", _("Days that both sign"), "number", value=lambda row: row["overlap_hours"] // 24),
            Column("proposed_by_login", _("Asked by")), Column("proposed_at", _("Asked at"), "moment"),
            Column("status", _("Standing"), "badge", choices=STANDING.translated(), tones=STANDING.tones),
            Column("decided_by_login", _("Decided by")),
        ],
        asked, request, "rotations", title=_("Requests to replace the log's key"),
        empty={"title": _("Nobody asked for it yet."), "text": _("Every year or two is often enough.")},
    )  # fmt: skip


def _exchange_keys(request: HttpRequest, now: datetime) -> Table:
    def standing(row: dict[str, Any]) -> str:
        return "next" if row["since"] > now else "over" if row["until"] and row["until"] <= now else "now"

    return Table(
        [
            Column("kid", _("Thumbprint"), "id"), Column("since", _("Signs from"), "moment"),
            Column("until", _("Signs until"), "moment"),
            Column("standing", _("Standing"), "badge", value=standing, tones={"now": "good", "next": "info"},
                   choices={"now": _("In force"), "next": _("Follows"), "over": _("Over")}),
        ],
        own_keys.listed(), request, "message-keys", title=_("Keys that sign messages to other registries"),
        empty={"title": _("There is no key yet."), "text": _("The first offer of a connection makes it.")},
    )  # fmt: skip


# --- Acts


class RotationForm(forms.Form):
    """Why, and how long both keys sign."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500)
    days = forms.IntegerField(
        label=gettext_lazy("Days that both keys sign"), min_value=0, max_value=366, initial=rotating.OVERLAP.days,
        help_text=gettext_lazy("0 where somebody else may have the key: it then signs nothing more."),
    )  # fmt: skip


class ProposeRotation(Act):
    title = gettext_lazy("Replace the log's key")
    about = gettext_lazy("You ask that a new key signs the log. A second administrator approves it.")
    submit = gettext_lazy("Ask for it")
    done = gettext_lazy("It is asked for. A second administrator has to approve it.")
    right = Right.CONNECT
    form_class = RotationForm

    def standing(self) -> list[Row]:
        return [
            (_("Key in force"), each["vkey"])
            for each in key_history.listed() if each["role"] == "log" and each["retires_at"] is None
        ]  # fmt: skip

    def consequences(self, given: Mapping[str, Any]) -> list[str]:
        said = _("The new key is announced under both, in the log and to the witnesses. What the old one signed stays "
                 "good.")  # fmt: skip
        at_once = _("From the approval on the old key signs nothing more.")
        return [said, *([at_once] if given["days"] == 0 else [])]

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        rotating.propose(given["reason"], timedelta(days=given["days"]), by=self.by, now=now, key=key)
        return self.back()

    def back(self) -> str:
        return reverse("admin-keys")


class _AboutRotation(Act):
    right = Right.CONNECT

    @property
    def number(self) -> int:
        return int(self.named["number"])

    def standing(self) -> list[Row]:
        found = next((each for each in rotating.listed() if each["id"] == self.number), None)
        if found is None:
            raise refused(Code.PROPOSAL_UNKNOWN, str(self.number))
        return [
            (_("Why"), found["reason"]), (_("Days that both sign"), str(found["overlap_hours"] // 24)),
            (_("Asked by"), found["proposed_by_login"]), (_("Standing"), STANDING.translated()[found["status"]]),
        ]  # fmt: skip

    def back(self) -> str:
        return reverse("admin-keys")


class ReasonForm(forms.Form):
    """Why not."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class WithdrawRotation(_AboutRotation):
    title = gettext_lazy("Keep the key of the log")
    about = gettext_lazy("You asked for another key. The one in force stays.")
    submit = gettext_lazy("Withdraw")
    done = gettext_lazy("The request is withdrawn. The key stays.")
    form_class = ReasonForm
    is_grave = True

    def require(self) -> None:
        super().require()
        if not any(each["id"] == self.number and each["proposed_by"] == self.by for each in rotating.listed()):
            raise refused(Code.PROPOSAL_UNKNOWN, str(self.number))

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        rotating.decide(self.number, approve=False, by=self.by, now=now, reason=given["reason"], key=key)
        return self.back()
