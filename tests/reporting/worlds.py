"""A small world that is consistent: Ghana and Vanuatu send, Switzerland and Sweden receive, use and pass on; three
years, four Parties, twelve AEFs. The tests of the checks break one thing in it at a time."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from article6.domain.authorizations import FirstTransferDefinition, Purpose
from article6.domain.identifiers import UnitIdentifier
from article6.domain.units import UnitType
from article6.reporting.aef_json import write_json
from article6.reporting.aef_nomenclatures import ActionSubtype, ActionType, Metric, MitigationType
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
from article6.reporting.checks import catalogue
from article6.reporting.checks.catalogue import Report
from article6.reporting.reading.reader import Reading, read

Documents = dict[str, dict[str, Any]]

YEARS = (2023, 2024, 2025)
COOKSTOVES = Authorization(
    authorization_id="GHA CHE 1",
    authorized_on=date(2023, 2, 1),
    cooperative_approach="CA0001",
    version=1,
    sectors=("Energy generation",),
    activity_types=("Energy Efficiency households",),
    purpose=Purpose.NDC,
    quantity_max=1_500,
    authorized_parties=("CHE", "SWE"),
    timeframe=(2021, 2030),
)
FLIGHTS = Authorization(
    authorization_id="VUT 1",
    authorized_on=date(2023, 6, 1),
    cooperative_approach="CA0002",
    version=1,
    sectors=("Forestry and land use",),
    activity_types=("Reforestation",),
    purpose=Purpose.NDC_AND_OIMP,
    authorized_parties=("CHE", "SWE"),
    authorized_entities=("Air Vanuatu",),
    oimp="use under CORSIA",
    first_transfer_definition=FirstTransferDefinition.ISSUANCE,
)
POWER = Authorization(
    authorization_id="VUT 2",
    authorized_on=date(2024, 6, 1),
    cooperative_approach="CA0003",
    version=1,
    sectors=("Energy generation",),
    activity_types=("Solar",),
    purpose=Purpose.NDC,
    metric=Metric.NON_GHG,
    non_ghg_metric="megawatt hours",
    authorized_parties=("SWE",),
)
AIRLINE = AuthorizedEntity(
    authorized_on=date(2023, 6, 1),
    name="Air Vanuatu",
    country="VUT",
    identification="VU 1",
    cooperative_approach="CA0002",
)


def stoves(first: int, last: int) -> ItmoBlock:
    identifier = UnitIdentifier(
        unit_type=UnitType.ITMO, cooperative_approach="CA0001", registry="GHA01", party="GHA",
        serial_first=first, serial_last=last, vintage_year=2022,
    )  # fmt: skip
    return ItmoBlock(
        identifier=identifier,
        authorization_id="GHA CHE 1",
        mitigation_type=MitigationType.REDUCTIONS,
        quantity_tco2e=last - first + 1,
    )


def trees(first: int, last: int) -> ItmoBlock:
    identifier = UnitIdentifier(
        unit_type=UnitType.ITMO, cooperative_approach="CA0002", registry="VUT01", party="VUT",
        serial_first=first, serial_last=last, vintage_year=2023,
    )  # fmt: skip
    return ItmoBlock(
        identifier=identifier,
        authorization_id="VUT 1",
        mitigation_type=MitigationType.REMOVALS,
        quantity_tco2e=last - first + 1,
        underlying=UnderlyingBlock("VCS", 9000 + first, 9000 + last),
    )


def power(first: int, last: int) -> ItmoBlock:
    block = trees(first, last)
    return replace(
        block,
        identifier=replace(block.identifier, cooperative_approach="CA0003", vintage_year=2024),
        authorization_id="VUT 2",
        mitigation_type=MitigationType.REDUCTIONS,
        quantity_tco2e=None,
        metric=Metric.NON_GHG,
        non_ghg_metric="megawatt hours",
        quantity_non_ghg=str(last - first + 1),
        underlying=None,
    )


def act(day: str, type_: ActionType, itmos: ItmoBlock, by: str, **more: Any) -> Action:
    moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
    return Action(executed_at=moment, type=type_, itmos=itmos, registry=f"{by}01", **more)


FIRST, TRANSFER, ACQUISITION = ActionType.FIRST_TRANSFER, ActionType.TRANSFER, ActionType.ACQUISITION
USE, CANCELLATION = ActionType.USE, ActionType.CANCELLATION
ABROAD = ActionSubtype.TO_ANOTHER_PARTY
OTHER = ActionSubtype.OTHER_CANCELLATIONS

ACTIONS: dict[tuple[str, int], list[Action]] = {
    ("GHA", 2023): [
        act("2023-05-01", FIRST, stoves(1, 1000), "GHA", subtype=ABROAD, acquiring_party="CHE"),
        act("2023-05-02", FIRST, stoves(1001, 1020), "GHA", subtype=ActionSubtype.OMGE_VOLUNTARY, purpose="OMGE"),
    ],
    ("CHE", 2023): [act("2023-05-01", ACQUISITION, stoves(1, 1000), "CHE", transferring_party="GHA")],
    ("VUT", 2024): [
        act("2024-01-10", FIRST, trees(1, 500), "VUT", subtype=ActionSubtype.ISSUANCE),
        act("2024-08-01", CANCELLATION, trees(1, 100), "VUT", subtype=OTHER, purpose="use under CORSIA",
            using_party="VUT", using_entity="Air Vanuatu"),
    ],
    ("CHE", 2024): [
        act("2024-03-01", USE, stoves(1, 300), "CHE", year_used=2024),
        act("2024-06-01", TRANSFER, stoves(301, 400), "CHE", acquiring_party="SWE"),
    ],
    ("SWE", 2024): [act("2024-06-01", ACQUISITION, stoves(301, 400), "SWE", transferring_party="CHE")],
    ("VUT", 2025): [
        act("2025-02-01", TRANSFER, trees(101, 200), "VUT", acquiring_party="CHE"),
        act("2025-03-01", FIRST, power(2001, 2010), "VUT", subtype=ABROAD, acquiring_party="SWE"),
    ],
    ("CHE", 2025): [act("2025-02-01", ACQUISITION, trees(101, 200), "CHE", transferring_party="VUT")],
    ("SWE", 2025): [
        act("2025-03-01", ACQUISITION, power(2001, 2010), "SWE", transferring_party="VUT"),
        act("2025-09-01", USE, stoves(301, 350), "SWE", year_used=2025),
    ],
}  # fmt: skip
HOLDINGS: dict[tuple[str, int], list[ItmoBlock]] = {
    ("CHE", 2023): [stoves(1, 1000)],
    ("CHE", 2024): [stoves(401, 1000)],
    ("SWE", 2024): [stoves(301, 400)],
    ("VUT", 2024): [trees(101, 500)],
    ("CHE", 2025): [stoves(401, 1000), trees(101, 200)],
    ("SWE", 2025): [stoves(351, 400), power(2001, 2010)],
    ("VUT", 2025): [trees(201, 500)],
}
AUTHORIZATIONS: dict[tuple[str, int], list[Authorization]] = {
    ("GHA", 2023): [COOKSTOVES],
    ("GHA", 2024): [COOKSTOVES],
    ("GHA", 2025): [COOKSTOVES],
    ("VUT", 2023): [FLIGHTS],
    ("VUT", 2024): [FLIGHTS, POWER],
    ("VUT", 2025): [FLIGHTS, POWER],
}


def aefs() -> dict[str, Aef]:
    """The AEFs by name, such as `CHE 2024`."""
    made = {}
    for party in ("CHE", "GHA", "SWE", "VUT"):
        for year in YEARS:
            key = (party, year)
            submission = Submission(
                party=party, version="1.0", reported_year=year, submitted_on=date(year + 1, 4, 15),
                ndc_first_year=2021, ndc_last_year=2030,
            )  # fmt: skip
            held = [Holding(itmos=each, registry=f"{party}01") for each in HOLDINGS.get(key, [])]
            made[f"{party} {year}"] = Aef(
                submission=submission,
                authorizations=lambda key=key: AUTHORIZATIONS.get(key, []),  # type: ignore[misc]
                actions=lambda key=key: ACTIONS.get(key, []),  # type: ignore[misc]
                holdings=lambda held=held: held,  # type: ignore[misc]
                entities=lambda party=party: [AIRLINE] if party == "VUT" else [],  # type: ignore[misc]
            )
    return made


def documents() -> Documents:
    """The AEFs as JSON, ready to be changed; not yet text."""
    made = {}
    for name, each in aefs().items():
        text = io.StringIO()
        write_json(each, text)
        made[name] = json.loads(text.getvalue())
    return made


def reading(name: str, document: dict[str, Any]) -> Reading:
    return read(io.BytesIO(json.dumps(document).encode()), name)


def checked(given: Documents) -> Report:
    return catalogue.check([reading(name, each) for name, each in given.items()])


def found(report: Report) -> list[tuple[str, str, str, str]]:
    """Rule, file, table and cell of every finding."""
    return [
        (check.code, finding.places[0].file, finding.places[0].sheet, finding.places[0].cell)
        for check, finding in report.findings
    ]


def gaps(report: Report) -> set[tuple[str, str, str]]:
    """Rule, file and sentence of everything that could not be checked."""
    return {(each.check.code, gap.file, gap.said.text) for each in report.outcomes for gap in each.gaps}


def codes(given: Iterable[tuple[str, str, str, str]]) -> set[str]:
    return {each[0] for each in given}
