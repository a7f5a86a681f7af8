"""The PDF of a report, set by Typst: tagged, with title, language and headings (PDF/UA-1), page by page its code.

Fonts: those packaged with Typst (Libertinus Serif, DejaVu Sans Mono) have the letters of English, French, Spanish and
Russian; Noto Naskh Arabic and Noto Serif SC come as packages of their own. Letters of other scripts come from a folder
that the operator names, or from the machine's own fonts.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

import typst

from article6.reporting.documents.model import HEADINGS, NUMERIC, Form, Issue, Report, lines, notes, shown

ROWS_AT_MOST = 5_000
"""Rows that a document shows; more are for a workbook."""

WIDE = 6
"""A table with more columns makes the document's pages lie."""

FONTS = ("Libertinus Serif", "Noto Naskh Arabic", "Noto Serif SC", "DejaVu Sans", "DejaVu Sans Mono")
"""In order of preference; what one lacks the next has, then any other font that is found."""

FONT_PACKAGES = ("pylopdf_fonts_ar", "pylopdf_fonts_zh_cn")
"""Packages that hold font files and nothing else that is used."""

MISSING_LETTER = re.compile(r'the text `"(.+?)"` could not be displayed')
"""What Typst says, when it is held to PDF/UA-1, of a letter that no font has."""

FROM_RIGHT_TO_LEFT = frozenset({"ar"})
"""Languages that are read from right to left."""

TEMPLATE = r"""
#let it = json(bytes(sys.inputs.report))
#set document(title: it.title, author: it.author, keywords: (it.code,), date: auto)
#set text(lang: it.lang, region: it.region, dir: if it.rtl { rtl } else { ltr }, font: it.fonts, size: 9.5pt,
  number-type: "lining", fallback: true, top-edge: 0.66em)
#set par(leading: 0.6em)
#let near = if it.rtl { right } else { left }
#let ink = rgb("#14324a")
#let faint = rgb("#5c6b78")
// Numbers, moments and codes are read from left to right in every language.
#let exact(cell) = if type(cell) == str { cell } else { text(dir: ltr, cell.ltr) }
#set page(paper: "a4", flipped: it.flipped, margin: (x: 18mm, top: 20mm, bottom: 20mm),
  footer: context {
    set text(size: 8pt, fill: faint)
    grid(columns: (1fr, auto), align: (start, end),
      [#it.words.code: #text(font: ("DejaVu Sans Mono",), size: 7.5pt, it.code)],
      [#it.words.page #counter(page).display() #it.words.of #counter(page).final().first()])
  })
#show heading.where(level: 1): set text(size: 19pt, fill: ink)
#show heading.where(level: 2): set text(size: 12.5pt, fill: ink)
#show heading.where(level: 2): set block(above: 1.6em, below: 0.7em)
#show table.cell.where(y: 0): set text(weight: "bold")

#text(size: 9pt, fill: faint, it.author)
#heading(level: 1, it.title)
#v(2mm)
#block(width: 100%, stroke: (top: 0.8pt + ink, bottom: 0.4pt + faint), inset: (y: 6pt))[
  #set text(size: 9pt)
  #for (label, value, mono) in it.lines [
    #grid(columns: (46mm, 1fr), gutter: 4pt, align: near, text(fill: faint, label),
      if mono { text(font: ("DejaVu Sans Mono",), size: 7.5pt, exact(value)) } else { exact(value) })
  ]
]
#for part in it.tables {
  heading(level: 2, part.title)
  if part.rows.len() == 0 { text(fill: faint, it.words.nothing) } else {
    set text(size: if part.columns.len() > 8 { 7pt } else { 8.5pt }, hyphenate: true)
    set par(justify: false)
    table(
      columns: part.widths.map(each => if each == 0 { auto } else { each * 1fr }),
      align: (x, y) => if part.numeric.at(x) { right } else { near },
      stroke: (x, y) => (bottom: if y == 0 { 0.8pt + ink } else { 0.3pt + rgb("#c9d2d9") }),
      inset: (x: 5pt, y: 3.2pt),
      table.header(..part.columns),
      ..part.rows.flatten().map(exact),
    )
  }
}
#if it.notes.len() > 0 {
  heading(level: 2, it.words.notes)
  list(..it.notes)
}
"""


class LettersMissing(Exception):
    """No font has these letters."""

    def __init__(self, letters: Sequence[str]) -> None:
        self.letters = tuple(letters)
        super().__init__(" ".join(letters))


def write_pdf(report: Report, issue: Issue, file: BinaryIO, fonts: Iterable[Path] = ()) -> None:
    """One document, which has no more rows than `ROWS_AT_MOST`; its caller has seen to that.

    `fonts` are folders with further fonts.

    Raises:
        LettersMissing: nothing was written; a document never shows a box where a letter should be.
    """
    say = issue.translate
    language, _hyphen, rest = issue.language.partition("-")
    told = {
        "title": say(report.title),
        "author": report.name,
        "code": issue.code,
        "lang": language,
        "rtl": language in FROM_RIGHT_TO_LEFT,
        "region": "CN" if rest == "hans" else None,
        "fonts": FONTS,
        "flipped": any(len(each.columns) > WIDE for each in report.tables),
        "lines": [[label, exact(value), value in (issue.code, issue.digest)] for label, value in lines(report, issue)],
        "words": {key: say(text) for key, text in HEADINGS.items()},
        "notes": notes(report, say),
        "tables": [
            {
                "title": say(each.title),
                "columns": [say(column.title) for column in each.columns],
                "numeric": [column.form in NUMERIC for column in each.columns],
                # Short cells are never broken; what has words shares the rest of the line.
                "widths": [
                    (2 if column.form is Form.TERM else 1) if column.form in (Form.TEXT, Form.TERM) else 0
                    for column in each.columns
                ],
                "rows": [
                    [exact(shown(cell, column.form, say)) for cell, column in zip(row, each.columns, strict=True)]
                    for row in each.rows
                ],
            }
            for each in report.tables
        ],
    }
    file.write(compiled(TEMPLATE, {"report": json.dumps(told, ensure_ascii=False)}, issue.at, fonts))


def exact(text: str) -> str | dict[str, str]:
    """A text that is read from left to right whatever the language: it has no letter, or none from right to left."""
    classes = {unicodedata.bidirectional(letter) for letter in text}
    return text if not text or classes & {"R", "AL"} else {"ltr": text}


def _packaged() -> list[Path]:
    """Folders of the packages that hold fonts."""
    found = [find_spec(name) for name in FONT_PACKAGES]
    return [Path(each) for spec in found if spec for each in spec.submodule_search_locations or ()]


@cache
def known_fonts(folders: tuple[str, ...]) -> typst.Fonts:
    """The fonts below the folders, and the machine's own; looked for once."""
    return typst.Fonts(font_paths=list(folders))


def compiled(
    template: str, inputs: dict[str, str], at: datetime, fonts: Iterable[Path] = (), *, is_archive: bool = False
) -> bytes:
    """A document of PDF/UA-1, and where it `is_archive` of PDF/A-3a, which may have files attached.

    Raises:
        LettersMissing: no font has a letter of it.
    """
    folders = tuple(str(each) for each in (*_packaged(), *fonts))
    try:
        return typst.compile(
            template.encode(),
            format="pdf",
            font_paths=known_fonts(folders),
            sys_inputs=inputs,
            pdf_standards=["ua-1", "a-3a"] if is_archive else ["ua-1"],
            timestamp=at.replace(microsecond=0),
        )
    except typst.TypstError as error:
        missing = MISSING_LETTER.findall(str(getattr(error, "diagnostic", error)))
        if not missing:
            raise
        raise LettersMissing(list(dict.fromkeys(missing))) from error
