"""II01 to II07 and X6: does the same information read the same wherever it stands?

The codes II are those of the secretariat's prototype; what they compare exactly is ours where that is a sketch.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator

from article6.domain.identifiers import UnitIdentifier
from article6.domain.refusals import N_
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_nomenclatures import ActionType
from article6.reporting.checks.model import Check, finding, gap
from article6.reporting.checks.results import Finding, Gap, Scope
from article6.reporting.checks.world import Act, Authorized, Block, World
from article6.reporting.said import Said

NOT_PARTICIPATING = N_("%(party)s reports on %(approach)s, in which no authorization names it.")
APPROACH_UNKNOWN = N_("No authorization of %(approach)s by %(parties)s is at hand.")
REPEATED = N_("The same action on the same units is reported again.")
DIFFERS = N_("%(field)s is %(value)s here, %(other)s in %(where)s for the same units.")
AUTHORIZATION_DIFFERS = N_("%(field)s is %(value)s here, %(other)s in authorization %(code)s (%(where)s).")
SAME_VERSION_DIFFERS = N_(
    "%(field)s is %(value)s here, %(other)s in the same version of this authorization (%(where)s)."
)
NOTHING_SHARED = N_("%(field)s %(value)s has nothing in common with %(other)s, which %(where)s names for %(approach)s.")
HALF_UNDERLYING = N_("The underlying units are given in part: registry, first and last unit belong together.")
UNDERLYING_COUNT = N_("The underlying block has %(units)s units, the ITMO block %(itmos)s.")
UNDERLYING_BACKWARDS = N_("The first underlying unit is above the last.")
WRONG_PARTY = N_("%(party)s is not among the Parties that authorization %(code)s names.")
WRONG_ENTITY = N_("%(entity)s is not among the entities that are authorized under %(code)s.")
AUTHORIZATION_MISSING = N_("Authorization %(code)s is not in any table 2 at hand.")
NO_AUTHORIZATION_NAMED = N_("The row names no authorization, so that nothing says who may use these units.")
INSIDE_DIFFERS = N_("The identifier says %(inside)s, the column %(value)s.")


def _participation(world: World) -> Iterator[Finding | Gap]:
    """II01, once for each approach of a submission."""
    asked = world.told("participation")
    for block in world.new_blocks:
        key = (block.by.file, block.approach)
        if key in asked:
            continue
        known = world.authorizations_of.get(block.approach, [])
        taking_part = {each.by.party for each in known} | {party for each in known for party in each.parties}
        if block.by.party in taking_part or any(not each.parties for each in known):
            asked.add(key)
        elif not any(each.by.party == block.party for each in known):
            yield gap(block.by, Said(APPROACH_UNKNOWN, {"approach": block.approach, "parties": block.party}), block)
        else:
            asked.add(key)
            said = Said(NOT_PARTICIPATING, {"party": block.by.party, "approach": block.approach})
            evidence = [each.row.place("AuthorizedPartyIDs") for each in known]
            yield finding(block, "CooperativeApproachID", said, *evidence)


def _once(world: World) -> Iterator[Finding | Gap]:
    """II02. Two rows are the same action only if nothing tells them apart: neither moment nor record id. Where only the
    day is known, units may leave twice if they came back in between."""
    same: dict[Hashable, list[Act]] = defaultdict(list)
    for act in world.new_acts:
        registry = act.text("PartyITMORegistryID")
        same[act.at, act.is_day, act.type, act.subtype, registry, act.series, act.first, act.last].append(act)
    repeated: set[int] = set()
    for acts in same.values():
        ids = [act.row.record_id for act in acts]
        if len(acts) == 1 or (None not in ids and len(set(ids)) == len(ids)):
            continue
        # The registry's own Party first: a row that another Party gives too is the other's.
        acts.sort(key=lambda act: (act.text("PartyITMORegistryID") or "")[:3] != act.by.party)
        first = acts[0]
        for act in acts[1 + _returns(world, first) :]:
            repeated.add(id(act))
            world.told("repeated").add(act.key)
            yield finding(act, "ActionDateTime", Said(REPEATED), first.row.place("ActionDateTime"))
    # A row given twice is one action: the other checks see it once.
    world.acts[:] = [each for each in world.acts if id(each) not in repeated]
    world.look_again()


def _returns(world: World, act: Act) -> int:
    """How often the units came back to the Party on that day, or left it again if this is an acquisition."""
    if not act.is_day or act.type not in (ActionType.TRANSFER, ActionType.ACQUISITION):
        return 0
    back = ActionType.ACQUISITION if act.type is ActionType.TRANSFER else ActionType.TRANSFER
    return sum(
        each.type is back and each.at.date() == act.at.date() and each.by is act.by and each.series == act.series
        and each.first <= act.first and act.last <= each.last
        for each in world.acts
    )  # fmt: skip


def _sectors(world: World) -> Iterator[Finding | Gap]:
    """II03. The same version of an authorization has one set of sectors and of activity types; those that Parties name
    for one approach overlap."""
    seen: dict[tuple[str, str, str, int], Authorized] = {}
    by_approach: dict[tuple[str, str], Authorized] = {}
    for each in world.authorizations:
        for name in ("Sectors", "ActivityType"):
            given = _set(each, name)
            if not given:
                continue
            before = seen.setdefault((name, each.by.party, each.code, each.version), each)
            other = _set(before, name)
            if given != other:
                values = _values(name, Table.AUTHORIZATIONS, given, other, before.by.name)
                places = (each.row.place(name), before.row.place(name))
                yield Finding(Said(SAME_VERSION_DIFFERS, values), places, each.by.file)
                continue
            if each.approach is None:
                continue
            of_other = by_approach.setdefault((name, each.approach), each)
            other = _set(of_other, name)
            if of_other.by.party != each.by.party and not given & other:
                values = _values(name, Table.AUTHORIZATIONS, given, other, of_other.by.name)
                said = Said(NOTHING_SHARED, {**values, "approach": each.approach})
                yield Finding(said, (each.row.place(name), of_other.row.place(name)), each.by.file)


def _metrics(world: World) -> Iterator[Finding | Gap]:
    """II04."""
    yield from _as_authorized(world, "Metric", lambda authorized: authorized.row.get("Metric"))
    yield from _same(world, "Metric", lambda block: block.text("Metric"))


def _underlying(world: World) -> Iterator[Finding | Gap]:
    """II05."""
    for block in world.new_blocks:
        registry, first, last = block.underlying
        names = ("UnderlyingUnitRegistryID", "UnderlyingUnitFirstUnitID", "UnderlyingUnitLastUnitID")
        given = [name for name, value in zip(names, (registry, first, last), strict=True) if value is not None]
        if given and len(given) < 3:
            empty = next(name for name in names if name not in given)
            if all(block.row.is_absent(name) for name in names if name not in given):
                yield finding(block, empty, Said(HALF_UNDERLYING), block.row.place(given[0]))
        elif isinstance(first, int) and isinstance(last, int):
            if first > last:
                yield finding(block, names[1], Said(UNDERLYING_BACKWARDS), block.row.place(names[2]))
            elif last - first + 1 != block.units and block.text("Metric") == "GHG":
                said = Said(UNDERLYING_COUNT, {"units": f"{last - first + 1:,}", "itmos": f"{block.units:,}"})
                yield finding(block, names[2], said, block.row.place("LastID"))
    # An ITMO stands for the same underlying unit everywhere: the difference of the serials is the same.
    yield from _same(world, "UnderlyingUnitFirstUnitID", _offset, "UnderlyingUnitFirstUnitID")


def _offset(block: Block) -> Hashable:
    registry, first, last = block.underlying
    if registry is None and first is None:
        return "NA" if block.row.is_absent("UnderlyingUnitRegistryID") else None
    if isinstance(first, int) and isinstance(last, int) and last - first + 1 == block.units:
        return registry, first - block.first
    return None


def _users(world: World) -> Iterator[Finding | Gap]:
    """II06."""
    for act in world.new_acts:
        party, entity = act.text("Using/cancellingPartyID"), act.text("Using/cancellingEntityID")
        if party is None and entity is None:
            continue
        authorized = world.authorization(act)
        if authorized is None:
            missing = Said(AUTHORIZATION_MISSING, {"code": act.authorization})
            yield gap(act.by, Said(NO_AUTHORIZATION_NAMED) if act.authorization is None else missing, act)
            continue
        allowed = {act.by.party, authorized.by.party, *authorized.parties}
        if party is not None and authorized.parties and party not in allowed:
            said = Said(WRONG_PARTY, {"party": party, "code": authorized.code})
            yield finding(act, "Using/cancellingPartyID", said, authorized.row.place("AuthorizedPartyIDs"))
        if entity is not None:
            known = authorized.entities | world.entities_of.get(act.approach, frozenset())
            if known and entity.casefold() not in known:
                said = Said(WRONG_ENTITY, {"entity": entity, "code": authorized.code})
                yield finding(act, "Using/cancellingEntityID", said, authorized.row.place("AuthorizedEntityIDs"))


def _approaches(world: World) -> Iterator[Finding | Gap]:
    """II07."""
    wrong = world.told("CooperativeApproachID")
    for block in world.new_blocks:
        inside = block.row.get("FirstID")
        if isinstance(inside, UnitIdentifier) and inside.cooperative_approach not in (None, block.approach):
            wrong.add(block.key)
            said = Said(INSIDE_DIFFERS, {"inside": inside.cooperative_approach, "value": block.approach})
            yield finding(block, "CooperativeApproachID", said, block.row.place("FirstID"))
    yield from _as_authorized(world, "CooperativeApproachID", lambda authorized: authorized.approach)
    yield from _same(world, "CooperativeApproachID", lambda block: block.approach)


def _immutables(world: World) -> Iterator[Finding | Gap]:
    """X6: what a unit is never changes. Approach, metric and underlying units have checks of their own."""
    yield from _hosts(world)
    yield from _same(world, "MitigationType", lambda block: block.text("MitigationType"))
    yield from _same(world, "Vintage", lambda block: block.vintage)


def _hosts(world: World) -> Iterator[Finding]:
    """The rows that name an authorization which another Party gave than the one in which they say outcomes occurred."""
    for block in world.new_blocks:
        giver = world.giver(block)
        if giver is None:
            continue
        # The row stands among the units of the Party that gave the authorization.
        world.mute(block.series, block.first, block.last)
        values = _values("FirstTransferringPartyID", Table.ACTIONS, block.party, giver.by.party, giver.by.name)
        said = Said(AUTHORIZATION_DIFFERS, {**values, "code": giver.code})
        yield finding(block, "FirstTransferringPartyID", said, giver.row.place("AuthorizationID"))


def _same(
    world: World,
    name: str,
    value_of: Callable[[Block], Hashable],
    shown: str | None = None,
) -> Iterator[Finding]:
    """The rows in which an attribute of a unit differs from what most rows say of it, each once."""
    told = world.told(name)
    for series, first, last, rows in world.block_segments:
        if len(rows) < 2:
            continue
        valued = [(value, row) for row in rows if (value := value_of(row)) is not None]
        if len({value for value, _row in valued}) < 2 or world.is_muted(series, first, last):
            continue
        counted = Counter(value for value, _row in valued)
        usual = max(counted, key=lambda value: (counted[value], _weight(value, valued)))
        reference = next(row for value, row in valued if value == usual)
        for value, row in valued:
            if value == usual or row.key in told:
                continue
            told.add(row.key)
            values = _values(
                shown or name, row.row.table.table, _shown(row, name), _shown(reference, name), reference.by.name
            )
            yield finding(row, name, Said(DIFFERS, values), reference.row.place(name))


def _weight(value: Hashable, valued: list[tuple[Hashable, Block]]) -> int:
    """Where as many rows say one as the other, the first transferring Party knows, and then who said it first."""
    for place, (each, row) in enumerate(valued):
        if each == value and row.by.party == row.party:
            return 2 * len(valued) - place
    return next(len(valued) - place for place, (each, _row) in enumerate(valued) if each == value)


def _as_authorized(world: World, name: str, value_of: Callable[[Authorized], object]) -> Iterator[Finding]:
    """The rows in which a value differs from that of the authorization they name; of a cell that is told already not
    again."""
    told = world.told(name)
    for block in world.new_blocks:
        authorized = world.authorization(block)
        given = block.row.get(name)
        wanted = None if authorized is None else value_of(authorized)
        if authorized is None or given is None or wanted is None or given == wanted or block.key in told:
            continue
        told.add(block.key)
        values = {**_values(name, Table.ACTIONS, given, wanted, authorized.by.name), "code": authorized.code}
        yield finding(block, name, Said(AUTHORIZATION_DIFFERS, values), authorized.row.place(name))


def _set(authorized: Authorized, name: str) -> frozenset[str]:
    value = authorized.row.get(name)
    return frozenset(map(str, value)) if isinstance(value, tuple) else frozenset()


def _shown(block: Block, name: str) -> object:
    value = block.row.get(name)
    return "NA" if value is None else value


def _values(name: str, table: Table, value: object, other: object, where: str) -> dict[str, object]:
    label = next(each.label for each in FIELDS[table] if each.technical_name == name)
    return {"field": label, "value": _plain(value), "other": _plain(other), "where": where}


def _plain(value: object) -> object:
    return "; ".join(sorted(value)) if isinstance(value, frozenset) else value


_PROTOTYPE = N_("secretariat's prototype")
_OURS = N_("derived from the decisions by this project")
_IMMUTABLE = "6/CMA.4 annex I paras 5, 33; 2/CMA.3 annex para 20"
CHECKS = (
    Check(
        "II01",
        N_("A Party reports on approaches in which it takes part"),
        "2/CMA.3 annex paras 20, 33(a)",
        Scope.PARTIES,
        N_("Correct the cooperative approach, or report the authorization that names the Party."),
        _participation,
        _PROTOTYPE,
        is_told_once=True,
    ),
    Check(
        "II02",
        N_("An action is reported once"),
        "6/CMA.4 annex I para 37; 4/CMA.6 para 33",
        Scope.PARTIES,
        N_("Delete one of the two rows; if they are two actions, give the time of each."),
        _once,
        _PROTOTYPE,
    ),
    Check(
        "II03",
        N_("Sectors and activity types agree"),
        "2/CMA.3 annex para 20(b); 4/CMA.6 para 5(m)-(n)",
        Scope.PARTIES,
        N_("Agree on the sectors and activity types of the approach, and correct the row that differs."),
        None,
        _PROTOTYPE,
        once=_sectors,
    ),
    Check(
        "II04",
        N_("Metrics agree"),
        "2/CMA.3 annex para 20(b); 4/CMA.6 para 5(l)",
        Scope.PARTIES,
        N_("Give the units the metric of their authorization."),
        _metrics,
        _PROTOTYPE,
    ),
    Check(
        "II05",
        N_("Underlying units agree"),
        "6/CMA.4 annex I para 4; 4/CMA.6 annex II, table 3, notes j-m",
        Scope.PARTIES,
        N_("Give registry, first and last underlying unit of exactly these ITMOs, or NA in all three."),
        _underlying,
        _PROTOTYPE,
    ),
    Check(
        "II06",
        N_("Users are authorized"),
        "4/CMA.6 paras 3, 5(b); 2/CMA.3 annex para 20(b)",
        Scope.PARTIES,
        N_("Correct the user, or report the authorization that names it."),
        _users,
        _PROTOTYPE,
    ),
    Check(
        "II07",
        N_("The cooperative approach of a unit is one"),
        _IMMUTABLE,
        Scope.PARTIES,
        N_("Give the units the cooperative approach of their identifier and authorization."),
        _approaches,
        _PROTOTYPE,
    ),
    Check(
        "X6",
        N_("What a unit is never changes"),
        _IMMUTABLE,
        Scope.PARTIES,
        N_("Give the units the mitigation type and vintage under which they were first reported."),
        _immutables,
        _OURS,
    ),
)
