"""The desk of a person: what waits, what the person proposed and where it stands, accounts, deadlines, notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from article6.domain import corrections, obligations
from article6.domain.orders import PersonId
from article6.domain.refusals import Refused
from article6.domain.roles import Right
from article6.services import account_requests, notices, parties, role_changes, sight
from article6.services.approvals import inbox
from article6.services.exchange import overview, own_keys
from article6.services.possibilities import Standing
from article6.services.titles import account_of, account_title, transaction_title
from article6.store.queries import desk, exchange

ACCOUNTS_SHOWN, PROPOSED_SHOWN, NOTICES_SHOWN = 12, 10, 10
AHEAD = timedelta(days=120)
"""How far ahead a deadline is shown."""

SHOWN_FOR = timedelta(days=90)
"""How long it is shown what the person proposed and somebody decided."""

KEY_ENDS_SOON = timedelta(days=30)


def accounts(standing: Standing, limit: int = ACCOUNTS_SHOWN) -> tuple[list[dict[str, Any]], int]:
    """The person's accounts with their balances, and how many there are."""
    found = desk.accounts(standing.by, standing.own_sections, limit, with_units=True)
    shown = [{**each, "type_title": account_title(each["type"])} for each in found]
    return shown, desk.accounts_count(standing.by, standing.own_sections)


def proposed(by: PersonId, now: datetime, limit: int = PROPOSED_SHOWN) -> list[dict[str, Any]]:
    """What the person proposed that still waits, or lately: title, quantity, source and target (or `what`), status, at,
    expires_at, reason, transaction."""
    found = [
        {
            "title": transaction_title(each["type"]), "quantity": each["quantity"], "status": each["status"],
            "source": account_of(each["source_id"]), "target": account_of(each["target_id"]), "at": each["proposed_at"],
            "expires_at": each["expires_at"], "reason": each["decision_reason"], "transaction": each["id"],
        }
        for each in desk.proposed_by(by, sorted(corrections.TYPES), limit)
    ]  # fmt: skip
    lately = [
        each for each in (*found, *_asked(by)) if each["status"] == "proposed" or each["at"] > now - SHOWN_FOR
    ]  # fmt: skip
    return sorted(lately, key=lambda each: each["at"], reverse=True)[:limit]


def _asked(by: PersonId) -> list[dict[str, Any]]:
    """Requests for accounts and changes of roles that the person asked for."""
    requests = [
        {"title": _("Request for an account"), "what": each["name"], "status": each["status"],
         "at": each["proposed_at"], "reason": each["reason"], "account": each["account"]}
        for each in account_requests.listed(by) if each["proposed_by"] == by
    ]  # fmt: skip
    changes = [
        {"title": _("Change of roles"), "what": f"{each['login']} · {each['section'] or _('all sections')}",
         "status": each["status"], "at": each["proposed_at"], "reason": each["reason"]}
        for each in role_changes.listed(by) if each["proposed_by"] == by
    ]  # fmt: skip
    return [*requests[:PROPOSED_SHOWN], *changes[:PROPOSED_SHOWN]]


def incoming(standing: Standing, limit: int = 10) -> list[dict[str, Any]]:
    """Transfers from other registries into the person's sections that are under way."""
    return [
        each for status in ("proposed", "accepted", "disputed")
        for each in exchange.transfers(2**62, limit, None, status) if each["side"] == "acquirer"
    ][:limit]  # fmt: skip


def deadlines(standing: Standing) -> list[dict[str, Any]]:
    """What the person's Parties owe soon or are late with, and keys that end: what, party, due_on, is_late."""
    today = standing.now.date()
    found = [each for each in _owed(standing, today) if each["due_on"] <= today + AHEAD or each["is_late"]]
    if standing.may(Right.CONNECT):
        found += _keys(standing.now)
    return sorted(found, key=lambda each: each["due_on"])


def _owed(standing: Standing, today: date) -> list[dict[str, Any]]:
    found = []
    for each in standing.sections:
        if not each["party"] or not (standing.own_sections is None or each["id"] in standing.own_sections):
            continue
        if not any(standing.may(right, each["id"]) for right in (Right.SUBMIT_REPORT, Right.RECORD_PARTY)):
            continue
        try:
            owed = parties.obligations(each["party"], on=today)
        except Refused:
            continue
        found += [
            {"what": parties.told(one)["title"], "subject": one.subject, "party": one.party, "due_on": one.due_on,
             "is_late": one.state is obligations.State.OVERDUE}
            for one in owed if one.state is not obligations.State.DONE
        ]  # fmt: skip
    return found


def _keys(now: datetime) -> list[dict[str, Any]]:
    """Own keys of the exchange that end soon with none after them."""
    keys = own_keys.listed()
    last = max((each["until"] for each in keys if each["until"] is not None), default=None)
    if last is None or any(each["until"] is None for each in keys) or last > now + KEY_ENDS_SOON:
        return []
    return [{"what": _("The key with which this registry signs its messages ends"), "subject": "", "party": "",
             "due_on": last.date(), "is_late": last <= now}]  # fmt: skip


def told(by: PersonId, limit: int = NOTICES_SHOWN) -> dict[str, Any]:
    """Notices that nobody acknowledged, and (to those who connect registries) open alerts."""
    try:
        page = notices.listed(by=by, is_open=True, limit=limit)
        found: Mapping[str, Any] = {"notices": page.items, "notices_total": page.total}
    except Refused:
        found = {"notices": [], "notices_total": 0}
    return dict(found)


def alerts(standing: Standing, limit: int = NOTICES_SHOWN) -> list[dict[str, Any]]:
    """Open alerts of the exchange, to who may take note of them."""
    if not standing.may(Right.CONNECT):
        return []
    return [{**each, "sentence": _(each["text"])} for each in overview.alerts(limit=limit).items]


def page(standing: Standing) -> dict[str, Any]:
    """All of a person's desk, read with the person's eyes."""
    by = standing.by
    with sight.seeing(sight.of(by)):
        held, total = accounts(standing)
        return {
            "waiting": inbox.waiting(by),
            "incoming": incoming(standing),
            "proposed": proposed(by, standing.now),
            "accounts": held,
            "accounts_total": total,
            "deadlines": deadlines(standing),
            "alerts": alerts(standing),
            **told(by),
        }
