"""A small AEF that the reporting tests share: Ghana sends, Switzerland receives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from article6.domain.authorizations import FirstTransferDefinition, Purpose
from article6.domain.identifiers import UnitIdentifier
from article6.domain.units import UnitType
from article6.reporting.aef_nomenclatures import (
    ActionSubtype,
    ActionType,
    MitigationType,
)
from article6.reporting.aef_records import (
    Action,
    Aef,
    Authorization,
    AuthorizedEntity,
    Holding,
    ItmoBlock,
    Submission,
    UnderlyingBlock,
)

REMARK = "Quantities and dates are real; identifiers are synthetic."

SUBMISSION = Submission(
    party="CHE",
    version="1.0",
    reported_year=2025,
    submitted_on=date(2026, 4, 15),
    ndc_first_year=2021,
    ndc_last_year=2030,
)

AUTHORIZATION = Authorization(
    authorization_id="CHE GHA 1",
    authorized_on=date(2023, 2, 3),
    cooperative_approach="CA0001",
    version=1,
    sectors=("Energy generation", "Waste management"),
    activity_types=("Energy Efficiency households",),
    purpose=Purpose.NDC_AND_OIMP,
    quantity_max=3_200_000,
    gwp_values="100-year values from 5th assessment report by the IPCC",
    authorized_parties=("CHE",),
    oimp="use under CORSIA",
    timeframe=(2021, 2030),
    first_transfer_definition=FirstTransferDefinition.AUTHORIZATION,
)

BLOCK = ItmoBlock(
    identifier=UnitIdentifier(
        unit_type=UnitType.ITMO,
        cooperative_approach="CA0001",
        registry="GHA01",
        party="GHA",
        serial_first=1,
        serial_last=11_733,
        vintage_year=2024,
    ),
    authorization_id="CHE GHA 1",
    mitigation_type=MitigationType.REDUCTIONS,
    quantity_tco2e=11_733,
)

UNDERLYING = UnderlyingBlock("GS", 501, 12_233)

ACQUISITION = Action(
    executed_at=datetime(2025, 7, 8, 9, 30, 1, 250_000, tzinfo=UTC),
    type=ActionType.ACQUISITION,
    itmos=BLOCK,
    registry="CHE01",
    transferring_party="GHA",
)
FIRST_TRANSFER = Action(
    executed_at=datetime(2025, 7, 8, 9, 30, tzinfo=UTC),
    type=ActionType.FIRST_TRANSFER,
    subtype=ActionSubtype.TO_ANOTHER_PARTY,
    itmos=BLOCK,
    registry="GHA01",
    acquiring_party="CHE",
)
USE = Action(
    executed_at=datetime(2025, 12, 1, tzinfo=UTC),
    type=ActionType.USE,
    itmos=replace(BLOCK, underlying=UNDERLYING),
    registry="CHE01",
    purpose="NDC",
    using_party="CHE",
    year_used=2025,
)
HOLDING = Holding(itmos=BLOCK, registry="CHE01")
ENTITY = AuthorizedEntity(
    authorized_on=date(2023, 2, 3),
    name="=HYPERLINK(1) Foundation",
    country="CHE",
    identification="CHE-123.456.789",
    cooperative_approach="CA0001",
    conditions="-none",
)

AEF = Aef(
    submission=SUBMISSION,
    authorizations=lambda: (AUTHORIZATION,),
    actions=lambda: (ACQUISITION, USE),
    holdings=lambda: (HOLDING,),
    entities=lambda: (ENTITY,),
    remark=REMARK,
)


def many_actions(count: int) -> Iterator[Action]:
    """Acquisitions of single units, made as they are read."""
    for serial in range(1, count + 1):
        identifier = replace(BLOCK.identifier, serial_first=serial, serial_last=serial)
        yield replace(ACQUISITION, itmos=replace(BLOCK, identifier=identifier, quantity_tco2e=1))
