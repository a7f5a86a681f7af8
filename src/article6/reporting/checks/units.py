"""X1, X3, X4 and X7: unit by unit, is everything there once, in order, and on both sides?

A unit about which one check has spoken is not spoken of again by the checks after it: one slip, one finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from article6.domain.refusals import N_
from article6.reporting.aef_fields import Table
from article6.reporting.aef_nomenclatures import ADAPTATION_FUND, ActionType, Metric
from article6.reporting.checks.model import Check, finding, gap
from article6.reporting.checks.results import Finding, Gap, Scope
from article6.reporting.checks.world import OMGE_SUBTYPES, Act, Block, Series, World
from article6.reporting.said import Said

NOT_COUNT = N_("The quantity is %(quantity)s, but first to last ID are %(units)s units.")
HELD_TWICE_HERE = N_("Units %(units)s are in two rows of the holdings.")
HELD_BY_TWO = N_("Units %(units)s of %(party)s are held by %(one)s and by %(other)s on 31 December %(year)s.")
GONE = N_("Units %(units)s were used or cancelled on %(day)s (%(where)s), and are acted upon again.")
TRANSFERRED_FIRST_TWICE = N_("Units %(units)s are first transferred twice; first on %(day)s.")
NOT_FIRST_PARTY = N_("A first transfer is reported by %(party)s, but the outcomes occurred in %(host)s.")
BEFORE_FIRST = N_("Units %(units)s are acted upon before their first transfer on %(day)s (%(where)s).")
IS_FIRST = N_("Units %(units)s were not first transferred before: this is their first transfer, to be reported as one.")
NO_ACQUISITION = N_("%(acquiring)s does not report to have acquired units %(units)s from %(party)s.")
NO_TRANSFER = N_("%(transferring)s does not report to have transferred units %(units)s to %(party)s.")
NO_REPORT = N_("No AEF of %(party)s for %(year)s is at hand.")
NO_YEAR_BEFORE = N_("The AEF of %(party)s for %(year)s is not at hand.")

LEAVING = frozenset({ActionType.TRANSFER, ActionType.USE, ActionType.CANCELLATION, ActionType.VOLUNTARY_CANCELLATION})


def _quantities(world: World) -> Iterator[Finding | Gap]:
    """X3: a unit is a tonne, and is held once."""
    for block in world.new_blocks:
        quantity = block.quantity
        if block.text("Metric") != Metric.GHG or quantity is None or quantity == block.units:
            continue
        world.mute(block.series, block.first, max(block.last, _whole(block.first + quantity - 1)))
        said = Said(NOT_COUNT, {"quantity": f"{quantity:,}", "units": f"{block.units:,}"})
        yield finding(block, "QuantityCO2", said, block.row.place("FirstID"), block.row.place("LastID"))
    yield from _held_once(world)


def _whole(value: Decimal | int) -> int:
    return int(value)


def _held_once(world: World) -> Iterator[Finding]:
    by_year: dict[int, list[Block]] = defaultdict(list)
    for each in world.held:
        by_year[each.by.year].append(each)
    told = world.told("held")
    for year, held in by_year.items():
        for series, first, last, rows in world.segments(held):
            if len(rows) < 2 or world.is_muted(series, first, last):
                continue
            world.mute(series, first, last)
            one, other = rows[0], rows[1]
            pair = frozenset((one.key, other.key))
            if pair in told:
                continue
            told.add(pair)
            units = spoken(max(one.first, other.first), min(one.last, other.last))
            if one.by is other.by:
                said = Said(HELD_TWICE_HERE, {"units": units})
            else:
                values = {"units": units, "party": other.party, "one": one.by.party, "other": other.by.party}
                said = Said(HELD_BY_TWO, {**values, "year": year})
            yield finding(other, "FirstID", said, one.row.place("FirstID"))
            if one.by is not other.by:
                yield finding(one, "FirstID", said, other.row.place("FirstID"))


def _final(world: World) -> Iterator[Finding | Gap]:
    """X4: nothing happens to a unit that was used or cancelled."""
    told = world.told("final")
    for series, first, last, acts in world.act_segments:
        ends = sorted((each for each in acts if each.ends), key=lambda each: each.at)
        if not ends or world.is_muted(series, first, last):
            continue
        end = ends[0]
        for act in acts:
            if act is end or not (end.is_before(act) or (act.ends and not _is_one_event(end, act))):
                continue
            world.mute(series, first, last)
            if act.key not in told:
                told.add(act.key)
                values = {"units": spoken(first, last), "day": f"{end.at:%d/%m/%Y}", "where": end.by.name}
                yield finding(act, "FirstID", Said(GONE, values), end.row.place("FirstID"))


def _is_one_event(one: Act, other: Act) -> bool:
    """A use or cancellation that is the first transfer too may be reported as both, for one day."""
    types = {one.type, other.type}
    return ActionType.FIRST_TRANSFER in types and len(types) == 2 and one.at.date() == other.at.date()


def _first_transfers(world: World) -> Iterator[Finding | Gap]:
    """X7: a unit is first transferred once, by the Party in which the outcome occurred, and before all else."""
    for act in world.new_acts:
        if act.type is ActionType.FIRST_TRANSFER and act.by.party != act.party:
            world.mute(act.series, act.first, act.last)
            said = Said(NOT_FIRST_PARTY, {"party": act.by.party, "host": act.party})
            yield finding(act, "ActionType", said, act.row.place("FirstTransferringPartyID"))
    told = world.told("first transfers")
    for series, first, last, acts in world.act_segments:
        if world.is_muted(series, first, last):
            continue
        firsts = sorted((each for each in acts if each.type is ActionType.FIRST_TRANSFER), key=lambda each: each.at)
        for act, said in _out_of_order(world, acts, firsts, first, last):
            world.mute(series, first, last)
            if act.key not in told:
                told.add(act.key)
                evidence = [firsts[0].row.place("ActionDateTime")] if firsts else []
                yield finding(act, "ActionType" if act.type in LEAVING or act in firsts else "ActionDateTime", said,
                               *evidence)  # fmt: skip
        if not firsts:
            yield from _missed(world, series, first, last, acts)


def _out_of_order(
    world: World, acts: list[Act], firsts: list[Act], first: int, last: int
) -> Iterator[tuple[Act, Said]]:
    if not firsts:
        return
    start = firsts[0]
    for act in firsts[1:]:
        yield act, Said(TRANSFERRED_FIRST_TWICE, {"units": spoken(first, last), "day": f"{start.at:%d/%m/%Y}"})
    passed_on = {ActionType.TRANSFER, ActionType.ACQUISITION} if world.may_be_no_itmo(start) else set()
    for act in acts:
        if act.type in passed_on or act.type in (ActionType.FIRST_TRANSFER, ActionType.AUTHORIZATION):
            continue
        if act.is_before(start):
            values = {"units": spoken(first, last), "day": f"{start.at:%d/%m/%Y}", "where": start.by.name}
            yield act, Said(BEFORE_FIRST, values)


def _missed(world: World, series: Series, first: int, last: int, acts: list[Act]) -> Iterator[Finding | Gap]:
    """Own units cancelled for OMGE or sent to the Adaptation Fund that were no ITMOs yet (4/CMA.6 paras 16-17)."""
    for act in acts:
        to_fund = act.type is ActionType.TRANSFER and act.acquiring == ADAPTATION_FUND
        for_all = act.type is ActionType.CANCELLATION and act.subtype in OMGE_SUBTYPES
        if act.by.party != act.party or not (to_fund or for_all):
            continue
        before = world.submission(act.by.party, act.by.year - 1)
        if before is None:
            yield gap(act.by, Said(NO_YEAR_BEFORE, {"party": act.by.party, "year": act.by.year - 1}), act)
        elif not any(covers(each, series, first, last) for each in world.held if each.by is before):
            world.mute(series, first, last)
            yield finding(act, "ActionType", Said(IS_FIRST, {"units": spoken(first, last)}))


def covers(block: Block, series: Series, first: int, last: int) -> bool:
    """Whether the row holds all of these units."""
    return block.series == series and block.first <= first and last <= block.last


def _pairs(world: World) -> Iterator[Finding | Gap]:
    """X1: what one Party sends, the other receives. A counterpart that is not at hand is no inconsistency."""
    moving = [each for each in world.acts if _route(each) is not None]
    told = world.told("pairs")
    for series, first, last, acts in world.segments(moving):
        if world.is_muted(series, first, last):
            continue
        routes: dict[tuple[str, str], tuple[list[Act], list[Act]]] = defaultdict(lambda: ([], []))
        for act in acts:
            routes[_route(act) or ("", "")][act.type is ActionType.ACQUISITION].append(act)
        for (sender, receiver), (sent, received) in routes.items():
            alone = _unpaired(sent, received)
            for act in alone:
                counterpart = sender if act.type is ActionType.ACQUISITION else receiver
                other = world.submission(counterpart, act.by.year)
                if other is None or not other.has(Table.ACTIONS):
                    yield gap(act.by, Said(NO_REPORT, {"party": counterpart, "year": act.by.year}), act)
                    continue
                world.mute(series, first, last)
                if act.key not in told:
                    told.add(act.key)
                    yield _alone(act, sender, receiver, first, last)


def _route(act: Act) -> tuple[str, str] | None:
    """Who sends to whom; None for what does not pass between two Parties."""
    sender: str | None
    receiver: str | None
    if act.type is ActionType.ACQUISITION:
        sender, receiver = act.transferring, act.by.party
    elif act.type in (ActionType.TRANSFER, ActionType.FIRST_TRANSFER):
        sender, receiver = act.by.party, act.acquiring
    else:
        return None
    if sender is None or receiver is None or ADAPTATION_FUND in (sender, receiver) or sender == receiver:
        return None
    return sender, receiver


def _unpaired(sent: list[Act], received: list[Act]) -> list[Act]:
    """The surplus; where units went the same way more than once, the pair nearest in time is a pair."""
    if len(sent) == len(received):
        return []
    more, fewer = (sent, list(received)) if len(sent) > len(received) else (received, list(sent))
    left = list(more)
    for act in fewer:
        left.remove(min(left, key=lambda each: abs(each.at - act.at)))
    return left


def _alone(act: Act, sender: str, receiver: str, first: int, last: int) -> Finding:
    # The whole row, where nothing of it has a counterpart, reads better than each of its pieces.
    units = spoken(first, last)
    if act.type is ActionType.ACQUISITION:
        said = Said(NO_TRANSFER, {"transferring": sender, "units": units, "party": receiver})
        return finding(act, "TransferringPartyID", said, act.row.place("FirstID"))
    said = Said(NO_ACQUISITION, {"acquiring": receiver, "units": units, "party": sender})
    return finding(act, "AcquiringPartyID", said, act.row.place("FirstID"))


def spoken(first: int, last: int) -> str:
    """Units as people write them: `1,001-1,916`."""
    return f"{first:,}" if first == last else f"{first:,}-{last:,}"


OURS = N_("derived from the decisions by this project")
QUANTITIES = Check(
    "X3",
    N_("A unit is one tonne and is held once"),
    "6/CMA.4 annex I para 5; 7/CMA.4 annex I paras 28, 31; 2/CMA.3 annex para 20",
    Scope.PARTIES,
    N_("Correct identifiers or quantity; where two Parties hold a unit, one of them has to give it up."),
    _quantities,
    OURS,
)
FINAL = Check(
    "X4",
    N_("Used and cancelled units are gone"),
    "2/CMA.3 annex para 20; 7/CMA.4 annex I para 45",
    Scope.PARTIES,
    N_("Correct the identifiers of the later action; a unit is used or cancelled once."),
    _final,
    OURS,
)
FIRST_TRANSFERS = Check(
    "X7",
    N_("A first transfer is the first, and one"),
    "2/CMA.3 annex para 2; 4/CMA.6 paras 11-12, 16-17",
    Scope.PARTIES,
    N_("Report the first transfer once, by the Party in which the outcomes occurred, and before other actions."),
    _first_transfers,
    OURS,
)
PAIRS = Check(
    "X1",
    N_("What one Party sends, the other receives"),
    "6/CMA.4 annex I para 39; 4/CMA.6 para 29",
    Scope.PARTIES,
    N_("Compare with the other Party; one of the two reports has to be revised."),
    _pairs,
    OURS,
)
