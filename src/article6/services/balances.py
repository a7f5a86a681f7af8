"""A Party's corresponding adjustments and emissions balance, computed from the journal and from its levels.

Amounts are those of the Party's own agreed electronic formats of all years, and the certified emission reductions that
it retired. Only what these are set against is typed: inventory totals, trajectory or budget, target (`levels`).

Source: 2/CMA.3 annex paras 7-16 and 23; 7/CMA.4 annex I paras 23-24.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from article6.domain import adjustments
from article6.domain.adjustments import Amounts, Basis, Level, Levels, Method, Plan
from article6.domain.levels import LevelKind, Series
from article6.domain.ndcs import Method as RecordedMethod
from article6.domain.ndcs import Ndc, Target
from article6.domain.refusals import Code, refused
from article6.reporting.conservation import Flow, Flows
from article6.reporting.itmo_amounts import Tallied, Tally, sectors_of
from article6.reporting.structured_summary import Summary, Targets, summary
from article6.reporting.summary_files import figure
from article6.services import aef, parties
from article6.store.database import one_moment
from article6.store.queries import levels as levels_queries
from article6.store.queries import parties as party_records
from article6.store.queries import registries

METHODS: Mapping[tuple[Target, RecordedMethod], Method] = {
    (Target.SINGLE_YEAR, RecordedMethod.TRAJECTORY): Method.TRAJECTORY,
    (Target.SINGLE_YEAR, RecordedMethod.AVERAGING): Method.AVERAGING,
    (Target.MULTI_YEAR, RecordedMethod.TRAJECTORY): Method.MULTI_YEAR,
}
"""How the method of an NDC on record applies adjustments (para 7)."""

_LEVEL_OF: Mapping[Basis, LevelKind] = {
    Basis.GHG: LevelKind.COVERED,
    Basis.POLICIES: LevelKind.AFFECTED,
    Basis.NON_GHG: LevelKind.INDICATOR,
}


@dataclass(frozen=True, slots=True)
class Balance:
    """An NDC with its structured summary, and the sources of its levels by kind."""

    ndc: Ndc
    summary: Summary
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Where an NDC stands, and where it would stand; both over its whole period."""

    ndc: Ndc
    before: Summary
    after: Summary


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a balance is worked out from."""

    ndc: Ndc
    plan: Plan
    levels: Levels
    targets: Targets
    tallied: Tallied
    sources: Mapping[str, str]
    in_tonnes: Mapping[int, Amounts] | None
    """Of an NDC in a non-GHG metric: its amounts in t CO2 eq."""

    def summary(self, through: int, tallied: Tallied | None = None) -> Summary:
        # What a supposed amount in another metric is in t CO2 eq nobody knows.
        in_tonnes = self.in_tonnes if tallied is None else None
        return summary(
            self.plan, tallied or self.tallied, self.levels, through=through, unit=self.ndc.metric_unit,
            targets=self.targets, in_tonnes=in_tonnes,
        )  # fmt: skip


def balance(party: str, *, now: datetime, ndc: str | None = None, through: int | None = None) -> Balance:
    """Where a Party's NDC stands at the end of a year (None: this year, or the period's last).

    `ndc` None: the NDC whose period this year is in, else the latest.

    Raises:
        Refused: no such Party, no section for it, or no such NDC on record (`balance.no_ndc`).
    """
    found = _basis(_ndc(party, ndc, None, now), now)
    last = min(found.plan.last_year, now.year) if through is None else through
    return Balance(found.ndc, found.summary(last), found.sources)


def what_if(
    party: str, *, now: datetime, export: int = 0, vintage: int | None = None, use: int = 0, year: int | None = None,
    ndc: str | None = None,
) -> WhatIf:  # fmt: skip
    """Where an NDC would stand if so many more units of a vintage were first transferred, or used for a year.

    Raises:
        Refused: as for `balance`; a quantity below zero, a year that is missing or outside the NDC's period.
    """
    if min(export, use) < 0:
        raise refused(Code.REQUEST_MALFORMED, "quantity", "give none or more")
    if (export and vintage is None) or (use and year is None):
        raise refused(Code.REQUEST_MALFORMED, "year", "give the vintage of an export, and the year of a use")
    named = [each for each in (vintage, year) if each is not None]
    of = _ndc(party, ndc, named[0] if named else None, now)
    for each in named:
        if not of.covers(each):
            raise refused(Code.REQUEST_MALFORMED, "year", f"{each}: {of.code} is of {of.year_first}-{of.year_last}")
    found = _basis(of, now)
    changes = [{vintage: Amounts(first_transferred=export)}] if vintage is not None else []
    changes += [{year: Amounts(used=use)}] if year is not None else []
    amounts = dict(found.tallied.amounts)
    for change in changes:
        amounts = adjustments.what_if(amounts, change)
    last = found.plan.last_year
    changed = dataclasses.replace(found.tallied, amounts=amounts)
    return WhatIf(found.ndc, found.summary(last), found.summary(last, changed))


def ndcs(party: str) -> list[Ndc]:
    """The Party's NDCs that stand, in the order of their periods.

    Raises:
        Refused: no such Party.
    """
    code = parties.party(party).code
    return [each for each in party_records.ndcs([code]).get(code, []) if not each.is_withdrawn]


def _ndc(party: str, code: str | None, year: int | None, now: datetime) -> Ndc:
    known = ndcs(party)
    if code is not None:
        found = [each for each in known if each.code == code]
    elif year is not None:
        found = [each for each in known if each.covers(year)]
    else:
        found = [each for each in known if each.covers(now.year)] or known[-1:]
    if not found:
        raise refused(Code.BALANCE_NO_NDC, party, code or str(year or now.year))
    parties.section(party)
    return found[0]


def _basis(ndc: Ndc, now: datetime) -> _Basis:
    series = {(each.kind, each.unit): each for each in levels_queries.series(ndc.party)}
    basis = _basis_of(ndc, series)
    plan = Plan(ndc.party, ndc.year_first, ndc.year_last, METHODS[ndc.target, ndc.method], basis)
    unit = ndc.metric_unit

    def of(kind: LevelKind, unit: str = "") -> dict[int, Fraction]:
        found = series.get((kind, unit))
        return {} if found is None else found.levels()

    reference = of(LevelKind.REFERENCE, unit)
    base = max((year for year in reference if year <= plan.first_year), default=min(reference, default=None))
    targets = Targets(
        target=of(LevelKind.TARGET, unit).get(plan.last_year),
        reference=None if base is None else reference[base],
        reference_year=base,
        emissions=of(LevelKind.COVERED),
    )
    kind = _LEVEL_OF[basis]
    used = {(kind, unit), (LevelKind.BUDGET, unit), (LevelKind.TARGET, unit), (LevelKind.REFERENCE, unit)}
    if basis is Basis.NON_GHG:
        used.add((LevelKind.COVERED, ""))  # what its emissions balance begins from
    sources = {str(each.kind): each.source for key, each in series.items() if key in used}
    levels = Levels(of(kind, unit), of(LevelKind.BUDGET, unit))
    counted, in_tonnes = _tallied(ndc, now=now)
    return _Basis(ndc, plan, levels, targets, counted, sources, in_tonnes)


def _basis_of(ndc: Ndc, series: Mapping[tuple[LevelKind, str], Series]) -> Basis:
    """Policies and measures where the levels of the categories that they affect are recorded for the period."""
    if ndc.metric_unit:
        return Basis.NON_GHG
    affected = series.get((LevelKind.AFFECTED, ""))
    is_of_policies = affected is not None and any(ndc.covers(year) for year in affected.levels())
    return Basis.POLICIES if is_of_policies else Basis.GHG


def _tallied(ndc: Ndc, *, now: datetime) -> tuple[Tallied, Mapping[int, Amounts] | None]:
    """The amounts of a Party's own AEFs since its period began, whichever year they were reported in: first transfers
    of a vintage may follow after the period's end (4/CMA.6 para 14). Of an NDC in a non-GHG metric the amounts of all
    metrics in t CO2 eq too; None where a row does not say what it is in t CO2 eq."""
    party, metric = ndc.party, ndc.metric_unit
    tally, in_tonnes = Tally(party, metric), Tally(party)
    years = [year for code, year in aef.reported() if code == party and year >= ndc.year_first]
    with one_moment():
        for year in years:
            for action in aef.aef(party, year, now=now).actions():
                tally.add([action])
                if metric:
                    in_tonnes.add([action])
        last = max([*years, now.year])
        tally.authorize(aef.aef(party, last, now=now).authorizations())
        (in_tonnes if metric else tally).cers(levels_queries.cers_used(party))
        counted = tally.result(_sectors(tally.hosts - {party}, last, now))
    whole = in_tonnes.result()
    return counted, whole.amounts if metric and not whole.uncounted else None


def _sectors(hosts: frozenset[str], year: int, now: datetime) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for host in sorted(hosts):
        if registries.sections().get(host) is not None:
            found |= sectors_of(host, aef.aef(host, year, now=now).authorizations())
    return found


def flow(year: int, *, now: datetime) -> Flow:
    """What became of all units first transferred until the end of a year, over all Parties of the registry."""
    flows = Flows()
    reported = [each for each in aef.reported() if each[1] <= year]
    with one_moment():
        for party, of in reported:
            flows.add(party, aef.aef(party, of, now=now).actions())
        for party in sorted({party for party, _year in reported}):
            flows.hold(aef.aef(party, year, now=now).holdings())
    return flows.result()


def as_lines(found: WhatIf) -> list[dict[str, Any]]:
    """A what-if year by year, for programs and tables."""
    return [
        {
            "year": before.year,
            "adjustment_before": before.adjustment, "adjustment_after": after.adjustment,
            "balance_before": before.balance, "balance_after": after.balance,
            "margin_before": before.margin, "margin_after": after.margin,
        }
        for before, after in zip(found.before.years, found.after.years, strict=True)
    ]  # fmt: skip


def what_if_as_json(found: WhatIf) -> dict[str, Any]:
    """A what-if as plain values, every figure exact and rounded."""
    lines = [
        {name: value if name == "year" else figure(value) for name, value in line.items()} for line in as_lines(found)
    ]
    return {
        "party": found.ndc.party,
        "ndc": found.ndc.code,
        "unit": found.before.unit,
        "years": lines,
        **{
            f"{name}_{when}": figure(value)
            for when, each in (("before", found.before), ("after", found.after))
            for name, value in _end(each).items()
        },
    }


def _end(found: Summary) -> dict[str, Level | None]:
    return {"allowance": found.allowance, "target": found.target, "margin": found.achievement.margin}
