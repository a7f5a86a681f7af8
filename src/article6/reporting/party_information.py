"""What a Party's reports on its participation have to say, as far as a registry knows it: paragraph by paragraph.

What only the Party can tell - how integrity is ensured, how impacts are minimized - is named and left empty.

Source: 2/CMA.3 annex paras 18 (initial report), 19 (updated), 20 (annual information), 21-23 (regular information).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from article6.domain.levels import TITLES, LevelKind, Series
from article6.domain.ndcs import Ndc, Report, ReportKind
from article6.domain.refusals import N_
from article6.reporting.aef_nomenclatures import ADAPTATION_FUND, ActionSubtype
from article6.reporting.aef_records import Action, Authorization, AuthorizedEntity, Holding
from article6.reporting.structured_summary import Summary
from article6.reporting.summary_files import figure

Line = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph, what it asks for, and what the registry knows of it; no lines: it is for the Party to say."""

    clause: str
    title: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What a registry knows of a Party's participation, up to the end of a year or as of a day.

    `acted` counts the units of the year's actions, `held` those held as the year ends, `contributed` those of all years
    that went to the Adaptation Fund or were cancelled for overall mitigation (OMGE), by approach.
    """

    party: str
    year: int
    is_paris_party: bool
    registry: str
    ndc: Ndc | None
    levels: Sequence[Series]
    reports: Sequence[Report]
    authorizations: Sequence[Authorization]
    entities: Sequence[AuthorizedEntity]
    acted: Sequence[Line]
    held: Sequence[Line]
    contributed: Mapping[str, Mapping[str, int]]
    summary: Summary | None


def counted_actions(actions: Iterable[Action]) -> list[Line]:
    """Actions counted in units, by what para 20(b) asks for."""
    counted: Counter[tuple[str, str, str, str, int, str]] = Counter()
    for each in actions:
        block = each.itmos.identifier
        key = (
            str(each.type), str(each.subtype or ""), block.cooperative_approach or "", block.party or "",
            block.vintage_year or 0, each.purpose or "",
        )  # fmt: skip
        counted[key] += block.count
    names = ("action", "subtype", "cooperative_approach", "first_transferring_party", "vintage", "purpose")
    return [{**dict(zip(names, key, strict=True)), "units": units} for key, units in sorted(counted.items())]


def in_hand(holdings: Iterable[Holding]) -> list[Line]:
    """Holdings counted in units."""
    counted: Counter[tuple[str, str, int]] = Counter()
    for each in holdings:
        block = each.itmos.identifier
        counted[block.cooperative_approach or "", block.party or "", block.vintage_year or 0] += block.count
    names = ("cooperative_approach", "first_transferring_party", "vintage")
    return [{**dict(zip(names, key, strict=True)), "units": units} for key, units in sorted(counted.items())]


_OMGE = frozenset({ActionSubtype.OMGE_MANDATORY, ActionSubtype.OMGE_VOLUNTARY})


def contributions(actions: Iterable[Action]) -> dict[str, dict[str, int]]:
    """Units of actions that contribute to adaptation or deliver OMGE, by approach."""
    found: dict[str, dict[str, int]] = {}
    for each in actions:
        to_fund, omge = each.acquiring_party == ADAPTATION_FUND, each.subtype in _OMGE
        if to_fund or omge:
            of = found.setdefault(each.itmos.identifier.cooperative_approach or "", {"adaptation": 0, "omge": 0})
            of["adaptation" if to_fund else "omge"] += each.itmos.identifier.count
    return found


def _participation(known: Known, clause: str) -> Item:
    lines: list[Line] = [
        {"what": "party_to_the_paris_agreement", "value": known.is_paris_party},
        {"what": "itmo_registry", "value": known.registry},
    ]
    if known.ndc is not None:
        lines.append({"what": "ndc", "value": known.ndc.code, "communicated_on": known.ndc.communicated_on.isoformat()})
    return Item(clause, N_("Participation responsibilities"), tuple(lines))


def _method(known: Known) -> Item:
    title = N_("Metrics and method for applying corresponding adjustments")
    if known.ndc is None:
        return Item("18(c)", title)
    given = known.ndc
    line = {
        "metric": given.metric_unit or given.metric, "target": str(given.target), "method": str(given.method),
        "first_year": given.year_first, "last_year": given.year_last,
    }  # fmt: skip
    return Item("18(c)", title, (line,))


def _levels(known: Known, clause: str, title: str, kinds: frozenset[LevelKind], *, other_metric: bool) -> Item:
    lines = [
        {
            "what": str(each.kind), "title": TITLES[each.kind][0], "unit": each.unit or "t CO2 eq", "year": year,
            "amount": f"{amount:f}", "source": each.source,
        }
        for each in known.levels if each.kind in kinds and bool(each.unit) == other_metric
        for year, amount in each.values
    ]  # fmt: skip
    return Item(clause, title, tuple(lines))


_QUANTIFIED = frozenset({LevelKind.COVERED, LevelKind.BUDGET, LevelKind.TARGET, LevelKind.REFERENCE})
_OTHER_METRIC = frozenset({LevelKind.INDICATOR, LevelKind.BUDGET, LevelKind.TARGET, LevelKind.REFERENCE})


def _approaches(known: Known, clause: str, which: Callable[[str], bool]) -> Item:
    entities: dict[str, set[str]] = defaultdict(set)
    for entity in known.entities:
        entities[entity.cooperative_approach].add(entity.name)
    lines = [
        {
            "cooperative_approach": each.cooperative_approach, "authorization": each.authorization_id,
            "version": each.version, "authorized_on": each.authorized_on.isoformat(), "purpose": str(each.purpose),
            "quantity": each.quantity_max, "sectors": list(each.sectors), "parties": list(each.authorized_parties),
            "entities": sorted(entities[each.cooperative_approach]),
            "first_year": each.timeframe[0] if each.timeframe else None,
            "last_year": each.timeframe[1] if each.timeframe else None, "remarks": each.remarks,
        }
        for each in known.authorizations if which(each.cooperative_approach)
    ]  # fmt: skip
    return Item(clause, N_("Authorizations, participating Parties, entities, duration"), tuple(lines))


def _contributions(known: Known, clauses: tuple[str, str], which: Callable[[str], bool]) -> list[Item]:
    titles = {"adaptation": N_("Resources contributed for adaptation"), "omge": N_("Overall mitigation delivered")}
    return [
        Item(clause, title, tuple(
            {"cooperative_approach": approach, "units": units[what]}
            for approach, units in sorted(known.contributed.items()) if units[what] and which(approach)))
        for clause, (what, title) in zip(clauses, titles.items(), strict=True)
    ]  # fmt: skip


def _everything(_approach: str) -> bool:
    return True


def initial(known: Known) -> list[Item]:
    """The initial report (para 18)."""
    return [
        _participation(known, "18(a)"),
        Item("18(b)", N_("Description of the NDC (18/CMA.1 annex para 64), before the first transparency report")),
        _method(known),
        _levels(known, "18(d)", N_("Mitigation information of the NDC in t CO2 eq"), _QUANTIFIED, other_metric=False),
        _levels(known, "18(e)", N_("The NDC in a non-GHG metric"), _OTHER_METRIC, other_metric=True),
        _levels(known, "18(f)", N_("Emission level resulting from policies and measures"),
                frozenset({LevelKind.AFFECTED}), other_metric=False),
        *_of_approaches(known, _everything),
    ]  # fmt: skip


def updated(known: Known) -> list[Item]:
    """The updated initial report (para 19): approaches with which no initial report on record deals."""
    dealt = {
        approach
        for each in known.reports
        if each.report is not ReportKind.ANNUAL and not each.is_withdrawn
        for approach in each.approaches
    }
    return _of_approaches(known, lambda approach: approach not in dealt)


def _of_approaches(known: Known, which: Callable[[str], bool]) -> list[Item]:
    return [
        _approaches(known, "18(g)", which),
        Item("18(h)", N_("How each approach ensures environmental integrity")),
        Item("18(i)(i)-(iv)", N_("How each approach minimizes negative impacts, and is consistent with objectives")),
        *_contributions(known, ("18(i)(v)", "18(i)(vi)"), which),
    ]


def annual(known: Known) -> list[Item]:
    """The annual information (para 20), summed up; in full it is the agreed electronic format."""
    of_year = [each for each in known.authorizations if each.authorized_on.year == known.year]
    return [
        Item("20(a)", N_("Authorizations of the year"), tuple(
            {"authorization": each.authorization_id, "version": each.version, "purpose": str(each.purpose),
             "cooperative_approach": each.cooperative_approach, "quantity": each.quantity_max}
            for each in of_year)),
        Item("20(a)-(b)", N_("Actions of the year, in units"), tuple(known.acted)),
        Item("20(a)", N_("Holdings as the year ends, in units"), tuple(known.held)),
    ]  # fmt: skip


def regular(known: Known) -> list[Item]:
    """The regular information (paras 21-23), annexed to a transparency report."""
    final = [each for each in known.acted if each["action"] in ("Use", "Cancellation", "Voluntary Cancellation")]
    return [
        _participation(known, "21(a)"),
        Item("21(b)", N_("Updates to information provided before")),
        _approaches(known, "21(c)", _everything),
        Item("21(d)", N_("Corresponding adjustments of the latest reporting period"), tuple(_adjustments(known))),
        Item("21(e)", N_("Units used or cancelled, which go nowhere any more"), tuple(final)),
        Item("22(a)-(i)", N_("How each approach contributes to mitigation and ensures environmental integrity")),
        *_contributions(known, ("22(j)", "22(k)"), _everything),
        Item("23", N_("Annual information in the structured summary"), tuple(_summary(known))),
    ]


def _adjustments(known: Known) -> list[Line]:
    years = known.summary.years if known.summary is not None else ()
    return [
        {"year": each.year, "adjustment": figure(each.adjustment), "is_indicative": each.is_indicative,
         "balance": figure(each.balance)}
        for each in years if each.year <= known.year
    ]  # fmt: skip


def _summary(known: Known) -> list[Line]:
    rows = known.summary.rows if known.summary is not None else ()
    return [
        {"row": row.key, "clause": row.clause, "title": row.title, "year": year, "figure": figure(value)}
        for row in rows for year, value in row.figures.items() if value is not None and year <= known.year
    ]  # fmt: skip


REPORTS: Mapping[str, tuple[str, Callable[[Known], list[Item]]]] = {
    "initial": (N_("Initial report"), initial),
    "updated": (N_("Updated initial report"), updated),
    "annual": (N_("Annual information"), annual),
    "regular": (N_("Regular information"), regular),
}
"""The reports by name: what each is called, and its items."""
