"""The AEF from the ledger: what each Party would submit for the first two transfers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from article6.domain.authorizations import FirstTransferDefinition, Purpose
from article6.domain.kinds import Kind, Role
from article6.domain.orders import Issuance, Order
from article6.domain.refusals import Code, Refused
from article6.domain.units import BatchAttributes, UnitType
from article6.reporting.aef_nomenclatures import ActionSubtype, ActionType
from article6.reporting.aef_records import Action, Aef
from article6.services import (
    accounts,
    aef,
    authorizations,
    declarations,
    demo,
    issuance,
    people,
    pioneers,
    registry,
    transactions,
)
from article6.services.accounts import NewAccount
from article6.services.authorizations import NewApproach, NewAuthorization
from article6.services.cdm import replay
from article6.services.registry import RegistryIdentity
from article6.store.database import one_moment
from article6.store.queries import approaches

NOW = datetime(2026, 3, 1, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def transferred(database: object) -> None:
    by = demo.found_international(now=NOW)
    pioneers.book(by=by, progress=replay.silent)


def report(party: str, year: int) -> Aef:
    return aef.aef(party, year, now=NOW)


def acted(party: str, year: int) -> list[tuple[ActionType, int | None, int, int]]:
    return [
        (each.type, each.itmos.quantity_tco2e, each.itmos.identifier.serial_first, each.itmos.identifier.serial_last)
        for each in report(party, year).actions()
    ]


def held(party: str, year: int) -> list[tuple[str | None, int, int]]:
    return [
        (each.itmos.identifier.party, each.itmos.identifier.serial_first, each.itmos.identifier.serial_last)
        for each in report(party, year).holdings()
    ]


@pytest.mark.usefixtures("transferred")
class TestTheTwoTransfers:
    def test_years_with_something_to_report(self) -> None:
        assert aef.reported() == [
            ("CHE", 2023), ("CHE", 2024), ("CHE", 2025), ("GHA", 2024), ("GHA", 2025), ("THA", 2023)
        ]  # fmt: skip

    def test_thailand_first_transfers_to_switzerland(self) -> None:
        [action] = report("THA", 2023).actions()
        assert action.type is ActionType.FIRST_TRANSFER
        assert action.subtype is ActionSubtype.TO_ANOTHER_PARTY
        assert (action.acquiring_party, action.registry, action.itmos.quantity_tco2e) == ("CHE", "THA01", 1916)
        assert action.executed_at == datetime(2023, 12, 15, 10, tzinfo=UTC)
        assert held("THA", 2023) == []

    def test_switzerland_acquires_uses_and_holds_the_rest(self) -> None:
        assert acted("CHE", 2023) == [(ActionType.ACQUISITION, 1916, 1, 1916)]
        [use] = report("CHE", 2024).actions()
        assert (use.type, use.year_used, use.itmos.quantity_tco2e, use.purpose) == (ActionType.USE, 2024, 1000, None)
        assert acted("CHE", 2025) == [(ActionType.ACQUISITION, 11733, 241, 11973)]

    def test_holdings_roll_from_year_to_year(self) -> None:
        assert held("CHE", 2022) == []
        assert held("CHE", 2023) == [("THA", 1, 1916)]
        assert held("CHE", 2024) == [("THA", 1001, 1916)]
        assert held("CHE", 2025) == [("THA", 1001, 1916), ("GHA", 241, 11973)]
        before = 0
        for year in (2023, 2024, 2025):
            moved = sum(
                (quantity or 0) * (1 if type_ is ActionType.ACQUISITION else -1)
                for type_, quantity, *_ in acted("CHE", year)
            )
            now = sum(last - first + 1 for _, first, last in held("CHE", year))
            assert before + moved == now
            before = now

    def test_the_contribution_to_omge_is_a_first_transfer(self) -> None:
        omge, sent = report("GHA", 2025).actions()
        assert (omge.type, omge.subtype) == (ActionType.FIRST_TRANSFER, ActionSubtype.OMGE_VOLUNTARY)
        assert (omge.itmos.quantity_tco2e, omge.acquiring_party) == (240, None)
        assert (sent.type, sent.itmos.quantity_tco2e, sent.acquiring_party) == (ActionType.FIRST_TRANSFER, 11733, "CHE")

    def test_acquisitions_match_first_transfers_row_for_row(self) -> None:
        assert not aef.matching("THA", "CHE", 2023, now=NOW)
        assert not aef.matching("GHA", "CHE", 2025, now=NOW)

    def test_authorizations_and_entities_stand_from_their_year_on(self) -> None:
        [authorization] = report("THA", 2023).authorizations()
        assert (authorization.authorization_id, authorization.purpose) == ("THA CHE 1", Purpose.NDC)
        [entity] = report("THA", 2024).entities()
        assert entity.country == "THA"
        assert list(report("GHA", 2023).authorizations()) == []
        assert list(report("CHE", 2023).authorizations()) == []

    def test_tables_can_be_read_at_one_moment_and_again(self) -> None:
        this = report("CHE", 2025)
        with one_moment():
            assert len(list(this.actions())) == 1
            assert len(list(this.holdings())) == 2
        assert len(list(this.actions())) == 1

    def test_a_year_that_is_not_over_is_provisional(self) -> None:
        assert "Provisional" in str(aef.aef("CHE", 2026, now=NOW).remark)
        assert "Provisional" not in str(report("CHE", 2025).remark)
        assert "synthetic" in str(report("CHE", 2025).remark)


def test_an_unknown_party_and_one_without_a_section_are_refused() -> None:
    registry.init(RegistryIdentity(Kind.INTERNATIONAL, "IR", "IR"), administrator=("ama", "Ama"), now=NOW)
    for code, expected in (("XXX", Code.PARTY_UNKNOWN), ("GHA", Code.SECTION_UNKNOWN)):
        with pytest.raises(Refused) as no:
            aef.aef(code, 2025, now=NOW)
        assert no.value.codes == (expected,)
    assert aef.reported() == []


class Section:
    """Two Parties under an approach with a definition of the first transfer: Ghana issues, Norway takes."""

    def __init__(
        self, definition: FirstTransferDefinition | None, purposes: Purpose, metric: str = "GHG", metric_unit: str = ""
    ) -> None:
        identity = RegistryIdentity(Kind.INTERNATIONAL, "IR", "IR")
        self.ama = registry.init(identity, administrator=("ama", "Ama"), now=NOW)
        registry.add_sections(["GHA", "NOR"], by=self.ama, now=NOW)
        self.bo = people.add_person("bo", "Bo", by=self.ama, now=NOW)
        people.give_role(self.bo, 0, Role.APPROVER, by=self.ama, now=NOW)
        declarations.agree_on_service("GHA", asked_by=self.bo, by=self.ama, now=NOW)
        approach = NewApproach("CA0007", "Ghana - Norway", ("GHA", "NOR"), definition)
        authorizations.record_approach(approach, by=self.ama, now=NOW)
        authorizations.record_authorization(
            NewAuthorization(
                "GHA 7",
                "GHA",
                "CA0007",
                NOW.date(),
                purposes,
                oimp="use under CORSIA",
                metric=metric,
                metric_unit=metric_unit,
            ),
            by=self.ama,
            now=NOW,
        )
        self.numbers = {
            (section, type_): accounts.open_account(
                NewAccount(type_, section, type_, metric=metric_unit), by=self.ama, now=NOW
            ).number
            for section in ("GHA", "NOR")
            for type_ in ("holding", "cancellation_oimp")
        }

    def issue(self, quantity: int, authorization: str | None = None, **more: object) -> None:
        approach = approaches.by_code("CA0007")
        assert approach is not None
        batch = BatchAttributes(UnitType.MO, cooperative_approach_id=approach["id"], vintage_year=2025, **more)  # type: ignore[arg-type]
        wanted = Issuance(self.numbers["GHA", "holding"], "GHA01", "GHA", quantity, batch, authorization=authorization)
        issuance.issue(wanted, by=self.ama, now=NOW)

    def move(
        self, type_: str, source: tuple[str, str], target: tuple[str, str], quantity: int, **terms: object
    ) -> None:
        order = Order(type_, self.numbers[source], self.numbers[target], quantity, terms=terms)
        outcome = transactions.propose(order, by=self.ama, now=NOW)
        if outcome.status == "proposed":
            transactions.approve(outcome.transaction_id, by=self.bo, now=NOW)


GHANA, NORWAY = ("GHA", "holding"), ("NOR", "holding")


def types(party: str) -> list[tuple[ActionType, ActionSubtype | None, int | None]]:
    return [(each.type, each.subtype, each.itmos.quantity_tco2e) for each in report(party, 2026).actions()]


def test_where_the_authorization_is_the_first_transfer_the_unit_is_held_then_transferred() -> None:
    there = Section(FirstTransferDefinition.AUTHORIZATION, Purpose.OIMP)
    there.issue(100)
    there.move("authorization", GHANA, GHANA, 100, authorization="GHA 7")
    assert types("GHA") == [(ActionType.FIRST_TRANSFER, ActionSubtype.AUTHORIZATION, 100)]
    assert held("GHA", 2026) == [("GHA", 1, 100)]
    there.move("international_transfer", GHANA, NORWAY, 60)
    assert types("GHA")[1:] == [(ActionType.TRANSFER, None, 60)]
    assert types("NOR") == [(ActionType.ACQUISITION, None, 60)]
    assert not aef.matching("GHA", "NOR", 2026, now=NOW)
    assert (held("GHA", 2026), held("NOR", 2026)) == ([("GHA", 61, 100)], [("GHA", 1, 60)])


def test_a_use_by_another_party_can_be_the_first_transfer_which_the_host_reports() -> None:
    there = Section(FirstTransferDefinition.USE_OR_CANCELLATION, Purpose.OIMP)
    there.issue(100)
    there.move("authorization", GHANA, GHANA, 100, authorization="GHA 7")
    there.move("international_transfer", GHANA, NORWAY, 100)
    # Nothing was first transferred yet, so nothing is held as an ITMO.
    assert held("NOR", 2026) == []
    there.move("cancellation_oimp", NORWAY, ("NOR", "cancellation_oimp"), 40, purpose="CORSIA")
    assert types("GHA") == [
        (ActionType.TRANSFER, None, 100), (ActionType.FIRST_TRANSFER, ActionSubtype.USE_OR_CANCELLATION, 40)
    ]  # fmt: skip
    [_, cancelled] = list[Action](report("NOR", 2026).actions())
    assert (cancelled.type, cancelled.purpose, cancelled.using_party) == (ActionType.CANCELLATION, "CORSIA", "NOR")


def test_units_of_another_metric_and_of_an_underlying_registry_keep_their_numbers() -> None:
    there = Section(FirstTransferDefinition.ISSUANCE, Purpose.OIMP, "non-GHG", "MWh")
    there.issue(
        100, "GHA 7", metric="non-GHG", metric_unit="MWh", conversion=(1, 3),
        conversion_method="grid emission factor", underlying_registry="GS",
        underlying_first=501, underlying_last=600,
    )  # fmt: skip
    there.move("international_transfer", GHANA, NORWAY, 10)
    [first, _] = report("GHA", 2026).actions()
    assert (first.type, first.subtype) == (ActionType.FIRST_TRANSFER, ActionSubtype.ISSUANCE)
    [here] = report("GHA", 2026).holdings()
    assert (here.itmos.quantity_non_ghg, here.itmos.quantity_tco2e, here.itmos.non_ghg_metric) == ("90", 30, "MWh")
    assert here.itmos.underlying is not None
    assert (here.itmos.underlying.first, here.itmos.underlying.last) == (511, 600)


def test_pieces_that_were_parted_and_came_together_again_are_one_block() -> None:
    there = Section(FirstTransferDefinition.AUTHORIZATION, Purpose.OIMP)
    there.issue(100)
    there.move("authorization", GHANA, GHANA, 30, authorization="GHA 7")
    there.move("authorization", GHANA, GHANA, 100, authorization="GHA 7")
    there.move("international_transfer", GHANA, NORWAY, 50)
    there.move("international_transfer", NORWAY, GHANA, 20)
    assert held("GHA", 2026) == [("GHA", 1, 20), ("GHA", 51, 100)]
    assert held("NOR", 2026) == [("GHA", 21, 50)]
