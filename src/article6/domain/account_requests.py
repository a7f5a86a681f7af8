"""A request for an account: what identifies the holder, and who is to act for it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from article6.domain.entities import DOCUMENT_PARTS, Document
from article6.domain.refusals import Code, Refusal

REPRESENTATIVES_AT_LEAST = 2
"""Where the account asks for a second person."""


@dataclass(frozen=True, slots=True)
class Identification:
    """Who the holder is: legal name, country of incorporation (alpha-3), and its number there.

    `documents` prove it; their files stay where they are.
    """

    legal_name: str
    country: str
    identification_number: str
    documents: tuple[Document, ...]


def refusals(holder: Identification, representatives: int, *, needs_approval: bool) -> Iterator[Refusal]:
    """Every reason why this cannot be asked for. `representatives` is how many different people are to act."""
    for what in ("legal_name", "identification_number"):
        if not getattr(holder, what).strip():
            yield Refusal(Code.ACCOUNT_NOT_IDENTIFIED, what)
    if not re.fullmatch(r"[A-Z]{3}", holder.country):
        yield Refusal(Code.ACCOUNT_NOT_IDENTIFIED, "country", "three letters, as in GHA")
    if not holder.documents:
        yield Refusal(Code.ACCOUNT_NOT_IDENTIFIED, "documents", "name at least one")
    for place, each in enumerate(holder.documents, 1):
        if not each.is_complete:
            yield Refusal(Code.ACCOUNT_NOT_IDENTIFIED, f"document {place}", DOCUMENT_PARTS)
    if needs_approval and representatives < REPRESENTATIVES_AT_LEAST:
        yield Refusal(Code.ACCOUNT_TOO_FEW_REPRESENTATIVES, "representatives", str(representatives))
