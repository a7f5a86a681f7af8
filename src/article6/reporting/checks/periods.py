"""STC01 to STC04, X5 and X9: do actions fit their year, their authorization and their NDC period?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime

from article6.domain.authorizations import Purpose
from article6.domain.refusals import N_
from article6.reporting.aef_nomenclatures import ActionSubtype, ActionType, Metric
from article6.reporting.checks.model import Check, finding, gap
from article6.reporting.checks.results import Finding, Gap, Scope
from article6.reporting.checks.world import FUND_SUBTYPES, OMGE_SUBTYPES, Act, Authorized, World
from article6.reporting.said import Place, Said

OTHER_YEAR = N_("The action is of %(year)s, the report on %(reported)s.")
NOT_LISTED = N_("Authorization %(code)s is not in table 2 of %(where)s.")
AUTHORIZATION_MISSING = N_("Authorization %(code)s: table 2 of %(party)s is not at hand.")
PURPOSE_DIFFERS = N_("%(act)s, but authorization %(code)s is for %(purpose)s.")
TOO_EARLY = N_("First transferred on %(day)s, before it was authorized on %(authorized)s.")
NO_PERIOD = N_("Table 1 does not give the NDC implementation period.")
USED_OUTSIDE = N_("Used towards the NDC in %(year)s, outside the implementation period %(first)s to %(last)s.")
OTHER_PERIOD = N_("Vintage %(vintage)s, used towards the NDC of %(first)s to %(last)s: not the same period.")
DEFINITION_DIFFERS = N_("First transfer by %(subtype)s, but authorization %(code)s says %(definition)s.")
DEFINED_TWICE = N_(
    "First transfer is defined as %(value)s here, as %(other)s in authorization %(code)s of %(approach)s."
)
NOT_DEFINED = N_("The row does not say what made it the first transfer.")
OVER_CEILING = N_("With this row %(total)s are first transferred under %(code)s, of %(ceiling)s authorized.")
OUTSIDE_TIMEFRAME = N_("Vintage %(vintage)s is outside the timeframe %(first)s to %(last)s of authorization %(code)s.")
TOO_LATE = N_("First transferred on %(day)s; for vintage %(vintage)s the last day was %(deadline)s.")

_ENDINGS = (ActionType.USE, ActionType.CANCELLATION, ActionType.VOLUNTARY_CANCELLATION)
_DEFINED = {
    "Authorisation": ActionSubtype.AUTHORIZATION,
    "Issuance": ActionSubtype.ISSUANCE,
    "Use or Cancellation": ActionSubtype.USE_OR_CANCELLATION,
}


def _in_year(world: World) -> Iterator[Finding | Gap]:
    """STC01."""
    for act in world.new_acts:
        if act.at.year != act.by.year:
            said = Said(OTHER_YEAR, {"year": act.at.year, "reported": act.by.year})
            yield finding(act, "ActionDateTime", said, *_of_submission(act, "ReportedYear"))


def _authorized(world: World) -> Iterator[Finding | Gap]:
    """STC02."""
    for act in world.new_acts:
        if act.type is not ActionType.FIRST_TRANSFER and act.type not in _ENDINGS:
            continue
        authorized = world.authorization(act)
        if authorized is None:
            if act.authorization is not None:
                yield _unknown(world, act)
            continue
        purpose = authorized.purpose
        if purpose is not None and (wanted := _purpose_missing(act, purpose)) is not None:
            values = {"act": wanted, "code": authorized.code, "purpose": purpose.value}
            name = "YearITMOUsedTowardsNDC" if act.row.get("YearITMOUsedTowardsNDC") else "PurposeITMOUsedForOIMP"
            yield finding(act, name, Said(PURPOSE_DIFFERS, values), authorized.row.place("PurposeForAuthorization"))
        given_on = authorized.row.get("DateOfAuthorization")
        is_first_version = authorized.version == 1
        if act.type is ActionType.FIRST_TRANSFER and isinstance(given_on, date) and is_first_version:
            day = given_on.date() if isinstance(given_on, datetime) else given_on
            if act.at.date() < day:
                said = Said(TOO_EARLY, {"day": f"{act.at:%d/%m/%Y}", "authorized": f"{day:%d/%m/%Y}"})
                yield finding(act, "ActionDateTime", said, authorized.row.place("DateOfAuthorization"))


def _unknown(world: World, act: Act) -> Finding | Gap:
    """Whose table should have it: the first transferring Party's, if any of its reports is at hand."""
    values = {"code": act.authorization, "party": act.party}
    if act.party not in world.reporters:
        return gap(act.by, Said(AUTHORIZATION_MISSING, values), act)
    return finding(act, "AuthorizationID", Said(NOT_LISTED, {**values, "where": act.party}))


def _purpose_missing(act: Act, purpose: Purpose) -> str | None:
    """What the act was for, if the purpose does not cover it."""
    if act.type is ActionType.FIRST_TRANSFER or act.subtype in OMGE_SUBTYPES:
        return None
    # Some say more after the purpose itself, as in IMP: CORSIA.
    said = (act.text("PurposeITMOUsedForOIMP") or "").partition(":")[0].strip() or None
    if act.row.get("YearITMOUsedTowardsNDC") is not None or said == Purpose.NDC:
        return None if purpose.covers_ndc else "NDC"
    if said == "OMGE":
        return None
    if act.type is ActionType.USE and said is None:
        return None  # a mandatory cell is missing, which is told elsewhere
    if act.type is ActionType.VOLUNTARY_CANCELLATION and said is None:
        return None
    wanted = said or "OIMP"
    if said in ("IMP", "OP"):
        # The last word of a purpose: OIMP covers both.
        return None if purpose.value.rpartition(" ")[2] in ("OIMP", said) else said
    return None if purpose.covers_oimp else wanted


def _same_period(world: World) -> Iterator[Finding | Gap]:
    """STC03: year of use and vintage lie within one implementation period."""
    for act in world.new_acts:
        year = act.row.get("YearITMOUsedTowardsNDC")
        if act.type is not ActionType.USE or not isinstance(year, int):
            continue
        first, last = act.by.ndc_first, act.by.ndc_last
        if first is None or last is None:
            yield gap(act.by, Said(NO_PERIOD), act)
            continue
        period = {"first": first, "last": last}
        evidence = _of_submission(act, "FirstYearOfNDCPeriod")
        if not first <= year <= last:
            yield finding(act, "YearITMOUsedTowardsNDC", Said(USED_OUTSIDE, {"year": year, **period}), *evidence)
        elif not first <= act.vintage <= last:
            yield finding(act, "Vintage", Said(OTHER_PERIOD, {"vintage": act.vintage, **period}), *evidence)


def _as_defined(world: World) -> Iterator[Finding | Gap]:
    """STC04: a first transfer is what the authorization defines; a Party defines it alike for a whole approach."""
    for act in world.new_acts:
        if act.type is not ActionType.FIRST_TRANSFER or act.by.party != act.party:
            continue
        authorized = world.authorization(act)
        if authorized is None or authorized.purpose is None:
            continue
        if act.subtype is None or act.subtype is ActionSubtype.NOT_YET_DEFINED:
            yield gap(act.by, Said(NOT_DEFINED), act)
            continue
        definition = authorized.row.get("FirstTransferDefnForOIMP")
        allowed = _allowed(authorized.purpose, str(definition) if definition is not None else None)
        if act.subtype not in allowed:
            wanted = definition if authorized.purpose.covers_oimp else ActionSubtype.TO_ANOTHER_PARTY
            values = {"subtype": act.subtype.value, "code": authorized.code, "definition": wanted}
            evidence = authorized.row.place("FirstTransferDefnForOIMP")
            yield finding(act, "ActionSubtype", Said(DEFINITION_DIFFERS, values), evidence)


def _defined_alike(world: World) -> Iterator[Finding | Gap]:
    """STC04, of authorizations alone."""
    seen: dict[tuple[str, str], Authorized] = {}
    for each in world.newest_authorizations.values():
        definition = each.row.get("FirstTransferDefnForOIMP")
        if definition is None or each.approach is None:
            continue
        before = seen.setdefault((each.by.party, each.approach), each)
        other = before.row.get("FirstTransferDefnForOIMP")
        if other != definition:
            values = {"value": definition, "other": other, "code": before.code, "approach": each.approach}
            places = tuple(one.row.place("FirstTransferDefnForOIMP") for one in (each, before))
            yield Finding(Said(DEFINED_TWICE, values), places, each.by.file)


def _allowed(purpose: Purpose, definition: str | None) -> frozenset[ActionSubtype]:
    # Transfer to the Adaptation Fund and cancellation for OMGE are first transfers whatever is defined (paras 16-17).
    allowed = set(OMGE_SUBTYPES | FUND_SUBTYPES)
    if purpose.covers_ndc:
        allowed.add(ActionSubtype.TO_ANOTHER_PARTY)
    if purpose.covers_oimp:
        defined = _DEFINED.get(definition or "")
        allowed |= {defined} if defined is not None else set(_DEFINED.values())
        if defined in (None, ActionSubtype.USE_OR_CANCELLATION):
            allowed.add(ActionSubtype.OTHER_CANCELLATIONS)
    return frozenset(allowed)


def _timeframes(world: World) -> Iterator[Finding | Gap]:
    """X5, of each row: the vintage lies in the timeframe. Adds up for `_ceilings`."""
    for act in world.new_acts:
        if act.type is not ActionType.FIRST_TRANSFER or act.by.party != act.party:
            continue
        authorized = world.authorization(act)
        if authorized is None:
            continue
        code = authorized.code
        timeframe = authorized.row.get("AuthorizedTimeframe")
        if isinstance(timeframe, tuple) and not int(timeframe[0]) <= act.vintage <= int(timeframe[1]):
            values = {"vintage": act.vintage, "first": timeframe[0], "last": timeframe[1], "code": code}
            yield finding(act, "Vintage", Said(OUTSIDE_TIMEFRAME, values), authorized.row.place("AuthorizedTimeframe"))
        if isinstance(authorized.row.get("AuthorizedQuantity"), int):
            world.sums["under", authorized.by.party, code] += act.units


def _ceilings(world: World) -> Iterator[Finding | Gap]:
    """X5, in the order of time: the rows with which an authorization is exceeded."""
    over: dict[tuple[str, str], int] = {}
    for party, code in world.newest_authorizations:
        ceiling = world.newest_authorizations[party, code].row.get("AuthorizedQuantity")
        if isinstance(ceiling, int) and world.sums.get(("under", party, code), 0) > ceiling:
            over[party, code] = ceiling
    if not over or world.rows is None:
        return
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for act in world.rows.first_transfers(frozenset(over)):
        authorized = world.authorization(act)
        if act.by.party != act.party or authorized is None or act.key in world.told("repeated"):
            continue
        key = (authorized.by.party, authorized.code)
        totals[key] += act.units
        if key in over and totals[key] > over[key] and act.text("Metric") != Metric.NON_GHG:
            values = {"total": f"{totals[key]:,}", "ceiling": f"{over[key]:,}", "code": authorized.code}
            yield finding(act, "QuantityCO2", Said(OVER_CEILING, values), authorized.row.place("AuthorizedQuantity"))


def _deadlines(world: World) -> Iterator[Finding | Gap]:
    """X9: what is authorized for OIMP is first transferred by 31 December of the year before the biennial transparency
    report with the information on the end year: reports come in even years, two years after what they report on."""
    for act in world.new_acts:
        if act.type is not ActionType.FIRST_TRANSFER or act.by.party != act.party:
            continue
        authorized = world.authorization(act)
        if authorized is None or authorized.purpose is None or not authorized.purpose.covers_oimp:
            continue
        if act.subtype is ActionSubtype.TO_ANOTHER_PARTY:
            continue
        first, last = act.by.ndc_first, act.by.ndc_last
        if first is None or last is None:
            yield gap(act.by, Said(NO_PERIOD), act)
            continue
        if act.vintage > last:
            continue  # of a later period, whose end is not known
        end = last if act.vintage >= first else first - 1
        report = end + 2 + end % 2
        if act.at >= datetime(report, 1, 1, tzinfo=UTC):
            values = {"day": f"{act.at:%d/%m/%Y}", "vintage": act.vintage, "deadline": f"31/12/{report - 1}"}
            yield finding(act, "ActionDateTime", Said(TOO_LATE, values), act.row.place("Vintage"))


def _of_submission(act: Act, name: str) -> tuple[Place, ...]:
    row = act.by.reading.submission
    return () if row is None else (row.place(name),)


_PROTOTYPE = N_("secretariat's prototype")
_OURS = N_("derived from the decisions by this project")
CHECKS = (
    Check(
        "STC01",
        N_("Actions are of the reported year"),
        "2/CMA.3 annex para 20; 4/CMA.6 annex II, table 1",
        Scope.SUBMISSION,
        N_("Correct the date, or report the action in the AEF of its own year."),
        _in_year,
        _PROTOTYPE,
    ),
    Check(
        "STC02",
        N_("What is used or first transferred is authorized for it"),
        "4/CMA.6 paras 5(e), 11",
        Scope.PARTIES,
        N_("Name the authorization that covers the action, or correct its purpose or date."),
        _authorized,
        _PROTOTYPE,
    ),
    Check(
        "STC03",
        N_("Use and vintage are of one NDC implementation period"),
        "2/CMA.3 annex paras 8(b), 9",
        Scope.SUBMISSION,
        N_("Correct year of use or vintage; units of another period cannot be used towards this NDC."),
        _same_period,
        _PROTOTYPE,
    ),
    Check(
        "STC04",
        N_("First transfers are what was defined"),
        "2/CMA.3 annex para 2; 4/CMA.6 paras 12-17",
        Scope.PARTIES,
        N_("Give the subtype that the authorization defines, or correct the definition."),
        _as_defined,
        _PROTOTYPE,
        once=_defined_alike,
    ),
    Check(
        "X5",
        N_("Authorizations are not exceeded"),
        "4/CMA.6 paras 5(h), 5(k); annex II, table 2, notes d, l",
        Scope.YEARS,
        N_("Report the version of the authorization that covers the quantity and vintage, or correct the row."),
        _timeframes,
        _OURS,
        last=_ceilings,
    ),
    Check(
        "X9",
        N_("First transfers for OIMP are recorded in time"),
        "4/CMA.6 para 14; 2/CMA.3 annex para 12",
        Scope.SUBMISSION,
        N_("Correct the date or vintage; a first transfer that is late has to be explained to the review."),
        _deadlines,
        _OURS,
    ),
)
