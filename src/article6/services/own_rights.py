"""What a person may do at all, in one section or another: for pages, which lead nobody to a closed door."""

from __future__ import annotations

from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Refused
from article6.domain.roles import ROLES, Right
from article6.services.sight import EVERYTHING, seeing
from article6.store.queries import facts


def anywhere(person_id: PersonId | None) -> frozenset[Right]:
    """The rights that the person's roles give in any section; none for a stranger, or one who is suspended."""
    if person_id is None:
        return frozenset()
    try:
        with seeing(EVERYTHING):
            held = {role for _section_id, role in facts.actor(person_id).roles}
    except Refused:
        return frozenset()
    return frozenset(right for role in held for right in ROLES[role].rights)


def everywhere(person_id: PersonId | None) -> frozenset[Right]:
    """The rights that the person's roles give in all of the registry; none for a stranger, or one who is suspended."""
    if person_id is None:
        return frozenset()
    try:
        with seeing(EVERYTHING):
            held = {role for section_id, role in facts.actor(person_id).roles if section_id == ANY_SECTION}
    except Refused:
        return frozenset()
    return frozenset(right for role in held for right in ROLES[role].rights)
