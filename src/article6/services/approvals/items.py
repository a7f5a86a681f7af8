"""What one thing that waits is, whatever it is about."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from article6.domain.orders import Actor, PersonId
from article6.services.rehearsals import Preview
from article6.store.queries.waiting import Waiting


@dataclass(frozen=True, slots=True)
class Line:
    """A line of what is proposed; `before` where it changes something that is otherwise now."""

    label: str
    value: str
    before: str | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a person may decide as the second one.

    `title` is its kind, `what` what it is in a few words. `may_bulk`: it may be approved among others.
    """

    subject: str
    number: str
    title: str
    what: str
    proposed_by: PersonId
    proposed_by_name: str
    at: datetime
    expires_at: datetime | None = None
    lines: tuple[Line, ...] = ()
    may_bulk: bool = False
    transaction_id: int | None = None

    @property
    def token(self) -> str:
        """Stands for exactly what is shown; another token says that it changed meanwhile."""
        said = (self.title, self.what, self.proposed_by, self.lines)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says to an item: yes, or no and why; `remark` is the reason or a comment.

    Where the subject asks for it: `moment` from when on it holds (None: at once), `kids` thumbprints to compare with.
    """

    approve: bool
    remark: str
    by: PersonId
    now: datetime
    key: str
    moment: datetime | None = None
    kids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject: who may decide it, how what waits is told by its numbers, how it is decided, and, in the ledger,
    what an approval would do.

    `keeps_comment`: what the second person remarks is kept with an approval too, and not with a rejection only.
    `may_reject`: it can be turned down; where not, what nobody approves stays a draft. `asks` are particulars of a
    `Decision` that an approval can name besides.
    """

    name: str
    title: str
    may: Callable[[Waiting, Actor], bool]
    told: Callable[[Sequence[str], PersonId], Sequence[Item]]
    decide: Callable[[str, Decision], Any]
    may_bulk: bool = False
    preview: Callable[[str, PersonId, datetime], Preview] | None = None
    keeps_comment: bool = True
    may_reject: bool = True
    asks: tuple[str, ...] = ()
