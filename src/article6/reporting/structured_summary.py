"""The structured summary of a biennial transparency report as far as cooperative approaches go: rows in their order.

Figures come from what the AEFs report (actions and authorizations) and from the Party's inventory and NDC; nothing is
typed. Rows that only the Party can fill are there and empty.

Source: 5/CMA.3 annex II, table 4; 2/CMA.3 annex para 23; 7/CMA.4 annex I para 24 for CERs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from article6.domain.adjustments import Achievement, Amounts, Basis, Level, Levels, Method, Plan, Year, balance
from article6.domain.adjustments import achievement as achieved
from article6.domain.adjustments import allowance as allowed
from article6.domain.refusals import N_
from article6.domain.units import TCO2E
from article6.reporting.itmo_amounts import Tallied

Figure = Level | None
Cell = Level | str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its paragraph, its name, its unit, and a figure a year (None: not known, or for the Party to fill).

    `said` is what stands in a row of the assessment, which has no years.
    """

    key: str
    clause: str
    title: str
    unit: str
    figures: Mapping[int, Figure] = field(default_factory=dict)
    said: Cell = None


@dataclass(frozen=True, slots=True)
class Targets:
    """The NDC's target level and the reference that it starts from, each with its year where it has one; `emissions`
    are those covered where the NDC itself is in a non-GHG metric, in t CO2 eq."""

    target: Figure = None
    reference: Figure = None
    reference_year: int | None = None
    emissions: Mapping[int, Level] = field(default_factory=dict)


NO_TARGETS = Targets()


@dataclass(frozen=True, slots=True)
class Summary:
    """The structured summary of a Party for an NDC period. `years` and `achievement` go as far as was asked.

    `target` is that of the whole period; so is `allowance` (see `adjustments.allowance`), which supposes that nothing
    more is transferred or used.
    """

    plan: Plan
    through: int
    unit: str
    years: Sequence[Year]
    rows: Sequence[Row]
    tallied: Tallied
    targets: Targets
    achievement: Achievement
    target: Figure
    allowance: Fraction | None


_ROW = tuple[str, str, str, Callable[[Year, Plan], Figure]]
_LEVELS: tuple[_ROW, ...] = (
    ("trajectory", "2/CMA.3 annex para 7(a)(i)", N_("Indicative multi-year emissions trajectory or budget"),
     lambda year, plan: year.budget if plan.method is not Method.MULTI_YEAR else None),
    ("budget", "2/CMA.3 annex para 7(b)", N_("Multi-year emissions trajectory or budget consistent with the NDC"),
     lambda year, plan: year.budget if plan.method is Method.MULTI_YEAR else None),
    ("covered", "2/CMA.3 annex para 23(a)",
     N_("Annual emissions and removals covered by the NDC, or of the categories affected"),
     lambda year, plan: year.level if plan.basis is not Basis.NON_GHG else None),
    ("covered_portion", "2/CMA.3 annex para 23(b)",
     N_("Annual emissions and removals covered by the NDC, or of its portion"),
     lambda year, plan: year.level if plan.basis is Basis.POLICIES else None),
    ("indicator_level", "2/CMA.3 annex para 23(i)", N_("Annual level of the non-GHG indicator"),
     lambda year, plan: year.level if plan.basis is Basis.NON_GHG else None),
)  # fmt: skip
_QUANTITIES: tuple[_ROW, ...] = (
    ("first_transferred", "2/CMA.3 annex para 23(c)", N_("Annual quantity of ITMOs first transferred"),
     lambda year, _: year.amounts.first_transferred),
    ("authorized_oimp", "2/CMA.3 annex para 23(d)",
     N_("Annual quantity of mitigation outcomes authorized for other international mitigation purposes"),
     lambda year, _: year.amounts.authorized_oimp),
    ("used", "2/CMA.3 annex para 23(e)", N_("Annual quantity of ITMOs used towards achievement of the NDC"),
     lambda year, _: year.amounts.used),
    ("net", "2/CMA.3 annex para 23(f)", N_("Net annual quantity of ITMOs"), lambda year, _: year.net),
    ("average", "2/CMA.3 annex para 7(a)(ii)", N_("Cumulative amount of ITMOs by the number of elapsed years"),
     lambda year, plan: year.average if plan.method is Method.AVERAGING else None),
    ("adjustment", "2/CMA.3 annex para 23(g)", N_("Total quantitative corresponding adjustments, CERs included"),
     lambda year, _: year.adjustment),
    ("cumulative", "2/CMA.3 annex para 23(h)", N_("Cumulative net quantity of ITMOs"), lambda year, _: year.cumulative),
    ("balance", "2/CMA.3 annex para 23(k)(i)", N_("Annual emissions balance"),
     lambda year, _: year.balance),
    ("adjusted_indicator", "2/CMA.3 annex para 23(k)(ii)", N_("Annual adjusted indicator"),
     lambda year, plan: year.balance if plan.basis is Basis.NON_GHG else None),
    ("cers", "18/CMA.1 annex para 77(d)(iii)", N_("Any other information: CERs used towards the NDC"),
     lambda year, _: year.amounts.cers),
)  # fmt: skip
ROWS: tuple[_ROW, ...] = (*_LEVELS, *_QUANTITIES)
"""Key, paragraph, name, and the figure of a year: the rows of para 77(d), in their order."""

_OF_EMISSIONS = frozenset({"balance", "cers"})
"""Rows that are in t CO2 eq whatever the NDC is in (para 23(k)(i): "tonnes of CO2 eq or non-GHGs")."""
_ADJUSTMENT_TCO2E = (
    "adjustment_tco2e", "2/CMA.3 annex para 23(g)",
    N_("Total quantitative corresponding adjustments to emissions, CERs included"),
)  # fmt: skip
"""A row of an NDC in a non-GHG metric: its emissions balance rests on other adjustments than its indicator."""


def summary(
    plan: Plan, tallied: Tallied, levels: Levels, *, through: int, unit: str = "", targets: Targets = NO_TARGETS,
    in_tonnes: Mapping[int, Amounts] | None = None,
) -> Summary:  # fmt: skip
    """The structured summary up to a year.

    Args:
        unit: the indicator's, where the NDC is in a non-GHG metric.
        in_tonnes: of such an NDC the same amounts, and those in any other metric, in t CO2 eq: what its emissions
            balance rests on. None: not known.
    """
    whole = balance(plan, tallied.amounts, levels, plan.last_year)
    years = [each for each in whole if each.year <= through]
    emissions: Sequence[Year] = years
    if plan.basis is Basis.NON_GHG:
        emissions = emissions_balance(plan, in_tonnes, targets.emissions, through)
    end, target = achieved(plan, years, targets.target), achieved(plan, whole, targets.target).target
    rows = [
        *_indicator(plan, years, unit, targets),
        *_rows(plan, years, emissions, unit, targets),
        *_assessment(end, target, unit, targets),
    ]
    return Summary(
        plan, min(through, plan.last_year), unit or TCO2E, years, rows, tallied, targets, end, target,
        allowed(plan, whole, targets.target),
    )  # fmt: skip


def emissions_balance(
    plan: Plan, amounts: Mapping[int, Amounts] | None, emissions: Mapping[int, Level], through: int
) -> list[Year]:
    """The emissions of an NDC in a non-GHG metric, adjusted by the Party's method for all that it first transferred
    and used, in t CO2 eq.

    Source: 2/CMA.3 annex paras 8, 23(k)(i); 18/CMA.1 annex para 77(d)(ii).
    """
    if amounts is None:
        return []
    return balance(replace(plan, basis=Basis.GHG), amounts, Levels(emissions), through)


def _indicator(plan: Plan, years: Sequence[Year], unit: str, targets: Targets) -> Iterator[Row]:
    levels = {each.year: each.level for each in years}
    yield Row(
        "indicator", "18/CMA.1 annex para 77(a)", N_("Indicator selected to track progress"), unit or TCO2E, levels
    )
    covered = _covered(plan, years, targets)
    title = N_("Total GHG emissions and removals consistent with the coverage of the NDC")
    yield Row("total", "18/CMA.1 annex para 77(b)", title, TCO2E, covered)
    yield Row("lulucf", "18/CMA.1 annex para 77(c)", N_("Contribution from the LULUCF sector, if not included"), TCO2E)


def _covered(plan: Plan, years: Sequence[Year], targets: Targets) -> dict[int, Figure]:
    if plan.basis is Basis.GHG:
        return {each.year: each.level for each in years}
    return {each.year: targets.emissions.get(each.year) for each in years}


def _rows(plan: Plan, years: Sequence[Year], emissions: Sequence[Year], unit: str, targets: Targets) -> Iterator[Row]:
    for key, clause, title, of in ROWS:
        figures = {year.year: of(year, plan) for year in years}
        if key == "covered" and plan.basis is Basis.NON_GHG:
            figures = _covered(plan, years, targets)
        elif key in _OF_EMISSIONS:
            figures = dict.fromkeys(figures) | {year.year: of(year, plan) for year in emissions}
        in_tonnes = key in ("covered", "covered_portion") or key in _OF_EMISSIONS
        yield Row(key, clause, title, TCO2E if in_tonnes else unit or TCO2E, figures)
        if key == "adjustment" and plan.basis is Basis.NON_GHG:
            adjusted: dict[int, Figure] = {year.year: year.adjustment for year in emissions}
            yield Row(*_ADJUSTMENT_TCO2E, TCO2E, dict.fromkeys(figures) | adjusted)


def _assessment(end: Achievement, target: Figure, unit: str, targets: Targets) -> Iterator[Row]:
    clause, shown = "18/CMA.1 annex para 70", unit or TCO2E
    yield Row("target", clause, N_("Target of the NDC"), shown, said=target)
    yield Row("reference", clause, N_("Reference level"), shown, said=targets.reference)
    final = end.adjusted if end.is_final else None
    yield Row("final", "2/CMA.3 annex para 23(l)", N_("Final information, adjusted"), shown, said=final)
    margin = end.margin if end.is_final else None
    yield Row("comparison", clause, N_("Comparison: what is left until the target is missed"), shown, said=margin)
    is_achieved = None if margin is None else N_("yes") if margin >= 0 else N_("no")
    yield Row("achieved", clause, N_("Achievement of the NDC"), "", said=is_achieved)
