"""A world of trades, made up by seed: Parties authorize, transfer, pass on, use and cancel, and report truly.

The simulator knows units, owners and days and nothing of the ledger or of the checks, so that it can be held against
both. What it cannot know is what a Party leaves out: some submit nothing, or not in every year.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from article6.domain.authorizations import FirstTransferDefinition, Purpose
from article6.domain.identifiers import UnitIdentifier
from article6.domain.units import UnitType
from article6.reporting.aef_nomenclatures import (
    ACTIVITY_TYPES,
    ADAPTATION_FUND,
    SECTORS,
    ActionSubtype,
    ActionType,
    Metric,
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

PARTIES = (
    "CHE", "SWE", "NOR", "SGP", "JPN", "KOR", "GBR", "DEU", "LIE", "AUS", "GHA", "VUT", "THA", "KEN", "SEN", "MAR",
    "PER", "CHL", "GEO", "UKR", "MWI", "DMA", "TUN", "URY", "RWA", "NPL", "LKA", "MNG", "IDN", "COL",
)  # fmt: skip
BUYERS = PARTIES[:10]
HOSTS = PARTIES[6:28]
FIRST_YEAR = 2023
SILENT = ("MNG", "IDN")
"""Parties that submit nothing."""

ISSUED, AUTHORIZED, USED_FIRST = (
    FirstTransferDefinition.ISSUANCE,
    FirstTransferDefinition.AUTHORIZATION,
    FirstTransferDefinition.USE_OR_CANCELLATION,
)
_DEFINED = {ISSUED: ActionSubtype.ISSUANCE, AUTHORIZED: ActionSubtype.AUTHORIZATION}
SAID = {
    Purpose.OIMP: "OIMP", Purpose.IMP: "IMP: CORSIA", Purpose.OP: "OP", Purpose.NDC_AND_OIMP: "OIMP",
    Purpose.NDC_AND_IMP: "IMP: CORSIA", Purpose.NDC_AND_OP: "OP: voluntary offsetting",
}  # fmt: skip


@dataclass(eq=False)
class Activity:
    """One authorization of a host. `tonnes` are what one unit of a non-GHG metric is, None where nothing is said."""

    host: str
    authorization: Authorization
    mitigation: MitigationType
    offset: int | None
    tonnes: Decimal | None

    @property
    def definition(self) -> FirstTransferDefinition | None:
        return self.authorization.first_transfer_definition

    @property
    def purpose(self) -> Purpose:
        return self.authorization.purpose

    def block(self, first: int, last: int, vintage: int) -> ItmoBlock:
        """These units as a report shows them."""
        of, count = self.authorization, last - first + 1
        identifier = UnitIdentifier(
            unit_type=UnitType.ITMO, cooperative_approach=of.cooperative_approach, registry=f"{self.host}01",
            party=self.host, serial_first=first, serial_last=last, vintage_year=vintage,
        )  # fmt: skip
        is_ghg = of.metric is Metric.GHG
        tonnes = count if is_ghg else None if self.tonnes is None else self.tonnes * count
        underlying = None if self.offset is None else UnderlyingBlock("GS", first + self.offset, last + self.offset)
        return ItmoBlock(
            identifier=identifier, authorization_id=of.authorization_id, mitigation_type=self.mitigation,
            quantity_tco2e=tonnes, metric=of.metric, gwp_values=of.gwp_values, non_ghg_metric=of.non_ghg_metric,
            quantity_non_ghg=None if is_ghg else str(count), underlying=underlying,
        )  # fmt: skip


@dataclass(eq=False)
class Lot:
    """Units of one activity and vintage in one hand. `is_itmo`: first transferred."""

    activity: Activity
    vintage: int
    first: int
    last: int
    owner: str
    is_itmo: bool = False

    @property
    def count(self) -> int:
        return self.last - self.first + 1


@dataclass
class Simulation:
    """Play `years` years among the Parties; `lots` is how many each activity begins in a year."""

    seed: int
    years: int = 8
    parties: tuple[str, ...] = PARTIES
    hosts: tuple[str, ...] = HOSTS
    buyers: tuple[str, ...] = BUYERS
    lots: int = 2
    trades: int = 12
    size: tuple[int, int] = (50, 400)
    actions: dict[tuple[str, int], list[Action]] = field(default_factory=lambda: defaultdict(list))
    holdings: dict[tuple[str, int], list[Holding]] = field(default_factory=lambda: defaultdict(list))
    activities: list[Activity] = field(default_factory=list)
    hands: list[Lot] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self._serials: dict[str, int] = defaultdict(int)
        self._now = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
        for number, host in enumerate(self.hosts):
            for turn in range(1 + number % 3):
                self.activities.append(self._authorize(host, len(self.activities), turn))
        for year in range(FIRST_YEAR, FIRST_YEAR + self.years):
            self._play(year)

    @property
    def span(self) -> range:
        return range(FIRST_YEAR, FIRST_YEAR + self.years)

    # --- What is authorized

    def _authorize(self, host: str, number: int, turn: int) -> Activity:
        chance = self.chance
        purpose = tuple(Purpose)[number % len(Purpose)]
        metric = Metric.NON_GHG if number % 6 == 5 else Metric.GHG
        given = Authorization(
            authorization_id=f"{host} A{turn + 1}", authorized_on=date(FIRST_YEAR - 1, 1 + number % 12, 5),
            cooperative_approach=f"CA{number + 1:04d}", version=1, sectors=(chance.choice(SECTORS),),
            activity_types=(chance.choice(ACTIVITY_TYPES),), purpose=purpose,
            quantity_max=10_000_000 if number % 3 == 0 else None, metric=metric,
            gwp_values="100-year values from 5th assessment report by the IPCC" if metric is Metric.GHG else None,
            non_ghg_metric=None if metric is Metric.GHG else "megawatt hours",
            authorized_parties=tuple(
                sorted(each for each in chance.sample(self.buyers, min(5, len(self.buyers))) if each != host)
            ),
            authorized_entities=(f"Airline of {host}", f"Trader of {host}"),
            oimp="use under CORSIA" if purpose.covers_oimp else None,
            timeframe=(2021, 2030) if number % 2 else None,
            first_transfer_definition=tuple(FirstTransferDefinition)[number // 7 % 3] if purpose.covers_oimp else None,
        )  # fmt: skip
        tonnes = Decimal("0.5") if metric is Metric.NON_GHG and number % 4 == 1 else None
        offset = 100_000 * (number + 1) if number % 4 == 2 else None
        return Activity(host, given, tuple(MitigationType)[number % 2], offset, tonnes)

    # --- What happens

    def _play(self, year: int) -> None:
        self._now = datetime(year, 1, 2, 8, tzinfo=UTC)
        self._step = timedelta(days=350) / max(1, len(self.activities) * (self.lots + 2 * self.trades))
        for _round in range(self.lots):
            for activity in self.activities:
                self._begin(activity, year)
        for _round in range(self.trades):
            for activity in self.activities:
                self._trade(activity)
        for lot in self._merged():
            if lot.is_itmo:
                block = lot.activity.block(lot.first, lot.last, lot.vintage)
                self.holdings[lot.owner, year].append(Holding(itmos=block, registry=f"{lot.owner}01"))

    def _begin(self, activity: Activity, year: int) -> None:
        """New units of a host: first transferred at once where that is defined so."""
        count = self.chance.randint(*self.size)
        first = self._serials[activity.host] + 1
        self._serials[activity.host] += count
        vintage = max(2021, year - self.chance.randint(1, 2))
        lot = Lot(activity, vintage, first, first + count - 1, activity.host)
        self.hands.append(lot)
        if activity.definition in _DEFINED:
            lot.is_itmo = True
            self._act(lot, ActionType.FIRST_TRANSFER, subtype=_DEFINED[activity.definition])

    def _trade(self, activity: Activity) -> None:
        mine = [each for each in self.hands if each.activity is activity]
        if not mine:
            return
        lot = self._part(self.chance.choice(mine))
        ways = [self._send, self._send, self._omge, self._fund, self._use, self._use, self._cancel]
        self.chance.choice(ways)(lot)

    def _part(self, lot: Lot) -> Lot:
        """All of a lot, or a part of it that becomes a lot of its own."""
        if lot.count < 10 or self.chance.random() < 0.3:
            return lot
        cut = lot.first + self.chance.randint(1, lot.count - 1)
        part = replace(lot, first=cut)
        lot.last = cut - 1
        self.hands.append(part)
        return self.chance.choice((lot, part))

    def _send(self, lot: Lot) -> None:
        activity, sender = lot.activity, lot.owner
        for_oimp_only = activity.purpose in (Purpose.OIMP, Purpose.IMP, Purpose.OP)
        choices = [each for each in activity.authorization.authorized_parties if each != sender]
        if not choices:
            return
        receiver = self.chance.choice(choices)
        if lot.is_itmo:
            self._act(lot, ActionType.TRANSFER, acquiring_party=receiver)
        elif activity.purpose.covers_ndc:
            lot.is_itmo = True
            subtype = ActionSubtype.TO_ANOTHER_PARTY
            self._act(lot, ActionType.FIRST_TRANSFER, subtype=subtype, acquiring_party=receiver)
        elif for_oimp_only:
            self._act(lot, ActionType.TRANSFER, acquiring_party=receiver)
        lot.owner = receiver
        self._act(lot, ActionType.ACQUISITION, transferring_party=sender)

    def _omge(self, lot: Lot) -> None:
        self._end(lot, ActionType.CANCELLATION, ActionSubtype.OMGE_VOLUNTARY, purpose="OMGE")

    def _fund(self, lot: Lot) -> None:
        subtype = ActionSubtype.ADAPTATION_FUND_VOLUNTARY
        self._end(lot, ActionType.TRANSFER, subtype, acquiring_party=ADAPTATION_FUND)

    def _end(self, lot: Lot, type_: ActionType, subtype: ActionSubtype, **more: str) -> None:
        """For OMGE or to the Adaptation Fund: of units that are no ITMOs yet it is their first transfer."""
        if not lot.is_itmo and lot.owner != lot.activity.host:
            return
        self._act(lot, type_ if lot.is_itmo else ActionType.FIRST_TRANSFER, subtype=subtype, **more)
        self.hands.remove(lot)

    def _use(self, lot: Lot) -> None:
        purpose = lot.activity.purpose
        if lot.is_itmo and purpose.covers_ndc and lot.owner != lot.activity.host:
            self._act(lot, ActionType.USE, purpose="NDC", year_used=self._now.year)
            self.hands.remove(lot)
        elif purpose.covers_oimp:
            self._use_otherwise(lot, ActionType.USE, None)

    def _cancel(self, lot: Lot) -> None:
        if lot.activity.purpose.covers_oimp:
            kinds = (ActionType.CANCELLATION, ActionType.VOLUNTARY_CANCELLATION)
            self._use_otherwise(lot, self.chance.choice(kinds), ActionSubtype.OTHER_CANCELLATIONS)

    def _use_otherwise(self, lot: Lot, type_: ActionType, subtype: ActionSubtype | None) -> None:
        activity = lot.activity
        if not lot.is_itmo:
            if activity.definition is not USED_FIRST:
                return
            host = replace(lot, owner=activity.host)
            self._act(host, ActionType.FIRST_TRANSFER, subtype=ActionSubtype.USE_OR_CANCELLATION)
        entity = self.chance.choice(activity.authorization.authorized_entities)
        self._act(
            lot, type_, is_later=lot.is_itmo, subtype=subtype, purpose=SAID[activity.purpose], using_party=lot.owner,
            using_entity=entity,
        )  # fmt: skip
        self.hands.remove(lot)

    def _act(self, lot: Lot, type_: ActionType, *, is_later: bool = True, **more: object) -> None:
        """Report an action, a while after the one before; what is one event has one moment."""
        if is_later:
            self._now += self._step
        # A first transfer that is a use needs the same day; the next action then has a later one.
        block = lot.activity.block(lot.first, lot.last, lot.vintage)
        action = Action(executed_at=self._now, type=type_, itmos=block, registry=f"{lot.owner}01", **more)  # type: ignore[arg-type]
        self.actions[lot.owner, self._now.year].append(action)

    def _merged(self) -> Iterator[Lot]:
        """What each holds, neighbours in one row."""
        lots = sorted(self.hands, key=lambda lot: (lot.activity.host, lot.first))
        found: Lot | None = None
        for lot in lots:
            if found is not None and _is_next(found, lot):
                found.last = lot.last
                continue
            if found is not None:
                yield found
            found = replace(lot)
        if found is not None:
            yield found

    # --- What is reported

    def aefs(self) -> Iterator[tuple[str, Aef]]:
        """The AEFs by name, such as `CHE 2024`; some Parties and years are missing."""
        for number, party in enumerate(self.parties):
            for year in self.span:
                if party in SILENT or (number % 7 == 3 and year == FIRST_YEAR + number % self.years):
                    continue
                yield f"{party} {year}", self.aef(party, year)

    def aef(self, party: str, year: int) -> Aef:
        """What a Party has to report on a year."""
        submission = Submission(
            party=party, version="1.0", reported_year=year, submitted_on=date(year + 1, 4, 15), ndc_first_year=2021,
            ndc_last_year=2030,
        )  # fmt: skip
        own = [each.authorization for each in self.activities if each.host == party]
        entities = [
            AuthorizedEntity(authorized_on=each.authorized_on, name=name, country=party, cooperative_approach=
                             each.cooperative_approach, identification=f"{party} {name}")
            for each in own for name in each.authorized_entities
        ]  # fmt: skip
        return Aef(
            submission=submission, authorizations=lambda: own, actions=lambda: self.actions.get((party, year), []),
            holdings=lambda: self.holdings.get((party, year), []), entities=lambda: entities,
        )  # fmt: skip


def _is_next(one: Lot, other: Lot) -> bool:
    same = (one.activity, one.vintage, one.owner, one.is_itmo) == (
        other.activity, other.vintage, other.owner, other.is_itmo
    )  # fmt: skip
    return same and one.last + 1 == other.first
