"""Changes of roles, account requests, representatives and trusted accounts that wait for a second person."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from article6.domain import roles
from article6.domain.kinds import Role
from article6.domain.orders import PersonId
from article6.domain.roles import Right
from article6.services import account_requests, representatives, role_changes, sight, trusted_accounts
from article6.services.approvals.items import Decision, Item, Line
from article6.services.proposals import PROPOSED
from article6.services.titles import account_title
from article6.store.queries import desk, facts, registries
from article6.store.queries import lookup as names

AT_MOST = 200


def _actor(by: PersonId) -> Any:
    with sight.seeing(sight.EVERYTHING):
        return facts.actor(by)


def role_changes_waiting(by: PersonId) -> list[Item]:
    """Changes of roles that the person may approve: another proposed them, and the person gains nothing by them."""
    with sight.seeing(sight.EVERYTHING):
        found = role_changes.listed(by)
    return [
        _role_change(each) for each in found
        if each["status"] == PROPOSED and each["proposed_by"] != by
        and (each["change"] == "take" or each["person_id"] != by)
    ]  # fmt: skip


def _role_change(found: dict[str, Any]) -> Item:
    title = _(roles.ROLES[Role(found["role"])].title) if found["role"] else ""
    section = found["section"] or _("all sections")
    until = f" ({found['until']:%Y-%m-%d})" if found["until"] else ""
    none = _("not this role")
    before, after = {
        "give": (none, f"{title}{until}"),
        "take": (title, none),
        "reinstate": (_("suspended"), _("active")),
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


def requests_waiting(by: PersonId) -> list[Item]:
    """Requests for accounts that the person may decide."""
    actor = _actor(by)
    found = [each for each in account_requests.listed(by) if each["status"] == PROPOSED and each["proposed_by"] != by]
    own = registries.sections()
    may = [each for each in found if roles.may(actor, Right.DECIDE_ACCOUNT_REQUEST, own.get(each["section"], -1))]
    known = names.names([each["proposed_by"] for each in may])
    return [_request(each, known.get(each["proposed_by"], ""), by) for each in may[:AT_MOST]]


def _request(found: dict[str, Any], name: str, by: PersonId) -> Item:
    whole = account_requests.shown(found["id"], by)
    documents = ", ".join(f"{each['kind']} {each['reference']}" for each in whole["documents"])
    lines = [
        Line(_("Account"), found["name"], _("none")),
        Line(_("Type"), account_title(found["type"])),
        Line(_("Section"), found["section"]),
        Line(_("Legal name"), whole["legal_name"]),
        Line(_("Country of incorporation"), whole["country"]),
        Line(_("Identification number"), whole["identification_number"]),
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


def representatives_waiting(by: PersonId) -> list[Item]:
    """Changes of representatives that the person may approve."""
    actor = _actor(by)
    rights = (Right.APPOINT_REPRESENTATIVE, Right.APPROVE)
    return [
        _representatives(each) for each in desk.account_changes("representative_change", by, AT_MOST)
        if any(roles.may(actor, right, each["section_id"]) for right in rights)
        and by not in (each["proposed_by"], *each["added"], *each["reinstated"])
    ]  # fmt: skip


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


def trusted_waiting(by: PersonId) -> list[Item]:
    """Changes of trusted accounts that the person may approve."""
    actor = _actor(by)
    return [
        _trusted(each) for each in desk.account_changes("trusted_change", by, AT_MOST)
        if each["proposed_by"] != by
        and not [*roles.may_approve(actor, each["section_id"], each["is_representative"])]
    ]  # fmt: skip


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
