"""Changes of roles, account requests, representatives and trusted accounts that wait for a second person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from article6.domain import roles
from article6.domain.kinds import Role
from article6.domain.orders import Actor, PersonId
from article6.domain.roles import Right
from article6.services import account_requests, representatives, role_changes, sight, trusted_accounts
from article6.services.approvals.items import Decision, Item, Line
from article6.services.proposals import PROPOSED
from article6.services.titles import account_title
from article6.store.queries import desk
from article6.store.queries import lookup as names
from article6.store.queries.waiting import Waiting


def may_change_role(found: Waiting, actor: Actor) -> bool:
    """Whether somebody may approve a change of roles, and gains nothing by it."""
    change = {
        "section_id": found.section_id, "proposed_by": found.proposed_by, "person_id": found.person_id,
        "change": "take" if found.is_taken else "give",
    }  # fmt: skip
    with sight.seeing(sight.EVERYTHING):
        return role_changes.may_decide(change, actor) and not role_changes.is_own(change, actor)


def role_changes_told(numbers: Sequence[str], by: PersonId) -> list[Item]:
    """Changes of roles."""
    with sight.seeing(sight.EVERYTHING):
        found = [role_changes.shown(int(each)) for each in numbers]
    return [_role_change(each) for each in found if each["status"] == PROPOSED]


def _role_change(found: dict[str, Any]) -> Item:
    title = _(roles.ROLES[Role(found["role"])].title) if found["role"] else ""
    section = found["section"] or _("all sections")
    until = f" ({found['until']:%Y-%m-%d})" if found["until"] else ""
    none = _("not this role")
    before, after = {
        "give": (none, f"{title}{until}"),
        "take": (title, none),
        "reinstate": (_("suspended"), _("active")),
        "recover": (_("a second factor that is lost"), _("begins anew")),
    }[found["change"]]
    lines = (
        Line(_("Person"), found["login"]),
        Line(_("Section"), section),
        Line(_("Role") if title else _("Status"), after, before),
    )
    return Item(
        "role_change", str(found["id"]), _("Change of roles"), f"{found['login']} · {section}: {before} → {after}",
        PersonId(found["proposed_by"]), found["proposed_by_login"], found["proposed_at"], None, lines,
    )  # fmt: skip


def decide_role(number: str, decision: Decision) -> None:
    """Approve or reject a change of roles."""
    role_changes.decide(
        int(number), approve=decision.approve, by=decision.by, now=decision.now, reason=decision.remark,
        key=decision.key,
    )  # fmt: skip


def may_decide_request(found: Waiting, actor: Actor) -> bool:
    """Whether somebody decides requests for accounts in the section."""
    return found.proposed_by != actor.person_id and roles.may(actor, Right.DECIDE_ACCOUNT_REQUEST, found.section_id)


def requests_told(numbers: Sequence[str], by: PersonId) -> list[Item]:
    """Requests for accounts."""
    found = [account_requests.shown(int(each), by) for each in numbers]
    known = names.names([each["proposed_by"] for each in found])
    return [_request(each, known.get(each["proposed_by"], "")) for each in found if each["status"] == PROPOSED]


def _request(found: dict[str, Any], name: str) -> Item:
    documents = ", ".join(f"{each['kind']} {each['reference']}" for each in found["documents"])
    lines = [
        Line(_("Account"), found["name"], _("none")),
        Line(_("Type"), account_title(found["type"])),
        Line(_("Section"), found["section"]),
        Line(_("Legal name"), found["legal_name"]),
        Line(_("Country of incorporation"), found["country"]),
        Line(_("Identification number"), found["identification_number"]),
        Line(_("Documents"), documents),
        Line(_("Representatives"), ", ".join(found["representatives"])),
    ]
    return Item(
        "account_request", str(found["id"]), _("Request for an account"), f"{found['name']} · {found['section']}",
        PersonId(found["proposed_by"]), name, found["proposed_at"], None, tuple(each for each in lines if each.value),
    )  # fmt: skip


def decide_request(number: str, decision: Decision) -> None:
    """Approve or reject a request for an account."""
    account_requests.decide(
        int(number), approve=decision.approve, by=decision.by, now=decision.now, reason=decision.remark,
        key=decision.key,
    )  # fmt: skip


def may_appoint(found: Waiting, actor: Actor) -> bool:
    """Whether somebody appoints representatives in the section or approves there."""
    rights = (Right.APPOINT_REPRESENTATIVE, Right.APPROVE)
    return found.proposed_by != actor.person_id and any(roles.may(actor, each, found.section_id) for each in rights)


def representatives_told(numbers: Sequence[str], by: PersonId) -> list[Item]:
    """Changes of representatives; nobody decides what they would gain by."""
    found = desk.account_changes("representative_change", by, [int(each) for each in numbers])
    return [_representatives(each) for each in found]


def _representatives(found: dict[str, Any]) -> Item:
    now = {each["person_id"]: each["name"] for each in desk.represented_by(found["account"])}
    named = {**now, **names.names([*found["added"], *found["removed"], *found["suspended"], *found["reinstated"]])}
    gone = {*found["removed"], *found["suspended"]}
    after = [each for each in dict.fromkeys([*now, *found["added"], *found["reinstated"]]) if each not in gone]

    def said(people: Any) -> str:
        return ", ".join(named.get(each, str(each)) for each in people) or _("nobody")

    lines = (
        Line(_("Account"), f"{found['account_name']} · {found['account']}"),
        Line(_("Representatives"), said(after), said(now)),
        *(Line(_("Suspended"), said(found["suspended"])) for _each in found["suspended"][:1]),
    )
    what = f"{found['account_name']}: {said(now)} → {said(after)}"
    return Item(
        "representative_change", str(found["id"]), _("Change of representatives"), what,
        PersonId(found["proposed_by"]), found["proposed_by_name"], found["proposed_at"], None, lines,
    )  # fmt: skip


def decide_representatives(number: str, decision: Decision) -> None:
    """Approve or reject a change of representatives."""
    representatives.decide(
        int(number), approve=decision.approve, by=decision.by, now=decision.now, reason=decision.remark,
        key=decision.key,
    )  # fmt: skip


def trusted_told(numbers: Sequence[str], by: PersonId) -> list[Item]:
    """Changes of trusted accounts."""
    return [_trusted(each) for each in desk.account_changes("trusted_change", by, [int(each) for each in numbers])]


def _trusted(found: dict[str, Any]) -> Item:
    before, after = {
        "trust": (_("not trusted"), _("trusted")),
        "distrust": (_("trusted"), _("not trusted")),
        "demand": (_("transfers go to any account"), _("transfers go to trusted accounts only")),
        "waive": (_("transfers go to trusted accounts only"), _("transfers go to any account")),
    }[found["change"]]
    label = found["trusted"] or _("Demand")
    lines = (Line(_("Account"), f"{found['account_name']} · {found['account']}"), Line(label, after, before))
    return Item(
        "trusted_change", str(found["id"]), _("Change of trusted accounts"),
        f"{found['account_name']} · {label}: {before} → {after}",
        PersonId(found["proposed_by"]), found["proposed_by_name"], found["proposed_at"], None, lines,
    )  # fmt: skip


def decide_trusted(number: str, decision: Decision) -> None:
    """Approve or reject a change of trusted accounts."""
    trusted_accounts.decide(
        int(number), approve=decision.approve, by=decision.by, now=decision.now, reason=decision.remark,
        key=decision.key,
    )  # fmt: skip
