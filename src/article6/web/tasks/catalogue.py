"""All guided tasks, in the order in which they are offered."""

from __future__ import annotations

from article6.web.tasks.abroad import TransferAbroad
from article6.web.tasks.accounts import OpenAccount, RequestAccount
from article6.web.tasks.approaches import RecordApproach
from article6.web.tasks.authorizing import Authorize, Change, Lay, Revoke, Withdraw
from article6.web.tasks.cers import TakeOver
from article6.web.tasks.correcting import OpenCase, ProposeRemedy
from article6.web.tasks.entities import Onboard
from article6.web.tasks.issuing import Issue, IssueA64, IssueCredits
from article6.web.tasks.labelling import StateLabel
from article6.web.tasks.model import Task
from article6.web.tasks.moves import Cancel, Retire, Transfer, TransferToSection

TASKS: tuple[type[Task], ...] = (
    Transfer, TransferToSection, TransferAbroad, Cancel, Retire,
    RecordApproach, Issue, IssueA64, IssueCredits, StateLabel, TakeOver, Authorize, Lay, Change, Withdraw, Revoke,
    OpenAccount, RequestAccount, Onboard,
    OpenCase, ProposeRemedy,
)  # fmt: skip

BY_SLUG = {each.slug: each for each in TASKS}
