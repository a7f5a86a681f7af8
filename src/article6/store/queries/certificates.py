"""Certificates that were issued."""

from __future__ import annotations

from typing import Any

from article6.store.database import records

_LISTED = """SELECT c.id, c.code, s.code AS section, c.transaction_id, c.digest, c.at
    FROM certificate c JOIN section s ON s.id = c.section_id"""


def by_code(code: str) -> dict[str, Any] | None:
    """A certificate in sight: id, code, section, transaction_id, digest (bytes), at, content (text), signature."""
    found = records(f"{_LISTED.replace('c.at', 'c.at, c.content, c.signature', 1)} WHERE c.code = %s", (code,))
    return found[0] if found else None


def of_transaction(transaction_id: int, limit: int) -> list[dict[str, Any]]:
    """The certificates in sight of a transaction, newest first, without their contents."""
    return records(f"{_LISTED} WHERE c.transaction_id = %s ORDER BY c.id DESC LIMIT %s", (transaction_id, limit))


def by_id(number: int) -> dict[str, Any] | None:
    """As `by_code`."""
    found = records(f"{_LISTED.replace('c.at', 'c.at, c.content, c.signature', 1)} WHERE c.id = %s", (number,))
    return found[0] if found else None
