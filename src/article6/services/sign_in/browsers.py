"""Browsers in which people sign in: one that is new to a person is written down, and the person is told."""

from __future__ import annotations

import hashlib
from datetime import datetime

from article6.domain.orders import PersonId
from article6.services import letters
from article6.services.letters import Kind
from article6.services.sign_in import noting
from article6.store import letters as store


def signed_in(person_id: PersonId, mark: str, device: str, now: datetime) -> bool:
    """Somebody has signed in in the browser that keeps this mark; whether it is a new one to that person.

    The digest is of the person, too: the database does not tell that two people use one browser.
    """
    digest = hashlib.sha256(f"{person_id}:{mark}".encode()).digest()
    if store.knows_browser(person_id, digest, now):
        return False
    noting.new_browser(person_id, now)
    letters.write(person_id, Kind.NEW_BROWSER, now, device=device)
    return True
