"""Nomenclatures: lists of values that change without a release.

A value in use is never altered or removed. What is no longer wanted is withdrawn from a day on: a new record is
refused that has it, and the records of before stay as valid as they were.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from article6.domain.refusals import Code, Refusal

LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")
"""The six languages in which labels are kept."""

VALUE_LENGTH = 200
"""Characters at most of a value, a label or the name of a list."""

PARIS_AGREEMENT = date(2015, 12, 12)
"""The first day of what is listed from the beginning: no record under Article 6 is older."""

SECTORS, ACTIVITY_TYPES, MITIGATION_TYPE, METRIC = "sectors", "activityType", "mitigationType", "metric"
PURPOSE, UNDERLYING_REGISTRY = "purposeForAuthorization", "underlyingUnitRegistryId"

CANCELLATION_PURPOSE = "cancellationPurpose"
"""For what units are cancelled: a purpose, or with its sub-purpose `CORSIA: First phase 2024-2026`. Ours, not the
platform's."""

CANCELLATION_PURPOSES = (
    "CORSIA",
    "CORSIA: Pilot phase 2021-2023",
    "CORSIA: First phase 2024-2026",
    "CORSIA: Second phase 2027-2035",
)


@dataclass(frozen=True, slots=True)
class Value:
    """A value as its list has it now. `valid_until` is the first day on which it no longer holds, None if it does."""

    value: str
    valid_from: date = PARIS_AGREEMENT
    valid_until: date | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    replaced_by: str = ""
    source: str = ""
    version: int = 1

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


@dataclass(frozen=True, slots=True)
class Nomenclature:
    """A list by its name, with every value it ever had."""

    name: str
    values: Mapping[str, Value]

    def refusals(self, value: str, on: date) -> list[Refusal]:
        """What speaks against the value on a record of this day."""
        known = self.values.get(value)
        if known is None:
            return [Refusal(Code.NOMENCLATURE_UNKNOWN_VALUE, value, self.name)]
        if known.holds(on):
            return []
        if on < known.valid_from:
            return [Refusal(Code.NOMENCLATURE_UNKNOWN_VALUE, value, f"{self.name}: from {known.valid_from} on")]
        instead = f", now {known.replaced_by}" if known.replaced_by else ""
        return [Refusal(Code.NOMENCLATURE_WITHDRAWN_VALUE, value, f"{self.name}: since {known.valid_until}{instead}")]


@dataclass(frozen=True, slots=True)
class Listed:
    """A value as a file lists it."""

    value: str
    labels: Mapping[str, str] = field(default_factory=dict)
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Diff:
    """What taking over a list would change. `impossible` says what cannot be taken over, and why."""

    name: str
    added: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    relabelled: tuple[str, ...] = ()
    impossible: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.withdrawn or self.relabelled or self.impossible)


def diff(old: Nomenclature, new: Iterable[Listed], on: date) -> Diff:
    """What changes on this day when the list becomes `new`. A file without labels changes none."""
    listed = list(new)
    names = [each.value for each in listed]
    held = {each.value for each in old.values.values() if each.holds(on)}
    impossible = [f"{each}: listed twice" for each in sorted({each for each in names if names.count(each) > 1})]
    for each in listed:
        impossible += _impossible(each, old, on)
    for value in old.values.values():
        if value.valid_from > on:
            impossible.append(f"{value.value}: changed from {value.valid_from} on, which is later")
    return Diff(
        old.name,
        added=tuple(each for each in names if each not in held),
        withdrawn=tuple(sorted(held - set(names))),
        relabelled=tuple(
            each.value for each in listed
            if each.value in held and each.labels and dict(each.labels) != dict(old.values[each.value].labels)
        ),
        impossible=tuple(impossible),
    )  # fmt: skip


def _impossible(listed: Listed, old: Nomenclature, on: date) -> list[str]:
    found = []
    if not listed.value.strip() or listed.value != listed.value.strip() or len(listed.value) > VALUE_LENGTH:
        found.append(
            f"{listed.value[:40]!r}: empty, longer than {VALUE_LENGTH} characters, or begins or ends with space"
        )
    if unknown := sorted(set(listed.labels) - set(LANGUAGES)):
        found.append(f"{listed.value}: labels in {', '.join(unknown)}; only {', '.join(LANGUAGES)} are kept")
    if any(len(label) > VALUE_LENGTH for label in listed.labels.values()):
        found.append(f"{listed.value}: a label is longer than {VALUE_LENGTH} characters")
    if listed.replaces and listed.replaces not in old.values:
        found.append(f"{listed.value}: replaces {listed.replaces}, which was never listed")
    known = old.values.get(listed.value)
    if known is not None and known.valid_until is not None and known.valid_until > on:
        found.append(f"{listed.value}: is withdrawn from {known.valid_until} on, which is later")
    return found


def versions(old: Nomenclature, new: Iterable[Listed], on: date, source: str) -> list[Value]:
    """The versions to record so that the list becomes `new` from this day on; nothing recorded before changes."""
    listed = {each.value: each for each in new}
    change = diff(old, listed.values(), on)
    successors = {each.replaces: each.value for each in listed.values() if each.replaces}
    made = []
    for name in change.added:
        version = old.values[name].version + 1 if name in old.values else 1
        made.append(Value(name, on, None, dict(listed[name].labels), "", source, version))
    for name in change.relabelled:
        was = old.values[name]
        made.append(Value(name, was.valid_from, None, dict(listed[name].labels), "", source, was.version + 1))
    for name in change.withdrawn:
        was = old.values[name]
        successor = successors.get(name, "")
        made.append(Value(name, was.valid_from, on, dict(was.labels), successor, source, was.version + 1))
    return made


def refusals(lists: Mapping[str, Nomenclature], wanted: Iterable[tuple[str, str]], on: date) -> list[Refusal]:
    """What speaks against values, given as (list, value), on a new record of this day. No list: nothing."""
    return [
        refusal for name, value in wanted if name in lists for refusal in lists[name].refusals(value, on)
    ]  # fmt: skip
