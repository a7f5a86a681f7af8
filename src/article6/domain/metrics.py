"""Amounts in other metrics than t CO2 eq: converted exactly, rounded only where said (2/CMA.3 annex para 1(c))."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from article6.domain.refusals import Code, Refusal
from article6.domain.units import BatchAttributes

GHG, NON_GHG = "GHG", "non-GHG"

PLACES = 6
"""Digits after the point to which an amount is stated that no decimal number states exactly."""


@dataclass(frozen=True, slots=True)
class Converted:
    """An amount in t CO2 eq: `exact`, and as it is `stated`, rounded down where `is_rounded`."""

    exact: Fraction
    stated: int | Decimal
    is_rounded: bool


def converted(units: int, numerator: int, denominator: int) -> Converted:
    """The t CO2 eq of units in another metric, by a ratio of t CO2 eq per unit.

    Every amount that a decimal number states is stated exactly; others are rounded down at the sixth digit.
    """
    exact = Fraction(units * numerator, denominator)
    if exact.denominator == 1:
        return Converted(exact, exact.numerator, False)
    places = _places(exact.denominator)
    digits = PLACES if places is None else places
    scaled = exact.numerator * 10**digits // exact.denominator
    # From a text, because arithmetic would round to the context's precision.
    return Converted(exact, Decimal(f"{scaled}e-{digits}"), places is None)


def _places(denominator: int) -> int | None:
    """How many digits after the point a fraction in lowest terms has; None where they never end."""
    powers = []
    for prime in (2, 5):
        power = 0
        while denominator % prime == 0:
            denominator //= prime
            power += 1
        powers.append(power)
    return max(powers) if denominator == 1 else None


def ratio(text: str) -> tuple[int, int]:
    """A conversion as people write it, `0.5312` or `1/3`, as numerator and denominator.

    Raises:
        ValueError: it is no such number, or not above zero.
    """
    try:
        found = Fraction(text.strip())
    except ZeroDivisionError as error:
        raise ValueError("give a number above zero") from error
    if found <= 0 or max(found.numerator, found.denominator) > 2**62:
        raise ValueError("give a number above zero")
    return found.numerator, found.denominator


def refusals(batch: BatchAttributes) -> Iterator[Refusal]:
    """What a batch's metric lacks: another metric has name, conversion and method, t CO2 eq has none of them."""
    given = {"metric_unit": batch.metric_unit.strip(), "conversion": batch.conversion,
             "conversion_method": batch.conversion_method.strip()}  # fmt: skip
    if batch.metric == NON_GHG:
        missing = [name for name, value in given.items() if not value]
        if missing:
            yield Refusal(Code.METRIC_INCOMPLETE, batch.metric_unit[:60], ", ".join(missing))
        if batch.conversion is not None and min(batch.conversion) < 1:
            yield Refusal(Code.METRIC_INCOMPLETE, batch.metric_unit[:60], "conversion above zero")
    elif any(given.values()):
        yield Refusal(
            Code.METRIC_INCOMPLETE, batch.metric, f"not {', '.join(n for n, value in given.items() if value)}"
        )


def named(metric: str, metric_unit: str) -> str:
    """The metric as accounts name it: empty for t CO2 eq."""
    return metric_unit if metric == NON_GHG else ""
