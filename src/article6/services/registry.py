"""The registry itself: what it is, its sections, its first administrator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from article6.domain.kinds import KINDS, Kind, Role
from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.parties import Party, party
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.services import nomenclatures, people, role_changes
from article6.services.commands import command, once
from article6.store import journal
from article6.store.journal import Command
from article6.store.queries import registries

ADMINISTRATOR_SECTION = "ADM"


@dataclass(frozen=True, slots=True)
class RegistryIdentity:
    """What a registry is. `code` is the originating registry's code in identifiers and account numbers.

    `is_public` opens the public pages to everybody; a registry starts closed. `remark` is shown on every page (that the
    data are generated, that identifiers are synthetic). `is_practice`: for demonstrations and training, where a
    password alone lets people in; every page says so, and it can never be changed.
    """

    kind: Kind
    code: str
    name: str
    operator: str = ""
    is_public: bool = False
    remark: str = ""
    is_practice: bool = False


def init(identity: RegistryIdentity, *, administrator: tuple[str, str], now: datetime) -> PersonId:
    """Found the registry in its (migrated, empty) database: identity, administrator section, first administrator.

    `administrator` is login and name. The administrator holds the role in every section. The built-in nomenclatures are
    the registry's first.

    Raises:
        Refused: the database already holds a registry.
    """
    with journal.database_transaction():
        if registries.identity() is not None:
            raise refused(Code.REGISTRY_EXISTS)
        journal.insert(
            "registry",
            {
                "kind": identity.kind,
                "code": identity.code,
                "name": identity.name,
                "operator": identity.operator,
                "is_public": identity.is_public,
                "remark": identity.remark,
                "is_practice": identity.is_practice,
                "created_at": now,
            },
        )
        journal.insert("section", {"code": ADMINISTRATOR_SECTION, "name": identity.operator or identity.name})
        nomenclatures.seed(now)
        person_id = people.first_person(*administrator, now=now)
        role_changes.found(person_id, ANY_SECTION, Role.ADMINISTRATOR, now=now)
        journal.note(Command(person_id), "registry.founded", f"registry:{identity.code}", now)
    return person_id


def require_administrator(kind: Kind, right: Right, by: PersonId) -> None:
    """The registry is of this kind, and the person has the right in its administrator's section.

    Raises:
        Refused: otherwise.
    """
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    if identity["kind"] != kind:
        raise refused(
            Code.REQUEST_MALFORMED, identity["code"], f"only this kind of registry does so: {KINDS[kind].title}"
        )
    people.require(by, right, registries.sections()[ADMINISTRATOR_SECTION])


def open_section(code: str, *, by: PersonId, now: datetime, key: str | None = None) -> int:
    """Open a Party's section; its id. One that is open already is left as it is.

    Raises:
        Refused: no such Party, or the person is no administrator.
    """
    given = command(by, key, "open_section", code)
    return once(given, lambda: add_sections([code], by=by, now=now, given=given)[code], lambda answer: answer.ids[0])


def add_sections(codes: Iterable[str], *, by: PersonId, now: datetime, given: Command | None = None) -> dict[str, int]:
    """Open a section for each Party that has none; the ids of all sections asked for, by Party.

    `given` is the command whose answer the one section is.

    Raises:
        Refused: no such Party, or the person is no administrator.
    """
    wanted = [_known(code) for code in codes]
    people.require(by, Right.OPEN_SECTION, ANY_SECTION)
    return write_sections(wanted, now, given or Command(by), is_answer=given is not None)


def write_sections(
    wanted: Iterable[Party], now: datetime, given: Command, *, is_answer: bool = False
) -> dict[str, int]:
    """As `add_sections`, as part of an act that judged who asks."""
    wanted = list(wanted)
    with journal.database_transaction():
        there = registries.sections()
        for each in wanted:
            if each.code not in there:
                there[each.code] = journal.insert(
                    "section",
                    {"code": each.code, "party": each.code, "name": each.name, "itmo_registry": f"{each.code}01"},
                )
                answer = [there[each.code]] if is_answer else None
                journal.note(given, "section.opened", f"section:{each.code}", now, answer)
    return {each.code: there[each.code] for each in wanted}


def _known(code: str) -> Party:
    found = party(code)
    if found is None:
        raise refused(Code.PARTY_UNKNOWN, code)
    return found
