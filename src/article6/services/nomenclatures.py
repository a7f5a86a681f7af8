"""Nomenclatures: look at what a file would change, then take it over. Nothing in use is ever altered or removed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from article6.domain import nomenclatures as lists
from article6.domain.nomenclatures import PARIS_AGREEMENT, Diff, Listed, Nomenclature, Value
from article6.domain.orders import ANY_SECTION, Issuance, PersonId
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.roles import Right
from article6.domain.units import PROGRAMME_UNITS
from article6.gateways import web
from article6.reporting.aef_nomenclatures import ADOPTED, VALUE_LISTS
from article6.services import people
from article6.services.commands import command, digest, once
from article6.store import journal
from article6.store.queries import nomenclatures as reading

BYTES_AT_MOST = 4 * 1024 * 1024
"""Of a file of nomenclatures; the platform's has four thousand."""

VALUES_AT_MOST = 20_000

URL_AT_MOST = 2_000
"""Characters of an address."""

BUILT_IN = f"UNFCCC, common nomenclatures under Article 6, paragraph 2, {ADOPTED}"

REMARKS = frozenset({"notes", "provenance", "source"})
"""Keys of a file that are no lists, though they may hold one."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A value that would be withdrawn, and every record that has it. The records stay as they are, and valid."""

    list: str
    value: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would change, list by list (those without a change are left out), and what that touches.

    `digest` stands for just this: `apply` wants it, so that what is taken over is what was shown.
    """

    on: date
    diffs: tuple[Diff, ...]
    touched: tuple[Touched, ...]
    digest: str

    @property
    def impossible(self) -> tuple[Refusal, ...]:
        return tuple(
            Refusal(Code.NOMENCLATURE_MALFORMED, each.name, reason) for each in self.diffs for reason in each.impossible
        )


def preview(content: bytes, *, on: date, by: PersonId | None = None) -> Preview:
    """What taking over a file of the platform's shape would change from this day on. Writes nothing.

    `by` None is an operator at the shell, or who was asked already.

    Raises:
        Refused: the file cannot be read, or `by` is no administrator.
    """
    if by is not None:
        people.require(by, Right.CHANGE_VALUES, ANY_SECTION)
    found = read(content)
    known = reading.lists(found)
    diffs = tuple(
        each for each in (lists.diff(_held(known, name), listed, on) for name, listed in found.items())
        if not each.is_empty
    )  # fmt: skip
    touched = tuple(
        Touched(each.name, value, tuple(records))
        for each in diffs for value in each.withdrawn if (records := reading.uses(each.name, value))
    )  # fmt: skip
    return Preview(on, diffs, touched, digest("nomenclatures", [on, content, diffs, touched]).hex())


def _held(known: Mapping[str, Nomenclature], name: str) -> Nomenclature:
    return known.get(name) or Nomenclature(name, {})


def apply(
    content: bytes, *, shown: str, source: str, on: date, by: PersonId, now: datetime, key: str | None = None
) -> Preview:
    """Take a file's lists over from a day on, as its preview (whose digest is `shown`) said.

    Raises:
        Refused: nothing was shown or it is no longer what would change, a change is impossible, the day is past, or
            `by` is no administrator.
    """
    given = command(by, key, "import_nomenclatures", [content, source, on])

    def act() -> Preview:
        people.require(by, Right.CHANGE_VALUES, ANY_SECTION)
        with journal.database_transaction():
            journal.wait_for_turn("nomenclatures")
            change = preview(content, on=on)
            if change.impossible:
                raise Refused(change.impossible)
            if change.digest != shown:
                raise refused(Code.NOMENCLATURE_MALFORMED, "", "what would change is not what was shown; look again")
            if on < now.date():
                raise refused(Code.NOMENCLATURE_MALFORMED, str(on), "a list is not changed for days that are past")
            found = read(content)
            known = reading.lists(found)
            for name, listed in found.items():
                _record(name, lists.versions(_held(known, name), listed, on, source), now)
            journal.note(given, "nomenclatures.imported", f"nomenclatures:{change.digest[:16]}", now, [])
        return change

    return once(given, act, lambda _: Preview(on, (), (), shown))


def from_url(url: str) -> bytes:
    """The content of a file of nomenclatures at an https address, for `preview` and `apply`.

    Raises:
        Refused: an address that is not read: another scheme, or the inside of a network where that is not configured.
        GatewayFailure: it does not answer in time, or not with a file of at most `BYTES_AT_MOST`.
    """
    if len(url) > URL_AT_MOST:
        raise refused(Code.URL_NOT_ALLOWED, url[:100], f"longer than {URL_AT_MOST:,} characters")
    reader = web.current(is_private_allowed=settings.ARTICLE6_PRIVATE_ADDRESSES)
    try:
        return reader.read(url, bytes_at_most=BYTES_AT_MOST)
    except web.NotAllowed as why:
        raise refused(Code.URL_NOT_ALLOWED, url[:100], str(why)) from why


def seed(now: datetime) -> None:
    """The built-in lists, when a registry is founded; within the founding's database transaction."""
    for name, values in VALUE_LISTS.items():
        _record(name, [Value(str(each), PARIS_AGREEMENT, source=BUILT_IN) for each in values], now)
    purposes = [Value(each, PARIS_AGREEMENT, source="built in") for each in lists.CANCELLATION_PURPOSES]
    _record(lists.CANCELLATION_PURPOSE, purposes, now)


def _record(name: str, versions: Sequence[Value], now: datetime) -> None:
    if versions:
        journal.record_nomenclature(name, versions, now)


def read(content: bytes) -> dict[str, list[Listed]]:
    """The lists of a file in the platform's shape: a JSON object whose lists are its nomenclatures.

    A value is a text, or an object with `value` (or `id`), `label` (a text in English, or one for each language) and
    `replaces`. What is no list of values (patterns, notes) is passed over.

    Raises:
        Refused: no JSON, no lists, or a value of another form.
    """
    if len(content) > BYTES_AT_MOST:
        raise refused(Code.NOMENCLATURE_MALFORMED, "", f"larger than {BYTES_AT_MOST:,} bytes")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise refused(Code.NOMENCLATURE_MALFORMED, "", f"no JSON: {error}") from error
    if not isinstance(document, dict):
        raise refused(Code.NOMENCLATURE_MALFORMED, "", "not an object of lists")
    found = {
        name: [_listed(name, each) for each in values]
        for name, values in document.items() if isinstance(values, list) and name not in REMARKS
    }  # fmt: skip
    if not found:
        raise refused(Code.NOMENCLATURE_MALFORMED, "", "no list in it")
    if strange := [name for name in found if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,99}", name)]:
        raise Refused(Refusal(Code.NOMENCLATURE_MALFORMED, each[:100], "no name of a list") for each in strange)
    if sum(len(each) for each in found.values()) > VALUES_AT_MOST:
        raise refused(Code.NOMENCLATURE_MALFORMED, "", f"more than {VALUES_AT_MOST:,} values")
    return found


def _listed(name: str, given: Any) -> Listed:
    if isinstance(given, str):
        return Listed(_text(name, given))
    if isinstance(given, dict):
        labels = given.get("label", given.get("labels", {}))
        labels = {"en": labels} if isinstance(labels, str) else labels
        if isinstance(labels, dict):
            value = given.get("value", given.get("id"))
            shown = {_text(name, language): _text(name, label) for language, label in labels.items()}
            return Listed(_text(name, value), shown, _text(name, given.get("replaces", "")))
    raise refused(Code.NOMENCLATURE_MALFORMED, name, f"a value of another form: {json.dumps(given)[:80]}")


def _text(name: str, given: Any) -> str:
    # PostgreSQL keeps neither NUL nor half a surrogate pair.
    if not isinstance(given, str) or "\0" in given or any("\ud800" <= each <= "\udfff" for each in given):
        raise refused(Code.NOMENCLATURE_MALFORMED, name, f"not a text: {json.dumps(given)[:80]}")
    return given


def all_lists() -> dict[str, Nomenclature]:
    """Every list that is kept, with every value it ever had."""
    return reading.lists()


def named(name: str) -> Nomenclature:
    """One list.

    Raises:
        Refused: no such list is kept.
    """
    found = reading.lists([name]).get(name)
    if found is None:
        raise refused(Code.NOMENCLATURE_UNKNOWN_VALUE, name, "no such list")
    return found


def lists_of(wanted: Iterable[tuple[str, str]]) -> dict[str, Nomenclature]:
    """What the lists say of values, given as (list, value), in one query."""
    asked = {each for each in wanted if each[1]}
    return reading.values_of(asked) if asked else {}


def listed_refusals(known: Mapping[str, Nomenclature], wanted: Iterable[tuple[str, str]], on: date) -> list[Refusal]:
    """What speaks against values on a new record of this day, by what `lists_of` said. An empty value is none."""
    return lists.refusals(known, (each for each in wanted if each[1]), on)


def refusals(wanted: Iterable[tuple[str, str]], on: date) -> list[Refusal]:
    """What speaks against values, given as (list, value), on a new record of this day."""
    asked = list(wanted)
    return listed_refusals(lists_of(asked), asked, on)


def issuance_values(issuance: Issuance) -> list[tuple[str, str]]:
    """The values of a batch that lists bound. The units of a crediting programme keep the programme's own."""
    batch = issuance.batch
    if batch.unit_type in PROGRAMME_UNITS:
        return []
    return [
        *((lists.SECTORS, each) for each in batch.sectors),
        *((lists.ACTIVITY_TYPES, each) for each in batch.activity_types),
        (lists.MITIGATION_TYPE, batch.mitigation_type),
        (lists.METRIC, batch.metric),
        (lists.UNDERLYING_REGISTRY, batch.underlying_registry),
    ]


def approach_values(
    sectors: Iterable[str], activity_types: Iterable[str], metrics: Iterable[str]
) -> list[tuple[str, str]]:
    """The values of a cooperative approach that lists bound."""
    return [
        *((lists.SECTORS, each) for each in sectors),
        *((lists.ACTIVITY_TYPES, each) for each in activity_types),
        *((lists.METRIC, each) for each in metrics),
    ]


def authorization_values(
    sectors: Iterable[str], activity_types: Iterable[str], metric: str, purposes: str
) -> list[tuple[str, str]]:
    """The values of an authorization that lists bound."""
    return [*approach_values(sectors, activity_types, [metric]), (lists.PURPOSE, purposes)]
