"""Certificates as files: the JSON itself, or the PDF that has it attached."""

from __future__ import annotations

import re
import zlib
from typing import Any

from article6.domain.canonical import NotCanonical, parse
from article6.transparency.certificates import CertificateWrong, Flaw

FILE_BYTES = 64 * 1024 * 1024
"""Bytes at most of a file that is read, and of what is attached to it."""

FILE_NAME = "certificate.json"
"""The name of the attachment."""

DICTIONARY_BYTES = 1_000
"""Bytes at most of the description of an attachment in a PDF."""

_EMBEDDED = re.compile(rb"/Type\s*/EmbeddedFile\b")
_STREAM = re.compile(rb">>\s*stream\r?\n")


def read(content: bytes) -> Any:
    """The certificate in a file's bytes; what it says is to be believed only after `certificates.verify`.

    Raises:
        CertificateWrong: there is none in it.
    """
    if len(content) > FILE_BYTES:
        raise CertificateWrong(Flaw.FORMAT, f"{len(content):,} bytes")
    if b"%PDF-" in content[:1024]:
        content = _attached(content)
    try:
        return parse(content)
    except NotCanonical as error:
        raise CertificateWrong(Flaw.FORMAT, str(error)) from error


def _attached(pdf: bytes) -> bytes:
    """The one file that is attached to a PDF. Streams never stand within others, so they are found by their shape."""
    found = [each for each in (_stream(pdf, named.start()) for named in _EMBEDDED.finditer(pdf)) if each]
    if len(found) != 1:
        raise CertificateWrong(Flaw.FORMAT, f"{len(found)} files are attached to the PDF")
    [(about, start)] = found
    if not re.search(rb"/Filter\s*\[?\s*/FlateDecode\b", about):
        length = re.search(rb"/Length\s+([0-9]{1,10})\b(?!\s+[0-9]+\s+R)", about)
        if length is None or b"/Filter" in about:
            raise CertificateWrong(Flaw.FORMAT, "the PDF keeps its attachment in a form that is not read here")
        return pdf[start : start + int(length[1])]
    inflating = zlib.decompressobj()
    try:
        content = inflating.decompress(pdf[start:], FILE_BYTES)
    except zlib.error as error:
        raise CertificateWrong(Flaw.FORMAT, "the attachment is damaged") from error
    if not inflating.eof:
        raise CertificateWrong(Flaw.FORMAT, "the attachment is damaged, or too large")
    return content


def _stream(pdf: bytes, within: int) -> tuple[bytes, int] | None:
    """The description around this place, and where the stream below it begins."""
    begins = pdf.rfind(b" obj", max(0, within - DICTIONARY_BYTES), within)
    ends = _STREAM.search(pdf, within, within + DICTIONARY_BYTES)
    return (pdf[begins : ends.start()], ends.end()) if begins >= 0 and ends else None
