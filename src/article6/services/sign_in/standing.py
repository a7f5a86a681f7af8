"""Whether somebody who signed in with a password may go on, or has to set a second factor first."""

from __future__ import annotations

from article6.domain import roles
from article6.domain.orders import PersonId
from article6.store import sign_in


def has_second_factor(person_id: PersonId) -> bool:
    """Whether the person has an authenticator app or a passkey."""
    return sign_in.standing(person_id)[2]


def must_enrol(person_id: PersonId) -> bool:
    """Whether the person may do more than read, and has no second factor. Practice registries do not ask."""
    held, represents, has_factor = sign_in.standing(person_id)
    return not has_factor and (represents or roles.acts(held))
