"""The exercises of a training, as data: for each role what to do, where, and which question tells that it is done.

`question` names one of `store.queries.training`: it is asked of the registry's own records, never of a click. Seed 002
(capacity building) asks for training that administrators of registries can run by themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from article6.domain.kinds import Role
from article6.domain.refusals import N_

PASSWORD_IS = "practice makes a registry"  # noqa: S105  # it opens a registry for practice alone
"""Everybody's password in a practice registry; it opens nothing else."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Who takes part: `party` is the section of the role, '' all of them. `job` says what the person does, in words."""

    login: str
    name: str
    job: str
    role: Role
    party: str = ""


@dataclass(frozen=True, slots=True)
class Exercise:
    """What a participant does. `steps` are done one after the other; `page` is where they begin. `asks`: the
    participant gives an answer, and the question is asked with it."""

    code: str
    login: str
    title: str
    why: str
    steps: tuple[str, ...]
    page: str
    question: str
    asks: str = ""


CAST = (
    Participant("administrator", "Practice administrator", N_("Registry administrator"), Role.ADMINISTRATOR),
    Participant("administrator2", "Second administrator", N_("Second administrator"), Role.ADMINISTRATOR),
    Participant(
        "representative", "Practice representative", N_("Account representative of Ghana"), Role.REPRESENTATIVE, "GHA"
    ),
    Participant("approver", "Practice approver", N_("Approver of Ghana"), Role.APPROVER, "GHA"),
    Participant(
        "authority", "Practice authority", N_("Authorizing authority of Ghana"), Role.PARTY_ADMINISTRATOR, "GHA"
    ),
    Participant("auditor", "Practice auditor", N_("Auditor"), Role.AUDITOR),
    Participant("reporter", "Practice reporter", N_("Reporting officer of Ghana"), Role.PARTY_ADMINISTRATOR, "GHA"),
)

NEWCOMER = Participant("newcomer", "Practice newcomer", N_("Newcomer without a role"), Role.AUDITOR)
"""Somebody to give a role to; takes no part."""

EXERCISES = (
    # --- Registry administrator
    Exercise(
        "administrator-1", "administrator", N_("Give a newcomer a role"),
        N_("Nobody gives a role alone: one asks, a second person approves."),
        (
            N_('Open the page to give a role and ask that "newcomer" becomes auditor in all sections.'),
            N_('Sign out, and sign in as "administrator2" with the same password.'),
            N_('Open the change of roles that waits and approve it. Then sign in as "administrator" again.'),
        ),
        "/administration/roles/give", "role_given_by_two",
    ),
    Exercise(
        "administrator-2", "administrator", N_("Open a holding account"),
        N_("An account stands in a section and has a type that says what it may hold."),
        (N_("Open the task to open an account."), N_("Choose Ghana's section and a holding account, and name it."),
         N_("Look the review over and confirm.")),
        "/tasks/open-account", "account_opened",
    ),
    Exercise(
        "administrator-3", "administrator", N_("Open a section for a Party"),
        N_("What belongs to a Party stands in its own section, out of sight of the others."),
        (N_("Open the page to open a section."), N_("Choose a Party that has none, for example Peru, and confirm.")),
        "/administration/sections/open", "section_opened",
    ),
    Exercise(
        "administrator-4", "administrator", N_("Write a rule and try it on the past"),
        N_("A rule is tried on the transactions of the past before a second administrator puts it in force."),
        (
            N_("Open the page to write a rule."),
            N_('Name it "small-transfers", let it refuse when "order.quantity > 500", and write a message.'),
            N_("Open the rule and try it out. It would have refused some transactions."),
        ),
        "/administration/rules/new", "rule_tried",
    ),
    Exercise(
        "administrator2-1", "administrator2", N_("Approve a change of roles"),
        N_("The second person looks at what the role may do before it holds."),
        (N_("Open the changes of roles and look at the one that waits."), N_("Approve it.")),
        "/administration/role-changes", "role_change_approved",
    ),
    # --- Account representative
    Exercise(
        "representative-1", "representative", N_("Propose a transfer to another Party"),
        N_("The first international transfer of a unit asks for a corresponding adjustment."),
        (N_("Open the task to transfer to another section."),
         N_("Send 100 units from Ghana's holding account to Switzerland's."),
         N_("Read in the review what will follow, and propose it.")),
        "/tasks/transfer-section", "transfer_proposed",
    ),
    Exercise(
        "representative-2", "representative", N_("Withdraw a proposal"),
        N_("What nobody has approved yet can be taken back; its units are free again."),
        (N_("Propose any transfer, or take the one that you proposed before."),
         N_("Open it and withdraw it.")),
        "/approvals", "proposal_withdrawn",
    ),
    Exercise(
        "representative-3", "representative", N_("Cancel units"),
        N_("What is cancelled never comes back."),
        (N_("Open the task to cancel."), N_("Cancel 10 units of Ghana's holding account voluntarily, and confirm.")),
        "/tasks/cancel", "cancellation_asked",
    ),
    Exercise(
        "representative-4", "representative", N_("Ask for an account"),
        N_("Whoever needs an account asks for it; the Party's authority decides."),
        (N_("Open the task to ask for an account."), N_("Fill it in for a holding account of Ghana, and send it.")),
        "/tasks/request-account", "account_asked",
    ),
    # --- Approver
    Exercise(
        "approver-1", "approver", N_("Approve a transfer"),
        N_("Two people see every transfer before units move."),
        (N_("Open your approvals."), N_("Find the transfer of 300 units, read what will follow, and approve it.")),
        "/approvals", "transfer_approved",
    ),
    Exercise(
        "approver-2", "approver", N_("Reject a transfer with a reason"),
        N_("A rejection says why, so that the other can do better."),
        (N_("Open your approvals."), N_("Reject the transfer of 5 000 units: nobody agreed to so many. Say why.")),
        "/approvals", "transfer_rejected",
    ),
    Exercise(
        "approver-3", "approver", N_("See what a first transfer is"),
        N_("The first transfer is marked once for each unit and stays with it."),
        (N_("Approve the transfer of 40 units."), N_("Open the transaction and find the mark of the first transfer.")),
        "/approvals", "first_transfer_made",
    ),
    # --- Authorizing authority
    Exercise(
        "authority-1", "authority", N_("Record an authorization"),
        N_("An authorization says who may use how many outcomes for what."),
        (N_("Open the task to authorize."), N_("Authorize up to 1 000 units of approach CA0001 for use towards NDCs."),
         N_("Look the review over and confirm.")),
        "/tasks/authorize", "authorization_recorded",
    ),
    Exercise(
        "authority-2", "authority", N_("Change an authorization"),
        N_("A change is a new version; what was first transferred before stays under the old one."),
        (N_("Open the task to change an authorization."), N_("Change a particular of GHA-B-1, say why, confirm.")),
        "/tasks/authorization-change", "authorization_changed",
    ),
    Exercise(
        "authority-3", "authority", N_("Register an entity"),
        N_("Entities are identified before they hold accounts or are named in authorizations."),
        (N_("Open the task to onboard an entity."), N_("Fill in a made-up entity with its checks, and confirm.")),
        "/tasks/onboard-entity", "entity_registered",
    ),
    Exercise(
        "authority-4", "authority", N_("Decide a request for an account"),
        N_("Somebody asked for an account of your Party."),
        (N_("Open your approvals."), N_("Look at the request for an account, and approve or reject it.")),
        "/approvals", "account_request_decided",
    ),
    # --- Auditor
    Exercise(
        "auditor-1", "auditor", N_("Find a first transfer"),
        N_("Every unit's life can be followed from its issuance on."),
        (N_("Search for the serial number 1 of Ghana."),
         N_("Find the transaction in which it was first transferred, and write down its number.")),
        "/search?q=GHA+1", "answer_first_transfer", N_("Number of the transaction"),
    ),
    Exercise(
        "auditor-2", "auditor", N_("Find who approved"),
        N_("The audit trail names who did what, when."),
        (N_("Open the audit trail and filter by the transaction that you found."),
         N_("Write down the login of who approved it.")),
        "/administration/audit", "answer_approver", N_("Login"),
    ),
    Exercise(
        "auditor-3", "auditor", N_("Add up what was used"),
        N_("What is used towards an NDC stands in a retirement account."),
        (N_("Open the accounts and find Switzerland's retirement account."),
         N_("Write down how many units were used towards its NDC.")),
        "/accounts", "answer_used", N_("Units"),
    ),
    Exercise(
        "auditor-4", "auditor", N_("Take note of a notice"),
        N_("The registry tells sections what concerns them; somebody says that it was read."),
        (N_("Open the notices."), N_("Acknowledge one.")),
        "/administration/notices", "notice_acknowledged",
    ),
    # --- Reporting officer
    Exercise(
        "reporter-1", "reporter", N_("Explain a row"),
        N_("Figures come from the ledger; people explain them."),
        (N_("Open the report of Ghana on 2025 in the workspace."), N_("Explain a row of table 3.")),
        "/workspace/GHA/2025", "row_explained",
    ),
    Exercise(
        "reporter-2", "reporter", N_("Mark something as confidential"),
        N_("What is marked is left out of the public copies."),
        (N_("Mark a field of a row as confidential, and give the reason."),),
        "/workspace/GHA/2025/mark", "cell_marked",
    ),
    Exercise(
        "reporter-3", "reporter", N_("Freeze a version"),
        N_("A version is kept for ever as it was."),
        (N_("Look at the pre-check."), N_("Freeze version 1.0.")),
        "/workspace/GHA/2025/freeze", "version_frozen",
    ),
    Exercise(
        "reporter-4", "reporter", N_("Submit the report"),
        N_("The Article 6 database checks it at once against what others reported."),
        (N_("Open the versions."), N_("Submit version 1.0, and read the result.")),
        "/workspace/GHA/2025/versions", "report_submitted",
    ),
    Exercise(
        "reporter-5", "reporter", N_("Freeze a second version"),
        N_("A correction is a new version; both can be compared."),
        (N_("Explain another row."), N_("Freeze the next version, and compare it with the first.")),
        "/workspace/GHA/2025/freeze", "second_version_frozen",
    ),
)  # fmt: skip

BY_CODE: Mapping[str, Exercise] = MappingProxyType({each.code: each for each in EXERCISES})
