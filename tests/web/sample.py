"""Two small registries, booked through the services: a crediting one as the CDM's, and an international one.

In the first, India's serials 101-400 were issued and forwarded, and 151-200 cancelled. In the second, Ghana's outcomes
1-1000 were issued and authorized; 1-600 went to Switzerland (the first transfer), of which 1-250 were used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from article6.domain.attribute_schemas import CDM_1
from article6.domain.authorizations import Purpose
from article6.domain.kinds import Kind, Role
from article6.domain.levels import LevelKind, Series
from article6.domain.ndcs import Method, Ndc, Target
from article6.domain.orders import Issuance, Order, PersonId
from article6.domain.units import BatchAttributes, UnitType
from article6.services import (
    accounts,
    authorizations,
    declarations,
    issuance,
    levels,
    parties,
    people,
    registry,
    transactions,
)
from article6.services.accounts import NewAccount

PASSWORD = "correct horse battery"


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Sample:
    """The founder, a person who can sign in, and accounts by name."""

    ama: PersonId
    bo: PersonId
    accounts: dict[str, str]


def crediting(*, is_public: bool = True, is_practice: bool = True) -> Sample:
    """A registry as the CDM's: issuance into the pending account, forwarding, a cancellation."""
    now = day(2007, 11, 1)
    identity = registry.RegistryIdentity(
        Kind.CREDITING,
        "CDM",
        "Sample CDM registry",
        is_public=is_public,
        remark="Sample data, made for tests.",
        is_practice=is_practice,
    )
    ama = registry.init(identity, administrator=("ama", "Ama"), now=now)
    bo = _bo(ama, now)
    registry.add_sections(["IND", "BRA"], by=ama, now=now)
    numbers = {
        name: accounts.open_account(NewAccount(type_, section, title), by=ama, now=now).number
        for name, type_, section, title in (
            ("pending", "pending", "ADM", "Pending account"),
            ("india", "holding", "IND", "Holding account of India"),
            ("trader", "holding", "IND", "A project developer in India"),
            ("brazil", "holding", "BRA", "Holding account of Brazil"),
            ("cancelled", "cancellation_voluntary", "IND", "Voluntary cancellation, India"),
        )
    }
    for party, code, first, quantity, at in (
        ("IND", "1", 101, 300, day(2007, 11, 9)),
        ("BRA", "2569", 1, 5000, day(2009, 3, 2)),
        ("IND", "42", 401, 1200, day(2012, 6, 1)),
    ):
        known = issuance.record_activity(
            issuance.NewActivity(code, party, f"Project {code} with <angle> brackets & a longer title"), by=ama, now=at
        )
        batch = BatchAttributes(
            UnitType.CER,
            activity_id=known,
            attributes={"commitment_period": 1, "project_number": code, "monitoring_start": "2005-01-01"},
            attributes_schema=CDM_1,
        )
        issuance.issue(Issuance(numbers["pending"], "CDM", party, quantity, batch, first), by=ama, now=at)
        home = numbers["india" if party == "IND" else "brazil"]
        transactions.propose(Order("forwarding", numbers["pending"], home, quantity), by=ama, now=at)
    transactions.propose(Order("transfer", numbers["india"], numbers["trader"], 50), by=ama, now=day(2011, 2, 3))
    transactions.propose(
        Order("cancellation_voluntary", numbers["india"], numbers["cancelled"], 50), by=ama, now=day(2012, 10, 27)
    )
    administrative = Order(
        "cancellation_administrative", numbers["brazil"], _administrative(ama, now), 20, terms={"reason": "test"}
    )
    waiting = transactions.propose(administrative, by=ama, now=day(2013, 1, 4))
    transactions.approve(waiting.transaction_id, by=bo, now=day(2013, 1, 5))
    return Sample(ama, bo, numbers)


def international(*, is_public: bool = True, is_practice: bool = True, sectors: tuple[str, ...] = ()) -> Sample:
    """A registry of sections: authorization, first transfer from Ghana to Switzerland, use towards its NDC. Where the
    authorization names no sectors, the checks of reports miss them (F03)."""
    now = day(2024, 1, 10)
    identity = registry.RegistryIdentity(
        Kind.INTERNATIONAL, "INT", "Sample international registry", is_public=is_public,
        remark="Identifiers are synthetic.", is_practice=is_practice,
    )  # fmt: skip
    ama = registry.init(identity, administrator=("ama", "Ama"), now=now)
    bo = _bo(ama, now)
    registry.add_sections(["GHA", "CHE"], by=ama, now=now)
    declarations.agree_on_service("GHA", asked_by=bo, by=ama, now=now)
    ghana = accounts.open_account(NewAccount("holding", "GHA", "Ghana, holding"), by=ama, now=now).number
    swiss = accounts.open_account(NewAccount("holding", "CHE", "Switzerland, holding"), by=ama, now=now).number
    used = accounts.open_account(
        NewAccount("retirement", "CHE", "Switzerland, NDC 2021-2030", period_first=2021, period_last=2030),
        by=ama,
        now=now,
    ).number
    approach = authorizations.NewApproach("CA0001", "Ghana and Switzerland", ("CHE", "GHA"))
    approach_id = authorizations.record_approach(approach, by=ama, now=now)
    authorizations.record_authorization(
        authorizations.NewAuthorization(
            "GHA-A-1", "GHA", "CA0001", date(2024, 1, 5), Purpose.NDC, parties=("CHE",), year_first=2021,
            year_last=2030, sectors=sectors,
        ),
        by=ama,
        now=now,
    )  # fmt: skip
    activity = issuance.record_activity(issuance.NewActivity("ICF01", "GHA", "Improved cookstoves"), by=ama, now=now)
    batch = BatchAttributes(
        UnitType.MO, cooperative_approach_id=approach_id, activity_id=activity, vintage_year=2023,
        sectors=("Energy generation",), activity_types=("Energy Efficiency households",), gwp="AR5",
    )  # fmt: skip
    issuance.issue(Issuance(ghana, "GHA01", "GHA", 1000, batch), by=ama, now=day(2024, 2, 1))

    def done(order: Order, at: datetime) -> None:
        proposed = transactions.propose(order, by=ama, now=at)
        if proposed.status == "proposed":
            transactions.approve(proposed.transaction_id, by=bo, now=at)

    done(Order("authorization", ghana, ghana, 1000, terms={"authorization": "GHA-A-1"}), day(2024, 3, 1))
    done(Order("international_transfer", ghana, swiss, 600), day(2025, 7, 8))
    done(Order("use_ndc", swiss, used, 250, terms={"use_year": 2025}), day(2025, 12, 1))
    transactions.propose(Order("international_transfer", ghana, swiss, 100), by=ama, now=day(2026, 1, 15))
    return Sample(ama, bo, {"ghana": ghana, "swiss": swiss, "used": used})


def with_balances(made: Sample) -> Sample:
    """NDCs and levels of both Parties: Ghana averages, Switzerland has a budget; Ghana's second NDC has no levels."""
    now = day(2026, 2, 1)
    first = Ndc("GHA", "first NDC", 1, 2021, 2030, Target.SINGLE_YEAR, "GHG", "", Method.AVERAGING, date(2021, 11, 4))
    swiss = replace(first, party="CHE", target=Target.MULTI_YEAR, method=Method.TRAJECTORY)
    second = replace(first, code="second NDC", year_first=2031, year_last=2035)
    for each in (first, second, swiss):
        parties.record_ndc(each, by=made.ama, now=now)
    for party, kind, amounts in (
        ("GHA", LevelKind.COVERED, {2021: 1500, 2022: 1560, 2023: 1480, 2024: 1610}),
        ("GHA", LevelKind.TARGET, {2030: 1300}),
        ("CHE", LevelKind.COVERED, {2021: -200, 2022: 150, 2023: 320, 2025: 900}),
        ("CHE", LevelKind.BUDGET, {year: 400 - 20 * (year - 2021) for year in range(2021, 2031)}),
    ):
        values = tuple((year, Decimal(amount)) for year, amount in amounts.items())
        levels.record(Series(party, kind, "BTR1, table 2", values), by=made.ama, now=now)
    return made


def _bo(ama: PersonId, now: datetime) -> PersonId:
    bo = people.add_person("bo", "Bo Approver", by=ama, now=now, password=PASSWORD)
    people.give_role(bo, 0, Role.APPROVER, by=ama, now=now)
    return bo


def _administrative(ama: PersonId, now: datetime) -> str:
    new = NewAccount("cancellation_administrative", "BRA", "Administrative cancellation, Brazil")
    return accounts.open_account(new, by=ama, now=now).number
