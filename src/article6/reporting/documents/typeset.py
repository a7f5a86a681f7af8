"""The PDF of a report, set by Typst: tagged, with title, language and headings (PDF/UA-1), page by page its code.

Fonts: those packaged with Typst (Libertinus Serif, DejaVu Sans Mono) have the letters of English, French, Spanish and
Russian, and plain Arabic; Chinese, and good Arabic, come from the machine's own fonts.
"""

from __future__ import annotations

import json
from typing import BinaryIO

import typst

from article6.reporting.documents.model import HEADINGS, NUMERIC, Form, Issue, Report, lines, notes, shown

ROWS_AT_MOST = 5_000
"""Rows that a document shows; more are for a workbook."""

WIDE = 6
"""A table with more columns makes the document's pages lie."""

FONTS = ("Libertinus Serif", "Noto Naskh Arabic", "Noto Serif CJK SC", "Source Han Serif SC", "Droid Sans Fallback",
         "DejaVu Sans", "DejaVu Sans Mono")  # fmt: skip
"""In order of preference; what one lacks the next has. A machine need not have any but the packaged ones."""

MISSING_LETTER = "could not be displayed"
"""What Typst says, when it is held to PDF/UA-1, of a letter that no font has."""

TEMPLATE = r"""
#let it = json(bytes(sys.inputs.report))
#set document(title: it.title, author: it.author, keywords: (it.code,), date: auto)
#set text(lang: it.lang, region: it.region, dir: if it.lang == "ar" { rtl } else { ltr }, font: it.fonts, size: 9.5pt,
  number-type: "lining", fallback: true)
#set par(leading: 0.6em)
#let ink = rgb("#14324a")
#let faint = rgb("#5c6b78")
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
    #grid(columns: (46mm, 1fr), gutter: 4pt, text(fill: faint, label),
      if mono { text(font: ("DejaVu Sans Mono",), size: 7.5pt, value) } else { value })
  ]
]
#for part in it.tables {
  heading(level: 2, part.title)
  if part.rows.len() == 0 { text(fill: faint, it.words.nothing) } else {
    set text(size: if part.columns.len() > 8 { 7pt } else { 8.5pt }, hyphenate: true)
    set par(justify: false)
    table(
      columns: part.widths.map(each => if each == 0 { auto } else { each * 1fr }),
      align: (x, y) => if part.numeric.at(x) { end } else { start },
      stroke: (x, y) => (bottom: if y == 0 { 0.8pt + ink } else { 0.3pt + rgb("#c9d2d9") }),
      inset: (x: 5pt, y: 3.2pt),
      table.header(..part.columns),
      ..part.rows.flatten(),
    )
  }
}
#if it.notes.len() > 0 {
  heading(level: 2, it.words.notes)
  list(..it.notes)
}
"""


def write_pdf(report: Report, issue: Issue, file: BinaryIO) -> None:
    """One document, which has no more rows than `ROWS_AT_MOST`; its caller has seen to that."""
    say = issue.translate
    language, _hyphen, rest = issue.language.partition("-")
    told = {
        "title": say(report.title),
        "author": report.name,
        "code": issue.code,
        "lang": language,
        "region": "CN" if rest == "hans" else None,
        "fonts": FONTS,
        "flipped": any(len(each.columns) > WIDE for each in report.tables),
        "lines": [[label, value, value in (issue.code, issue.digest)] for label, value in lines(report, issue)],
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
                    [shown(cell, column.form, say) for cell, column in zip(row, each.columns, strict=True)]
                    for row in each.rows
                ],
            }
            for each in report.tables
        ],
    }
    file.write(_set(json.dumps(told, ensure_ascii=False), issue))


def _set(told: str, issue: Issue) -> bytes:
    """The PDF; where no font has a letter, one with a box in its place, which is tagged and not of the standard."""
    try:
        return _compiled(told, issue, is_of_standard=True)
    except typst.TypstError as error:
        if MISSING_LETTER not in str(error):
            raise
        return _compiled(told, issue, is_of_standard=False)


def _compiled(told: str, issue: Issue, *, is_of_standard: bool) -> bytes:
    return typst.compile(
        TEMPLATE.encode(),
        format="pdf",
        sys_inputs={"report": told},
        pdf_standards=["ua-1"] if is_of_standard else [],
        timestamp=issue.at.replace(microsecond=0),
    )
