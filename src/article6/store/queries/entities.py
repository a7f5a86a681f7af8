"""The register of entities, section by section, version by version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from article6.domain.entities import Check, Document, EntityStatus, RegisteredEntity
from article6.store.database import records, rows

_ENTITY = """party, code, version, name, country, identification, documents, checks, valid_until, status, reason"""


def latest(party: str | None = None) -> list[RegisteredEntity]:
    """The entities in sight (of a Party, where one is named) in their latest versions, by Party and code."""
    found = records(
        f"""SELECT {_ENTITY} FROM (SELECT DISTINCT ON (party, code) * FROM entity
                                   WHERE %(party)s::text IS NULL OR party = %(party)s
                                   ORDER BY party, code, version DESC) e ORDER BY party, code""",
        {"party": party},
    )
    return [_as_entity(each) for each in found]


def versions(party: str, code: str) -> list[RegisteredEntity]:
    """Every version of an entity, oldest first."""
    found = records(f"SELECT {_ENTITY} FROM entity WHERE party = %s AND code = %s ORDER BY version", (party, code))
    return [_as_entity(each) for each in found]


def by_id(number: int) -> RegisteredEntity:
    """The version with this id."""
    return _as_entity(records(f"SELECT {_ENTITY} FROM entity WHERE id = %s", (number,))[0])


def reported(party: str, until: datetime) -> dict[str, tuple[str, str, str]]:
    """Legal name, country and identification number by code, as they were recorded before this moment.

    Of an entity that was registered after it, as it was registered. These three are what the AEF reports.
    """
    found = rows(
        """SELECT DISTINCT ON (code) code, name, country, identification FROM entity WHERE party = %(party)s
           ORDER BY code, recorded_at < %(until)s DESC,
                    CASE WHEN recorded_at < %(until)s THEN version ELSE -version END DESC""",
        {"party": party, "until": until},
    )
    return {code: (name, country, identification) for code, name, country, identification in found}


def called(party: str, names: tuple[str, ...], besides: str) -> list[str]:
    """The codes of other entities of the Party (not `besides`) that had one of these as code, name or number."""
    found = rows(
        """SELECT DISTINCT code FROM entity WHERE party = %(party)s AND code <> %(besides)s
             AND (code = ANY (%(names)s) OR name = ANY (%(names)s) OR identification = ANY (%(names)s)) ORDER BY 1""",
        {"party": party, "names": list(names), "besides": besides},
    )
    return [code for (code,) in found]


def _as_entity(record: Mapping[str, Any]) -> RegisteredEntity:
    flat = dict(record)
    return RegisteredEntity(
        documents=tuple(Document(**each) for each in flat.pop("documents")),
        checks=tuple(_as_check(each) for each in flat.pop("checks")),
        status=EntityStatus(flat.pop("status")),
        **flat,
    )


def _as_check(values: Mapping[str, Any]) -> Check:
    return Check(**{**values, "at": datetime.fromisoformat(values["at"])})
