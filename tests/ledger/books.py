"""A small registry for the ledger's stories: Ama (her account), Bo (the second pair of eyes), Cy (a stranger)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from article6.domain.kinds import Kind, Role
from article6.domain.orders import Account, Filter, Issuance, Order, Outcome, PersonId
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes, UnitType
from article6.services import accounts, audit, declarations, issuance, people, registry, transactions
from article6.store.database import rows

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SERVED_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
"""When the sections of an international registry came to use the service of issuing: stories begin later."""


@dataclass
class Books:
    """A founded registry with people and accounts at hand."""

    kind: Kind
    admin: PersonId
    ama: PersonId
    bo: PersonId
    cy: PersonId
    accounts: dict[str, Account] = field(default_factory=dict)

    def open(
        self, name: str, type_: str = "holding", section: str = "GHA", *, needs_approval: bool = False, **more: int
    ) -> Account:
        new = accounts.NewAccount(type_, section, name, needs_approval=needs_approval, **more)
        self.accounts[name] = accounts.open_account(new, by=self.admin, now=NOW)
        return self.accounts[name]

    def issue(
        self, target: str, quantity: int, *, first: int | None = None, party: str = "GHA", vintage: int = 2023,
        unit_type: UnitType | None = None, key: str | None = None, last: int | None = None,
    ) -> tuple[int, int]:  # fmt: skip
        """Issue units into an account; first and last serial."""
        kyoto = self.kind is Kind.CREDITING
        batch = BatchAttributes(
            unit_type or (UnitType.CER if kyoto else UnitType.MO), vintage_year=None if kyoto else vintage
        )
        wanted = Issuance(
            self.accounts[target].number,
            "CDM" if kyoto else f"{party}01",
            party,
            quantity,
            batch,
            first=first,
            last=last,
        )
        issued = issuance.issue(wanted, by=self.admin, now=NOW, key=key)
        return issued.serials.first, issued.serials.last

    def order(
        self, source: str, target: str, quantity: int | None = None, *serials: tuple[int, int], type_: str = "transfer",
        series_id: int = 1, wanted: Filter | None = None, **terms: object,
    ) -> Order:  # fmt: skip
        return Order(
            type_,
            self.accounts[source].number,
            self.accounts[target].number,
            quantity,
            tuple(SeriesRange(series_id, first, last) for first, last in serials),
            wanted or Filter(),
            terms,
        )

    def move(
        self, source: str, target: str, quantity: int | None = None, *serials: tuple[int, int], key: str | None = None,
        type_: str = "transfer", by: PersonId | None = None, **terms: object,
    ) -> Outcome:  # fmt: skip
        order = self.order(source, target, quantity, *serials, type_=type_, **terms)
        return transactions.propose(order, by=by or self.ama, now=NOW, key=key)

    def holds(self, name: str) -> list[tuple[int, int]]:
        """The blocks of an account as first and last serials."""
        found = rows("SELECT lo, hi FROM block WHERE account_id = %s ORDER BY series_id, hi", (self.accounts[name].id,))
        return [(lo, hi) for lo, hi in found]

    def quantity(self, name: str) -> int:
        return sum(hi - lo + 1 for lo, hi in self.holds(name))


def found_registry(kind: Kind = Kind.INTERNATIONAL, sections: tuple[str, ...] = ("GHA", "CHE", "THA")) -> Books:
    """An empty registry of the kind, with Ama as representative and Bo as approver everywhere, Cy with no role."""
    identity = registry.RegistryIdentity(kind, "CDM" if kind is Kind.CREDITING else "INT", "Test registry")
    admin = registry.init(identity, administrator=("root", "Root"), now=NOW)
    registry.add_sections(sections, by=admin, now=NOW)
    ama, bo, cy = (people.add_person(name.lower(), name, by=admin, now=NOW) for name in ("Ama", "Bo", "Cy"))
    people.give_role(ama, 0, Role.REPRESENTATIVE, by=admin, now=NOW)
    people.give_role(bo, 0, Role.APPROVER, by=admin, now=NOW)
    if kind is Kind.INTERNATIONAL:
        for section in sections:
            declarations.agree_on_service(section, asked_by=ama, by=admin, now=SERVED_SINCE)
    return Books(kind, admin, ama, bo, cy)


def audit_is_clean() -> None:
    """Every promise holds, recomputed from the journal."""
    breaches = [check for check in audit.run() if not check.ok]
    assert breaches == []
