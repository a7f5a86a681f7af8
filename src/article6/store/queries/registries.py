"""The registry's identity and its sections."""

from __future__ import annotations

from typing import Any

from article6.store.database import records, rows


def identity() -> dict[str, Any] | None:
    """kind, code, name, operator, is_public, is_practice, remark, created_at; None before `init`."""
    found = records("SELECT kind, code, name, operator, is_public, is_practice, remark, created_at FROM registry")
    return found[0] if found else None


def sections() -> dict[str, int]:
    """The sections' ids by code."""
    return dict(rows("SELECT code, id FROM section ORDER BY code"))


def sections_of_parties() -> set[int]:
    """The ids of the sections that belong to a Party each."""
    return {each[0] for each in rows("SELECT id FROM section WHERE party IS NOT NULL")}


def section_list() -> list[dict[str, Any]]:
    """id, code, party, name, itmo_registry of every section, the administrator's first."""
    return records("SELECT id, code, party, name, itmo_registry FROM section ORDER BY party NULLS FIRST, code")
