"""The catalogues: nothing of their scope is left untranslated, and what is read is what was written."""

from __future__ import annotations

import gettext
import io
import re

import catalogues
import pytest
from django.conf import settings
from django.utils.translation import to_locale

from article6.cli.issued_reports import LANGUAGES

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|%%")
each_language = pytest.mark.parametrize("language", catalogues.LANGUAGES)


def test_there_is_a_catalogue_for_each_language_but_english() -> None:
    offered = {to_locale(code) for code, _title in settings.LANGUAGES} - {"en"}
    assert set(catalogues.LANGUAGES) == offered
    folders = {path.name for path in (catalogues.SOURCE / "locale").iterdir() if path.is_dir()}
    assert folders == offered
    assert set(LANGUAGES) == {code for code, _title in settings.LANGUAGES}  # of the command line


@each_language
def test_every_text_of_the_scope_is_translated_and_no_other(language: str) -> None:
    """`make messages` puts a new text into the .po files; somebody translates it."""
    known = {(each.context, each.id): each for each in catalogues.catalogue(language) if each.id}
    wanted = {(context, (text, plural) if plural else text) for context, text, plural in catalogues.messages()}
    assert set(known) == wanted
    empty = [each.id for each in known.values() if not catalogues.is_translated(each.string) or each.fuzzy]
    assert empty == []


@each_language
def test_a_translation_has_the_places_of_its_text(language: str) -> None:
    catalogue = catalogues.catalogue(language)
    for each in catalogue:
        if not each.id:
            continue
        ids = each.id if isinstance(each.id, tuple) else (each.id,)
        said = each.string if isinstance(each.string, tuple) else (each.string,)
        assert len(said) == (catalogue.num_plurals if len(ids) > 1 else 1), ids
        wanted = sorted(PLACEHOLDER.findall(ids[-1]))
        assert sorted(PLACEHOLDER.findall(said[-1])) == wanted, (ids[-1], said[-1])
        for one in said:
            # The form for one may say the number in a word.
            assert set(PLACEHOLDER.findall(one)) <= set(wanted), (ids[-1], one)
            # Chinese is written without blanks.
            assert ends(one) == ends(ids[0]) or language == "zh_Hans", (ids[0], one)


def ends(text: str) -> tuple[bool, bool]:
    """Whether a text begins and ends with a blank."""
    return text[:1].isspace(), text[-1:].isspace()


@each_language
def test_what_the_program_reads_is_what_people_wrote(language: str) -> None:
    """`make messages` compiles; nobody edits a .mo file."""
    written = gettext.GNUTranslations(io.BytesIO(catalogues.compiled(catalogues.catalogue(language))))
    with catalogues.po(language).with_suffix(".mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert vars(read)["_catalog"] == vars(written)["_catalog"]
    assert len(vars(read)["_catalog"]) > len(catalogues.messages())


def test_texts_are_found_wherever_they_are_said() -> None:
    found = catalogues.messages()
    assert (None, "Account statement", None) in found  # marked with N_ in the law
    assert (None, "Skip to the content", None) in found  # a template's
    assert (None, "run by %(operator)s", None) in found  # with a value in it
    assert ("number", "%s billion", None) in found  # with a context
    assert (None, "%s unit", "%s units") in found  # with a plural
