"""Other registries: connections, messages, what was turned away, alerts, comparisons of books."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from article6.domain.orders import PersonId
from article6.domain.refusals import N_
from article6.domain.roles import Right
from article6.exchange.books import PeerStatus
from article6.exchange.message_types import Type
from article6.exchange.problems import SENTENCES, Problem
from article6.services.exchange import message_reading, overview, own_keys, peers
from article6.services.exchange.message_reading import Verdict
from article6.services.paging import Page
from article6.web.acts import for_right, signed_in
from article6.web.columns import Column
from article6.web.tables import Asked, Source, Table
from article6.web.templatetags.shown import moment
from article6.web.views.administration import pages
from article6.web.views.administration.pages import Action, Facts, Listing, Notice, Words

STATUS = Words(
    {
        PeerStatus.KNOWN: N_("Known"), PeerStatus.PENDING: N_("Waits for agreement"),
        PeerStatus.CONNECTED: N_("Connected"), PeerStatus.SUSPENDED: N_("Suspended"), PeerStatus.ENDED: N_("Ended"),
    },
    {PeerStatus.CONNECTED: "good", PeerStatus.PENDING: "warn", PeerStatus.SUSPENDED: "bad"},
)  # fmt: skip
TYPE_BEGINS = "org.article6."
BODY_SHOWN = 4_000


def _by(request: HttpRequest) -> PersonId:
    return signed_in(request)


def _peer_href(code: str) -> str:
    return reverse("admin-peer", args=[code]) if code else ""


# --- Connections


@for_right(Right.CONNECT)
def network(request: HttpRequest) -> HttpResponse:
    """This registry among others: its keys, and every peer with its queues."""
    found = overview.status(_by(request))
    table = Table(
        [
            Column(
                "code", _("Registry"), "link", href=lambda row: _peer_href(row["code"]), note=lambda row: row["name"]
            ),
            Column("status", _("Status"), "badge", choices=STATUS.translated(), tones=STATUS.tones, filter="choice"),
            Column("to_send", _("To send"), "units"),
            Column("oldest", _("Oldest waits since"), "moment", is_minor=True),
            Column("to_handle", _("To handle"), "units"),
            Column("failures", _("Failures"), "units", is_minor=True),
            Column("last_receipt", _("Last receipt"), "moment", is_minor=True),
            Column("alerts", _("Alerts"), "units", href=lambda row: reverse("admin-alerts") if row["alerts"] else ""),
            Column("reconciliation", _("Last comparison"), is_minor=True),
            Column("services", _("Services"), value=lambda row: ", ".join(row["services"]), is_shown=False),
            Column("url", _("Address"), is_shown=False),
        ],
        found["peers"],
        request,
        "peers",
        title=_("Other registries"),
        prefix="",
        empty={
            "title": _("No registry is connected."),
            "text": _("Offer a connection to exchange units with another."),
            "href": reverse("admin-peer-offer"),
            "action": _("Offer a connection"),
        },
    )
    has_key = own_keys.is_there(datetime.now(UTC))
    return pages.shown(
        request,
        _("Other registries"),
        [
            Listing(_("Connections"), table),
            Listing(
                _("Keys of this registry"),
                _own_keys(request, found),
                _("Tell a thumbprint to the other administrator by telephone or letter."),
                is_plain=True,
            ),
        ],
        lead=_("This registry is %(code)s.") % {"code": found["code"]},
        actions=[
            Action(reverse("admin-peer-offer"), _("Offer a connection")),
            Action(reverse("admin-key"), _("Renew the key") if has_key else _("Make a key")),
        ],
    )


def _own_keys(request: HttpRequest, found: dict[str, Any]) -> Table:
    return Table(
        [
            Column("kid", _("Thumbprint"), "id"), Column("since", _("Signs from"), "moment"),
            Column("until", _("Signs until"), "moment"),
        ],
        found["keys"], request, "keys", title=_("Keys of this registry"),
        empty={"title": _("There is no key yet."), "text": _("The first offer of a connection makes it."),
               "href": reverse("admin-key"), "action": _("Make a key")},
    )  # fmt: skip


@for_right(Right.CONNECT)
def peer(request: HttpRequest, code: str) -> HttpResponse:
    """One connection: how it stands, its keys, the open offer, what was done about it, and what can be done now."""
    found = peers.shown(code)
    line: dict[str, Any] = next((each for each in overview.status()["peers"] if each["code"] == code), {})
    keys = Table(
        [Column("kid", _("Thumbprint"), "id"), Column("since", _("Valid from"), "moment"),
         Column("until", _("Valid until"), "moment")],
        found["keys"], request, "keys", title=_("Pinned keys"),
        empty={"title": _("No key is pinned yet."), "text": _("Agreeing to an offer pins its keys.")},
    )  # fmt: skip
    done = Table(
        [
            Column("at", _("When"), "moment"), Column("act", _("What")),
            Column("person", _("Who"), value=lambda row: row["person"] or found["code"]),
            Column("said", _("Said"), value=_said_of_act),
        ],
        [*reversed(found["acts"])], request, "acts", title=_("What was done"),
    )  # fmt: skip
    queue = [
        (_("Messages to send"), line.get("to_send")), (_("Oldest waits since"), moment(line.get("oldest"))),
        (_("Messages to handle"), line.get("to_handle")), (_("Last receipt"), moment(line.get("last_receipt"))),
        (_("Last heard of"), moment(found["heard_at"])), (_("Failures in a row"), found["failures"]),
        (_("Tried again at"), moment(found["retry_at"])), (_("Last comparison of books"), line.get("reconciliation")),
    ]  # fmt: skip
    status = str(found["status"])
    return pages.shown(
        request, f"{found['code']} {found['name']}".strip(),
        [
            *_offer(found),
            Facts(_("Particulars"), [
                (_("Address"), found["url"]), (_("Services agreed"), ", ".join(found["services"]) or _("none")),
            ]),
            Facts(_("Queues"), queue), Listing(_("Pinned keys"), keys, is_plain=True),
            Listing(_("What was done"), done, is_plain=True),
        ],
        actions=[*_offer_actions(request, code), *_peer_actions(code, status)],
        badge=(STATUS.tones.get(status, "quiet"), STATUS.translated().get(status, status)),
        crumb=Action(reverse("admin-network"), _("Other registries")),
    )  # fmt: skip


def _offer(found: dict[str, Any]) -> list[pages.Part]:
    offer = found["offer"]
    if offer is None:
        return []
    kids = [each["kid"] for each in offer.get("keys", [])]
    return [
        Notice(
            "warn", _("An offer is open."), _("Another administrator than who made it compares the keys and agrees.")
        ),
        Facts(
            _("The open offer"),
            [
                (_("Address"), offer.get("url")),
                (_("Services"), ", ".join(offer.get("services", [])) or _("none")),
                *((_("Thumbprint"), kid) for kid in kids),
            ],
        ),
    ]


def _offer_actions(request: HttpRequest, code: str) -> list[Action]:
    """Deciding the open offer, which its own maker withdraws."""
    if peers.offered_by(code) == _by(request):
        return [Action(reverse("admin-peer-withdraw", args=[code]), _("Withdraw the offer"), is_grave=True)]
    return pages.to_decide(request, "peer_offer", code)


def _peer_actions(code: str, status: str) -> list[Action]:
    def to(name: str, title: str, *, is_grave: bool = False) -> Action:
        return Action(reverse(f"admin-peer-{name}", args=[code]), title, is_grave)

    found = []
    if status == PeerStatus.CONNECTED:
        found += [to("test", _("Test")), to("compare", _("Compare books")), to("suspend", _("Suspend"), is_grave=True)]
    if status == PeerStatus.SUSPENDED:
        found += [to("resume", _("Resume")), to("end", _("End for good"), is_grave=True)]
    messages = Action(f"{reverse('admin-messages')}?peer={code}", _("Messages"))
    return [*found, messages]


def _said_of_act(row: dict[str, Any]) -> str:
    content = row["content"] or {}
    if "reason" in content:
        return str(content["reason"])
    if "outcomes" in content:
        lines = content["outcomes"]
        return ", ".join(f"{each.get('test')}: {_('passed') if each.get('passed') else _('failed')}" for each in lines)
    return ", ".join(str(each) for each in content.get("services", []))


# --- Messages


@for_right(Right.CONNECT)
def messages(request: HttpRequest) -> HttpResponse:
    """What went out or came in, newest first."""
    direction = "in" if request.GET.get("direction") == "in" else "out"

    def read(asked: Asked) -> Page:
        return overview.kept_messages(asked.filters.get("peer"), direction, asked.after, asked.limit)

    known = {each["code"]: each["code"] for each in peers.listed()}
    table = Table(
        [
            Column("message_id", _("Message"), "link",
                   href=lambda row: reverse("admin-message", args=[direction, row["id"]])),
            Column("peer", _("To") if direction == "out" else _("From"), "link", choices=known, filter="choice",
                   href=lambda row: _peer_href(row["peer"])),
            Column("sequence", _("Number"), "number"),
            Column("type", _("Type"), value=lambda row: row["type"].removeprefix(TYPE_BEGINS)),
            Column("at", _("When"), "moment"),
            Column("is_done", _("Standing"), "badge", value=_standing, choices=_standings(direction),
                   tones={"done": "good", "waits": "warn", "objected": "bad"}),
        ],
        Source(read), request, "messages", title=_("Messages"), prefix="",
        empty={"title": _("No message yet."), "text": _("Messages appear once a registry is connected.")},
    )  # fmt: skip
    other = "out" if direction == "in" else "in"
    titles = {"out": pgettext("messages", "Sent"), "in": pgettext("messages", "Received")}
    return pages.shown(
        request, _("Messages"), [Listing(titles[direction], table)],
        actions=[
            Action(f"?direction={other}", _("Show what came in") if other == "in" else _("Show what went out")),
            Action(reverse("admin-evidence"), _("What was turned away")),
        ],
        lead=_("Every message is signed, numbered and kept for ever, with the receipt that the other registry signed."),
    )  # fmt: skip


def _standing(row: dict[str, Any]) -> str:
    return "objected" if row["objections"] else "done" if row["is_done"] else "waits"


def _standings(direction: str) -> dict[str, str]:
    done = _("Receipt came") if direction == "out" else _("Handled")
    return {"done": done, "waits": _("Waits"), "objected": _("Objections")}


@for_right(Right.CONNECT)
def message(request: HttpRequest, direction: str, number: int) -> HttpResponse:
    """One message opened: what it says, and whether its signature and that of its receipt hold."""
    if direction not in ("out", "in") or number >= 2**63:
        raise Http404
    found = message_reading.opened(direction, number, by=_by(request))
    kind = found["type"].removeprefix(TYPE_BEGINS)
    verdict, receipt = found["verdict"], found["receipt_verdict"]
    parts: list[pages.Part] = [_verdict(_("Signature"), verdict)]
    if found["objections"]:
        parts += [Notice("bad", _("Objections"), " ".join(_objection(each) for each in found["objections"]))]
    parts += [
        Facts(_("Envelope"), [
            (_("Registry"), found["peer"]), (_("Direction"), _("sent") if direction == "out" else _("received")),
            (_("When"), moment(found["at"])), (_("Number"), found["sequence"]), (_("Answers"), found["answers"]),
            (_("About"), found["about"]), (_("Signed with"), verdict.kid),
            *sorted((name, value) for name, value in found["envelope"].items()
                    if name not in ("sequence", "specversion", "datacontenttype", "answers")),
        ]),
        pages.Source(_("What it says"), found["content"]),
        _verdict(_("Receipt"), receipt),
    ]  # fmt: skip
    if found["receipt_content"]:
        parts.append(pages.Source(_("What the receipt says"), found["receipt_content"]))
    if found["jws"]:
        parts.append(pages.Source(
            _("The evidence"), found["jws"],
            _("The compact JWS as it went over the wire. Whoever has the public keys can check it."),
        ))  # fmt: skip
    return pages.shown(
        request, kind if kind in _known_types() else found["type"], parts, lead=found["message_id"],
        badge=_badge(verdict),
        crumb=Action(f"{reverse('admin-messages')}?direction={direction}", _("Messages")),
    )  # fmt: skip


def _known_types() -> set[str]:
    return {each.removeprefix(TYPE_BEGINS) for each in Type}


def _badge(verdict: Verdict) -> tuple[str, str]:
    if verdict.is_good is None:
        return "quiet", _("Not signed yet")
    return ("good", _("Signature right")) if verdict.is_good else ("bad", _("Signature does not hold"))


def _verdict(title: str, verdict: Verdict) -> Notice:
    tone = "quiet" if verdict.is_good is None else "good" if verdict.is_good else "bad"
    reasons = " ".join(_objection(each.as_json()) for each in verdict.objections)
    return Notice(tone, title, f"{_(verdict.text)} {reasons}".strip())


def _objection(found: dict[str, Any]) -> str:
    code = str(found.get("code", ""))
    sentence = _(SENTENCES[Problem(code)]) if code in set(Problem) else code
    where = ", ".join(str(found[name]) for name in ("subject", "detail") if found.get(name))
    return f"{sentence} ({where})" if where else sentence


@for_right(Right.CONNECT)
def evidence(request: HttpRequest) -> HttpResponse:
    """What was turned away at the door, newest first."""

    def read(asked: Asked) -> Page:
        return overview.evidence(asked.filters.get("peer"), asked.after, asked.limit)

    table = Table(
        [
            Column("id", _("Number"), "number"), Column("at", _("When"), "moment"),
            Column("peer", _("Said to be from"), filter="text"),
            Column("why", _("Why"), value=lambda row: " ".join(_objection(each) for each in row["objections"])),
            Column("size_bytes", _("Bytes"), "units", is_minor=True),
            Column("body", _("Beginning"), value=lambda row: row["body"][:200], is_minor=True),
            Column("sha256", "SHA-256", "id", is_shown=False),
        ],
        Source(read), request, "evidence", title=_("Turned away"), prefix="",
        empty={"title": _("Nothing was turned away.")},
    )  # fmt: skip
    return pages.shown(
        request, _("Turned away at the door"), [Listing(_("Turned away"), table)],
        lead=_("What came and was no message of a connected registry. It is kept as evidence and had no effect."),
        crumb=Action(reverse("admin-messages"), _("Messages")),
    )  # fmt: skip


@for_right(Right.CONNECT)
def alerts(request: HttpRequest) -> HttpResponse:
    """What needs a person, newest first."""
    is_all = request.GET.get("all") == "1"

    def read(asked: Asked) -> Page:
        return overview.alerts(asked.after, asked.limit, is_open=not is_all)

    table = Table(
        [
            Column("text", _("What"), value=lambda row: _(row["text"]) if row["text"] else "",
                   href=lambda row: "" if row["seen_at"] else reverse("admin-alert-seen", args=[row["id"]])),
            Column("peer", _("Registry"), "link", href=lambda row: _peer_href(row["peer"])),
            Column("subject", _("Of"), "id"), Column("at", _("When"), "moment"),
            Column("seen_by", _("Seen by")), Column("seen_at", _("Seen at"), "moment", is_minor=True),
        ],
        Source(read), request, "alerts", title=_("Alerts"), prefix="",
        empty={"title": _("Nothing needs a person now.")},
    )  # fmt: skip
    shift = Action("?", _("Show the open ones")) if is_all else Action("?all=1", _("Show those seen, too"))
    return pages.shown(
        request, _("Alerts"), [Listing(_("All alerts") if is_all else _("Open alerts"), table)], actions=[shift],
        lead=_("Open one to take note of it. The same is raised again where it happens again."),
    )  # fmt: skip
