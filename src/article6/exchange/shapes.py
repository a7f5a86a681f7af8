"""The part of JSON Schema that the messages use, made into functions: a proposal of a thousand blocks is looked through
in hundredths of a second, where a general validator takes most of one. Patterns end where the text ends, as they do in
ECMAScript; a keyword that is not known here is an error of the schema, found when it is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

Place = tuple[Any, str | int] | None
Fault = tuple[Place, str]
Check = Callable[[Any, Place, list[Fault]], None]

ANNOTATIONS = frozenset({"$schema", "$id", "$defs", "title", "description"})


class UnknownKeyword(ValueError):
    """A schema that says more than is understood here."""


def compiled(schema: Mapping[str, Any]) -> Check:
    """What finds the faults of a value under a schema.

    Raises:
        UnknownKeyword: the schema uses a keyword, or a form of one, that is not known here.
    """
    return _Compiler(schema.get("$defs", {})).check(schema)


def path(place: Place) -> str:
    """Where a fault is, as in `blocks.0.serials.first`."""
    parts: list[str] = []
    while place is not None:
        place, name = place
        parts.append(str(name))
    return ".".join(reversed(parts))


class _Compiler:
    """One document; its `$defs` are compiled once each."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self.definitions = definitions
        self.known: dict[str, Check] = {}

    def check(self, schema: Mapping[str, Any]) -> Check:
        """All that a schema demands. `items` and the members of objects are looked at only where the type is right."""
        rest = {name: value for name, value in schema.items() if name not in ANNOTATIONS}
        inner: list[Check] = []
        kind = rest.pop("type", None)
        if "properties" in rest or "required" in rest or "additionalProperties" in rest:
            inner.append(self._object(rest))
        for name, value in rest.items():
            maker = _KEYWORDS.get(name)
            if maker is None:
                raise UnknownKeyword(name)
            inner.append(maker(self, value))
        if kind is not None:
            return _typed(kind, inner)
        return inner[0] if len(inner) == 1 else _all(inner)

    def _object(self, rest: dict[str, Any]) -> Check:
        members = {name: self.check(each) for name, each in rest.pop("properties", {}).items()}
        required = tuple(rest.pop("required", ()))
        is_open = rest.pop("additionalProperties", True)
        if not isinstance(is_open, bool):
            raise UnknownKeyword("additionalProperties with a schema")

        def check(value: Any, place: Place, faults: list[Fault]) -> None:
            if not isinstance(value, dict):
                return
            for name in required:
                if name not in value:
                    faults.append(((place, name), "is missing"))
            for name, each in value.items():
                member = members.get(name)
                if member is not None:
                    member(each, (place, name), faults)
                elif not is_open:
                    faults.append(((place, name[:60]), "has no place here"))

        return check

    def reference(self, name: str) -> Check:
        if not name.startswith("#/$defs/"):
            raise UnknownKeyword(name)
        name = name.removeprefix("#/$defs/")
        if name not in self.known:
            self.known[name] = self.check(self.definitions[name])
        return self.known[name]

    def items(self, schema: Mapping[str, Any]) -> Check:
        item = self.check(schema)

        def check(value: Any, place: Place, faults: list[Fault]) -> None:
            if isinstance(value, list):
                for number, each in enumerate(value):
                    item(each, (place, number), faults)

        return check

    def any_of(self, schemas: list[Mapping[str, Any]]) -> Check:
        return self._alternatives(schemas, lambda fitting: fitting >= 1)

    def one_of(self, schemas: list[Mapping[str, Any]]) -> Check:
        return self._alternatives(schemas, lambda fitting: fitting == 1)

    def _alternatives(self, schemas: list[Mapping[str, Any]], is_right: Callable[[int], bool]) -> Check:
        alternatives = [self.check(each) for each in schemas]

        def check(value: Any, place: Place, faults: list[Fault]) -> None:
            if not is_right(sum(_fits(each, value) for each in alternatives)):
                faults.append((place, "is none of what may stand here"))

        return check

    def none_of(self, schema: Mapping[str, Any]) -> Check:
        excluded = self.check(schema)

        def check(value: Any, place: Place, faults: list[Fault]) -> None:
            if _fits(excluded, value):
                faults.append((place, "may not be so"))

        return check


def _fits(check: Check, value: Any) -> bool:
    faults: list[Fault] = []
    check(value, None, faults)
    return not faults


def _all(checks: list[Check]) -> Check:
    def check(value: Any, place: Place, faults: list[Fault]) -> None:
        for each in checks:
            each(value, place, faults)

    return check


_TYPES: Mapping[str, type] = MappingProxyType({
    "string": str, "object": dict, "array": list, "integer": int, "boolean": bool, "null": type(None),
})  # fmt: skip


def _typed(kind: Any, inner: list[Check]) -> Check:
    if not isinstance(kind, str) or kind not in _TYPES:
        raise UnknownKeyword(f"type {kind}")
    right = _TYPES[kind]

    def check(value: Any, place: Place, faults: list[Fault]) -> None:
        if not isinstance(value, right) or (right is int and isinstance(value, bool)):
            faults.append((place, f"is no {kind}"))
            return
        for each in inner:
            each(value, place, faults)

    return check


def _limit(kind: type, measure: Callable[[Any], int], is_right: Callable[[int, int], bool], what: str) -> Any:
    def make(_: _Compiler, limit: int) -> Check:
        def check(value: Any, place: Place, faults: list[Fault]) -> None:
            if isinstance(value, kind) and not isinstance(value, bool) and not is_right(measure(value), limit):
                faults.append((place, f"{what} {limit}"))

        return check

    return make


def _pattern(_: _Compiler, pattern: str) -> Check:
    if not (pattern.startswith("^") and pattern.endswith("$")) or "$|" in pattern:
        raise UnknownKeyword(f"a pattern that is not anchored as a whole: {pattern}")
    if re.search(r"\\[A-Za-z0-9]", pattern):
        raise UnknownKeyword(f"classes differ between languages, write them out: {pattern}")
    matches = re.compile(pattern[1:-1]).fullmatch

    def check(value: Any, place: Place, faults: list[Fault]) -> None:
        if isinstance(value, str) and not matches(value):
            faults.append((place, f"is not as in {pattern}: {value[:60]}"))

    return check


def _enum(_: _Compiler, values: list[Any]) -> Check:
    def check(value: Any, place: Place, faults: list[Fault]) -> None:
        if not any(value == each and type(value) is type(each) for each in values):
            faults.append((place, f"is none of {', '.join(map(str, values))}"))

    return check


_KEYWORDS: Mapping[str, Callable[[_Compiler, Any], Check]] = MappingProxyType({
    "$ref": _Compiler.reference,
    "items": _Compiler.items,
    "anyOf": _Compiler.any_of,
    "oneOf": _Compiler.one_of,
    "not": _Compiler.none_of,
    "pattern": _pattern,
    "enum": _enum,
    "const": lambda compiler, value: _enum(compiler, [value]),
    "minItems": _limit(list, len, int.__ge__, "has fewer than"),
    "maxItems": _limit(list, len, int.__le__, "has more than"),
    "minLength": _limit(str, len, int.__ge__, "is shorter than"),
    "maxLength": _limit(str, len, int.__le__, "is longer than"),
    "minimum": _limit(int, int, int.__ge__, "is below"),
    "maximum": _limit(int, int, int.__le__, "is above"),
})  # fmt: skip
