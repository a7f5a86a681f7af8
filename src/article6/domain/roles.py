"""Roles: what each may do, as data. Services and rules ask `may`; the manual is written from the same table."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from article6.domain.kinds import Role
from article6.domain.orders import Actor
from article6.domain.refusals import N_, Code, Refusal


class Right(StrEnum):
    """Something that only certain roles may do, in the sections in which they hold."""

    READ = "read"
    PROPOSE = "propose"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    OPEN_ACCOUNT = "open_account"
    SET_ACCOUNT_STATUS = "set_account_status"
    DECIDE_ACCOUNT_REQUEST = "decide_account_request"
    APPOINT_REPRESENTATIVE = "appoint_representative"
    AUTHORIZE = "authorize"
    RECORD_PARTY = "record_party"
    SUBMIT_REPORT = "submit_report"
    RECORD_REVIEW = "record_review"
    IDENTIFY_ENTITY = "identify_entity"
    RECORD_APPROACH = "record_approach"
    OPEN_SECTION = "open_section"
    ADMIT_PERSON = "admit_person"
    CHANGE_ROLE = "change_role"
    CHANGE_VALUES = "change_values"
    CHANGE_RULES = "change_rules"
    FREEZE_REPORT = "freeze_report"
    CORRECT = "correct"
    INSPECT = "inspect"
    INSTRUCT_MECHANISM = "instruct_mechanism"
    RUN_PROGRAMME = "run_programme"
    SCHEDULE_REPORT = "schedule_report"
    CONNECT = "connect"


RIGHTS: Mapping[Right, str] = MappingProxyType(
    {
        Right.READ: N_("read all that belongs to the section"),
        Right.PROPOSE: N_("propose transactions from the section's accounts that have no representatives"),
        Right.APPROVE: N_("approve or reject them as the second person"),
        Right.WITHDRAW: N_("withdraw somebody else's proposal"),
        Right.OPEN_ACCOUNT: N_("open accounts"),
        Right.SET_ACCOUNT_STATUS: N_("block, open and close accounts"),
        Right.DECIDE_ACCOUNT_REQUEST: N_("approve or reject requests for accounts"),
        Right.APPOINT_REPRESENTATIVE: N_("add, remove and suspend representatives of accounts"),
        Right.AUTHORIZE: N_("record the Party's authorizations, their changes and their withdrawal"),
        Right.RECORD_PARTY: N_("record the Party's NDCs, its designated authority and what it submitted"),
        Right.SUBMIT_REPORT: N_("submit the Party's annual information to the Article 6 database, and withdraw it"),
        Right.RECORD_REVIEW: N_("record the status of Article 6 technical expert reviews"),
        Right.IDENTIFY_ENTITY: N_("register, renew and suspend entities, and read what identifies them"),
        Right.RECORD_APPROACH: N_("record cooperative approaches and activities"),
        Right.OPEN_SECTION: N_("open sections for Parties"),
        Right.ADMIT_PERSON: N_("admit and suspend people, give tokens and passwords"),
        Right.CHANGE_ROLE: N_("propose and approve changes of roles"),
        Right.CHANGE_VALUES: N_("change nomenclatures and further attributes"),
        Right.CHANGE_RULES: N_("write, approve and retire business rules"),
        Right.INSPECT: N_("run the audit of the ledger"),
        Right.INSTRUCT_MECHANISM: N_("record instructions, host Parties' statements, participants, CERs and fees"),
        Right.FREEZE_REPORT: N_("freeze versions of the Party's AEF, explain it, and mark what of it is confidential"),
        Right.CORRECT: N_("open, propose and confirm corrective actions"),
        Right.RUN_PROGRAMME: N_("run a crediting programme: labels, buffers, locks"),
        Right.SCHEDULE_REPORT: N_("have reports made by the clock for the people of a section"),
        Right.CONNECT: N_("connect the registry with others, suspend and end it, and read what they said"),
    }
)


@dataclass(frozen=True, slots=True)
class RoleRule:
    """What a role is: its rights, and on what it may be given.

    `of_party` True: in a Party's section only, never in all or in the administrator's. `needs_end`: never without an
    end. `for_machines`: a machine client may hold it.
    """

    role: Role
    title: str
    rights: frozenset[Right]
    clause: str
    of_party: bool = False
    needs_end: bool = False
    for_machines: bool = False


def _rule(role: Role, title: str, *rights: Right, clause: str, **more: bool) -> RoleRule:
    return RoleRule(role, title, frozenset({Right.READ, *rights}), clause, **more)


_OF_A_SECTION = (
    Right.OPEN_ACCOUNT, Right.SET_ACCOUNT_STATUS, Right.DECIDE_ACCOUNT_REQUEST, Right.APPOINT_REPRESENTATIVE,
    Right.AUTHORIZE, Right.RECORD_APPROACH, Right.RECORD_PARTY, Right.IDENTIFY_ENTITY, Right.SUBMIT_REPORT,
    Right.SCHEDULE_REPORT,
    Right.FREEZE_REPORT,
)  # fmt: skip

ROLES: Mapping[Role, RoleRule] = MappingProxyType(
    {
        each.role: each
        for each in (
            _rule(Role.ADMINISTRATOR, N_("Registry administrator"), *Right, clause="6/CMA.4 annex I paras 12, 17"),
            _rule(Role.PARTY_ADMINISTRATOR, N_("Party administrator, by delegation"), *_OF_A_SECTION,
                  clause="7/CMA.4 annex I para 33; seed 003 para 53(b)", of_party=True),
            _rule(Role.REPRESENTATIVE, N_("Account representative"), Right.PROPOSE, Right.SUBMIT_REPORT,
                  clause="7/CMA.4 annex I para 42", for_machines=True),
            _rule(Role.APPROVER, N_("Approver"), Right.APPROVE, clause="6/CMA.4 annex I para 2"),
            _rule(Role.AUDITOR, N_("Auditor"), Right.INSPECT, clause="6/CMA.4 annex I para 21", for_machines=True),
            _rule(Role.REVIEWER, N_("Technical expert reviewer"), Right.RECORD_REVIEW,
                  clause="2/CMA.3 annex paras 25-28", needs_end=True),
            _rule(Role.TRUSTEE, N_("Trustee of the Adaptation Fund"), clause="7/CMA.4 annex I para 60"),
            _rule(Role.SECRETARIAT, N_("Secretariat of the Supervisory Body"), Right.INSTRUCT_MECHANISM,
                  Right.RECORD_REVIEW, clause="7/CMA.4 annex I paras 37-41"),
        )
    }
)  # fmt: skip

HOLDERS: Mapping[Right, frozenset[Role]] = MappingProxyType(
    {right: frozenset(role for role, rule in ROLES.items() if right in rule.rights) for right in Right}
)


def acts(held: Iterable[Role]) -> bool:
    """Whether somebody with these roles does more than read, so that a password alone does not let them in."""
    return any(ROLES[each].rights - {Right.READ} for each in held)


def may(actor: Actor, right: Right, section_id: int) -> bool:
    """Whether one of the actor's roles gives this right in the section (or, ANY_SECTION, in all)."""
    return any(actor.has(role, section_id) for role in HOLDERS[right])


def may_propose(
    actor: Actor, proposers: frozenset[Role], section_id: int, is_representative: bool | None
) -> Iterator[Refusal]:
    """Nothing where the actor may propose what `proposers` may; else why not.

    `is_representative` is None where the source account has no representatives. Where it has, they take the place of
    those who hold the role of representative in the whole section.
    """
    if is_representative is None or Role.REPRESENTATIVE not in proposers:
        if not any(actor.has(role, section_id) for role in proposers):
            yield Refusal(Code.PERSON_NOT_PERMITTED, actor.name)
    elif not is_representative and not any(actor.has(role, section_id) for role in proposers - {Role.REPRESENTATIVE}):
        yield Refusal(Code.PERSON_NOT_REPRESENTATIVE, actor.name)


def may_approve(actor: Actor, section_id: int, is_representative: bool | None) -> Iterator[Refusal]:
    """Nothing where the actor may be the second person; else why not. `is_representative` as in `may_propose`."""
    if actor.is_machine:
        yield Refusal(Code.PERSON_IS_MACHINE, actor.name)
    if is_representative is None:
        if not may(actor, Right.APPROVE, section_id):
            yield Refusal(Code.PERSON_NOT_PERMITTED, actor.name)
    elif not is_representative and not actor.has(Role.ADMINISTRATOR, section_id):
        yield Refusal(Code.PERSON_NOT_REPRESENTATIVE, actor.name)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A role that somebody is to have. `is_of_party` says whether the section is a Party's."""

    role: Role
    is_of_party: bool
    is_machine: bool
    until: datetime | None


def refusals(wanted: Appointment, now: datetime) -> Iterator[Refusal]:
    """Every reason why nobody could have this role so."""
    rule = ROLES[wanted.role]
    if rule.of_party and not wanted.is_of_party:
        yield Refusal(Code.ROLE_OF_PARTY, wanted.role)
    if wanted.is_machine and not rule.for_machines:
        yield Refusal(Code.PERSON_IS_MACHINE, wanted.role)
    if rule.needs_end and wanted.until is None:
        yield Refusal(Code.ROLE_NEEDS_END, wanted.role)
    if wanted.until is not None and wanted.until <= now:
        yield Refusal(Code.REQUEST_MALFORMED, "until", "give a moment to come")
