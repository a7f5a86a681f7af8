"""Underlying units: the serials of other registries that outcomes are recorded on the basis of, and their locks.

A space of numbers is a registry, and within it the series that its serials name; where a registry numbers all its units
in one go, the series is empty. A programme's serial is read here where its form could be verified:

vcs: `19309-936487628-936491271-VCS-VCU-1491-VER-RW-3-4150-01102024-31122024-1`
    issuance, first and last unit (unique in the registry), programme, unit, validator, kind, country (alpha-2),
    sectoral scope, project, first and last day of the vintage, additional certification
cdm, itmo, mo: the identifiers of `identifier_formats`; a block is its first and last one, as in `... to ...`
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from article6.domain.identifier_formats import parse_range
from article6.domain.identifiers import UnitIdentifier
from article6.domain.refusals import Code, refused
from article6.domain.serials import SERIAL_LIMIT

VCS, CDM = "VCS", "CDM"

ONE_SPACE = frozenset({VCS})
"""Registries that number all their units in one go, so that a series would only hide that units are the same."""


class LockStatus(StrEnum):
    """What the underlying registry did with the units, so that they are not used there as well."""

    LOCKED = "locked"
    CANCELLED = "cancelled"
    LABELLED = "labelled"
    NOT_LOCKED = "not_locked"

    @property
    def is_secure(self) -> bool:
        """Whether the units cannot be used there any more; a label only says what they are."""
        return self in (LockStatus.LOCKED, LockStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class UnderlyingBlock:
    """Consecutive units of an underlying registry; `serial` is the text they were read from."""

    registry: str
    series: str
    first: int
    last: int
    serial: str

    @property
    def count(self) -> int:
        return self.last - self.first + 1


_VCS = re.compile(
    r"([1-9][0-9]{0,9})-([1-9][0-9]{0,18})-([1-9][0-9]{0,18})-VCS-VCU-([0-9]{1,6})-(VER|CER)-([A-Z]{2})"
    r"-([0-9]{1,3}(?:-[0-9]{1,3})?)-([0-9]{1,6})-([0-9]{8})-([0-9]{8})-([0-9])"
)
_FORMS = ("cdm", "itmo", "mo")
_EXAMPLES = "19309-936487628-936491271-VCS-VCU-1491-VER-RW-3-4150-01102024-31122024-1, or IN-5-1-2-2-0-1234 to ..."


def read(text: str) -> UnderlyingBlock:
    """The block that a programme's serial names.

    Raises:
        Refused: no serial of a form that is known here, or one that contradicts itself (`serial.malformed`).
    """
    serial = " ".join(text.split())
    found = _VCS.fullmatch(serial)
    if found is not None:
        return _vcs(found, serial)
    first, _to, last = serial.partition(" to ")
    for form in _FORMS:
        try:
            block = parse_range(first, last or first, form)
        except ValueError:
            continue
        return UnderlyingBlock(_registry(block), block.party or "", block.serial_first, block.serial_last, serial)
    raise refused(Code.SERIAL_MALFORMED, serial[:100], f"write it as in {_EXAMPLES}")


def _registry(block: UnitIdentifier) -> str:
    return block.registry or CDM


def _vcs(found: re.Match[str], serial: str) -> UnderlyingBlock:
    first, last = int(found[2]), int(found[3])
    begins, ends = _day(found[9], serial), _day(found[10], serial)
    if not first <= last <= SERIAL_LIMIT:
        raise refused(Code.SERIAL_MALFORMED, serial[:100], f"the block {first}-{last} ends before it begins")
    if begins > ends:
        raise refused(Code.SERIAL_MALFORMED, serial[:100], f"the vintage {begins} to {ends} ends before it begins")
    return UnderlyingBlock(VCS, "", first, last, serial)


def _day(digits: str, serial: str) -> date:
    try:
        return date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    except ValueError as error:
        raise refused(Code.SERIAL_MALFORMED, serial[:100], f"{digits} is no day, written as ddmmyyyy") from error
