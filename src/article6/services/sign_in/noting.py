"""The audit of signing in. It names people by their numbers and holds no address, no login and no secret."""

from __future__ import annotations

from datetime import datetime

from article6.domain.orders import PersonId
from article6.store import persons, sign_in


def began(person_id: PersonId, now: datetime) -> None:
    """Somebody signed in, with everything that was asked for."""
    sign_in.note(person_id, "session.began", f"person:{person_id}", now)


def ended(person_id: PersonId, now: datetime) -> None:
    """Somebody signed out."""
    sign_in.note(person_id, "session.ended", f"person:{person_id}", now)


def confirmed(person_id: PersonId, now: datetime) -> None:
    """Somebody who was signed in showed again who it is."""
    sign_in.note(person_id, "session.confirmed", f"person:{person_id}", now)


def failed(login: str, now: datetime) -> None:
    """A password was wrong. A login that nobody has is not written down: people type passwords into that field."""
    person_id = persons.by_login(login) if login and "\0" not in login else None
    sign_in.note(None, "session.failed", f"person:{person_id or 'unknown'}", now)


def failed_second(person_id: PersonId, now: datetime) -> None:
    """The password was right, and the second factor wrong."""
    sign_in.note(None, "session.second_factor_failed", f"person:{person_id}", now)


def second_use(person_id: PersonId, now: datetime) -> None:
    """A code of an authenticator app was right, and was used before."""
    sign_in.note(None, "session.code_used_again", f"person:{person_id}", now)


def held_off(now: datetime) -> None:
    """There were too many attempts from one address, or with one login."""
    sign_in.note(None, "session.held_off", "person:unknown", now)


def refused(person_id: PersonId | None, view: str, now: datetime) -> None:
    """A page was refused to somebody; `view` is its name, not its address."""
    sign_in.note(person_id, "access.refused", f"page:{view}", now)


def factor(person_id: PersonId, what: str, act: str, now: datetime) -> None:
    """`what` is `second_factor` (an app), `passkey` or `recovery_codes`; `act` is added, removed, renewed or used."""
    sign_in.note(person_id, f"{what}.{act}", f"person:{person_id}", now)


def new_browser(person_id: PersonId, now: datetime) -> None:
    """Somebody signed in in a browser in which that person never did before."""
    sign_in.note(person_id, "session.new_browser", f"person:{person_id}", now)


def address_changed(person_id: PersonId, now: datetime) -> None:
    """Somebody changed where mail is sent to."""
    sign_in.note(person_id, "person.address_set", f"person:{person_id}", now)


def by_operator(person_id: PersonId, act: str, named_by: PersonId | None, now: datetime) -> None:
    """An operator did something at the server; `named_by` is the person in whose name, None where none was named."""
    sign_in.note(named_by, f"operator.{act}", f"person:{person_id}", now)


def password_changed(person_id: PersonId, now: datetime) -> None:
    """Somebody changed the own password."""
    sign_in.note(person_id, "person.password_set", f"person:{person_id}", now)
