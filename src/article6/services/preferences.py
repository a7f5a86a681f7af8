"""How each person wants the pages, at whatever browser; letters are in the same language."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, refused
from article6.store import preferences

APPEARANCES = ("", "light", "dark")
"""What can be chosen; '' leaves it to the machine."""


@dataclass(frozen=True, slots=True)
class Preference:
    """`language` '' and `appearance` None: the person never chose."""

    language: str = ""
    appearance: str | None = None


def of(person_id: PersonId) -> Preference:
    """What the person chose."""
    language, appearance, _read_in = preferences.of(person_id)
    return Preference(language if language in _languages() else "", appearance)


def choose(person_id: PersonId, *, language: str | None = None, appearance: str | None = None) -> None:
    """Keep what the person chose; None leaves that as it is.

    Raises:
        Refused: there are no pages in this language, or no such appearance.
    """
    if language is not None and language not in _languages():
        raise refused(Code.REQUEST_MALFORMED, "language", language[:20])
    if appearance is not None and appearance not in APPEARANCES:
        raise refused(Code.REQUEST_MALFORMED, "appearance", appearance[:20])
    if language is not None:
        preferences.choose_language(person_id, language)
    if appearance is not None:
        preferences.choose_appearance(person_id, appearance)


def signed_in(person_id: PersonId, language: str) -> None:
    """The person has signed in, reading in this language: letters are in it where the person chose none."""
    if language in _languages():
        preferences.read_in(person_id, language)


def language_of_letters(person_id: PersonId) -> str:
    """The language in which the person is written to."""
    found = preferences.language_for_letters(person_id)
    return found if found in _languages() else str(settings.LANGUAGE_CODE)


def _languages() -> frozenset[str]:
    return frozenset(dict(settings.LANGUAGES))
