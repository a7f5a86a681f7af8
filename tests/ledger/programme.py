"""A crediting programme's registry, for stories of credits."""

from __future__ import annotations

from ledger.books import NOW, Books

from article6.domain.kinds import Kind, Role
from article6.services import issuance, people, registry
from article6.services.issuance import NewActivity


def found_programme() -> Books:
    """The JCM's registry: Mongolia hosts, Japan is its partner. Ama proposes, Root and Bo administer."""
    identity = registry.RegistryIdentity(Kind.CREDITING, "JCM", "Test registry")
    admin = registry.init(identity, administrator=("root", "Root"), now=NOW)
    registry.add_sections(("MNG", "JPN"), by=admin, now=NOW)
    ama, bo, cy = (people.add_person(name.lower(), name, by=admin, now=NOW) for name in ("Ama", "Bo", "Cy"))
    people.give_role(ama, 0, Role.REPRESENTATIVE, by=admin, now=NOW)
    people.give_role(bo, 0, Role.ADMINISTRATOR, by=admin, now=NOW)
    found = Books(Kind.CREDITING, admin, ama, bo, cy)
    for name, type_, section in (
        ("host", "holding", "MNG"), ("partner", "holding", "JPN"), ("other", "holding", "MNG"),
        ("buffer", "buffer", "ADM"), ("gone", "cancellation_administrative", "ADM"), ("locked", "locked", "MNG"),
        ("converted", "converted", "MNG"), ("voluntary", "cancellation_voluntary", "MNG"),
    ):  # fmt: skip
        found.open(name, type_, section)
    activity = NewActivity("MN001", "MNG", "Solar power", methodology="MN_AM003")
    issuance.record_activity(activity, by=admin, now=NOW)
    return found
