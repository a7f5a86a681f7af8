"""Declarations of administrators with the acts on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from article6.domain.declarations import Declaration, Subject
from article6.store.database import records, row, rows


@dataclass(frozen=True, slots=True)
class Approved:
    """An approved version: in force from `since`, until a later one takes its place; retired from `retired_from` on."""

    declaration: Declaration
    since: datetime
    superseded_from: datetime | None
    retired_from: datetime | None

    def moments(self) -> set[datetime]:
        """When it begins to hold and when that changes."""
        return {each for each in (self.since, self.superseded_from, self.retired_from) if each is not None}

    def at(self, now: datetime) -> Declaration | None:
        """The declaration as it stands at a moment; None before it is in force, or where a later version is."""
        if now < self.since or (self.superseded_from is not None and now >= self.superseded_from):
            return None
        return replace(self.declaration, is_retired=self.retired_from is not None and now >= self.retired_from)


def last_act() -> int | None:
    """The id of the last act on a declaration; None where there never was one."""
    found = row("SELECT max(id) FROM declaration_act")
    return found[0] if found else None


def approved() -> list[Approved]:
    """Every version that was ever approved; a later version ends those before."""
    found = rows(
        """SELECT d.subject, d.name, d.version, d.content, a.effective_from,
                  (SELECT min(b.effective_from) FROM declaration n
                   JOIN declaration_act b ON b.declaration_id = n.id AND b.act = 'approved'
                   WHERE n.subject = d.subject AND n.name = d.name AND n.version > d.version),
                  t.effective_from
           FROM declaration d
           JOIN declaration_act a ON a.declaration_id = d.id AND a.act = 'approved'
           LEFT JOIN declaration_act t ON t.declaration_id = d.id AND t.act = 'retired'
           ORDER BY d.id"""
    )
    return [Approved(Declaration(Subject(each[0]), *each[1:4]), *each[4:]) for each in found]


def version_of(subject: Subject, name: str, version: int | None = None) -> dict[str, Any] | None:
    """A version (the newest where none is named) with what was done with it: id, version, content, drafted_by,
    in_force_from, retired_from."""
    found = records(
        f"""{_LISTED} WHERE d.subject = %(subject)s AND d.name = %(name)s
            AND (%(version)s::integer IS NULL OR d.version = %(version)s) ORDER BY d.version DESC LIMIT 1""",
        {"subject": str(subject), "name": name, "version": version},
    )
    return found[0] if found else None


def listed() -> list[dict[str, Any]]:
    """Every version of every declaration with who drafted, approved and retired it, and when."""
    return [
        {name: value for name, value in each.items() if name not in ("id", "drafter")}
        for each in records(f"{_LISTED} ORDER BY d.subject, d.name, d.version")
    ]


_LISTED = """SELECT d.id, d.subject, d.name, d.version, d.content, d.drafted_by AS drafter, p.login AS drafted_by,
    d.drafted_at,
    q.login AS approved_by, a.effective_from AS in_force_from, r.login AS retired_by, t.effective_from AS retired_from
    FROM declaration d
    LEFT JOIN store_person p ON p.id = d.drafted_by
    LEFT JOIN declaration_act a ON a.declaration_id = d.id AND a.act = 'approved'
    LEFT JOIN store_person q ON q.id = a.person_id
    LEFT JOIN declaration_act t ON t.declaration_id = d.id AND t.act = 'retired'
    LEFT JOIN store_person r ON r.id = t.person_id"""
