"""The public history of a crediting registry, read from its two CSV files with strict checks.

Columns are those of the CDM registry's public reports. Times without a zone are UTC. "NA" is Namibia: nothing in these
files means a missing value but an empty one.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from article6.domain.parties import by_alpha2
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.serials import SERIAL_LIMIT
from article6.domain.units import KYOTO_UNITS, UnitType

ISSUANCE_COLUMNS = (
    "completed_at", "unit_type", "commitment_period", "host_party", "project_number", "serial_start", "serial_end",
    "quantity", "monitoring_start", "monitoring_end", "issuance_process_id", "activity_kind", "project_type", "doe",
)  # fmt: skip
CANCELLATION_COLUMNS = (
    "completed_at", "unit_type", "commitment_period", "host_party", "project_number", "serial_start", "serial_end",
    "quantity", "via_voluntary_cancellation_platform",
)  # fmt: skip

_MAY_BE_EMPTY = frozenset(
    {"monitoring_start", "monitoring_end", "issuance_process_id", "activity_kind", "project_type", "doe"}
)
_FOREIGN = re.compile(r"(AAU|RMU|ERU)\b.*")
"""Kyoto units that other registries issued: assigned amounts, removals, joint implementation."""

_PROJECT = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Row:
    """What a line of either file says. `party` is the host Party's AEF code; `first` and `last` are both included."""

    file: str
    line: int
    at: datetime
    unit_type: UnitType
    commitment_period: int
    party: str
    project: str
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    @property
    def place(self) -> str:
        """Where it stands: `cdm_issuances.csv line 17`."""
        return f"{self.file} line {self.line}"


@dataclass(frozen=True, slots=True)
class IssuanceRow(Row):
    """An issuance, with what else the file says of it; empty values are left out."""

    particulars: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CancellationRow(Row):
    """A cancellation."""

    via_platform: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that was not replayed, and why."""

    file: str
    line: int
    reasons: tuple[Refusal, ...]

    def __str__(self) -> str:
        return f"{self.file} line {self.line}: " + "; ".join(
            ": ".join(filter(None, (str(each.code), each.detail))) for each in self.reasons
        )


@dataclass(slots=True)
class History:
    """The lines that can be replayed, those that cannot, and the digest (SHA-256) of the files as they were read."""

    issuances: list[IssuanceRow] = field(default_factory=list)
    cancellations: list[CancellationRow] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    digest: str = ""


def read(issuances: Path, cancellations: Path) -> History:
    """Both files, line by line; lines that cannot be read are in `left_out` with every reason.

    Raises:
        Refused: a file cannot be read at all or lacks columns.
    """
    history = History()
    _read(issuances, ISSUANCE_COLUMNS, _issuance, history.issuances, history)
    _read(cancellations, CANCELLATION_COLUMNS, _cancellation, history.cancellations, history)
    history.digest = _digest(issuances, cancellations)
    return history


Found = TypeVar("Found", bound=Row)
Reading = Callable[[str, int, Mapping[str, str]], Found]


def _read(path: Path, columns: tuple[str, ...], reading: Reading[Found], into: list[Found], history: History) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for line, values in _values(path, columns):
        place = f"{path.name} line {line}"
        try:
            if isinstance(values, int):
                raise refused(Code.FILE_ROW_TRUNCATED, place, f"{values} values, the first line has another number")
            if (earlier := seen.setdefault(values, line)) != line:
                raise refused(Code.FILE_ROW_REPEATED, place, f"as line {earlier}")
            into.append(reading(path.name, line, dict(zip(columns, values, strict=True))))
        except Refused as no:
            history.left_out.append(LeftOut(path.name, line, no.reasons))


def _values(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...] | int]]:
    """Line number and the columns' values; of a line that does not fit the header only how many it has."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            try:
                header = next(reader, [])
                # Columns may stand in any order; values are handed on in ours.
                order = [header.index(name) for name in columns if name in header]
                if len(order) < len(columns) or len(set(header)) < len(header):
                    lacking = sorted(set(columns) - set(header)) or ["each column once"]
                    raise refused(Code.FILE_COLUMNS, path.name, ", ".join(lacking))
                for values in reader:
                    is_whole = len(values) == len(header)
                    yield reader.line_num, tuple(values[each] for each in order) if is_whole else len(values)
            except (csv.Error, UnicodeDecodeError) as error:
                raise refused(Code.FILE_VALUE, f"{path.name} line {reader.line_num}", str(error)) from error
    except OSError as error:
        raise refused(Code.FILE_VALUE, path.name, error.strerror or str(error)) from error


def _issuance(file: str, line: int, values: Mapping[str, str]) -> IssuanceRow:
    place = f"{file} line {line}"
    reasons = [*_empty(place, values), *_units(place, values)]
    unit_type = values["unit_type"]
    if unit_type not in KYOTO_UNITS:
        reasons.append(Refusal(Code.UNIT_TYPE_UNKNOWN, place, unit_type))
    for name in ("monitoring_start", "monitoring_end"):
        if values[name] and _day(values[name]) is None:
            reasons.append(Refusal(Code.FILE_VALUE, place, f"{name} {values[name]!r}"))
    if values["activity_kind"] not in ("", "PA", "PoA"):
        reasons.append(Refusal(Code.FILE_VALUE, place, f"activity_kind {values['activity_kind']!r}"))
    if reasons:
        raise Refused(reasons)
    particulars = {name: values[name] for name in _MAY_BE_EMPTY if values[name]}
    return IssuanceRow(*_shared(file, line, values), particulars=particulars)


def _cancellation(file: str, line: int, values: Mapping[str, str]) -> CancellationRow:
    place = f"{file} line {line}"
    reasons = [*_empty(place, values), *_units(place, values)]
    unit_type, platform = values["unit_type"], values["via_voluntary_cancellation_platform"]
    if _FOREIGN.fullmatch(unit_type):
        reasons.append(Refusal(Code.UNIT_FOREIGN, place, f"{unit_type} of {values['host_party']}"))
    elif unit_type not in KYOTO_UNITS:
        reasons.append(Refusal(Code.UNIT_TYPE_UNKNOWN, place, unit_type))
    if platform not in ("Yes", "No"):
        reasons.append(Refusal(Code.FILE_VALUE, place, f"via_voluntary_cancellation_platform {platform!r}"))
    if reasons:
        raise Refused(reasons)
    return CancellationRow(*_shared(file, line, values), via_platform=platform == "Yes")


def _shared(
    file: str, line: int, values: Mapping[str, str]
) -> tuple[str, int, datetime, UnitType, int, str, str, int, int]:
    at, host = _moment(values["completed_at"]), by_alpha2(values["host_party"])
    if at is None or host is None:
        raise refused(Code.FILE_VALUE, f"{file} line {line}")
    return (
        file, line, at, UnitType(values["unit_type"]), int(values["commitment_period"]), host.code,
        values["project_number"], int(values["serial_start"]), int(values["serial_end"]),
    )  # fmt: skip


def _empty(place: str, values: Mapping[str, str]) -> Iterator[Refusal]:
    lacking = [name for name, value in values.items() if not value and name not in _MAY_BE_EMPTY]
    if lacking:
        yield Refusal(Code.FILE_ROW_TRUNCATED, place, "no " + ", ".join(lacking))


def _units(place: str, values: Mapping[str, str]) -> Iterator[Refusal]:
    if by_alpha2(values["host_party"]) is None:
        yield Refusal(Code.PARTY_UNKNOWN, place, values["host_party"])
    if _moment(values["completed_at"]) is None:
        yield Refusal(Code.FILE_VALUE, place, f"completed_at {values['completed_at']!r}")
    if values["commitment_period"] not in ("1", "2"):
        yield Refusal(Code.FILE_VALUE, place, f"commitment_period {values['commitment_period']!r}")
    if not _PROJECT.fullmatch(values["project_number"]):
        yield Refusal(Code.FILE_VALUE, place, f"project_number {values['project_number']!r}")
    first, last = _whole(values["serial_start"]), _whole(values["serial_end"])
    readable = first is not None and last is not None and 1 <= first <= last <= SERIAL_LIMIT
    if not readable:
        yield Refusal(Code.SERIAL_MALFORMED, place, f"{values['serial_start']} to {values['serial_end']}")
    quantity = _whole(values["quantity"])
    if quantity is None:
        yield Refusal(Code.QUANTITY_NOT_WHOLE, place, values["quantity"])
    elif quantity < 1:
        yield Refusal(Code.QUANTITY_NOT_POSITIVE, place, values["quantity"])
    elif quantity > SERIAL_LIMIT:
        yield Refusal(Code.QUANTITY_TOO_LARGE, place, values["quantity"])
    elif readable and quantity != (last or 0) - (first or 0) + 1:
        yield Refusal(Code.QUANTITY_RANGE_MISMATCH, place, f"{quantity} for {first}-{last}")


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]{1,30}", text, re.ASCII) else None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _digest(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def project_titles(path: Path) -> dict[tuple[str, str], str]:
    """Titles of projects by Party (AEF code) and number, from the public list; lines without one are passed over.

    Raises:
        Refused: the file cannot be read or lacks columns.
    """
    columns = ("project_number", "host_party", "name")
    titles = {}
    for _, values in _values(path, columns):
        if isinstance(values, int):
            continue
        number, alpha2, name = values
        host = by_alpha2(alpha2)
        if host is not None and name:
            titles[host.code, number] = name
    return titles
