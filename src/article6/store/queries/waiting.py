"""What waits for a second person, of all subjects, in one query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from article6.domain.orders import PersonId
from article6.store.database import numbers, rows
from article6.store.sqlfiles import statement

Sections = frozenset[int] | None
"""Sections in which a right is held; None: in all."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Where a person may be the second one: approve, administer, appoint representatives, decide requests for accounts,
    change roles."""

    approve: Sections
    administer: Sections
    appoint: Sections
    requests: Sections
    roles: Sections


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits: what the right to decide it hangs on. `is_representative`: of its account; None: nobody is,
    or it is about none. Of a change of roles `person_id` is who gains or loses by it, `is_taken` that it is a loss."""

    subject: str
    number: str
    section_id: int
    is_representative: bool | None
    proposed_by: PersonId
    person_id: PersonId | None
    is_taken: bool


def waiting(
    person_id: PersonId, rights: Rights, limit: int, *, not_alone: Iterable[str], administrators: str,
    subject: str = "", number: str = "",
) -> list[Waiting]:  # fmt: skip
    """What waits in sight for anybody with these rights, and was not proposed by the person; of each subject at most
    `limit`, those that end first first. Types of transactions in `not_alone` are parts of something else."""
    found = rows(
        statement("waiting"),
        {
            "person": person_id, "approve": _array(rights.approve), "administer": _array(rights.administer),
            "appoint": _array(rights.appoint), "requests": _array(rights.requests), "roles": _array(rights.roles),
            "not_alone": list(not_alone), "administrators": administrators, "subject": subject, "number": number,
            "limit": limit,
        },
    )  # fmt: skip
    return [Waiting(*each) for each in found]


def _array(sections: Sections) -> str | None:
    return None if sections is None else numbers(sorted(sections))
