"""How each person wants the pages, and in which language the person reads."""

from __future__ import annotations

from article6.domain.orders import PersonId
from article6.store.database import EVERYTHING, people_in_sight, refusals_translated, row

_NOTHING = ("", None, "")


def of(person_id: PersonId) -> tuple[str, str | None, str]:
    """Language ('' where none was chosen), appearance (None where none was), and the language last read in."""
    with people_in_sight(str(person_id)):
        found = row("SELECT language, appearance, read_in FROM preference WHERE person_id = %s", (person_id,))
    return (found[0], found[1], found[2]) if found else _NOTHING


def language_for_letters(person_id: PersonId) -> str:
    """The language chosen, else the one last read in, else ''."""
    with people_in_sight(EVERYTHING):
        found = row("SELECT COALESCE(NULLIF(language, ''), read_in) FROM preference WHERE person_id = %s", (person_id,))
    return str(found[0]) if found else ""


def choose_language(person_id: PersonId, language: str) -> None:
    with people_in_sight(str(person_id)), refusals_translated():
        row(
            """INSERT INTO preference (person_id, language) VALUES (%s, %s)
               ON CONFLICT (person_id) DO UPDATE SET language = EXCLUDED.language RETURNING 1""",
            (person_id, language),
        )


def choose_appearance(person_id: PersonId, appearance: str) -> None:
    with people_in_sight(str(person_id)), refusals_translated():
        row(
            """INSERT INTO preference (person_id, appearance) VALUES (%s, %s)
               ON CONFLICT (person_id) DO UPDATE SET appearance = EXCLUDED.appearance RETURNING 1""",
            (person_id, appearance),
        )


def read_in(person_id: PersonId, language: str) -> None:
    """Remember in which language the person last signed in."""
    with people_in_sight(str(person_id)), refusals_translated():
        row(
            """INSERT INTO preference (person_id, read_in) VALUES (%s, %s)
               ON CONFLICT (person_id) DO UPDATE SET read_in = EXCLUDED.read_in RETURNING 1""",
            (person_id, language),
        )
