"""What the AEFs of a Party come to: the amounts of each year, and their breakdown.

First transfers count for their vintage, uses for the year used, authorizations for other international mitigation
purposes (OIMP) for the year of each version, by what it changes.

Source: 2/CMA.3 annex paras 8-10, 23(c)-(e) and 23(j).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from article6.domain.adjustments import NO_AMOUNTS, Amounts, Level
from article6.reporting.aef_nomenclatures import ActionSubtype, ActionType, Metric
from article6.reporting.aef_records import Action, Authorization, ItmoBlock

SectorsOf = Mapping[tuple[str, str], tuple[str, ...]]
"""The sectors of an authorization, by the Party that gave it and its identifier."""

FIRST_TRANSFERRED, AUTHORIZED_OIMP, USED = "first_transferred", "authorized_oimp", "used"
_NOT_FOR_OIMP = frozenset({ActionSubtype.TO_ANOTHER_PARTY, None})


@dataclass(frozen=True, slots=True)
class Share:
    """One line of the breakdown of para 23(j); `quantity` in t CO2 eq or in the metric's unit.

    `what` is FIRST_TRANSFERRED, AUTHORIZED_OIMP or USED. Empty: not known, or (using Party of a first transfer) nobody.
    """

    what: str
    year: int
    cooperative_approach: str
    sectors: tuple[str, ...]
    transferring_party: str
    using_party: str
    vintage: int | None
    quantity: Level


@dataclass(frozen=True, slots=True)
class OimpAuthorization:
    """A version of an authorization for OIMP: by how much it changes what is authorized, None where it names no
    quantity, and for whom (para 23(d))."""

    authorization_id: str
    version: int
    year: int
    cooperative_approach: str
    quantity: int | None
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tallied:
    """Amounts by year, their breakdown, authorizations for OIMP, and how many rows could not be counted because they
    state no quantity in the metric."""

    amounts: Mapping[int, Amounts]
    shares: tuple[Share, ...]
    authorized: tuple[OimpAuthorization, ...]
    uncounted: int


def quantity(block: ItmoBlock, metric: str = "") -> Level | None:
    """What a block counts in t CO2 eq or, named, in a non-GHG metric; None where it has no quantity in it."""
    if not metric:
        stated = block.quantity_tco2e
        return stated if stated is None or isinstance(stated, int) else _whole(Fraction(stated))
    if block.metric is not Metric.NON_GHG or block.non_ghg_metric != metric or block.quantity_non_ghg is None:
        return None
    return _whole(Fraction(block.quantity_non_ghg))


def _whole(value: Fraction) -> Level:
    return value.numerator if value.denominator == 1 else value


class Tally:
    """Counts the rows of one Party's AEFs, one by one, in bounded memory; `metric` is empty for t CO2 eq."""

    def __init__(self, party: str, metric: str = "") -> None:
        self.party = party
        self.metric = metric
        self._amounts: dict[int, Amounts] = defaultdict(Amounts)
        self._counted: dict[tuple[str, int, str, str, str, str, int], Level] = defaultdict(int)
        self._versions: dict[str, dict[int, Authorization]] = defaultdict(dict)
        self._uncounted = 0

    def add(self, actions: Iterable[Action]) -> Tally:
        """Count rows of table 3; those that change no balance are passed over."""
        for action in actions:
            self._add(action)
        return self

    def _add(self, action: Action) -> None:
        block = action.itmos.identifier
        is_first = action.type is ActionType.FIRST_TRANSFER and block.party == self.party
        year = block.vintage_year if is_first else action.year_used
        if year is None or not (is_first or action.type is ActionType.USE):
            return
        much = quantity(action.itmos, self.metric)
        if much is None:
            # Rows in another metric than a non-GHG indicator's are none of its business.
            self._uncounted += 0 if self.metric else 1
        elif is_first:
            of_oimp = 0 if action.subtype in _NOT_FOR_OIMP else much
            self._amounts[year] += Amounts(first_transferred=much, first_transferred_oimp=of_oimp)
            self._count(FIRST_TRANSFERRED, year, action.itmos, action.acquiring_party or "", much)
        else:
            self._amounts[year] += Amounts(used=much)
            self._count(USED, year, action.itmos, self.party, much)

    def _count(self, what: str, year: int, itmos: ItmoBlock, using: str, much: Level) -> None:
        block = itmos.identifier
        key = (
            what, year, block.cooperative_approach or "", itmos.authorization_id, block.party or "", using,
            block.vintage_year or 0,
        )  # fmt: skip
        self._counted[key] += much

    def authorize(self, authorizations: Iterable[Authorization]) -> Tally:
        """Take in rows of table 2. The same version given again, as in each year's AEF, counts once."""
        for each in authorizations:
            self._versions[each.authorization_id][each.version] = each
        return self

    def cers(self, used: Mapping[int, int]) -> Tally:
        """Count certified emission reductions by the year for which they are used."""
        for year, much in used.items():
            self._amounts[year] += Amounts(cers=much)
        return self

    @property
    def hosts(self) -> frozenset[str]:
        """The Parties whose outcomes were counted."""
        return frozenset(each[4] for each in self._counted)

    def result(self, sectors: SectorsOf | None = None) -> Tallied:
        """What was counted so far. `sectors` are those of other Parties' authorizations, where they are known."""
        known = {**(sectors or {}), **{(self.party, code): each for code, each in self._sectors().items()}}
        authorized = tuple(self._authorized())
        amounts = dict(self._amounts)
        for each in authorized:
            more = Amounts(authorized_oimp=each.quantity or 0)
            amounts[each.year] = amounts.get(each.year, NO_AMOUNTS) + more
        shares = [*self._shares(known), *self._authorized_shares(authorized)]
        ordered = tuple(sorted(shares, key=_order))
        return Tallied(dict(sorted(amounts.items())), ordered, authorized, self._uncounted)

    def _sectors(self) -> dict[str, tuple[str, ...]]:
        return {code: versions[max(versions)].sectors for code, versions in self._versions.items()}

    def _shares(self, sectors: SectorsOf) -> Iterator[Share]:
        merged: dict[tuple[str, int, str, tuple[str, ...], str, str, int], Level] = defaultdict(int)
        for (what, year, approach, code, host, using, vintage), much in self._counted.items():
            merged[what, year, approach, sectors.get((host, code), ()), host, using, vintage] += much
        for key, much in merged.items():
            yield Share(*key[:6], key[6] or None, much)

    def _authorized(self) -> Iterator[OimpAuthorization]:
        for versions in self._versions.values():
            before = 0
            for number in sorted(versions):
                each = versions[number]
                if not self._is_mine(each) or not (each.purpose.covers_oimp or before):
                    continue
                now = each.quantity_max if each.purpose.covers_oimp else 0
                change = None if now is None else now - before
                before = before if now is None else now
                if change != 0:
                    yield OimpAuthorization(
                        each.authorization_id, number, each.authorized_on.year, each.cooperative_approach, change,
                        each.authorized_entities,
                    )  # fmt: skip

    def _is_mine(self, given: Authorization) -> bool:
        if not self.metric:
            return given.metric is Metric.GHG
        return given.metric is Metric.NON_GHG and given.non_ghg_metric == self.metric

    def _authorized_shares(self, authorized: Iterable[OimpAuthorization]) -> Iterator[Share]:
        sectors = self._sectors()
        for each in authorized:
            if each.quantity is not None:
                yield Share(
                    AUTHORIZED_OIMP, each.year, each.cooperative_approach, sectors[each.authorization_id], self.party,
                    "", None, each.quantity,
                )  # fmt: skip


def _order(share: Share) -> tuple[object, ...]:
    return (
        (FIRST_TRANSFERRED, AUTHORIZED_OIMP, USED).index(share.what), share.year, share.cooperative_approach,
        share.transferring_party, share.using_party, share.vintage or 0, share.sectors,
    )  # fmt: skip


def sectors_of(party: str, authorizations: Iterable[Authorization]) -> dict[tuple[str, str], tuple[str, ...]]:
    """The sectors of a Party's authorizations in their latest versions."""
    latest: dict[str, Authorization] = {}
    for each in authorizations:
        known = latest.get(each.authorization_id)
        if known is None or each.version >= known.version:
            latest[each.authorization_id] = each
    return {(party, code): each.sectors for code, each in latest.items()}
