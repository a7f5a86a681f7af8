"""A report to freeze: Ghana has sent units to Norway, and its administrator says things of the report."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from article6.domain.authorizations import Purpose
from article6.domain.kinds import Kind, Role
from article6.domain.orders import Issuance, Order, PersonId
from article6.domain.refusals import Code, Refused
from article6.domain.units import BatchAttributes, UnitType
from article6.reporting.aef_fields import Table
from article6.reporting.aef_records import Aef, ConfidentialItem
from article6.reporting.aef_rows import rows as cells_of
from article6.services import (
    accounts,
    aef_files,
    aef_remarks,
    aef_versions,
    authorization_changes,
    authorizations,
    declarations,
    issuance,
    people,
    registry,
    transactions,
)
from article6.services.accounts import NewAccount
from article6.services.authorizations import NewApproach, NewAuthorization
from article6.store.queries import aef_versions as reading
from article6.store.queries import approaches

JUNE = datetime(2025, 6, 1, 12, tzinfo=UTC)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=10)
ACTIONS, HOLDINGS = Table.ACTIONS, Table.HOLDINGS


@dataclass
class There:
    """Ghana has sent 60 of 100 units to Norway in June 2025; Efua administers Ghana's section, Nils Norway's."""

    root: PersonId
    bo: PersonId
    efua: PersonId
    nils: PersonId
    ghana: str
    norway: str

    def send(self, quantity: int, at: datetime) -> int:
        order = Order("international_transfer", self.ghana, self.norway, quantity)
        outcome = transactions.propose(order, by=self.root, now=at)
        transactions.approve(outcome.transaction_id, by=self.bo, now=at)
        return int(outcome.transaction_id)

    def authorize(self, **more: Any) -> None:
        """The authorization of Ghana's units, and with more, its second version."""
        new = NewAuthorization("GHA 1", "GHA", "CA0001", date(2025, 1, 1), Purpose.NDC, parties=("NOR",))
        if not more:
            authorizations.record_authorization(new, by=self.root, now=JUNE)
            return
        changed = replace(new, authorized_on=date(2025, 8, 1), version=2, **more)
        seen = authorization_changes.preview_change(changed, now=LATER)
        authorization_changes.change(changed, reason="Letter", by=self.root, now=LATER, token=seen.token)

    def freeze(self, party: str = "GHA", now: datetime = NOW, **more: Any) -> dict[str, Any]:
        by = more.pop("by", self.efua if party == "GHA" else self.nils)
        return aef_versions.freeze(party, 2025, by=by, now=now, **more)

    def explain(self, table: Table, text: str, row: str = "", **more: Any) -> list[dict[str, Any]]:
        return aef_remarks.explain("GHA", 2025, table, text, row=row, **{"by": self.efua, "now": NOW, **more})

    def mark(self, row: str, field: str = "", table: Table = ACTIONS, **more: Any) -> list[dict[str, Any]]:
        item = ConfidentialItem(table, row, field, more.pop("reason", "Asked for by the entity"))
        return aef_remarks.mark("GHA", 2025, item, **{"by": self.efua, "now": NOW, **more})


def ghana_sent() -> There:
    """The registry as the stories find it."""
    root = registry.init(
        registry.RegistryIdentity(Kind.INTERNATIONAL, "IR", "IR", is_practice=True),
        administrator=("root", "Root"),
        now=JUNE,
    )
    sections = registry.add_sections(["GHA", "NOR"], by=root, now=JUNE)
    numbers = {}
    for login, section_id, role in (
        ("bo", 0, Role.APPROVER),
        ("efua", sections["GHA"], Role.PARTY_ADMINISTRATOR),
        ("nils", sections["NOR"], Role.PARTY_ADMINISTRATOR),
    ):
        numbers[login] = people.add_person(login, login.title(), by=root, now=JUNE)
        people.give_role(numbers[login], section_id, role, by=root, now=JUNE)
    declarations.agree_on_service("GHA", asked_by=numbers["bo"], by=root, now=JUNE)
    authorizations.record_approach(NewApproach("CA0001", "Ghana - Norway", ("GHA", "NOR"), None), by=root, now=JUNE)
    accounts_ = [
        accounts.open_account(NewAccount("holding", section, section), by=root, now=JUNE).number
        for section in ("GHA", "NOR")
    ]
    found = There(root, *(numbers[login] for login in ("bo", "efua", "nils")), *accounts_)
    found.authorize()
    approach = approaches.by_code("CA0001")
    assert approach is not None
    batch = BatchAttributes(UnitType.MO, cooperative_approach_id=approach["id"], vintage_year=2024)
    issuance.issue(
        Issuance(found.ghana, "GHA01", "GHA", 100, batch, authorization="GHA 1"), by=root, now=JUNE
    )  # fmt: skip
    found.send(60, JUNE)
    return found


def frozen(party: str = "GHA", version: str = "1.0") -> reading.Frozen:
    return aef_versions.frozen(party, 2025, aef_versions.named(version))


def keys(table: Table, party: str = "GHA") -> list[str]:
    return [each["key"] for each in aef_versions.rows(draft(party), table, after=0, limit=100)]


def draft(party: str = "GHA") -> Aef:
    return aef_versions.draft(party, 2025, now=LATER)


def written(report: Aef, form: str) -> bytes:
    file = io.BytesIO()
    aef_files.write(report, form, file)
    return file.getvalue()


def table(report: Aef, which: Table) -> list[tuple[object, ...]]:
    return [tuple(row) for row in cells_of(report, which)]


def refused_with(*codes: Code) -> Any:
    return pytest.raises(Refused, match="|".join(str(code) for code in codes))


def unpacked(content: bytes) -> str:
    """All that is in a file, as text."""
    if content[:2] != b"PK":
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())
