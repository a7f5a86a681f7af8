"""What the balances of the first Parties rest on: NDCs, levels, targets. Each says whether it is real or synthetic.

Real: Switzerland's inventory totals, and that its NDC is at least 50 per cent below 1990 by 2030; that Thailand's is 30
per cent below 555 Mt CO2 eq in 2030. Synthetic: how adjustments are applied, and whatever says so in its source.

Source: Switzerland, information necessary for clarity, transparency and understanding of its NDC 2021-2030, 17 December
2021, introduction: "at least 50 percent by 2030 compared with 1990 levels", at least 35 per cent on average over
2021-2030. Thailand, second updated NDC, 2 November 2022 (30 per cent below the projected level of 2030, which Climate
Action Tracker puts at 389 Mt without LULUCF; its own words were not at hand), and for the projected level the intended
NDC of October 2015, accompanying information, baseline: "BAU2030: approx. 555 MtCO2e".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from article6.domain.levels import LevelKind, Series
from article6.domain.ndcs import Method, Ndc, Target
from article6.domain.orders import PersonId
from article6.services import levels, parties
from article6.services.scenarios.stage import Report, Stage
from article6.services.titles import party_name

NAME = "balances"
AT = datetime(2026, 1, 12, 9, tzinfo=UTC)
FILE = Path("inventories") / "unfccc_annex1_total_without_lulucf.csv"
"""Below the data folder: inventory totals of Annex I Parties (UNFCCC), without LULUCF."""

INVENTORY = {1990: 54_933_878, 2018: 46_741_169, 2019: 46_470_472, 2020: 43_789_736, 2021: 45_135_720}
"""Switzerland's, t CO2 eq, where the file is not at hand."""
INVENTORY_SOURCE = "UNFCCC, greenhouse gas inventories of Annex I Parties: total without LULUCF (as of 2023)"

_ASSUMED = "How adjustments are applied is assumed for the demonstration."
_NDCS = "https://unfccc.int/sites/default/files/NDC/2022-11"
_SWISS_TEXT = f"{_NDCS}/Swiss%20NDC%202021-2030%20incl%20ICTU_0.pdf, introduction."
_THAI_TEXT = f"{_NDCS}/Thailand%202nd%20Updated%20NDC.pdf; the level of 555 Mt: INDC of October 2015, baseline."
_FLAT = "synthetic: the total of 2019 (WRI Climate Watch, 2022), held flat"


@dataclass(frozen=True, slots=True)
class _Said:
    """A Party's NDC and series by kind: source and amounts."""

    ndc: Ndc
    series: Mapping[LevelKind, tuple[str, Mapping[int, int]]]


def _line(first: int, last: int) -> dict[int, int]:
    """A straight line over 2021-2030 that comes from `first` in 2020."""
    return {year: first + (last - first) * (year - 2020) // 10 for year in range(2021, 2031)}


_SWISS_TARGET = INVENTORY[1990] // 2
_SWISS = _Said(
    Ndc(
        "CHE", "NDC 2021-2030", 1, 2021, 2030, Target.SINGLE_YEAR, "GHG", "", Method.TRAJECTORY, date(2021, 12, 17),
        reference=f"Updated first NDC: at least 50 per cent below 1990 by 2030. {_SWISS_TEXT} {_ASSUMED}",
    ),
    {
        LevelKind.REFERENCE: (INVENTORY_SOURCE, {1990: INVENTORY[1990]}),
        LevelKind.TARGET: ("NDC of 17 December 2021: 50 per cent below 1990, of the total without LULUCF",
                           {2030: _SWISS_TARGET}),
        LevelKind.BUDGET: ("synthetic: a straight line from the total of 2020 to the target",
                           _line(INVENTORY[2020], _SWISS_TARGET)),
    },
)  # fmt: skip
_THAILAND = _Said(
    replace(
        _SWISS.ndc, party="THA", method=Method.AVERAGING, communicated_on=date(2022, 11, 2),
        reference=f"Second updated NDC: 30 per cent below 555 Mt CO2 eq by 2030. {_THAI_TEXT} {_ASSUMED}",
    ),
    {
        LevelKind.COVERED: (_FLAT, dict.fromkeys(range(2021, 2026), 422_090_000)),
        LevelKind.TARGET: ("NDC of 2 November 2022: 30 per cent below business as usual of 555 Mt CO2 eq",
                           {2030: 388_500_000}),
    },
)  # fmt: skip
_GHANA = _Said(
    replace(
        _SWISS.ndc, party="GHA", communicated_on=date(2021, 11, 4), reference=f"Updated first NDC. {_ASSUMED}"
    ),
    {
        LevelKind.COVERED: (_FLAT, dict.fromkeys(range(2021, 2026), 37_650_000)),
        LevelKind.BUDGET: ("synthetic: a straight line to the target", _line(37_650_000, 48_500_000)),
        LevelKind.TARGET: ("synthetic", {2030: 48_500_000}),
    },
)  # fmt: skip


def play(folder: Path | None, *, by: PersonId) -> Report:
    """NDCs, targets and levels of Switzerland, Thailand and Ghana; what is recorded already stays."""
    stage = Stage(NAME, _("What the balances of three Parties rest on"), by, AT)
    path = folder / FILE if folder is not None else None
    is_real = path is not None and path.is_file()
    if levels.latest("CHE", LevelKind.COVERED) is None:
        if path is not None and is_real:
            levels.import_file(path.read_bytes(), only=("CHE",), by=by, now=AT)
        else:
            _record(stage, "CHE", LevelKind.COVERED, INVENTORY_SOURCE, INVENTORY)
    for each in (_SWISS, _THAILAND, _GHANA):
        parties.record_ndc(each.ndc, by=by, now=AT, key=stage.key(f"{each.ndc.party}:ndc"))
        for kind, (source, amounts) in each.series.items():
            if levels.latest(each.ndc.party, kind) is None:
                _record(stage, each.ndc.party, kind, source, amounts)
        stage.tell(_tell(each))
    return stage.report()


def _record(stage: Stage, party: str, kind: LevelKind, source: str, amounts: Mapping[int, int]) -> None:
    values = tuple((year, Decimal(amount)) for year, amount in sorted(amounts.items()))
    levels.record(Series(party, kind, source, values), by=stage.by, now=AT)


def _tell(each: _Said) -> str:
    source, amounts = each.series[LevelKind.TARGET]
    return _("%(party)s: target of %(amount)s t CO2 eq in 2030 (%(source)s)") % {
        "party": party_name(each.ndc.party), "amount": f"{amounts[2030]:,}", "source": source,
    }  # fmt: skip
