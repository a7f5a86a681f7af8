"""Corresponding adjustments and the emissions balance of a Party over an NDC period, in exact arithmetic.

What is first transferred counts for the calendar year in which the mitigation occurred (its vintage), what is used for
the year for which it is used (2/CMA.3 annex paras 8-10). Ratios are fractions and are rounded by whoever shows them.

Source: 2/CMA.3 annex paras 7-16 and 23; 7/CMA.4 annex I paras 23-24 for certified emission reductions (CERs), which a
Party uses in t CO2 eq only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from article6.domain.refusals import N_, Code, Refusal, Refused

Level = Fraction | int
"""A level of emissions or a quantity of ITMOs, in t CO2 eq, or of an indicator in its own unit; always exact."""


class Method(StrEnum):
    """How a Party applies adjustments, one method throughout the period (2/CMA.3 annex para 7)."""

    TRAJECTORY = "trajectory"
    AVERAGING = "averaging"
    MULTI_YEAR = "multi_year"


METHODS: Mapping[Method, tuple[str, str]] = {
    Method.TRAJECTORY: (N_("Indicative multi-year trajectory or budget, adjusted each year"), "7(a)(i)"),
    Method.AVERAGING: (N_("Average annual amount, applied in the NDC year"), "7(a)(ii)"),
    Method.MULTI_YEAR: (N_("Multi-year trajectory or budget, adjusted each year and cumulatively"), "7(b)"),
}
"""Each method's name and its paragraph of the annex to 2/CMA.3."""


class Basis(StrEnum):
    """What is adjusted: the whole NDC in t CO2 eq (para 8), a non-GHG indicator (9), or the categories that policies
    and measures affect (10)."""

    GHG = "GHG"
    NON_GHG = "non-GHG"
    POLICIES = "policies"

    @property
    def sign(self) -> int:
        """What a first transfer adds: emissions go up, an indicator such as renewable energy goes down."""
        return -1 if self is Basis.NON_GHG else 1


@dataclass(frozen=True, slots=True)
class Plan:
    """An NDC's implementation period and how it is accounted for; a single-year NDC's year is the last.

    Raises:
        Refused: the period ends before it begins.
    """

    party: str
    first_year: int
    last_year: int
    method: Method
    basis: Basis = Basis.GHG

    def __post_init__(self) -> None:
        if self.first_year > self.last_year:
            raise Refused([Refusal(Code.REQUEST_MALFORMED, f"{self.first_year}-{self.last_year}", "years in order")])

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)


@dataclass(frozen=True, slots=True)
class Amounts:
    """What counts for one year: first transferred with that vintage (of which for OIMP and OMGE), used for that year,
    CERs retired for it, and mitigation outcomes authorized for OIMP in it (para 23(c)-(e)).

    In t CO2 eq these are whole units, unless units of another metric were converted; then fractions.
    """

    first_transferred: Level = 0
    first_transferred_oimp: Level = 0
    authorized_oimp: Level = 0
    used: Level = 0
    cers: Level = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(
            self.first_transferred + other.first_transferred,
            self.first_transferred_oimp + other.first_transferred_oimp,
            self.authorized_oimp + other.authorized_oimp,
            self.used + other.used,
            self.cers + other.cers,
        )


NO_AMOUNTS = Amounts()


@dataclass(frozen=True, slots=True)
class Levels:
    """What the inventory and the NDC say, by year; years without a figure are missing.

    `covered` are the emissions covered by the NDC (or its affected categories, or the indicator's level); `budget` is
    the trajectory or budget, by year.
    """

    covered: Mapping[int, Level] = field(default_factory=dict)
    budget: Mapping[int, Level] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Year:
    """One year of a balance. None: a figure on which it rests is missing.

    `net` is para 23(f): first transferred less used. `cumulative` is 23(h). `average` is the cumulative amount by
    elapsed years (7(a)(ii)). `adjustment` is 23(g), what is added to the level under the Party's method, CERs included,
    which are not in the three before (7/CMA.4 annex I paras 23-24); `is_indicative` that it is for information, and
    does not decide on achievement. `balance` is 23(k)(i), the adjusted indicator 23(k)(ii). `margin` is what separates
    it from the year's trajectory or budget: above zero it is kept, with so much to spare.
    """

    year: int
    amounts: Amounts
    level: Level | None
    budget: Level | None
    net: Level
    cumulative: Level
    average: Fraction
    adjustment: Fraction
    is_indicative: bool
    balance: Fraction | None
    margin: Fraction | None


def balance(plan: Plan, amounts: Mapping[int, Amounts], levels: Levels, through: int) -> list[Year]:
    """The years of the period up to `through`, each with its adjustment and balance."""
    return list(_years(plan, amounts, levels, min(through, plan.last_year)))


def _years(plan: Plan, amounts: Mapping[int, Amounts], levels: Levels, through: int) -> Iterator[Year]:
    cumulative: Level = 0
    cers: Level = 0
    for elapsed, year in enumerate(range(plan.first_year, through + 1), 1):
        of_year = amounts.get(year, NO_AMOUNTS)
        net = of_year.first_transferred - of_year.used
        cumulative += net
        cers += of_year.cers
        if plan.method is Method.AVERAGING:
            applied = Fraction(cumulative - cers, elapsed)
        else:
            applied = Fraction(net - of_year.cers)
        adjustment = plan.basis.sign * applied
        level, budget = levels.covered.get(year), levels.budget.get(year)
        balanced = None if level is None else level + adjustment
        yield Year(
            year=year,
            amounts=of_year,
            level=level,
            budget=budget,
            net=net,
            cumulative=cumulative,
            average=Fraction(cumulative, elapsed),
            adjustment=adjustment,
            is_indicative=plan.method is not Method.MULTI_YEAR and year != plan.last_year,
            balance=balanced,
            margin=None if balanced is None or budget is None else plan.basis.sign * (budget - balanced),
        )


@dataclass(frozen=True, slots=True)
class Achievement:
    """How the period ends: the adjusted figure against its target, None where a year's figure is missing.

    A single-year NDC is judged by its last year, a multi-year NDC by the sum over all years (para 7(b)). `sign` is -1
    of an indicator that is to be reached, and 1 of emissions that are to stay below.
    """

    adjusted: Fraction | None
    target: Level | None
    is_final: bool
    sign: int = 1

    @property
    def margin(self) -> Fraction | None:
        """What is left until the target is missed or, below zero, by how much it is."""
        return None if self.adjusted is None or self.target is None else self.sign * (self.target - self.adjusted)


def achievement(plan: Plan, years: Sequence[Year], target: Level | None) -> Achievement:
    """The end of the period as it stands after these years; not final before the last year is among them."""
    is_final = bool(years) and years[-1].year == plan.last_year
    sign = plan.basis.sign
    if plan.method is not Method.MULTI_YEAR:
        return Achievement(years[-1].balance if years else None, target, is_final, sign)
    balances = [each.balance for each in years]
    known = [each for each in balances if each is not None]
    budgets = [each.budget for each in years if each.budget is not None]
    complete = len(known) == len(balances) and bool(known)
    budget = sum(budgets, Fraction(0)) if len(budgets) == len(years) and budgets else target
    return Achievement(sum(known, Fraction(0)) if complete else None, budget, is_final, sign)


def allowance(plan: Plan, years: Sequence[Year], target: Level | None) -> Fraction | None:
    """The level with which the period would just end on its target, whatever the inventory will say: emissions of the
    last year (of a multi-year NDC, of all years together) may be this high, a non-GHG indicator must be.

    `years` are all years of the period. None: there is neither a target nor a budget for each year.
    """
    if not years:
        return None
    if plan.method is not Method.MULTI_YEAR:
        return None if target is None else target - years[-1].adjustment
    whole = achievement(plan, years, target).target
    return None if whole is None else whole - sum((each.adjustment for each in years), Fraction(0))


def what_if(amounts: Mapping[int, Amounts], changes: Mapping[int, Amounts]) -> dict[int, Amounts]:
    """The amounts as they would be with these added (or, below zero, taken away)."""
    return {
        year: amounts.get(year, NO_AMOUNTS) + changes.get(year, NO_AMOUNTS) for year in sorted({*amounts, *changes})
    }
