"""The inbox of approvals over all its subjects: what is counted is what is listed, and each is decided there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest
from services.network import ITMO, START, URL, Fresh, Network, Registry, network

from article6.domain.account_requests import Document, Identification
from article6.domain.corrections import NewRemedy, Remedy
from article6.domain.declarations import Subject
from article6.domain.kinds import Role
from article6.domain.orders import Order, PersonId
from article6.domain.refusals import Code, Refused
from article6.domain.serials import SeriesRange
from article6.services import (
    account_requests,
    accounts,
    business_rules,
    corrections,
    declarations,
    people,
    representatives,
    role_changes,
    transactions,
    trusted_accounts,
)
from article6.services.account_requests import AccountRequest
from article6.services.accounts import NewAccount
from article6.services.approvals import inbox
from article6.services.approvals.items import Decision, Item
from article6.services.business_rules import NewRule
from article6.services.corrections import NewCase
from article6.services.declarations import NewDeclaration
from article6.services.exchange import instructions, mandates, peers
from article6.services.exchange.instruction_forms import NewInstruction
from article6.services.exchange.mandates import NewMandate
from article6.services.log import rotating
from article6.services.representatives import RepresentativeChange
from article6.store.queries import registries

_keys = itertools.count(1)


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.connect(*ITMO, "instruction")
        yield both


def something_of_everything(net: Network, side: Registry) -> None:
    """Root, and Ama where it is of the ledger, propose one thing of each subject in Ghana's registry."""
    by, now, account = side.root, net.now, side.account.number
    guarded = accounts.open_account(NewAccount("holding", "GHA", "Guarded", needs_approval=True), by=by, now=START)
    transactions.propose(Order("transfer", account, guarded.number, 50), by=side.ama, now=now)
    transactions.propose(Order("transfer", guarded.number, account, 5), by=side.ama, now=now)
    net.send(10, approve=False)
    holder = Identification("Stoves Ltd", "GHA", "C-1", (Document("extract", "file 7", "ab" * 32),))
    account_requests.file(AccountRequest(NewAccount("holding", "GHA", "Stoves"), holder), by=by, now=now)
    change = RepresentativeChange(guarded.number, add=("ama", "bo"))
    representatives.change(change, by=by, now=now)
    trusted_accounts.propose(account, "demand", by=side.ama, now=now)
    people.give_role(side.ama, 0, Role.AUDITOR, by=by, now=now)
    case = corrections.open_case(
        NewCase("a letter", "wrong account", ranges=(SeriesRange(1, 900, 910),)), by=by, now=now
    )
    note = NewRemedy(Remedy.NOTE, remark="Recorded.")
    corrections.propose(int(case["id"]), note, by=by, now=now)
    business_rules.draft(NewRule("large", "order.quantity > 500", "Too many."), by=by, now=now)
    business_rules.try_out("large", by=by, now=now)
    business_rules.draft(NewRule("untried", "order.quantity > 9", "Too many."), by=by, now=now)
    content = {"title": "Escrow", "number": 150, "holds": ["MO"]}
    declarations.draft(NewDeclaration(Subject.ACCOUNT_TYPE, "escrow", content), by=by, now=now)
    new = NewInstruction("CHE01", "GHA", "transfer", account, guarded.number, 4)
    instructions.propose(new, by=side.ama, now=now)
    mandates.give(NewMandate("CHE01", "GHA"), by=by, now=now)
    peers.offer("CHE01", URL["CHE01"], ITMO, by=by, now=now)
    rotating.propose("as every year", timedelta(days=3), by=by, now=now)


def test_of_every_subject_what_is_counted_is_what_is_listed_and_it_is_decided_there(net: Network) -> None:
    with net.at("GHA01") as side:
        everybody = (side.root, side.ana, side.ama, side.bo, _vera(side))
        assert {inbox.count(each) for each in everybody} == {0}
        something_of_everything(net, side)
        listed = {each: inbox.waiting(each) for each in everybody}
        for who, items in listed.items():
            assert inbox.count(who) == len(items), who
            assert all(inbox.waits_for(who, each.subject, each.number) for each in items)
        assert {each.subject for each in listed[side.ana]} == set(inbox.SUBJECTS)
        assert {each.subject for each in listed[side.bo]} > {"transaction", "transfer_out", "trusted_change"}
        assert [each for each in listed[side.bo] if each.subject in ("rule", "peer_offer", "role_change")] == []
        assert listed[side.ama] == []
        # Vera sees no section but Ghana's: the database shows her nothing else.
        seen = {who: {each.subject for each in listed[who]} for who in (everybody[-1], side.bo)}
        assert seen[everybody[-1]] == {*seen[side.bo], "representative_change"}  # by which Bo gains
        assert not [each for each in listed[side.root] if each.proposed_by == side.root]
        for found in listed[side.ana]:
            _decided(net, side.ana, found)
            assert not inbox.waits_for(side.ana, found.subject, found.number), found.subject
        assert {inbox.count(each) for each in everybody} == {0}
        assert "escrow" in declarations.current(net.now).rules.accounts
        assert [each["name"] for each in business_rules.published(net.now)] == ["large"]
        _the_next_versions_show_what_changes(net, side)


def _vera(side: Registry) -> PersonId:
    """An approver of Ghana's section alone."""
    vera = people.add_person("vera", "Vera", by=side.root, now=START)
    section = registries.sections()["GHA"]
    asked = people.give_role(vera, section, Role.APPROVER, by=side.root, now=START)
    role_changes.decide(asked.id or 0, approve=True, by=side.ana, now=START)
    return vera


def _decided(net: Network, by: PersonId, found: Item) -> None:
    subject = inbox.SUBJECTS[found.subject]
    remark = "Looked at." if subject.keeps_comment else ""
    decision = Decision(True, remark, by, net.now, f"key-{next(_keys)}")
    if not subject.may_reject:
        with pytest.raises(Refused) as no:
            inbox.decide(found.subject, found.number, Decision(False, "no", by, net.now, "no"), found.token)
        assert no.value.codes == (Code.REQUEST_MALFORMED,)
    assert inbox.decide(found.subject, found.number, decision, found.token) is not None


def _the_next_versions_show_what_changes(net: Network, side: Registry) -> None:
    business_rules.draft(NewRule("large", "order.quantity > 700", "Too many."), by=side.root, now=net.now)
    business_rules.try_out("large", by=side.root, now=net.now)
    content = {"title": "Escrow account", "number": 150, "holds": ["MO"]}
    declarations.draft(NewDeclaration(Subject.ACCOUNT_TYPE, "escrow", content), by=side.root, now=net.now)
    changed = [
        (each.subject, line.before, line.value)
        for each in inbox.waiting(side.ana) for line in each.lines if line.before is not None
    ]  # fmt: skip
    assert sorted(changed) == [
        ("declaration", "Escrow", "Escrow account"), ("rule", "order.quantity > 500", "order.quantity > 700"),
    ]  # fmt: skip
