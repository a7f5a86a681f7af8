"""ISC01, X2 and X8: do holdings and totals follow from the actions - in a year, and from one year to the next?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import cast

from article6.domain.refusals import N_
from article6.reporting.aef_fields import Table
from article6.reporting.aef_nomenclatures import ActionType
from article6.reporting.checks.model import Check, finding, gap
from article6.reporting.checks.results import Finding, Gap, RowNumbers, Scope
from article6.reporting.checks.units import LEAVING, NO_REPORT, NO_YEAR_BEFORE, OURS, covers, spoken
from article6.reporting.checks.world import Act, Block, Series, Submitted, World
from article6.reporting.itmo_amounts import FIRST_TRANSFERRED, USED
from article6.reporting.said import Place, Said
from article6.reporting.stated_totals import THROUGH

NOT_HELD = N_("Units %(units)s came in %(year)s and did not leave, but are not among the holdings.")
PERHAPS_NO_ITMO = N_(
    "Units %(units)s came and are not among the holdings; whether they are ITMOs, authorization %(code)s would say."
)
PERHAPS_NO_ITMOS = N_(
    "%(total)s units in %(count)s blocks (%(units)s) came and are not among the holdings; whether they are ITMOs,"
    " authorization %(code)s would say."
)
PERHAPS_NO_ITMO_AND_UNNAMED = N_(
    "%(total)s units in %(count)s blocks (%(units)s) came and are not among the holdings; the rows name no"
    " authorization that would say whether they are ITMOs."
)
STILL_HELD = N_("Units %(units)s left in %(year)s (%(cell)s), but are among the holdings.")
LEFT_TWICE = N_("Units %(units)s leave more often than they come.")
UNEXPLAINED = N_("Units %(units)s are held at the end of %(year)s, but neither a year before nor by any action.")
LOST = N_("Units %(units)s were held at the end of %(before)s; nothing says where they went in %(year)s.")
NEVER_THERE = N_("Units %(units)s leave in %(year)s, but were not held at the end of %(before)s and did not come.")
NO_TABLES = N_("Table 3 or table 4 is missing.")
NO_SUMMARY = N_("No structured summary of %(party)s for %(year)s is at hand.")
TOTAL_DIFFERS = N_("%(what)s: %(total)s in the AEF, %(summary)s in the structured summary.")


def _have_tables(world: World) -> Iterator[Finding | Gap]:
    for by in world.submissions:
        if not by.has(Table.ACTIONS, Table.HOLDINGS):
            yield gap(by, Said(NO_TABLES))


def _in_holdings(world: World) -> Iterator[Finding | Gap]:
    """ISC01: what came in the year and did not leave is held at its end; what left is not."""
    for by, series, first, last, acts, now, before in _years(world):
        if not acts:
            continue
        came, left = _movements(acts)
        units = spoken(first, last)
        was = 0 if before is None and came else before
        if came - left not in (-1, 0, 1) or (was is not None and was + came - left > 1):
            world.mute(series, first, last)
            yield finding(acts[-1], "FirstID", Said(LEFT_TWICE, {"units": units}))
        elif came > left and now is None and world.may_be_no_itmo(acts[-1]) is None:
            world.doubts[by, acts[-1].authorization].append((series, first, last, acts[-1].row.place("FirstID")))
        elif came > left and now is None:
            world.mute(series, first, last)
            yield finding(acts[-1], "FirstID", Said(NOT_HELD, {"units": units, "year": by.year}))
        elif now is not None and (came < left or (came == left == 0)):
            world.mute(series, first, last)
            values = {"units": units, "year": by.year, "cell": f"{acts[-1].row.table.sheet} {_cell(acts[-1])}"}
            yield finding(now, "FirstID", Said(STILL_HELD, values), acts[-1].row.place("FirstID"))


BLOCKS_TOGETHER = 1_000
"""Blocks of which one gap tells, with the cells of all of them; of more there is another gap."""


def _in_doubt(world: World) -> Iterator[Gap]:
    """ISC01, of all rows: the units of which an authorization that is not at hand would say whether they are ITMOs, by
    submission and authorization; blocks that follow on each other are one."""
    for (by, code), pieces in world.doubts.items():
        blocks: list[tuple[Series, int, int, list[Place]]] = []
        for series, first, last, place in sorted(pieces):
            if blocks and blocks[-1][0] == series and blocks[-1][2] + 1 == first:
                blocks[-1][3].append(place)
                blocks[-1] = (series, blocks[-1][1], last, blocks[-1][3])
            else:
                blocks.append((series, first, last, [place]))
        for since in range(0, len(blocks), BLOCKS_TOGETHER):
            yield _doubt(by, code, blocks[since : since + BLOCKS_TOGETHER])


def _doubt(by: Submitted, code: str | None, blocks: list[tuple[Series, int, int, list[Place]]]) -> Gap:
    places = tuple(dict.fromkeys(place for *_units, those in blocks for place in those))
    rows = RowNumbers((place.row, place.row) for place in places)
    if len(blocks) == 1 and code is not None:
        return Gap(Said(PERHAPS_NO_ITMO, {"units": spoken(*blocks[0][1:3]), "code": code}), by.file, places, rows)
    examples = [spoken(first, last) for _series, first, last, _places in blocks[:3]]
    values: dict[str, object] = {
        "total": f"{sum(last - first + 1 for _series, first, last, _places in blocks):,}",
        "count": len(blocks),
        "units": "; ".join([*examples, *(["…"] if len(blocks) > len(examples) else [])]),
    }
    said = Said(PERHAPS_NO_ITMO_AND_UNNAMED, values)
    return Gap(Said(PERHAPS_NO_ITMOS, {**values, "code": code}) if code is not None else said, by.file, places, rows)


def _rolled(world: World) -> Iterator[Finding | Gap]:
    """X2: holdings of one year's end follow from those of the year before and the actions between."""
    told = world.told("year before")
    for by, series, first, last, acts, now, before in _years(world):
        if before is None:
            came, left = _movements(acts)
            if came < left or (now is not None and not acts and by.file not in told):
                told.add(by.file)
                gone = [each for each in acts if each.type in LEAVING]
                yield gap(by, Said(NO_YEAR_BEFORE, {"party": by.party, "year": by.year - 1}), *gone)
            continue
        came, left = _movements(acts)
        units = spoken(first, last)
        expected = before + came - left
        if expected < 0:
            world.mute(series, first, last)
            values = {"units": units, "year": by.year, "before": by.year - 1}
            leaving = next(each for each in acts if each.type in LEAVING)
            yield finding(leaving, "FirstID", Said(NEVER_THERE, values))
        elif now is not None and expected == 0:
            world.mute(series, first, last)
            yield finding(now, "FirstID", Said(UNEXPLAINED, {"units": units, "year": by.year}))
        elif now is None and before and expected > 0:  # what came and is not held is for ISC01 to say
            world.mute(series, first, last)
            held = next(
                each
                for each in world.held
                if each.by is world.submission(by.party, by.year - 1) and covers(each, series, first, last)
            )
            values = {"units": units, "year": by.year, "before": by.year - 1}
            place = by.reading.sheet_place(Table.HOLDINGS)
            yield Finding(Said(LOST, values), (place, held.row.place("FirstID")), by.file)


def _years(
    world: World,
) -> Iterator[tuple[Submitted, Series, int, int, list[Act], Block | None, int | None]]:
    """For each submission the units it names: their actions in the year, the row that holds them at its end, and how
    often they were held a year before (None: not known)."""
    for by, before, found in _named(world):
        for series, first, last, rows in found:
            if world.is_muted(series, first, last) or any(world.may_be_no_itmo(each) for each in rows):
                continue
            acts = sorted((each for each in rows if isinstance(each, Act)), key=lambda each: each.at)
            now = next((each for each in rows if each.by is by and not isinstance(each, Act)), None)
            was = None if before is None else int(any(each.by is before for each in rows))
            yield by, series, first, last, acts, now, was


Named = list[tuple[Submitted, "Submitted | None", list[tuple[Series, int, int, list[Block]]]]]


def _named(world: World) -> Named:
    """For each submission that of the year before, and the units that either names, in the window."""
    if (known := world.derived.get("years")) is not None:
        return cast(Named, known)
    acts_of: dict[int, list[Block]] = {}
    held_of: dict[int, list[Block]] = {}
    for act in world.acts:
        acts_of.setdefault(id(act.by), []).append(act)
    for block in world.held:
        held_of.setdefault(id(block.by), []).append(block)
    found: Named = []
    for by in world.submissions:
        before = world.submission(by.party, by.year - 1)
        earlier = held_of.get(id(before), []) if before is not None else []
        here = [*acts_of.get(id(by), ()), *held_of.get(id(by), ()), *earlier]
        if not here or not by.has(Table.ACTIONS, Table.HOLDINGS):
            continue
        if before is not None and not before.has(Table.HOLDINGS):
            before = None
        found.append((by, before, list(world.segments(here))))
    world.derived["years"] = found
    return found


def _movements(acts: Iterable[Act]) -> tuple[int, int]:
    """How often the units came into the Party's holdings and how often they left them. A first transfer that sends or
    ends units never made them holdings, one by authorization or issuance did."""
    came = left = passing = 0
    for act in acts:
        if act.type is ActionType.ACQUISITION:
            came += 1
        elif act.type in LEAVING:
            left += 1
        elif act.type is ActionType.FIRST_TRANSFER:
            if act.acquiring in (None, act.by.party) and not act.ends:
                came += 1
            else:
                passing += 1
    # Some report the event twice: as the first transfer and as the transfer or cancellation that it is.
    if left > came and passing:
        left -= 1
    return came, left


def _year_of_transfer(act: Act) -> int | None:
    """First transfers count for their vintage, those of the Party's own outcomes."""
    return act.vintage if act.type is ActionType.FIRST_TRANSFER and act.by.party == act.party else None


def _year_of_use(act: Act) -> int | None:
    year = act.row.get("YearITMOUsedTowardsNDC") if act.type is ActionType.USE else None
    return year if isinstance(year, int) else None


_TOTALS: tuple[tuple[str, str, Callable[[Act], int | None]], ...] = (
    (FIRST_TRANSFERRED, N_("First transferred"), _year_of_transfer),
    (USED, N_("Used towards the NDC"), _year_of_use),
)


def _totals(world: World) -> Iterator[Finding | Gap]:
    """X8: adds up, for `_summaries`; a Party that has actions should have a summary."""
    for act in world.new_acts:
        by = act.by
        if (by.party, by.year) not in world.totals and by.file not in world.told("no summary"):
            world.told("no summary").add(by.file)
            yield gap(by, Said(NO_SUMMARY, {"party": by.party, "year": by.year}))
        for name, _what, year_of in _TOTALS:
            key = (by.party, year_of(act) or 0)
            if key in world.totals and by.year <= world.totals[key].get(THROUGH, by.year):
                world.sums[name, *key] += Fraction(act.quantity or 0)


def _summaries(world: World) -> Iterator[Finding | Gap]:
    """X8: the totals of a year, by vintage or year of use, over all AEFs of the Party that went into its summary."""
    for (party, year), summary in sorted(world.totals.items()):
        through = summary.get(THROUGH, year)
        reports = {each: world.submission(party, each) for each in range(year, int(through) + 1)}
        by = reports.get(year)
        if by is None:
            continue
        if missing := [each for each, report in reports.items() if report is None]:
            yield gap(by, Said(NO_REPORT, {"party": party, "year": missing[0]}))
            continue
        for name, what, year_of in _TOTALS:
            total = world.sums.get((name, party, year), 0)
            if name not in summary or summary[name] == total:
                continue
            said = Said(TOTAL_DIFFERS, {"what": what, "total": _shown(total), "summary": _shown(summary[name])})
            rows = [act for each in reports.values() for act in _of(world, each) if year_of(act) == year]
            places = tuple(each.row.place("QuantityCO2") for each in rows)
            yield Finding(said, places or (by.reading.sheet_place(Table.ACTIONS),), by.file)


def _of(world: World, by: Submitted | None) -> Iterator[Act]:
    return world.rows.of_submission(by) if world.rows is not None and by is not None else iter(())


def _shown(total: int | Fraction) -> str:
    return f"{int(total):,}" if total == int(total) else f"{total}"


def _cell(act: Act) -> str:
    return act.row.place("FirstID").cell


HOLDINGS = Check(
    "ISC01",
    N_("All holdings are reported"),
    "2/CMA.3 annex para 20(a); 6/CMA.4 annex I para 38",
    Scope.SUBMISSION,
    N_("Correct the holdings, or report the action that is missing."),
    _in_holdings,
    N_("secretariat's prototype"),
    once=_have_tables,
    last=_in_doubt,
)
ROLL_FORWARD = Check(
    "X2",
    N_("Holdings follow from those of the year before"),
    "2/CMA.3 annex para 20(a); 6/CMA.4 annex I para 38",
    Scope.YEARS,
    N_("Correct the holdings of either year, or report the action that is missing."),
    _rolled,
    OURS,
    once=_have_tables,
)
SUMMARIES = Check(
    "X8",
    N_("Totals are those of the structured summary"),
    "2/CMA.3 annex paras 23(c)-(e); 5/CMA.3 annex II, table 4",
    Scope.SUBMISSION,
    N_("Correct the AEF or the structured summary."),
    _totals,
    OURS,
    last=_summaries,
)
