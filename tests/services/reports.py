"""A small world of reports that Parties submit: that of the checks' tests, with the people who submit it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from reporting.worlds import Documents, documents

from article6.domain.kinds import Kind, Role
from article6.domain.orders import PersonId
from article6.services import people, registry, submissions
from article6.services.submissions import Upload

DAY = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
SECTIONS = ("CHE", "GHA", "SWE", "VUT")


@dataclass
class Portal:
    """The international registry: Root administers, Ama represents Ghana, Lea Switzerland, Cy audits Ghana."""

    root: PersonId
    ama: PersonId
    lea: PersonId
    sections: dict[str, int]
    given: Documents
    days: int = 0

    def submit(self, name: str, *, by: PersonId | None = None, **more: Any) -> dict[str, Any]:
        """Submit one of the world's reports, a day later than the one before."""
        self.days += 1
        moment = DAY + timedelta(days=self.days)
        return submissions.submit(upload(name, self.given[name], **more), by=by or self.root, now=moment)

    def revise(self, name: str, version: str, change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """Change a report and submit it as a newer version."""
        document = json.loads(json.dumps(self.given[name]))
        document["submission"]["SubmissionVersion"] = version
        change(document)
        self.given[name] = document
        return self.submit(name)

    def all(self) -> None:
        for name in self.given:
            self.submit(name)


def upload(name: str, document: dict[str, Any], **more: Any) -> Upload:
    return Upload(f"{name}.json", json.dumps(document).encode(), **more)


def found_portal(kind: Kind = Kind.INTERNATIONAL, *, is_public: bool = False) -> Portal:
    identity = registry.RegistryIdentity(kind, "INT", "International registry", is_public=is_public, is_practice=True)
    root = registry.init(identity, administrator=("root", "Root"), now=DAY)
    sections = registry.add_sections(SECTIONS, by=root, now=DAY)
    ama, lea = (people.add_person(login, login.title(), by=root, now=DAY) for login in ("ama", "lea"))
    people.give_role(ama, sections["GHA"], Role.REPRESENTATIVE, by=root, now=DAY)
    people.give_role(lea, sections["CHE"], Role.PARTY_ADMINISTRATOR, by=root, now=DAY)
    return Portal(root, ama, lea, sections, documents())
