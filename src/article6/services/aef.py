"""The agreed electronic format (AEF) of a Party and year, computed from the journal. Nothing in it is typed.

The tables are read as they are needed, a few thousand rows at a time; whoever needs them to agree with one another
while the ledger moves on reads them within `store.database.one_moment`.

Source: 4/CMA.6 annex II; 2/CMA.3 annex para 20.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.utils.translation import gettext as _

from article6.domain import parties
from article6.domain.identifiers import UnitIdentifier
from article6.domain.metrics import PLACES, Converted, converted
from article6.domain.refusals import Code, invariant, refused
from article6.domain.units import UnitType
from article6.reporting.aef_matching import Unmatched, unmatched
from article6.reporting.aef_nomenclatures import ActionType, Metric, MitigationType
from article6.reporting.aef_records import (
    Action,
    Aef,
    Alike,
    Authorization,
    AuthorizedEntity,
    Holding,
    ItmoBlock,
    Likened,
    Submission,
    UnderlyingBlock,
    action_of,
    holding_of,
)
from article6.services import aef_actions, declarations, sight
from article6.store.database import EVERYTHING, one_moment, seeing
from article6.store.queries import aef as queries
from article6.store.queries import entities as register
from article6.store.queries import parties as party_records
from article6.store.queries import registries
from article6.store.queries.aef import Block, Moved, Movement, Transferred

VERSION = "1.0"
"""Submissions are not kept yet, so every report is the first version of itself."""

_LIKES_KEPT = 1_024

NDC_PERIOD = (2021, 2030)
"""First and last year of the NDC implementation period where no NDC on record has the year: that of nearly all NDCs."""


def reported() -> list[tuple[str, int]]:
    """Parties in sight and years with something to report, in order: from a Party's first act to its last, no year left
    out."""
    spans: dict[str, tuple[int, int]] = {}
    with seeing(EVERYTHING):
        active = list(queries.active_years(aef_actions.CROSSING, aef_actions.GIVING))
    in_sight = {each["party"] for each in registries.section_list() if sight.shows(each["id"])}
    for party, year in active:
        if party not in in_sight:
            continue
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
    sight.be_whole()
    registry = queries.itmo_registry(party)
    if registry is None:
        raise refused(Code.SECTION_UNKNOWN, party)
    scope = _Scope(party, year, registry)
    period = _ndc_period(party, year)
    return Aef(
        submission=Submission(
            party=party,
            version=VERSION,
            reported_year=year,
            submitted_on=now.date(),
            ndc_first_year=period[0],
            ndc_last_year=period[1],
        ),
        authorizations=scope.authorizations,
        actions=Likened(scope.actions, action_of),
        holdings=Likened(scope.holdings, holding_of),
        entities=scope.entities,
        remark=_remark(year, now, is_rounding=queries.states_rounded(party)),
    )


def _ndc_period(party: str, year: int) -> tuple[int, int]:
    known = party_records.ndcs([party]).get(party, [])
    return next((each.period for each in known if each.covers(year) and not each.is_withdrawn), NDC_PERIOD)


def _remark(year: int, now: datetime, *, is_rounding: bool) -> str | None:
    remark = str((registries.identity() or {}).get("remark", ""))
    if is_rounding:
        rounded = _(
            "Quantities in t CO2 eq that no decimal number states exactly are rounded down to %(places)s digits."
        )
        remark = f"{rounded % {'places': PLACES}} {remark}"
    if now < queries.year_bounds(year)[1]:
        provisional = _("Provisional, as at %(day)s: the year is not over.") % {"day": f"{now:%d/%m/%Y}"}
        remark = f"{provisional} {remark}"
    return remark.strip() or None


def actions_at(party: str, at: datetime) -> Likened[Action]:
    """The actions of a Party that were done at exactly this moment, as its AEF of that year will have them.

    Raises:
        Refused: the registry has no section for the Party.
    """
    sight.be_whole()
    registry = queries.itmo_registry(party)
    if registry is None:
        raise refused(Code.SECTION_UNKNOWN, party)
    scope = _Scope(party, at.year, registry)
    return Likened(lambda: scope.actions_between(at, at + timedelta(microseconds=1)), action_of)


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
        known = self._registered()
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
                authorized_entities=tuple(known.get(entity.code, (entity.name,))[0] for entity in each.entities),
                oimp=each.oimp or None,
                timeframe=(years[0], years[1]) if years[0] is not None and years[1] is not None else None,
                terms=each.terms or None,
                first_transfer_definition=each.first_transfer_oimp,
                remarks=(f"Revoked. {each.remark}" if each.is_revoked else each.remark) or None,
            )

    def _registered(self) -> dict[str, tuple[str, str, str]]:
        """Name, country and number of the Party's registered entities as the year ended."""
        return register.reported(self.party, queries.year_bounds(self.year)[1])

    def entities(self) -> Iterator[AuthorizedEntity]:
        known = self._registered()
        for each in queries.authorizations(self.party, self.year):
            for place, entity in enumerate(each.entities, 1):
                given = (entity.name, entity.country, entity.identification)
                name, country, identification = known.get(entity.code, given)
                yield AuthorizedEntity(
                    authorized_on=each.authorized_on,
                    name=name,
                    country=country,
                    identification=identification,
                    cooperative_approach=each.approach,
                    conditions=entity.conditions or None,
                    change_conditions=entity.change_conditions or None,
                    key=f"{each.code}/{each.version}/{place}",
                )

    def actions(self) -> Iterator[Alike[Action]]:
        return self.actions_between(*queries.year_bounds(self.year))

    def actions_between(self, since: datetime, until: datetime) -> Iterator[Alike[Action]]:
        # A declared cancellation is reported as the built-in one that it is like.
        declared = declarations.likes()
        known: dict[str, Action] = {}
        with one_moment():
            for line in queries.movements(self.party, since, until, aef_actions.CROSSING, aef_actions.GIVING):
                transaction_id, at, first, last, underlying_first, alike = line
                like = known.get(alike)
                if like is None:
                    said = queries.movement(alike)
                    like = self._action(line, said._replace(type=declared.get(said.type, said.type)))
                    _keep_like(known, alike, like)
                units = like.itmos.identifier
                key = f"{transaction_id}:{units.registry}/{units.party}:{first}"
                yield Alike(like, key, first, last, underlying_first, at)

    def _action(self, line: Moved, moved: Movement) -> Action:
        _transaction_id, at, first, last, underlying_first, _alike = line
        type_, subtype = aef_actions.type_of(moved, self.party)
        transferring, acquiring = aef_actions.parties(moved, type_)
        use_year = moved.terms.get("use_year")
        return Action(
            executed_at=at,
            type=type_,
            subtype=subtype,
            itmos=_itmos(moved.block, first, last, underlying_first),
            registry=self.registry,
            transferring_party=transferring,
            acquiring_party=acquiring,
            purpose=aef_actions.purpose(moved),
            using_party=moved.from_party if moved.type == "cancellation_oimp" else None,
            using_entity=moved.terms.get("entity"),
            year_used=use_year if type_ is ActionType.USE and moved.from_party == self.party else None,
            remarks=" ".join(filter(None, (aef_actions.remarks(moved), _rounding(moved.block, last - first + 1))))
            or None,
        )

    def holdings(self) -> Iterator[Alike[Holding]]:
        """ITMOs in the section as 31 December ends; an outcome that was not first transferred is no ITMO yet."""
        until = queries.year_bounds(self.year)[1]
        known: dict[str, Holding] = {}
        with one_moment():
            for given, first, last in _pieces(self.party, until):
                underlying = None if given.underlying_first is None else given.underlying_first + first - given.first
                like = known.get(given.alike)
                if like is None:
                    itmos = _itmos(queries.block(given.alike), first, last, underlying)
                    like = Holding(itmos=itmos, registry=self.registry)
                    _keep_like(known, given.alike, like)
                units = like.itmos.identifier
                yield Alike(like, f"{units.registry}/{units.party}:{first}", first, last, underlying)


_Like = TypeVar("_Like", bound=Action | Holding)


def _keep_like(known: dict[str, _Like], alike: str, like: _Like) -> None:
    # An amount in another metric is converted one by one.
    if like.itmos.metric is Metric.GHG:
        if len(known) >= _LIKES_KEPT:
            known.clear()
        known[alike] = like


def _pieces(party: str, until: datetime) -> Iterator[tuple[Transferred, int, int]]:
    """Where what is held meets what was first transferred: both come in order and disjoint, so one pass does."""
    held = _held(party, until)
    at = next(held, None)
    before: tuple[Transferred, int, int] | None = None
    for given in queries.first_transferred(party, until):
        while at is not None and (at[0], at[2]) < (given.series_id, given.first):
            at = next(held, None)
        while at is not None and at[0] == given.series_id and at[1] <= given.last:
            first, last = max(at[1], given.first), min(at[2], given.last)
            if before is not None and _continues(before, given, first):
                before = (before[0], before[1], last)
            else:
                if before is not None:
                    yield before
                before = (given, first, last)
            if at[2] > given.last:
                break
            at = next(held, None)
    if before is not None:
        yield before


def _continues(before: tuple[Transferred, int, int], given: Transferred, first: int) -> bool:
    is_adjacent = before[0].batch_id == given.batch_id and before[2] + 1 == first
    return is_adjacent and (queries.block(before[0].alike).authorization == queries.block(given.alike).authorization)


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


def _itmos(block: Block, first: int, last: int, underlying_first: int | None) -> ItmoBlock:
    count = last - first + 1
    metric = Metric(block.metric)
    is_ghg = metric is Metric.GHG
    amount = None if is_ghg else _tco2e(block, count)
    underlying = None
    if underlying_first is not None and block.underlying_registry is not None:
        underlying = UnderlyingBlock(block.underlying_registry, underlying_first, underlying_first + count - 1)
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
        quantity_tco2e=count if is_ghg else (amount.stated if amount else None),
        metric=metric,
        gwp_values=block.gwp or None,
        non_ghg_metric=block.metric_unit or None,
        quantity_non_ghg=None if is_ghg else str(count),
        underlying=underlying,
    )


def _tco2e(block: Block, count: int) -> Converted | None:
    """The t CO2 eq of units in another metric; None where no conversion is recorded."""
    if block.conversion_numerator is None or block.conversion_denominator is None:
        return None
    return converted(count, block.conversion_numerator, block.conversion_denominator)


def _rounding(block: Block, count: int) -> str | None:
    """What a row says of an amount that is not stated exactly."""
    found = _tco2e(block, count)
    if found is None or not found.is_rounded:
        return None
    return _("Quantity in t CO2 eq rounded down; exactly %(ratio)s.") % {"ratio": found.exact}
