"""How large the CDM registry's history is, and of what shape: counts and sums, no line of it.

Source: UNFCCC, public reports of the CDM registry, 2007-11 to 2023-11, by way of CAD Trust; counted by us.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_TABLE = """\
CN 5005 1194692701 1673 2035 19124547
IN 2865 327441635 876 14214 38488870
BR 988 212667998 211 1987 24500686
KR 441 187148669 63 510 30937463
MX 340 41169136 78 551 4620328
VN 272 32779047 87 66 1573020
CL 237 43468933 60 1737 3908049
TH 199 16581152 68 515 1461561
ID 178 49357045 56 33 945033
MY 156 13897412 52 5 119500
CO 143 24172859 40 867 10366119
ZA 118 25244434 25 84 9356279
AR 90 18442173 19 14 1454208
PE 73 7970647 22 40 846656
HN 71 4331357 16 82 579129
UG 68 12514357 21 259 1074807
KE 67 10762239 20 307 1290328
NP 66 5367198 9 39 46040
EG 64 24147008 10 15 1040186
PK 64 16504301 17 295 853183
GT 63 6047364 13 225 930549
PH 57 5160024 15 389 999430
NG 53 4649241 9 8 583762
UZ 53 17860915 11 0 0
EC 50 2826297 14 0 0
LK 49 1583026 15 49 534373
NI 49 6322505 9 40 1652813
IL 48 3274516 12 0 0
CR 42 2407063 10 614 251398
BD 36 19278644 12 45 2113534
MN 31 1588635 4 64 280796
SV 30 3171565 3 142 851833
LA 27 4474327 14 0 0
MW 26 4554404 6 1561 490692
KH 25 9704043 8 300 34733
UY 24 1492974 8 4 6363
RW 21 1985463 5 167 576596
GH 20 1705251 4 231 131067
ZM 18 1974123 5 5 217890
AE 16 1988137 7 20 141530
ET 16 1258872 6 9 103421
MA 15 1502400 7 1 34439
TZ 14 255979 3 0 0
MU 14 769910 5 27 367980
MD 13 3942974 5 33 355778
TN 13 1010504 4 0 0
MG 13 942524 3 5 135624
MM 12 7043684 4 2 205517
MZ 12 1222129 2 3 12388
JM 11 718777 2 16 105347
CM 11 1009732 3 0 0
JO 10 1209770 2 0 0
GE 10 1531865 4 0 0
AL 10 889160 2 4 33929
LS 10 204388 1 0 0
BO 9 2873275 2 0 0
DO 9 857854 4 11 623800
PA 9 2900800 8 4 1656363
AM 9 208623 2 0 0
FJ 8 323053 4 42 3164
KP 8 392199 6 3 1348
BT 7 2334939 2 2 6381
ML 7 736392 2 35 16012
CV 7 402927 1 0 0
OM 7 814636 2 17 546771
PG 6 318029 3 0 0
CY 6 109643 4 0 0
QA 6 14488827 2 0 0
BF 6 155538 2 4 68257
SN 6 201660 2 0 0
CU 5 1018055 2 1 5180
IR 5 1019317 4 0 0
TG 5 590498 1 0 0
SG 4 55507 2 0 0
SA 4 221726 2 2 92906
BI 3 265486 1 0 0
PY 1 6819 1 0 0
AZ 1 53070 1 0 0
KW 1 158242 1 0 0
CI 1 484419 1 1 474731
NE 1 152583 1 3 55922
CD 1 43776 1 1 2875
"""
"""Host Party (alpha-2), issuances, units issued, projects, cancellations, units cancelled."""


@dataclass(frozen=True, slots=True)
class PartyShape:
    """One host Party's part of the history; `issued` and `cancelled` in units, the others counts."""

    alpha2: str
    issuances: int
    issued: int
    projects: int
    cancellations: int
    cancelled: int


PARTIES = tuple(PartyShape(each[0], *map(int, each[1:])) for each in map(str.split, _TABLE.splitlines()))
"""The 82 host Parties, most issuances first."""

ISSUANCES_BY_YEAR: Mapping[int, int] = MappingProxyType(
    {
        2007: 442, 2008: 471, 2009: 521, 2010: 616, 2011: 1487, 2012: 2018, 2013: 2084, 2014: 839, 2015: 615,
        2016: 617, 2017: 506, 2018: 317, 2019: 287, 2020: 374, 2021: 467, 2022: 571, 2023: 337,
    }
)  # fmt: skip
CANCELLATIONS_BY_YEAR: Mapping[int, int] = MappingProxyType(
    {
        2012: 15, 2013: 69, 2014: 80, 2015: 564, 2016: 736, 2017: 1232, 2018: 3296, 2019: 5469, 2020: 3853,
        2021: 3989, 2022: 4214, 2023: 4229,
    }
)  # fmt: skip
PROJECT_TYPES: Mapping[str, int] = MappingProxyType(
    {
        "Wind": 3183, "Hydro": 3024, "Biomass Energy": 994, "Methane avoidance": 960, "Landfill gas": 925, "N2O": 647,
        "EE own generation": 534, "HFCs": 458, "EE households": 408, "Solar": 311, "Fossil fuel switch": 243,
        "Coal bed/mine methane": 170, "EE Industry": 132, "Fugitive": 102, "Geothermal": 71, "EE supply side": 60,
        "Reforestation": 43, "Transport": 42, "Cement": 36, "Afforestation": 8,
    }
)  # fmt: skip
"""Issuances by type of project; the rarest left out."""

ISSUANCE_SPREAD = 1.49
CANCELLATION_SPREAD = 2.86
"""Standard deviations of the natural logarithm of quantities."""

VIA_PLATFORM_PERCENT = 78
"""Share of cancellations that came through the voluntary cancellation platform."""

PROGRAMME_PERCENT = 4
"""Share of issuances to programmes of activities."""

OUT_OF_ORDER = 45
"""Issuances that were completed after one with higher serials."""
