"""Write the catalogues of the languages anew: `make messages`, or `python docs/catalogues.py`.

For each language, `src/article6/locale/<language>/LC_MESSAGES/django.po` is what people translate and `django.mo` what
the program reads. This takes the texts of `SCOPE` out of the sources, puts new ones into the .po files (empty), takes
out those that nobody says any more, and compiles. Needs Babel (a tool of development), not GNU gettext.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[1] / "src" / "article6"
LANGUAGES = {"ar": "ar", "zh_Hans": "zh_Hans", "fr": "fr", "ru": "ru", "es": "es"}
"""Folders of the catalogues, and their languages to Babel; English is in the sources."""

SCOPE = (
    "config/*.py",
    "domain/**/*.py",
    "exchange/**/*.py",
    "reporting/**/*.py",
    "services/**/*.py",
    "transparency/**/*.py",
    "web/**/*.py",
    "web/templates/**/*.html",
)
"""What is translated into every language: pages, reports, refusals, findings of checks. The command line is not."""

Key = tuple[str | None, str, str | None]
"""A message: its context, its id, its plural."""

_CALLS = {
    "N_": (), "_": (), "gettext": (), "gettext_lazy": (), "ngettext": ("plural",), "pgettext": ("context",),
    "pgettext_lazy": ("context",),     "npgettext": ("context", "plural"),
}  # fmt: skip
_IN_TEMPLATE = re.compile(r"(?<![\w.])(_|n?p?gettext)\(")


def messages() -> dict[Key, list[str]]:
    """The texts of `SCOPE` with the files that say them."""
    found: dict[Key, list[str]] = {}
    for pattern in SCOPE:
        paths = sorted(SOURCE.glob(pattern))
        if not paths:
            raise FileNotFoundError(pattern)
        for path in paths:
            text = path.read_text(encoding="utf-8")
            calls = _of_module(text) if path.suffix == ".py" else _of_template(text)
            for key in calls:
                places = found.setdefault(key, [])
                name = str(path.relative_to(SOURCE))
                if name not in places:
                    places.append(name)
    return found


def _of_module(text: str) -> Iterator[Key]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            said = [each.value for each in node.args if isinstance(each, ast.Constant)]
            texts = [each for each in said if isinstance(each, str)]
            if name in _CALLS and len(texts) > len(_CALLS[name]):
                yield _key(name, texts)


def _of_template(text: str) -> Iterator[Key]:
    """Django writes a template as calls among X's; each call's texts are literals of Python."""
    calls = templatize(text)
    for match in _IN_TEMPLATE.finditer(calls):
        yield _key(match[1], _literals(calls[match.end() :]))


def _literals(text: str) -> list[str]:
    found = []
    literal = re.compile(r"""\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*,?""", re.DOTALL)
    at = 0
    while match := literal.match(text, at):
        found.append(str(ast.literal_eval(match[1])))
        at = match.end()
    return found


def _key(call: str, texts: list[str]) -> Key:
    context = texts.pop(0) if call.startswith(("p", "np")) else None
    return context, texts[0], texts[1] if call.startswith(("n", "np")) else None


def po(language: str) -> Path:
    """The file that people translate."""
    return SOURCE / "locale" / language / "LC_MESSAGES" / "django.po"


def catalogue(language: str) -> Catalog:
    """What the .po file says; empty where there is none."""
    path = po(language)
    if not path.exists():
        return Catalog(locale=LANGUAGES[language], domain="django")
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGES[language], domain="django")


def compiled(known: Catalog) -> bytes:
    """The catalogue as the program reads it."""
    file = io.BytesIO()
    write_mo(file, known)
    return file.getvalue()


def renewed(language: str) -> Catalog:
    """The catalogue with the texts of today: translations are kept, new texts empty, others gone."""
    before = catalogue(language)
    after = Catalog(
        locale=LANGUAGES[language], domain="django", project="article6", version="0.1", charset="utf-8",
        copyright_holder="The article6 contributors", fuzzy=False, header_comment=before.header_comment,
        creation_date=before.creation_date, revision_date=before.creation_date,
        last_translator="The article6 project", language_team="The article6 project",
        msgid_bugs_address="see docs/how-to/translate.md",
    )  # fmt: skip
    for (context, text, plural), places in sorted(messages().items(), key=lambda each: (each[1], each[0][1])):
        known = before.get(text, context)
        message_id = (text, plural) if plural else text
        locations = [(place, 0) for place in places]
        after.add(message_id, known.string if known else None, locations=locations, context=context)
    return after


def main() -> int:
    for language in LANGUAGES:
        after = renewed(language)
        path = po(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, after, width=120, include_lineno=False)
        path.with_suffix(".mo").write_bytes(compiled(after))
        empty = [each.id for each in after if each.id and not is_translated(each.string)]
        print(f"{language}: {len(after)} texts, {len(empty)} not translated")
        for text in empty[:5]:
            print(f"    {text}")
    return 0


def is_translated(said: str | tuple[str, ...] | list[str] | None) -> bool:
    """Whether a translation, and each of its plural forms, is there."""
    return all(said) and bool(said) if isinstance(said, tuple | list) else bool(said)


if __name__ == "__main__":
    sys.exit(main())
