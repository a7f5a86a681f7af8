"""The agreed electronic format (AEF) of a Party and year, computed from the journal. Nothing in it is typed.

The tables are read as they are needed, a few thousand rows at a time; whoever needs them to agree with one another
while the ledger moves on reads them within `store.database.one_moment`.

Source: 4/CMA.6 annex II; 2/CMA.3 annex para 20.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.utils.translation import gettext as _

from article6.domain import parties
from article6.domain.authorizations import FirstTransferDefinition
from article6.domain.identifiers import UnitIdentifier
from article6.domain.refusals import Code, invariant, refused
from article6.domain.units import UnitType
from article6.reporting.aef_matching import Unmatched, unmatched
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
from article6.store.database import one_moment
from article6.store.queries import aef as queries
from article6.store.queries import registries
from article6.store.queries.aef import Block, Movement

VERSION = "1.0"
"""Submissions are not kept yet, so every report is the first version of itself."""

NDC_PERIOD = (2021, 2030)
"""First and last year of the NDC implementation period: that of nearly all NDCs, until the ledger records each."""


def reported() -> list[tuple[str, int]]:
    """Parties and years with something to report, in order: from a Party's first act to its last, no year left out."""
    spans: dict[str, tuple[int, int]] = {}
    for party, year in queries.active_years():
        first, last = spans.get(party, (year, year))
        spans[party] = min(first, year), max(last, year)
    return [(party, year) for party, (first, last) in sorted(spans.items()) for year in range(first, last + 1)]


def aef(party: str, year: int, *, now: datetime) -> Aef:
    """The AEF of a Party for a calendar year; before the year is over it says that it is provisional.

    Raises:
        Refused: no such Party, or the registry has no section for it.
    """
    if parties.party(party) is None:
        raise refused(Code.PARTY_UNKNOWN, party)
    registry = queries.itmo_registry(party)
    if registry is None:
        raise refused(Code.SECTION_UNKNOWN, party)
    scope = _Scope(party, year, registry)
    return Aef(
        submission=Submission(
            party=party,
            version=VERSION,
            reported_year=year,
            submitted_on=now.date(),
            ndc_first_year=NDC_PERIOD[0],
            ndc_last_year=NDC_PERIOD[1],
        ),
        authorizations=scope.authorizations,
        actions=scope.actions,
        holdings=scope.holdings,
        entities=scope.entities,
        remark=_remark(year, now),
    )


def _remark(year: int, now: datetime) -> str | None:
    remark = str((registries.identity() or {}).get("remark", ""))
    if now < queries.year_bounds(year)[1]:
        provisional = _("Provisional, as at %(day)s: the year is not over.") % {"day": f"{now:%d/%m/%Y}"}
        remark = f"{provisional} {remark}"
    return remark.strip() or None


def matching(transferring: str, acquiring: str, year: int, *, now: datetime) -> Unmatched:
    """What one Party reports to have transferred to another and the other not to have acquired, or the reverse.

    Raises:
        Refused: as for `aef`.
    """
    with one_moment():
        return unmatched(
            aef(transferring, year, now=now).actions(),
            aef(acquiring, year, now=now).actions(),
            transferring_party=transferring,
            acquiring_party=acquiring,
        )


@dataclass(frozen=True, slots=True)
class _Scope:
    """Whose report, of which year; `registry` is the code of the Party's ITMO registry or section."""

    party: str
    year: int
    registry: str

    def authorizations(self) -> Iterator[Authorization]:
        for each in queries.authorizations(self.party, self.year):
            years = (each.year_first, each.year_last)
            yield Authorization(
                authorization_id=each.code,
                authorized_on=each.authorized_on,
                cooperative_approach=each.approach,
                version=each.version,
                sectors=each.sectors,
                activity_types=each.activity_types,
                purpose=each.purposes,
                quantity_max=each.quantity,
                metric=Metric(each.metric),
                gwp_values=each.gwp or None,
                non_ghg_metric=each.metric_unit or None,
                authorized_parties=each.parties,
                authorized_entities=tuple(entity.name for entity in each.entities),
                oimp=each.oimp or None,
                timeframe=(years[0], years[1]) if years[0] is not None and years[1] is not None else None,
                terms=each.terms or None,
                first_transfer_definition=each.first_transfer_oimp,
                remarks=(f"Revoked. {each.remark}" if each.is_revoked else each.remark) or None,
            )

    def entities(self) -> Iterator[AuthorizedEntity]:
        for each in queries.authorizations(self.party, self.year):
            for entity in each.entities:
                yield AuthorizedEntity(
                    authorized_on=each.authorized_on,
                    name=entity.name,
                    country=entity.country,
                    identification=entity.identification,
                    cooperative_approach=each.approach,
                    conditions=entity.conditions or None,
                    change_conditions=entity.change_conditions or None,
                )

    def actions(self) -> Iterator[Action]:
        with one_moment():
            for each in queries.movements(self.party, self.year):
                yield self._action(each)

    def _action(self, moved: Movement) -> Action:
        type_, subtype = self._type(moved)
        is_own = moved.from_party == self.party
        crosses = moved.type == "international_transfer"
        use_year = moved.terms.get("use_year")
        return Action(
            executed_at=moved.at,
            type=type_,
            subtype=subtype,
            itmos=_itmos(moved.block, moved.block.first, moved.block.last),
            registry=self.registry,
            transferring_party=moved.from_party if type_ is ActionType.ACQUISITION else None,
            acquiring_party=moved.to_party or None if crosses and type_ is not ActionType.ACQUISITION else None,
            purpose=_purpose(moved),
            using_party=moved.from_party if moved.type == "cancellation_oimp" else None,
            using_entity=moved.terms.get("entity"),
            year_used=use_year if type_ is ActionType.USE and is_own else None,
        )

    def _type(self, moved: Movement) -> tuple[ActionType, ActionSubtype | None]:
        if moved.is_first_transfer and moved.block.party == self.party:
            return ActionType.FIRST_TRANSFER, _first_transfer_subtype(moved)
        if moved.type == "international_transfer":
            return (ActionType.TRANSFER if moved.from_party == self.party else ActionType.ACQUISITION), None
        if moved.type == "use_ndc":
            return ActionType.USE, None
        if moved.type == "cancellation_omge":
            return ActionType.CANCELLATION, ActionSubtype.OMGE_VOLUNTARY
        voluntary = moved.type == "cancellation_voluntary"
        type_ = ActionType.VOLUNTARY_CANCELLATION if voluntary else ActionType.CANCELLATION
        return type_, ActionSubtype.OTHER_CANCELLATIONS

    def holdings(self) -> Iterator[Holding]:
        """ITMOs in the section as 31 December ends; an outcome that was not first transferred is no ITMO yet."""
        until = queries.year_bounds(self.year)[1]
        with one_moment():
            for block, first, last in _pieces(self.party, until):
                yield Holding(itmos=_itmos(block, first, last), registry=self.registry)


def _first_transfer_subtype(moved: Movement) -> ActionSubtype:
    if moved.type == "international_transfer":
        return ActionSubtype.TO_ANOTHER_PARTY
    if moved.type == "cancellation_omge":
        return ActionSubtype.OMGE_VOLUNTARY
    return _SUBTYPES.get(moved.definition or "", ActionSubtype.NOT_YET_DEFINED)


_SUBTYPES: Mapping[str, ActionSubtype] = MappingProxyType(
    {
        FirstTransferDefinition.AUTHORIZATION: ActionSubtype.AUTHORIZATION,
        FirstTransferDefinition.ISSUANCE: ActionSubtype.ISSUANCE,
        FirstTransferDefinition.USE_OR_CANCELLATION: ActionSubtype.USE_OR_CANCELLATION,
    }
)


def _purpose(moved: Movement) -> str | None:
    # The field is for other purposes than an NDC; an NDC shows in the year of use.
    if moved.type == "cancellation_oimp":
        return moved.terms.get("purpose")
    if moved.type == "cancellation_omge":
        return "OMGE"
    return None


def _pieces(party: str, until: datetime) -> Iterator[tuple[Block, int, int]]:
    """Where what is held meets what was first transferred: both come in order and disjoint, so one pass does."""
    held = _held(party, until)
    at = next(held, None)
    before: tuple[Block, int, int, int] | None = None
    for series_id, batch_id, block in queries.first_transferred(party, until):
        while at is not None and (at[0], at[2]) < (series_id, block.first):
            at = next(held, None)
        while at is not None and at[0] == series_id and at[1] <= block.last:
            first, last = max(at[1], block.first), min(at[2], block.last)
            if before is not None and _continues(before, block, batch_id, first):
                before = (before[0], before[1], last, batch_id)
            else:
                if before is not None:
                    yield before[:3]
                before = (block, first, last, batch_id)
            if at[2] > block.last:
                break
            at = next(held, None)
    if before is not None:
        yield before[:3]


def _continues(before: tuple[Block, int, int, int], block: Block, batch_id: int, first: int) -> bool:
    return before[3] == batch_id and before[2] + 1 == first and before[0].authorization == block.authorization


def _held(party: str, until: datetime) -> Iterator[tuple[int, int, int]]:
    """Series, first and last serial of what the section holds, in order."""
    level, since = 0, (0, 0)
    for series_id, serial, change in queries.levels(party, until):
        level += change
        invariant(level in (0, 1), f"series {series_id}, serial {serial}: held {level} times")
        if level:
            since = (series_id, serial)
        else:
            yield *since, serial - 1


def _itmos(block: Block, first: int, last: int) -> ItmoBlock:
    count = last - first + 1
    metric = Metric(block.metric)
    is_ghg = metric is Metric.GHG
    underlying = None
    if block.underlying_first is not None:
        start = block.underlying_first + first - block.first
        underlying = UnderlyingBlock(block.underlying_registry, start, start + count - 1)
    return ItmoBlock(
        identifier=UnitIdentifier(
            unit_type=UnitType.ITMO,
            cooperative_approach=block.approach,
            registry=block.registry,
            party=block.party,
            serial_first=first,
            serial_last=last,
            vintage_year=block.vintage_year,
        ),
        authorization_id=block.authorization,
        mitigation_type=MitigationType(block.mitigation_type),
        quantity_tco2e=count if is_ghg else _converted(block, count),
        metric=metric,
        gwp_values=block.gwp or None,
        non_ghg_metric=block.metric_unit or None,
        quantity_non_ghg=None if is_ghg else str(count),
        underlying=underlying,
    )


def _converted(block: Block, count: int) -> int | None:
    """Whole t CO2 eq of units in another metric, rounded down; None where no conversion is recorded."""
    if block.conversion_numerator is None or block.conversion_denominator is None:
        return None
    return count * block.conversion_numerator // block.conversion_denominator
