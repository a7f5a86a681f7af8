"""Further attributes of units, activities and accounts: declared as JSON Schema, checked on every new record."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import jsonschema

from article6.domain.attribute_schemas import SCHEMAS, Subject
from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, Refusal, Refused
from article6.domain.roles import Right
from article6.services import nomenclatures, people
from article6.services.commands import command, once
from article6.store import journal
from article6.store.queries import attribute_schemas as reading

CHARACTERS_AT_MOST = 20_000
DEPTH_AT_MOST = 12
"""How deep a schema may nest: checks walk it, and people have to read it."""

REFERENCES = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})

NOMENCLATURE = "nomenclature"
"""A property's keyword of our own: its values are those of the list so named."""


@dataclass(frozen=True, slots=True)
class NewSchema:
    """A version of a schema to declare. Records name it as `name/version`; the version is given by the registry."""

    subject: Subject
    name: str
    schema: Mapping[str, Any]
    valid_from: date
    source: str = ""


def declare(new: NewSchema, *, by: PersonId, now: datetime, key: str | None = None) -> str:
    """Declare further attributes; the name under which records are checked against them, as in `cookstove/2`.

    A change is a new version. From its first day on, new records name it; those of before stay valid under theirs.

    Raises:
        Refused: every fault of the schema, a day that is past or before the version before, or `by` is no
            administrator.
    """
    given = command(by, key, "declare_attributes", new)

    def act() -> str:
        people.require(by, Right.CHANGE_VALUES, ANY_SECTION)
        with journal.database_transaction():
            journal.wait_for_turn("attribute_schemas")
            before = reading.latest(new.subject, new.name)
            if faults := [*_faults(new, now.date(), before[1] if before else None)]:
                raise Refused(Refusal(Code.ATTRIBUTES_SCHEMA_INVALID, new.name, each) for each in faults)
            version = before[0] + 1 if before else 1
            journal.insert(
                "attribute_schema",
                {
                    "subject": str(new.subject), "name": new.name, "version": version,
                    "schema": dict(new.schema), "valid_from": new.valid_from, "source": new.source,
                    "recorded_at": now,
                },
            )  # fmt: skip
            journal.note(given, "attributes.declared", f"schema:{new.subject}:{new.name}/{version}", now, [version])
        return f"{new.name}/{version}"

    return once(given, act, lambda answer: f"{new.name}/{answer.ids[0]}")


def _faults(new: NewSchema, today: date, before: date | None) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,49}", new.name):
        yield "the name has small letters, digits, - and _, and begins with a letter"
    if any(each.partition("/")[0] == new.name for each in SCHEMAS):
        yield "this name is built in"
    if new.valid_from < today:
        yield f"valid from {new.valid_from}, which is past"
    if before is not None and new.valid_from <= before:
        yield f"the version before holds from {before} on; this one has to begin later"
    if len(json.dumps(dict(new.schema))) > CHARACTERS_AT_MOST:
        yield f"longer than {CHARACTERS_AT_MOST:,} characters"
        return
    if _depth(new.schema) > DEPTH_AT_MOST:
        yield f"nests deeper than {DEPTH_AT_MOST}"
        return
    if new.schema.get("type") != "object" or not isinstance(new.schema.get("properties"), dict):
        yield "a schema of further attributes has the type object, with properties"
    if found := sorted(REFERENCES & _keys(new.schema)):
        yield f"{', '.join(found)}: a schema refers to nothing; write it out"
    try:
        jsonschema.Draft202012Validator.check_schema(dict(new.schema))
    except jsonschema.SchemaError as error:
        yield f"{error.json_path}: {error.message}"
    yield from (f"no pattern: {each[:80]}" for each in sorted(_patterns(new.schema)) if not _is_pattern(each))
    known = nomenclatures.all_lists()
    for name in _bound(new.schema).values():
        if name not in known:
            yield f"no nomenclature {name}"


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return 1 + max((_depth(each) for each in inner), default=0)


def _keys(value: Any) -> set[str]:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    own = {str(each) for each in value} if isinstance(value, Mapping) else set()
    return own.union(*(_keys(each) for each in inner))


def _patterns(value: Any) -> set[str]:
    """Every pattern of a schema: of texts, and of the names of properties."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    own: set[str] = set()
    if isinstance(value, Mapping):
        of_names = value.get("patternProperties")
        own = {each for each in (value.get("pattern"), *(of_names or ())) if isinstance(each, str)}
    return own.union(*(_patterns(each) for each in inner))


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _bound(schema: Mapping[str, Any]) -> dict[str, str]:
    """The properties whose values a nomenclature bounds, with its name."""
    properties = schema.get("properties")
    found = properties.items() if isinstance(properties, Mapping) else ()
    return {name: str(each[NOMENCLATURE]) for name, each in found if isinstance(each, Mapping) and NOMENCLATURE in each}


def listed() -> list[dict[str, Any]]:
    """Every version of every schema, the built-in ones first.

    subject, schema_name (`cookstove/2`), valid_from (None where built in), source, recorded_at, content.
    """
    built_in = [
        {"subject": str(Subject.UNIT), "schema_name": name, "valid_from": None, "source": "", "recorded_at": None,
         "content": dict(schema)}
        for name, schema in SCHEMAS.items()
    ]  # fmt: skip
    return built_in + [
        {"subject": each["subject"], "schema_name": f"{each['name']}/{each['version']}",
         "valid_from": each["valid_from"], "source": each["source"], "recorded_at": each["recorded_at"],
         "content": each["schema"]}
        for each in reading.listed()
    ]  # fmt: skip


def one(subject: Subject, name: str) -> dict[str, Any] | None:
    """The version that records name so, as in `listed`; None when there is none."""
    return next((each for each in listed() if (each["subject"], each["schema_name"]) == (subject, name)), None)


@dataclass(frozen=True, slots=True)
class Given:
    """Further attributes of a new record, the schema they name, and the day of the record."""

    schema: str
    attributes: Mapping[str, Any]
    on: date


def refusals(subject: Subject, records: Iterable[Given]) -> list[Refusal]:
    """What further attributes of new records break of the schemas they name; declared ones are read in one query."""
    wanted = [each for each in records if each.schema or each.attributes]
    names = {each.schema for each in wanted if not _is_built_in(subject, each.schema)}
    declared = reading.by_name(subject, names) if names else {}
    found: list[Refusal] = []
    for each in wanted:
        if _is_built_in(subject, each.schema):
            found += _broken(_built_in(each.schema), each.attributes)
        elif each.schema not in declared:
            found.append(Refusal(Code.ATTRIBUTES_INVALID, each.schema, "no such schema"))
        else:
            found += _breaks(each, *declared[each.schema])
    return found


def _is_built_in(subject: Subject, name: str) -> bool:
    return subject is Subject.UNIT and name in SCHEMAS


def _breaks(given: Given, schema: Mapping[str, Any], since: date, until: date | None) -> Iterator[Refusal]:
    if given.on < since:
        yield Refusal(Code.ATTRIBUTES_INVALID, given.schema, f"holds from {since} on")
    if until is not None and given.on >= until:
        yield Refusal(Code.ATTRIBUTES_INVALID, given.schema, f"a later version holds from {until} on")
    yield from _broken(jsonschema.Draft202012Validator(schema), given.attributes)
    bound = _bound(schema)
    values = ((bound[name], value) for name, value in given.attributes.items() if name in bound)
    yield from nomenclatures.refusals(((name, value) for name, value in values if isinstance(value, str)), given.on)


def _broken(validator: jsonschema.Draft202012Validator, attributes: Mapping[str, Any]) -> Iterator[Refusal]:
    for error in sorted(validator.iter_errors(dict(attributes)), key=lambda each: each.json_path):
        yield Refusal(Code.ATTRIBUTES_INVALID, error.json_path, error.message)


@functools.cache
def _built_in(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(SCHEMAS[name])
