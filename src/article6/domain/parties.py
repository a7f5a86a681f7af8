"""The Parties to the Convention and to the Paris Agreement, by the codes that reports and unit serials carry.

Two codes are in use: the AEF's (ISO 3166-1 alpha-3, with EUE for the European Union) and, inside Kyoto
serial numbers, ISO alpha-2. "NA" is Namibia, never a missing value.

Source: UNFCCC, status of ratification; via openclimatedata, CC0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from article6.domain.party_table import PARTY_TABLE

# Membership that ended or was interrupted; (since, until), until being the first day outside.
_ENDED = {"USA": date(2026, 1, 27)}
_EARLIER = {"USA": (date(2016, 11, 4), date(2020, 11, 4))}


@dataclass(frozen=True, slots=True)
class Party:
    """One Party to the Convention.

    `paris_since` is the day the Paris Agreement took effect for it (None: it never did) and `paris_until`
    the first day on which it was no longer a Party (None: it still is). `paris_earlier` is a membership
    that ended before that one.
    """

    code: str
    alpha2: str
    name: str
    annex_one: bool
    ldc: bool
    sids: bool
    paris_since: date | None
    paris_until: date | None = None
    paris_earlier: tuple[date, date] | None = None

    def is_paris_party(self, on: date) -> bool:
        """Whether the Paris Agreement was in force for this Party on that day (UTC)."""
        if self.paris_earlier is not None and self.paris_earlier[0] <= on < self.paris_earlier[1]:
            return True
        if self.paris_since is None or on < self.paris_since:
            return False
        return self.paris_until is None or on < self.paris_until


def party(code: str) -> Party | None:
    """The Party with this AEF code (alpha-3, EUE), or None. Compared exactly: "che" is not a code."""
    return PARTIES.get(code)


def by_alpha2(code: str) -> Party | None:
    """The Party with this alpha-2 code ("NA" is Namibia, "EU" the European Union), or None."""
    return _BY_ALPHA2.get(code)


def paris_parties(on: date) -> tuple[Party, ...]:
    """The Parties to the Paris Agreement on that day (UTC), in the order of their names."""
    return tuple(each for each in PARTIES.values() if each.is_paris_party(on))


def _read(table: str) -> Iterator[Party]:
    for line in table.splitlines():
        code, alpha2, flags, since, name = line.split(maxsplit=4)
        yield Party(
            code=code,
            alpha2=alpha2,
            name=name,
            annex_one="A" in flags,
            ldc="L" in flags,
            sids="S" in flags,
            paris_since=None if since == "-" else date.fromisoformat(since),
            paris_until=_ENDED.get(code),
            paris_earlier=_EARLIER.get(code),
        )


PARTIES: Mapping[str, Party] = MappingProxyType({each.code: each for each in _read(PARTY_TABLE)})
_BY_ALPHA2: Mapping[str, Party] = MappingProxyType({each.alpha2: each for each in PARTIES.values()})
