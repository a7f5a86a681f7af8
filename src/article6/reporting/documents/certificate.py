"""The PDF of a certificate: a page for people, a QR code, and the certificate itself attached, so that the one file is
enough. PDF/UA-1 and PDF/A-3a."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import segno

from article6.domain.refusals import N_
from article6.reporting.documents.model import Translate
from article6.reporting.documents.typeset import FONTS, FROM_RIGHT_TO_LEFT, compiled, exact

ROWS_AT_MOST = 300
"""Blocks of units that the pages show; all of them stand in what is attached."""

WORDS = {
    "first": N_("First unit"),
    "last": N_("Last unit"),
    "units": N_("Units"),
    "about": N_("What was recorded"),
    "which": N_("Which units"),
    "proof": N_("How to check it"),
    "more": N_("Further blocks stand in the attached certificate."),
    "how": N_(
        "This page proves nothing by itself. The attached certificate does: keep this file as it is, and check it with "
        "the command below, or on the registry's page, to which the code leads. Compare the key with the one that the "
        "registry publishes."
    ),
    "attached": N_("The certificate, to be checked"),
    "code": N_("Address of the page that checks this certificate, and its digest"),
    "page": N_("Page"),
    "of": N_("of"),
}

TEMPLATE = r"""
#let it = json(bytes(sys.inputs.told))
#set document(title: it.title, author: it.author, keywords: (it.number,), date: auto)
#set text(lang: it.lang, region: it.region, dir: if it.rtl { rtl } else { ltr }, font: it.fonts, size: 10pt,
  number-type: "lining", fallback: true, top-edge: 0.66em)
#set par(leading: 0.62em)
#let ink = rgb("#14324a")
#let faint = rgb("#5c6b78")
#let mono = ("DejaVu Sans Mono",)
#let near = if it.rtl { right } else { left }
// Numbers, moments and codes are read from left to right in every language.
#let exact(cell) = if type(cell) == str { cell } else { text(dir: ltr, cell.ltr) }
#set page(paper: "a4", margin: (x: 20mm, top: 20mm, bottom: 20mm),
  footer: context {
    set text(size: 8pt, fill: faint)
    grid(columns: (1fr, auto), align: (start, end), text(font: mono, size: 7.5pt, it.number),
      [#it.words.page #counter(page).display() #it.words.of #counter(page).final().first()])
  })
#show heading.where(level: 1): set text(size: 22pt, fill: ink)
#show heading.where(level: 2): set text(size: 12.5pt, fill: ink)
#show heading.where(level: 2): set block(above: 1.7em, below: 0.8em)
#show table.cell.where(y: 0): set text(weight: "bold")
#let fields(lines) = for (label, value, code) in lines {
  grid(columns: (46mm, 1fr), gutter: 4pt, align: near, text(fill: faint, label),
    if code { text(font: mono, size: 7.5pt, exact(value)) } else { exact(value) })
}

#pdf.attach("certificate.json", bytes(sys.inputs.certificate), relationship: "source", mime-type: "application/json",
  description: it.words.attached)
#grid(columns: (1fr, 34mm), gutter: 8mm,
  [#text(size: 10pt, fill: faint, it.author)
   #heading(level: 1, it.title)
   #v(1mm)
   #text(size: 15pt, fill: ink, it.quantity)
   #v(0mm)
   #text(size: 10pt, it.subtitle)],
  if sys.inputs.qr != "" { align(end, image(bytes(sys.inputs.qr), format: "svg", width: 34mm, alt: it.words.code)) })

#heading(level: 2, it.words.about)
#fields(it.lines)
#heading(level: 2, it.words.which)
#set text(size: 9pt)
#table(
  columns: (1fr, 1fr, auto),
  align: (near, near, right),
  stroke: (x, y) => (bottom: if y == 0 { 0.8pt + ink } else { 0.3pt + rgb("#c9d2d9") }),
  inset: (x: 5pt, y: 3.4pt),
  table.header(it.words.first, it.words.last, it.words.units),
  ..it.rows.map(row => {
    let (first, last, units) = row.map(exact)
    (text(font: mono, size: 7.5pt, first), text(font: mono, size: 7.5pt, last), units)
  }).flatten(),
)
#if it.is_cut { text(fill: faint, it.words.more) }
#heading(level: 2, it.words.proof)
#text(it.words.how)
#v(1mm)
#fields(it.proof)
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page shows. `lines` and `proof` are label, value and whether it is set as code; `rows` are the first
    and last identifier and the number of units; `code` is what the QR code holds ('': there is
    none), `certificate` what is attached."""

    number: str
    title: str
    subtitle: str
    quantity: str
    author: str
    lines: Sequence[tuple[str, str, bool]]
    rows: Sequence[tuple[str, str, str]]
    proof: Sequence[tuple[str, str, bool]]
    code: str
    certificate: str
    language: str
    translate: Translate
    at: datetime


def write_pdf(sheet: Sheet, file: BinaryIO, fonts: Iterable[Path] = ()) -> None:
    """The document. `fonts` are folders with further fonts.

    Raises:
        LettersMissing: nothing was written; a document never shows a box where a letter should be.
    """
    language, _hyphen, rest = sheet.language.partition("-")
    told: dict[str, Any] = {
        "number": sheet.number,
        "title": sheet.title,
        "subtitle": sheet.subtitle,
        "quantity": sheet.quantity,
        "author": sheet.author,
        "lang": language,
        "rtl": language in FROM_RIGHT_TO_LEFT,
        "region": "CN" if rest == "hans" else None,
        "fonts": FONTS,
        "lines": _exact(sheet.lines),
        "rows": [[exact(cell) for cell in row] for row in sheet.rows[:ROWS_AT_MOST]],
        "is_cut": len(sheet.rows) > ROWS_AT_MOST,
        "proof": _exact(sheet.proof),
        "words": {key: sheet.translate(text) for key, text in WORDS.items()},
    }
    inputs = {
        "told": json.dumps(told, ensure_ascii=False),
        "qr": picture(sheet.code) if sheet.code else "",
        "certificate": sheet.certificate,
    }
    file.write(compiled(TEMPLATE, inputs, sheet.at, fonts, is_archive=True))


def _exact(lines: Sequence[tuple[str, str, bool]]) -> list[tuple[str, Any, bool]]:
    return [(label, exact(value), is_code) for label, value, is_code in lines]


def picture(text: str) -> str:
    """A QR code as SVG, with its quiet zone; a seventh of it may be damaged."""
    drawn = segno.make_qr(text, error="m", boost_error=True)
    file = io.BytesIO()
    drawn.save(file, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, nl=False)
    return file.getvalue().decode()
