"""Serials as people name them, as ranges of the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from article6.domain.parties import by_alpha2, party
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.serials import SERIAL_LIMIT, SeriesRange
from article6.store.queries import series

_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,19}"
_SERIALS = re.compile(rf"(?:([A-Z0-9]{{2,8}})/)?([A-Z]{{2,3}})[:\s]({_NUMBER})(?:-({_NUMBER}))?")


@dataclass(frozen=True, slots=True)
class NamedSerials:
    """Serials `first` to `last` of a Party's series; `registry` None where the Party has one series only."""

    party: str
    first: int
    last: int
    registry: str | None = None

    def __str__(self) -> str:
        where = f"{self.registry}/{self.party}" if self.registry else self.party
        return f"{where}:{self.first}-{self.last}"


def read(text: str) -> NamedSerials:
    """Serials from `IN:1-100`, `THA01/THA:1,000-1,999` or `GHA:7`.

    Raises:
        Refused: the text is not of this form.
    """
    found = _SERIALS.fullmatch(text.strip().upper())
    if found is None:
        raise refused(Code.SERIAL_MALFORMED, text[:80], "write it as in IN:1-100 or THA01/THA:1-100")
    registry, code, first, last = found.groups()
    return NamedSerials(code, _whole(first), _whole(last or first), registry)


def ranges(named: Iterable[NamedSerials]) -> tuple[SeriesRange, ...]:
    """The ranges of the ledger, in the order given.

    Raises:
        Refused: each that is no range, has an unknown Party, or leaves open which series is meant.
    """
    found: list[SeriesRange] = []
    reasons: list[Refusal] = []
    known: dict[tuple[str | None, str], list[tuple[int, str]]] = {}
    for each in named:
        code = _party_code(each.party)
        if code is None:
            reasons.append(Refusal(Code.PARTY_UNKNOWN, each.party))
            continue
        if not 1 <= each.first <= each.last <= SERIAL_LIMIT:
            reasons.append(Refusal(Code.SERIAL_MALFORMED, str(each)))
            continue
        wanted = (each.registry, code)
        if wanted not in known:
            known[wanted] = series.named(*wanted)
        match known[wanted]:
            case [(series_id, _)]:
                found.append(SeriesRange(series_id, each.first, each.last))
            case []:
                reasons.append(Refusal(Code.BLOCK_NOT_HELD, str(each), "no unit of this series is recorded here"))
            case several:
                names = ", ".join(registry for _, registry in several)
                reasons.append(Refusal(Code.SERIAL_MALFORMED, str(each), f"name the registry, one of {names}"))
    if reasons:
        raise Refused(reasons)
    return tuple(found)


def _party_code(code: str) -> str | None:
    known = by_alpha2(code) if len(code) == 2 else party(code)
    return known.code if known else None


def _whole(digits: str) -> int:
    return int(digits.replace(",", ""))
