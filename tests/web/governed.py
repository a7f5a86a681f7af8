"""What administrators have begun, so that the pages of the administration have something to show."""

from __future__ import annotations

from datetime import datetime

from web.sample import Sample

from article6.domain.declarations import Subject
from article6.domain.kinds import Role
from article6.domain.report_kinds import Rhythm
from article6.services import business_rules, declarations, people
from article6.services.business_rules import NewRule
from article6.services.declarations import NewDeclaration
from article6.services.reports import scheduling
from article6.services.reports.scheduling import NewSchedule

ELSEWHERE = frozenset(
    {
        # Pages of other registries, of a training, and of what stands otherwise here: browser/test_administration.py.
        "admin-alert-seen", "admin-message", "admin-peer", "admin-peer-compare",
        "admin-peer-withdraw", "admin-role-change-withdraw", "admin-log-key-withdraw",
        "admin-peer-end", "admin-peer-resume", "admin-peer-suspend", "admin-peer-test",
        "admin-reconciliation", "admin-reconciliation-resolve", "admin-reconciliation-sign", "admin-fee",
        "admin-fee-pay", "admin-fee-refund",
        "admin-declaration-retire", "admin-person-reinstate", "admin-rule-try", "training",
        "training-everybody", "training-feedback", "training-reset", "workspace-compare", "workspace-submit",
    }
)  # fmt: skip
"""Pages of the administration, the workspace and the training to which this registry has no link."""


def with_administration(made: Sample, at: datetime) -> Sample:
    """A rule that was tried and one in force, a declaration, a role that waits for a second person, a schedule; of a
    third administrator, Dela, so that Ama can decide."""
    dela = people.add_person("dela", "Dela", by=made.ama, now=at)
    gia = people.add_person("gia", "Gia", by=made.ama, now=at)
    people.give_role(dela, 0, Role.ADMINISTRATOR, by=made.ama, now=at)
    people.give_role(gia, 0, Role.AUDITOR, by=dela, now=at)
    for name in ("large-transfers", "held-rule"):
        rule = NewRule(name, "order.quantity > 1000000", "Too many units at once.", "House rule 1")
        business_rules.draft(rule, by=dela, now=at)
        business_rules.try_out(name, by=dela, now=at)
    business_rules.approve("held-rule", by=made.ama, now=at)
    for name, number in (("project_holding", 150), ("second_holding", 151)):
        content = {"title": "Project account", "number": number, "holds": ["MO", "ITMO"]}
        declarations.draft(NewDeclaration(Subject.ACCOUNT_TYPE, name, content), by=dela, now=at)
    declarations.approve(Subject.ACCOUNT_TYPE, "second_holding", by=made.ama, now=at)
    suspended = people.add_person("efe", "Efe", by=made.ama, now=at)
    people.suspend(suspended, by=made.ama, now=at)
    new = NewSchedule("voluntary_cancellations", Rhythm.MONTH, "GHA", Role.PARTY_ADMINISTRATOR)
    scheduling.schedule(new, by=made.ama, now=at)
    return made
