"""Instructions to other registries, mandates, offers to connect, the log's next key: what waits of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from article6.domain.orders import ANY_SECTION, Actor, PersonId
from article6.domain.roles import Right, may
from article6.services.approvals.items import Decision, Item, Line
from article6.services.exchange import instructions, mandates, peers
from article6.services.log import rotating
from article6.services.proposals import PROPOSED
from article6.store.queries import exchange, exchange_views
from article6.store.queries import lookup as names
from article6.store.queries.waiting import Waiting


def may_connect(found: Waiting, actor: Actor) -> bool:
    """Whether somebody connects registries, and another asked for this."""
    return found.proposed_by != actor.person_id and may(actor, Right.CONNECT, ANY_SECTION)


def may_give_mandates(found: Waiting, actor: Actor) -> bool:
    """Whether somebody appoints in the section, and another gave the mandate."""
    return found.proposed_by != actor.person_id and may(actor, Right.APPOINT_REPRESENTATIVE, found.section_id)


# --- Instructions


def instructions_told(numbers: Sequence[str], by: PersonId) -> list[Item]:
    """Instructions to peers."""
    found = [each for each in (instructions.shown(int(number)) for number in numbers) if each["status"] == PROPOSED]
    known = names.names([each["instructed_by"] for each in found])
    return [_instruction(each, known.get(each["instructed_by"], "")) for each in found]


def _instruction(found: dict[str, Any], name: str) -> Item:
    content = found["content"]
    serials = ", ".join(
        f"{each['registry']}/{each['party']}:{each['first']}-{each['last']}" for each in content["serials"][:5]
    )
    lines = [
        Line(_("Registry"), found["peer"]),
        Line(_("Party"), content["party"]),
        Line(_("Transaction"), content["transaction"]),
        Line(_("From account"), content["source_account"]),
        Line(_("To account"), content["target_account"]),
        Line(_("Units"), content["quantity"] if content["quantity"] != "0" else ""),
        Line(_("Serials"), serials),
    ]
    return Item(
        "instruction", str(found["id"]), _("Instruction to another registry"),
        f"{found['peer']}: {content['transaction']}, {content['source_account']} → {content['target_account']}",
        PersonId(found["instructed_by"]), name, found["at"], None, tuple(each for each in lines if each.value),
    )  # fmt: skip


def decide_instruction(number: str, decision: Decision) -> None:
    """Approve or reject an instruction."""
    if decision.approve:
        instructions.approve(int(number), by=decision.by, now=decision.now, key=decision.key)
    else:
        instructions.reject(int(number), decision.remark, by=decision.by, now=decision.now, key=decision.key)


# --- Mandates


def mandates_told(numbers: Sequence[str], by: PersonId) -> list[Item]:
    """What peers are to see of a section, and to instruct there."""
    found = [mandates.shown(int(each)) for each in numbers]
    people = {each[role] for each in found for role in ("given_by", "proposer_id", "approver_id") if each[role]}
    known = names.names(sorted(people))
    return [_mandate(each, known) for each in found]


def _mandate(found: dict[str, Any], known: dict[int, str]) -> Item:
    before = exchange_views.mandate_in_force(found["peer"], found["party"])

    def line(label: str, name: str) -> Line:
        after, now = _said(found[name], known), _said(before[name], known) if before else _("no mandate")
        return Line(label, after, now if now != after else None)

    lines = (
        Line(_("Registry"), found["peer"]),
        Line(_("Party"), found["party"]),
        line(_("May see the section"), "may_view"),
        line(_("May instruct"), "may_instruct"),
        line(_("Carried out in the name of"), "proposer_id"),
        line(_("Approved in the name of"), "approver_id"),
    )
    return Item(
        "mandate", str(found["id"]), _("Mandate of a registry"), f"{found['peer']} · {found['party']}",
        PersonId(found["given_by"]), known.get(found["given_by"], ""), found["given_at"], None, lines,
    )  # fmt: skip


def _said(value: Any, known: dict[int, str]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _("nobody") if value is None else known.get(value, str(value))


def decide_mandate(number: str, decision: Decision) -> None:
    """Agree to a mandate, or turn it down."""
    if decision.approve:
        mandates.agree(int(number), by=decision.by, now=decision.now, key=decision.key)
    else:
        mandates.end(int(number), decision.remark, by=decision.by, now=decision.now, key=decision.key)


# --- Offers to connect


def offers_told(numbers: Sequence[str], by: PersonId) -> list[Item]:
    """Offers to connect with a registry, or to change a connection."""
    found = [(code, offered) for code in numbers if (offered := exchange.open_offer(code)) is not None]
    known = names.names([each["person_id"] for _code, each in found])
    return [_offer(code, each, known.get(each["person_id"], "")) for code, each in found]


_PURPOSES = {
    "connect": lambda: _("Connect: exchange messages and units"),
    "know": lambda: _("Know its keys only, to check where units come from"),
}


def _offer(code: str, offered: dict[str, Any], name: str) -> Item:
    content, before = offered["content"], exchange.agreed_offer(code)

    def line(label: str, after: str, now: str) -> Line:
        return Line(label, after, now if before is not None and now != after else None)

    services = [", ".join(each.get("services", [])) or _("none") for each in (content, before or {})]
    kids = ["\n".join(key["kid"] for key in each.get("keys", [])) for each in (content, before or {})]
    lines = (
        Line(_("Registry"), f"{code} {content['name']}".strip()),
        Line(_("For what"), _PURPOSES[content["purpose"]]()),
        line(_("Address"), content["url"], (before or {}).get("url", "")),
        line(_("Services"), *services),
        line(_("Thumbprints of its keys"), *kids),
    )
    return Item(
        "peer_offer", code, _("Offer to connect"), f"{code} {content['name']}: {services[0]}",
        PersonId(offered["person_id"]), name, offered["at"], None, tuple(each for each in lines if each.value),
    )  # fmt: skip


def decide_offer(number: str, decision: Decision) -> None:
    """Agree to an offer, or turn it down."""
    if decision.approve:
        peers.agree(number, by=decision.by, now=decision.now, kids=decision.kids, key=decision.key)
    else:
        peers.decline(number, by=decision.by, now=decision.now, key=decision.key)


# --- The log's key


def log_keys_told(numbers: Sequence[str], by: PersonId) -> list[Item]:
    """Requests to replace the log's key."""
    return [_log_key(each) for each in rotating.listed() if str(each["id"]) in numbers and each["status"] == PROPOSED]


def _log_key(found: dict[str, Any]) -> Item:
    lines = (
        Line(_("Reason"), found["reason"]),
        Line(_("Hours in which the old key signs beside the new one"), str(found["overlap_hours"])),
    )
    return Item(
        "log_key", str(found["id"]), _("New key of the log"), found["reason"][:120], PersonId(found["proposed_by"]),
        found["proposed_by_login"], found["proposed_at"], None, lines,
    )  # fmt: skip


def decide_log_key(number: str, decision: Decision) -> None:
    """Approve or reject that the log's key is replaced."""
    rotating.decide(
        int(number), approve=decision.approve, by=decision.by, now=decision.now, reason=decision.remark,
        key=decision.key,
    )  # fmt: skip
