"""Administration of the registry."""

from __future__ import annotations

from django.urls import URLPattern

from article6.web.acts import Act, view_of
from article6.web.routes import behind_door
from article6.web.views.administration import (
    keys,
    law,
    law_acts,
    network,
    network_acts,
    people,
    reconciliations,
    running,
    running_acts,
    start,
)


def _act(route: str, act: type[Act], name: str) -> URLPattern:
    return behind_door(route, view_of(act), name)


_PEER = "administration/network/peers/<str:code>"
_CASE = "administration/network/reconciliations/<str:case>"
_PERSON = "administration/people/<int:number>"
_CHANGE = "administration/role-changes/<int:number>"

_PEOPLE = [
    behind_door("administration/people", people.everybody, "admin-people"),
    behind_door(_PERSON, people.person, "admin-person"),
    _act(f"{_PERSON}/suspend", people.Suspend, "admin-person-suspend"),
    _act(f"{_PERSON}/reinstate", people.Reinstate, "admin-person-reinstate"),
    _act(f"{_PERSON}/roles/<str:section>/<str:role>/take", people.TakeRole, "admin-role-take"),
    _act("administration/roles/give", people.GiveRole, "admin-role-give"),
    behind_door("administration/role-changes", people.changes, "admin-role-changes"),
    behind_door(_CHANGE, people.change, "admin-role-change"),
    _act(f"{_CHANGE}/withdraw", people.WithdrawChange, "admin-role-change-withdraw"),
]

_NETWORK = [
    behind_door("administration/network", network.network, "admin-network"),
    _act("administration/network/offer", network_acts.Offer, "admin-peer-offer"),
    _act("administration/network/key", network_acts.MakeKey, "admin-key"),
    behind_door(_PEER, network.peer, "admin-peer"),
    _act(f"{_PEER}/withdraw", network_acts.Withdraw, "admin-peer-withdraw"),
    _act(f"{_PEER}/suspend", network_acts.Suspend, "admin-peer-suspend"),
    _act(f"{_PEER}/resume", network_acts.Resume, "admin-peer-resume"),
    _act(f"{_PEER}/end", network_acts.End, "admin-peer-end"),
    _act(f"{_PEER}/test", network_acts.Test, "admin-peer-test"),
    _act(f"{_PEER}/compare", network_acts.Compare, "admin-peer-compare"),
    behind_door("administration/network/messages", network.messages, "admin-messages"),
    behind_door("administration/network/messages/<str:direction>/<int:number>", network.message, "admin-message"),
    behind_door("administration/network/evidence", network.evidence, "admin-evidence"),
    behind_door("administration/network/alerts", network.alerts, "admin-alerts"),
    _act("administration/network/alerts/<int:number>/seen", network_acts.SeeAlert, "admin-alert-seen"),
    behind_door("administration/network/reconciliations", reconciliations.listed, "admin-reconciliations"),
    behind_door(_CASE, reconciliations.case, "admin-reconciliation"),
    _act(f"{_CASE}/resolve", network_acts.Resolve, "admin-reconciliation-resolve"),
    _act(f"{_CASE}/sign", network_acts.SignTheirs, "admin-reconciliation-sign"),
]

_DECLARATION = "administration/types/<str:subject>/<str:name>/<int:version>"
_RULE = "administration/rules/<str:name>/<int:version>"
_FEE = "administration/fees/<int:number>"

_LAW = [
    behind_door("administration/sections", law.sections, "admin-sections"),
    _act("administration/sections/open", law_acts.OpenSection, "admin-section-open"),
    behind_door("administration/types", law.types, "admin-types"),
    _act("administration/types/new", law_acts.Declare, "admin-declaration-new"),
    behind_door(_DECLARATION, law.declaration, "admin-declaration"),
    _act(f"{_DECLARATION}/retire", law_acts.RetireDeclaration, "admin-declaration-retire"),
    behind_door("administration/nomenclatures", law.lists, "admin-nomenclatures"),
    _act("administration/nomenclatures/import", law_acts.TakeOver, "admin-nomenclature-import"),
    behind_door("administration/nomenclatures/lists/<str:name>", law.one_list, "admin-nomenclature"),
    behind_door("administration/rules", law.rules, "admin-rules"),
    _act("administration/rules/new", law_acts.WriteRule, "admin-rule-new"),
    behind_door(_RULE, law.rule, "admin-rule"),
    _act(f"{_RULE}/try", law_acts.TryRule, "admin-rule-try"),
    _act(f"{_RULE}/retire", law_acts.RetireRule, "admin-rule-retire"),
]

_RUNNING = [
    behind_door("administration/fees", running.fees, "admin-fees"),
    _act("administration/fees/new", running_acts.Invoice, "admin-fee-new"),
    behind_door(_FEE, running.fee, "admin-fee"),
    _act(f"{_FEE}/pay", running_acts.Pay, "admin-fee-pay"),
    _act(f"{_FEE}/refund", running_acts.GiveBack, "admin-fee-refund"),
    behind_door("administration/jobs", running.work, "admin-jobs"),
    _act("administration/schedules/new", running_acts.Schedule, "admin-schedule-new"),
    _act("administration/schedules/<int:number>/end", running_acts.EndSchedule, "admin-schedule-end"),
    behind_door("administration/log", running.log, "admin-log"),
    behind_door("administration/keys", keys.keys, "admin-keys"),
    _act("administration/keys/log/replace", keys.ProposeRotation, "admin-log-key"),
    _act("administration/keys/log/<int:number>/withdraw", keys.WithdrawRotation, "admin-log-key-withdraw"),
    behind_door("administration/audit", running.audit, "admin-audit"),
    behind_door("administration/notices", running.told, "admin-notices"),
    _act("administration/notices/<int:number>/read", running_acts.ReadNotice, "admin-notice-read"),
]

ROUTES: list[URLPattern] = [
    behind_door("administration", start.start, "admin"),
    *_PEOPLE,
    *_NETWORK,
    *_LAW,
    *_RUNNING,
]
