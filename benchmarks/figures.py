"""Figures, their targets, and how medians of rounds become one figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median


class Absent(Exception):
    """A figure cannot be had; the text says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """What was promised. `meets` is told value and ratio."""

    text: str
    meets: Callable[[float, float], bool]


def _ratio_at_least(bound: float, of: str) -> Target:
    return Target(f"at least {bound} x {of}", lambda value, ratio: ratio >= bound)


TPCB = "TPC-B, 8 clients"

TARGETS: Mapping[str, Target] = {
    "ledger_call": _ratio_at_least(1.0, TPCB),
    "service": _ratio_at_least(0.35, TPCB),
    "http": _ratio_at_least(0.20, TPCB),
    "batch_1000": _ratio_at_least(3, TPCB),
    "hot_account": _ratio_at_least(0.5, "service"),
    "growth": _ratio_at_least(0.85, "service, small ledger"),
    "lookup": Target("at most 3 x a primary-key select", lambda value, ratio: ratio <= 3),
    "replay": Target(
        "under 90 s; per posting at least 0.2 x TPC-B, 1 client", lambda value, ratio: value < 90 and ratio >= 0.2
    ),
    "dashboard": Target("under 300 ms", lambda value, ratio: value < 300),
    "pages": Target("under 300 ms", lambda value, ratio: value < 300),
    "memory": Target("at most 300 MB", lambda value, ratio: value <= 300),
    "aef": Target("at most 300 MB", lambda value, ratio: value <= 300),
    "aef_csv": Target("at most 6 x csv.writer with plain rows", lambda value, ratio: ratio <= 6),
    "aef_xlsx": Target("at most 0.5 x XlsxWriter with plain rows", lambda value, ratio: ratio <= 0.5),
    "network": Target("at least 200 transfers/s", lambda value, ratio: value >= 200),
    "checks": Target(
        "20 million actions within two hours, at its rate", lambda value, ratio: value >= 20_000_000 / 7_200
    ),
}
"""In the order in which they are reported; the names are public."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; `note` says at what size if it is not the target's, `parts` what else was seen."""

    name: str
    value: float
    unit: str
    yardstick: float | None = None
    ratio: float | None = None
    note: str = ""
    parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def target(self) -> str:
        return TARGETS[self.name].text

    @property
    def is_met(self) -> bool:
        return TARGETS[self.name].meets(self.value, self.ratio if self.ratio is not None else 0.0)

    def as_json(self) -> dict[str, object]:
        return {
            "value": _rounded(self.value),
            "yardstick": None if self.yardstick is None else _rounded(self.yardstick),
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "target": self.target,
            "is_met": self.is_met,
            "unit": self.unit,
            **({"note": self.note} if self.note else {}),
            **({"parts": {name: _rounded(value) for name, value in self.parts.items()}} if self.parts else {}),
        }


def _rounded(value: float) -> float:
    return round(value, 3) if abs(value) < 100 else round(value)


def of_pairs(name: str, pairs: Sequence[tuple[float, float]], unit: str, **more: object) -> Figure:
    """The figure of rounds (yardstick, contender): medians, and the median of the ratios, round by round."""
    return Figure(
        name,
        median(contender for _, contender in pairs),
        unit,
        median(yardstick for yardstick, _ in pairs),
        median(contender / yardstick for yardstick, contender in pairs),
        **more,  # type: ignore[arg-type]
    )


@dataclass(slots=True)
class Results:
    """All that a run found: the figures, where the time goes (headings with lines), and what was left out and why."""

    figures: list[Figure] = field(default_factory=list)
    time: dict[str, dict[str, str]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
