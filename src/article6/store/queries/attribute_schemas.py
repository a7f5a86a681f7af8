"""Schemas of further attributes that administrators declared."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from article6.store.database import records, row, rows


def by_name(subject: str, names: Iterable[str]) -> dict[str, tuple[dict[str, Any], date, date | None]]:
    """Of the versions named (`cookstove/2`): schema, first day, and the first day of the next version, if any."""
    found = rows(
        """SELECT s.name || '/' || s.version, s.schema, s.valid_from,
                  (SELECT min(n.valid_from) FROM attribute_schema n
                   WHERE n.subject = s.subject AND n.name = s.name AND n.version > s.version)
           FROM attribute_schema s WHERE s.subject = %s AND s.name || '/' || s.version = ANY (%s)""",
        (subject, sorted(set(names))),
    )
    return {name: (schema, valid_from, until) for name, schema, valid_from, until in found}


def latest(subject: str, name: str) -> tuple[int, date] | None:
    """Version and first day of the newest version under this name."""
    found = row(
        """SELECT version, valid_from FROM attribute_schema WHERE subject = %s AND name = %s
           ORDER BY version DESC LIMIT 1""",
        (subject, name),
    )
    return (found[0], found[1]) if found else None


def listed() -> list[dict[str, Any]]:
    """subject, name, version, schema, valid_from, source, recorded_at of every version."""
    return records(
        """SELECT subject, name, version, schema, valid_from, source, recorded_at FROM attribute_schema
           ORDER BY subject, name, version"""
    )
