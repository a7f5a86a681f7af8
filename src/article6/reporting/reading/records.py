"""From what was read to the records that the writer takes: only rows that were understood whole become records."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TypeVar, cast

from article6.domain.authorizations import FirstTransferDefinition, Purpose
from article6.domain.identifiers import UnitIdentifier
from article6.domain.units import UnitType
from article6.reporting.aef_fields import Table
from article6.reporting.aef_nomenclatures import ActionSubtype, ActionType, Metric, MitigationType, Profile, spelled
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
from article6.reporting.reading.reader import Reading, ReadRow

_T = TypeVar("_T")
_DEFINITIONS = {spelled(each, Profile.CARP_2026_02): each for each in FirstTransferDefinition}


class NotWhole(ValueError):
    """A row lacks what a record needs; the message names the field, or what the record refuses."""


def aef(reading: Reading) -> Aef:
    """The AEF that the file holds.

    Raises:
        NotWhole: table 1 is not complete. Rows of the other tables that are not whole are left out: the validator
            reports them.
    """
    row = reading.submission
    if row is None:
        raise NotWhole(Table.SUBMISSION.heading)
    authorizations = [_authorization(each) for each in _whole(reading, Table.AUTHORIZATIONS)]
    actions = [_action(each) for each in _whole(reading, Table.ACTIONS)]
    holdings = [_holding(each) for each in _whole(reading, Table.HOLDINGS)]
    entities = [_entity(each) for each in _whole(reading, Table.ENTITIES)]
    return Aef(
        submission=_submission(row),
        authorizations=lambda: authorizations,
        actions=lambda: actions,
        holdings=lambda: holdings,
        entities=lambda: entities,
    )


def identifier(row: ReadRow) -> UnitIdentifier:
    """The ITMO block of a row of table 3 or 4, from serials or from full identifiers.

    Raises:
        NotWhole: a part is missing, or the parts contradict each other.
    """
    first, last = row.get("FirstID"), row.get("LastID")
    full = first if isinstance(first, UnitIdentifier) else None
    serials = [each.serial_first if isinstance(each, UnitIdentifier) else each for each in (first, last)]
    try:
        return UnitIdentifier(
            unit_type=UnitType.ITMO if full is None else full.unit_type,
            cooperative_approach=_needed(row, "CooperativeApproachID", str),
            registry=full.registry if full is not None else None,
            party=_needed(row, "FirstTransferringPartyID", str),
            serial_first=cast(int, serials[0]),
            serial_last=cast(int, serials[1]),
            vintage_year=_needed(row, "Vintage", int),
            project=full.project if full is not None else None,
            original=full.original if full is not None else None,
            original_last=last.original if isinstance(last, UnitIdentifier) else None,
        )
    except (ValueError, TypeError) as error:
        raise NotWhole(str(error)) from error


def _whole(reading: Reading, table: Table) -> list[ReadRow]:
    makers = {
        Table.AUTHORIZATIONS: _authorization,
        Table.ACTIONS: _action,
        Table.HOLDINGS: _holding,
        Table.ENTITIES: _entity,
    }
    rows = []
    for row in reading.rows(table):
        try:
            makers[table](row)
        except NotWhole:
            continue
        rows.append(row)
    return rows


def _submission(row: ReadRow) -> Submission:
    try:
        return Submission(
            party=_needed(row, "ParticipatingParty", str),
            version=_needed(row, "SubmissionVersion", str),
            reported_year=_needed(row, "ReportedYear", int),
            submitted_on=_needed(row, "DateOfSubmission", date),
            ndc_first_year=_needed(row, "FirstYearOfNDCPeriod", int),
            ndc_last_year=_needed(row, "LastYearOfNDCPeriod", int),
        )
    except ValueError as error:
        raise NotWhole(str(error)) from error


def _authorization(row: ReadRow) -> Authorization:
    definition = _text(row, "FirstTransferDefnForOIMP")
    return Authorization(
        authorization_id=_needed(row, "AuthorizationID", str),
        authorized_on=_needed(row, "DateOfAuthorization", date),
        cooperative_approach=_needed(row, "CooperativeApproachID", str),
        version=_needed(row, "AuthorizationVersion", int),
        sectors=_texts(row, "Sectors"),
        activity_types=_texts(row, "ActivityType"),
        purpose=Purpose(_needed(row, "PurposeForAuthorization", str)),
        quantity_max=cast("int | None", row.get("AuthorizedQuantity")),
        metric=Metric(_needed(row, "Metric", str)),
        gwp_values=_text(row, "GWPValues"),
        non_ghg_metric=_text(row, "Non-GHGMetric"),
        authorized_parties=_texts(row, "AuthorizedPartyIDs"),
        authorized_entities=tuple(
            part.strip() for part in (_text(row, "AuthorizedEntityIDs") or "").split(";") if part
        ),
        oimp=_text(row, "OIMPAuthorized"),
        timeframe=cast("tuple[int, int] | None", row.get("AuthorizedTimeframe")),
        terms=_text(row, "AuthorizationT&Cs"),
        first_transfer_definition=None if definition is None else _DEFINITIONS[definition],
        remarks=_text(row, "AdditionalExplanatoryInformation"),
    )


def _action(row: ReadRow) -> Action:
    moment = _needed(row, "ActionDateTime", date)
    subtype = _text(row, "ActionSubtype")
    return Action(
        executed_at=moment if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC),
        type=ActionType(_needed(row, "ActionType", str)),
        itmos=_itmos(row),
        registry=_needed(row, "PartyITMORegistryID", str),
        subtype=None if subtype is None else ActionSubtype(subtype),
        transferring_party=_text(row, "TransferringPartyID"),
        acquiring_party=_text(row, "AcquiringPartyID"),
        purpose=_text(row, "PurposeITMOUsedForOIMP"),
        using_party=_text(row, "Using/cancellingPartyID"),
        using_entity=_text(row, "Using/cancellingEntityID"),
        year_used=cast("int | None", row.get("YearITMOUsedTowardsNDC")),
        remarks=_text(row, "AdditionalExplanatoryInformation"),
    )


def _holding(row: ReadRow) -> Holding:
    return Holding(itmos=_itmos(row), registry=_needed(row, "PartyITMORegistryID", str))


def _entity(row: ReadRow) -> AuthorizedEntity:
    return AuthorizedEntity(
        authorized_on=_needed(row, "DateOfAuthorization", date),
        name=_needed(row, "AuthorizedEntityName", str),
        country=_needed(row, "AuthorizedEntityCountryOfIncorporation", str),
        identification=_needed(row, "AuthorizedEntityID", str),
        cooperative_approach=_needed(row, "CooperativeApproachID", str),
        conditions=_text(row, "AuthorizedEntityConditions"),
        change_conditions=_text(row, "AuthorizedEntityChangeConditions"),
        remarks=_text(row, "AdditionalExplanatoryInformation"),
    )


def _itmos(row: ReadRow) -> ItmoBlock:
    quantity, non_ghg = row.get("QuantityCO2"), row.get("QuantityNon-GHG")
    first, last = row.get("UnderlyingUnitFirstUnitID"), row.get("UnderlyingUnitLastUnitID")
    registry = _text(row, "UnderlyingUnitRegistryID")
    underlying = None
    if registry is not None and isinstance(first, int | str) and isinstance(last, int | str):
        underlying = UnderlyingBlock(registry, first, last)
    try:
        return ItmoBlock(
            identifier=identifier(row),
            authorization_id=_needed(row, "AuthorizationID", str),
            mitigation_type=MitigationType(_needed(row, "MitigationType", str)),
            quantity_tco2e=cast("int | Decimal | None", quantity),
            metric=Metric(_needed(row, "Metric", str)),
            gwp_values=_text(row, "GWPValues"),
            non_ghg_metric=_text(row, "Non-GHGMetric"),
            quantity_non_ghg=None if non_ghg is None else str(non_ghg),
            underlying=underlying,
        )
    except ValueError as error:
        raise NotWhole(str(error)) from error


def _needed(row: ReadRow, name: str, kind: type[_T]) -> _T:
    value = row.get(name)
    if not isinstance(value, kind):
        raise NotWhole(name)
    return value


def _text(row: ReadRow, name: str) -> str | None:
    value = row.get(name)
    return None if value is None else str(value)


def _texts(row: ReadRow, name: str) -> tuple[str, ...]:
    return cast("tuple[str, ...]", row.get(name) or ())
