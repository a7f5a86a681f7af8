"""Whose eyes the ledger is read with. PostgreSQL holds everybody to it, whatever a query forgets (store/sql/sight.sql).

A door says at the beginning of each request who reads, or that an act is to be judged: the rules judge an act on all of
the registry, and answer for who may ask for it.
"""

from __future__ import annotations

from functools import lru_cache

from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, invariant, refused
from article6.store import database
from article6.store.database import EVERYTHING, NOTHING, seeing
from article6.store.queries import facts, registries, representatives
from article6.store.queries.lookup import database_name

__all__ = ["EVERYTHING", "NOTHING", "seeing"]


def of(person_id: PersonId | None) -> str:
    """What a person may see: the sections of the person's roles, and of the accounts that the person represents; None
    is a stranger, who sees what is public.

    Raises:
        Refused: there is no such person, or the person is suspended.
    """
    if person_id is None:
        return NOTHING
    with seeing(EVERYTHING):
        sections = {section_id for section_id, _role in facts.actor(person_id).roles}
        sections |= representatives.sections(person_id)
    return EVERYTHING if ANY_SECTION in sections else database.sight_of_sections(sections)


def see_as(person_id: PersonId | None) -> None:
    """Read with this person's eyes until the request is over.

    Raises:
        Refused: as for `of`.
    """
    database.see(of(person_id))


def see_everything() -> None:
    """Read with the rules' eyes until the request is over: for acts, which are judged."""
    database.see(EVERYTHING)


def shows(section_id: int) -> bool:
    """Whether what belongs to this section is in sight now."""
    now = database.sight()
    return now == EVERYTHING or str(section_id) in now.strip("{}").split(",") or _is_public(database_name())


def is_whole() -> bool:
    """Whether all of the ledger is in sight now: the sight is not narrowed, or the registry is public."""
    return database.sight() == EVERYTHING or _is_public(database_name())


def be_whole() -> None:
    """For computations that would be wrong, and not just shorter, if a part of the ledger were out of sight."""
    invariant(
        database.sight() == EVERYTHING, "this is computed over the whole ledger, and a part of it is out of sight"
    )


def see_for_report(party: str) -> None:
    """Read with the eyes a Party's report needs, until the request is over: it tells of its units in all sections.

    Raises:
        Refused: the Party's section is not in sight (`person.not_permitted`).
    """
    section_id = registries.sections().get(party)
    if section_id is None or not shows(section_id):
        raise refused(Code.PERSON_NOT_PERMITTED, party)
    see_everything()


@lru_cache(maxsize=64)
def _is_public(_database: str) -> bool:
    # A registry is opened to the public when it is founded, and never after.
    found = registries.identity()
    if found is None:
        raise refused(Code.REGISTRY_MISSING)
    return bool(found["is_public"])
